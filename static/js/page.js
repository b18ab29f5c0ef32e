// Niceties of every page. Nothing here is needed: each task works without this file.
// Syntax stays at ES2019, for WebViews that are no longer updated.

// Copy a code (recovery codes, addresses). The button is hidden until there is a clipboard.
document.querySelectorAll('[data-copy]').forEach((button) => {
  const source = button.parentElement.querySelector('[data-copy-text]');
  if (!source || !navigator.clipboard) return;
  const words = button.querySelector('span');
  const before = words.textContent;
  button.hidden = false;
  button.addEventListener('click', () => {
    navigator.clipboard.writeText(source.textContent.trim()).then(() => {
      words.textContent = button.dataset.copied;
      setTimeout(() => { words.textContent = before; }, 4000);
    }, () => { button.hidden = true; });
  });
});

// Print a page that is made for paper (a visit sheet).
document.querySelectorAll('[data-print]').forEach((button) => {
  button.hidden = false;
  button.addEventListener('click', () => { window.print(); });
});

// Ask before leaving a form marked data-keep whose answers were changed and not sent.
document.querySelectorAll('form[data-keep]').forEach((form) => {
  let changed = false;
  form.addEventListener('input', () => { changed = true; });
  form.addEventListener('submit', () => { changed = false; });
  window.addEventListener('beforeunload', (event) => {
    if (!changed) return;
    event.preventDefault();
    event.returnValue = '';
  });
});

// A second tap on a send button must not send twice while the first is under way.
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = 'yes';
  setTimeout(() => { delete form.dataset.sent; }, 8000);
});

// Coming back to a page from history: it may be sent again.
window.addEventListener('pageshow', () => {
  document.querySelectorAll('form[data-sent]').forEach((form) => { delete form.dataset.sent; });
});

// An error summary takes the focus, so that a reader hears it first.
const errors = document.getElementById('errors');
if (errors) errors.focus();
