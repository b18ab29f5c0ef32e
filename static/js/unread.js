// Keeps the count of unread notices fresh while the page stands open and is looked at.
const bar = document.querySelector('[data-unread-url]');
const count = bar && bar.querySelector('[data-count]');

function refresh() {
  if (document.hidden) return;
  fetch(bar.dataset.unreadUrl, { headers: { Accept: 'application/json' }, credentials: 'same-origin' })
    .then((answer) => (answer.ok ? answer.json() : null))
    .then((words) => {
      if (!words || typeof words.unread !== 'number') return;
      count.hidden = words.unread === 0;
      count.firstChild.textContent = String(words.unread);
    })
    .catch(() => {});
}

if (count) {
  setInterval(refresh, 120000);
  document.addEventListener('visibilitychange', refresh);
}
