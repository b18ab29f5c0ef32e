// Inside LINE: hands LINE's ID token to the form of this page. Elsewhere, or when LINE's script does
// not come, the buttons of the page stay. Syntax stays at ES2019.
const PATIENCE = 8000; // milliseconds
const form = document.querySelector('form[data-liff-id]');
const wait = document.querySelector('[data-liff-wait]');
const otherwise = document.querySelector('[data-liff-otherwise]');

function show(waiting) {
  wait.hidden = !waiting;
  otherwise.hidden = waiting;
}

function open() {
  const { liff } = window;
  if (!liff) return Promise.reject(new Error('no SDK'));
  return liff.init({ liffId: form.dataset.liffId }).then(() => {
    const token = liff.isInClient() ? liff.getIDToken() : null;
    if (!token) throw new Error('not inside LINE');
    form.elements.id_token.value = token;
    form.submit();
  });
}

show(true);
setTimeout(() => show(false), PATIENCE);
open().catch(() => show(false));
