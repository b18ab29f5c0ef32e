// Passkeys: shows what needs them only where they can work, and fills the form with the answer.
// Without this file, or without passkeys, the page keeps its other ways and one plain sentence.
// Syntax stays at ES2019, for WebViews that are no longer updated.

// A page inside another page (a phone in the phone) can not ask for passkeys.
const able = Boolean(
  window.PublicKeyCredential && navigator.credentials && window.isSecureContext && window.top === window,
);

const bytes = (text) => Uint8Array.from(
  atob(text.replace(/-/g, '+').replace(/_/g, '/')), (sign) => sign.charCodeAt(0),
);

const text = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(''))
  .replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');

const described = (list) => (list || []).map((one) => Object.assign({}, one, { id: bytes(one.id) }));

// The options come as JSON (WebAuthn Level 3 writes bytes as base64url).
function read(options) {
  const told = Object.assign({}, options, { challenge: bytes(options.challenge) });
  if (told.user) told.user = Object.assign({}, told.user, { id: bytes(told.user.id) });
  if (told.excludeCredentials) told.excludeCredentials = described(told.excludeCredentials);
  if (told.allowCredentials) told.allowCredentials = described(told.allowCredentials);
  return told;
}

function written(credential) {
  const from = credential.response;
  const response = { clientDataJSON: text(from.clientDataJSON) };
  if (from.attestationObject) {
    response.attestationObject = text(from.attestationObject);
    response.transports = from.getTransports ? from.getTransports() : [];
  } else {
    response.authenticatorData = text(from.authenticatorData);
    response.signature = text(from.signature);
    if (from.userHandle) response.userHandle = text(from.userHandle);
  }
  return JSON.stringify({
    id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
  });
}

// What went wrong in the device is said beside the button; what we refuse is said by the next page.
function say(form, problem) {
  form.querySelectorAll('[data-problem]').forEach((words) => {
    words.hidden = words.dataset.problem !== problem;
  });
}

async function ask(form) {
  say(form, null);
  const button = form.querySelector('button');
  button.disabled = true;
  try {
    const answer = await fetch(form.dataset.options, {
      method: 'POST', credentials: 'same-origin', body: new URLSearchParams(new FormData(form)),
    });
    // Signed out, or over: the form goes as it is, and its page says so.
    if (!answer.ok || answer.redirected) { form.submit(); return; }
    const publicKey = read(await answer.json());
    const found = form.dataset.passkey === 'create'
      ? await navigator.credentials.create({ publicKey })
      : await navigator.credentials.get({ publicKey });
    form.elements.credential.value = written(found);
    form.submit();
  } catch (error) {
    say(form, error.name === 'InvalidStateError' ? 'present' : 'stopped');
    button.disabled = false;
  }
}

document.querySelectorAll('form[data-passkey]').forEach((form) => {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    event.stopPropagation();
    ask(form);
  });
});

if (able) {
  document.querySelectorAll('[data-passkey-able]').forEach((part) => { part.hidden = false; });
  document.querySelectorAll('[data-passkey-else]').forEach((part) => { part.hidden = true; });
  // One main button a page: where a passkey leads, the others follow.
  if (document.querySelector('[data-passkey-able="first"]')) {
    document.querySelectorAll('[data-passkey-after] .btn-primary').forEach((button) => {
      button.classList.replace('btn-primary', 'btn-secondary');
    });
  }
  // The city offers a passkey after the sign-in only where the device itself can keep one.
  PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable().then((can) => {
    const secure = window.location.protocol === 'https:' ? '; secure' : '';
    if (can) document.cookie = `mado_passkeys=1; path=/; samesite=lax${secure}`;
  }).catch(() => {});
}
