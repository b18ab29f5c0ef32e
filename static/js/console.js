// Keys for clerks' pages. Everything here can be done without them, and each clerk can turn them
// off (WCAG 2.1.4). A single letter never acts inside a field, and never together with Ctrl, Alt
// or Command. Lists too: all rows of a page are chosen by one box, and the bar says how many.

const keys = document.querySelector('[data-keys]');
const on = keys && keys.dataset.keys === 'on';
const go = keys ? JSON.parse(keys.dataset.go) : {};
const dialog = document.getElementById('keys');
let before = '';
let here = -1;

const typing = (target) => target.closest('input:not([type=checkbox]), textarea, select, [contenteditable]');
const rows = () => Array.from(document.querySelectorAll('table[data-rows] tbody tr, article.cat-row'))
  .filter((row) => row.querySelector('a, input[type=checkbox]'));

function mark(step) {
  const all = rows();
  if (!all.length) return;
  if (all[here]) all[here].classList.remove('here');
  here = Math.min(Math.max(here + step, 0), all.length - 1);
  all[here].classList.add('here');
  const first = all[here].querySelector('a') || all[here].querySelector('input');
  first.focus({ preventScroll: true });
  all[here].scrollIntoView({ block: 'nearest' });
}

function row() { return rows()[here]; }

// What a letter does where the page has it; false leaves the key to the browser.
const acts = {
  '?': () => { if (dialog && dialog.showModal) { dialog.showModal(); } else { location.href = '/staff/shortcuts'; } },
  '/': () => { const field = document.querySelector('[data-key-search]'); field.focus(); field.select(); },
  j: () => mark(1),
  k: () => mark(-1),
  x: () => { const box = row() && row().querySelector('input[type=checkbox]'); if (box) box.click(); },
  o: () => { const link = row() && row().querySelector('a'); if (link) link.click(); },
  // Approving is two steps on every page: the key brings the button, Enter presses it.
  a: () => { const button = document.querySelector('form[action$="/approval"] button[type=submit]'); if (button) button.focus(); },
  n: () => { const link = document.querySelector('.toolbar a.btn-primary'); if (link) link.click(); },
  e: () => { const link = document.querySelector('.toolbar a[href$="/edit"], main a[href$="/edit"]'); if (link) link.click(); },
};

if (on) {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented) return;
    if (typing(event.target) || (dialog && dialog.open)) return;
    const key = event.key;
    if (before === 'g' && go[key]) {
      event.preventDefault();
      location.href = go[key];
    } else if (key !== 'g' && Object.prototype.hasOwnProperty.call(acts, key)) {
      event.preventDefault();
      acts[key]();
    }
    before = key === 'g' ? 'g' : '';
  });
}

// A list's box for all rows, and how many are chosen.
document.querySelectorAll('form[data-bulk]').forEach((form) => {
  // A box is named "id", so that form.id is that box.
  const boxes = Array.from(document.querySelectorAll(`input[type=checkbox][form="${form.getAttribute('id')}"]`));
  const all = form.querySelector('[data-bulk-all]');
  const count = form.querySelector('[data-bulk-count]');
  const tell = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen === boxes.length && chosen > 0;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
    count.textContent = chosen ? count.dataset.words.replace('%', chosen) : '';
  };
  all.closest('[hidden]').hidden = false;
  all.addEventListener('change', () => { boxes.forEach((box) => { box.checked = all.checked; }); tell(); });
  boxes.forEach((box) => box.addEventListener('change', tell));
  tell();
});
