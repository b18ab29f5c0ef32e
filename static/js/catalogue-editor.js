// The words of a rule while it is being written, and its fields as soon as its kind is chosen.
// Without this file the button "Check" does the same.

const form = document.querySelector('form[data-explain]');
const place = document.getElementById('explanation');

if (form && place) {
  let waiting = 0;
  let asked = 0;

  const explain = () => {
    asked += 1;
    const mine = asked;
    fetch(form.dataset.explain, { method: 'POST', body: new FormData(form), credentials: 'same-origin' })
      .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)))
      .then((words) => { if (mine === asked) place.innerHTML = words; })
      .catch(() => {}); // the words stay as they were; the form itself needs no network until it is sent
  };

  form.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(explain, 500);
  });

  // Another kind has other fields: the page is asked for them, with everything typed.
  form.addEventListener('change', (event) => {
    if (!/rule(\.parts\[\d+\])*\.kind$/.test(event.target.name || '')) return;
    const show = form.querySelector('button[name="do"][value="show"]');
    if (form.requestSubmit) form.requestSubmit(show);
    else show.click();
  });
}
