// Moves the bar of a notice that is going out, and shows the finished page when it is over.
const part = document.querySelector('[data-progress-url]');

function ask() {
  if (document.hidden) return;
  fetch(part.dataset.progressUrl, { headers: { Accept: 'application/json' }, credentials: 'same-origin' })
    .then((answer) => (answer.ok ? answer.json() : null))
    .then((seen) => {
      if (!seen) return;
      if (!seen.sending) { location.reload(); return; }
      part.querySelector('progress').value = seen.done;
      part.querySelector('label').textContent = seen.words;
    })
    .catch(() => {});
}

if (part) setInterval(ask, 3000);
