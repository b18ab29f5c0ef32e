// Says two minutes before the session ends that it will, and lets it go on by one button (WCAG 2.2.1).
// All tabs of a browser share one session, so they share its end. Syntax stays at ES2019.
const WARN = 120000; // milliseconds
const KEY = 'mado-session';
const box = document.querySelector('[data-session-left]');
const parts = Array.from(box.querySelectorAll('[data-session]'));
let ends = 0;
let most = 0;
let closed = '';

function know(left, atMost) {
  ends = Date.now() + left * 1000;
  most = Date.now() + atMost * 1000;
  try { localStorage.setItem(KEY, JSON.stringify({ ends, most })); } catch (error) { /* private mode */ }
}

function state() {
  const now = Date.now();
  if (now >= ends) return 'over';
  if (now < ends - WARN) return '';
  return most - ends < 1000 ? 'last' : 'soon';
}

// The browser's own top layer: above the page, without taking the focus from who is typing.
function show(part, shown) {
  if (part.hidden === !shown) return;
  part.hidden = !shown;
  if (!part.showPopover) return;
  if (!shown) { part.hidePopover(); return; }
  part.showPopover();
  // At the foot of the window, without the browser's own frame (script may set what CSP keeps from markup).
  Object.assign(part.style, { inset: 'auto 0 0', border: '0', padding: '0', background: 'none' });
}

function look() {
  const present = state();
  if (present !== closed) closed = '';
  parts.forEach((part) => show(part, part.dataset.session === present && present !== closed));
}

function stay(event) {
  event.preventDefault();
  fetch(event.target.action, { method: 'POST', body: new FormData(event.target), credentials: 'same-origin' })
    .then((answer) => (answer.ok && !answer.redirected ? answer.json() : { left: 0, at_most: 0 }))
    .then((words) => { know(words.left, words.at_most); look(); })
    .catch(() => {});
}

know(Number(box.dataset.sessionLeft), Number(box.dataset.sessionMost));
box.querySelector('[data-session-stay]').addEventListener('submit', stay);
box.addEventListener('click', (event) => {
  if (!event.target.closest('[name="close"]')) return;
  closed = state();
  look();
});
window.addEventListener('storage', (event) => {
  if (event.key !== KEY || !event.newValue) return;
  ({ ends, most } = JSON.parse(event.newValue));
  look();
});
document.addEventListener('visibilitychange', look);
setInterval(look, 2000);
look();
