// A report that is being written stays on the phone until it is sent; "I am there now" fills in
// the place. Without this file everything works, but for that button.
const NAME = 'mado-report', KEEP = 86400000, SIDE = 1600;
const form = document.getElementById('report');
const show = (id) => { document.getElementById(id).hidden = false; };

function store(mode, act) {
  return new Promise((resolve, reject) => {
    const opened = indexedDB.open(NAME, 1);
    opened.onupgradeneeded = () => opened.result.createObjectStore('draft');
    opened.onerror = () => reject(opened.error);
    opened.onsuccess = () => {
      const work = opened.result.transaction('draft', mode);
      const asked = act(work.objectStore('draft'));
      work.oncomplete = () => { opened.result.close(); resolve(asked && asked.result); };
      work.onerror = () => { opened.result.close(); reject(work.error); };
    };
  });
}
const forget = () => store('readwrite', (box) => box.delete('one')).catch(() => {});
const kept = () => store('readonly', (box) => box.get('one')).catch(() => null);

// A phone's photograph has 5 MB and knows where it was taken: drawn anew it has 300 KB and does not.
async function smaller(file) {
  try {
    const image = await createImageBitmap(file);
    const scale = Math.min(1, SIDE / Math.max(image.width, image.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    const pen = canvas.getContext('2d');
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => { canvas.toBlob(resolve, 'image/jpeg', 0.85); });
    return blob ? new File([blob], 'picture.jpg', { type: 'image/jpeg' }) : file;
  } catch (odd) {
    return file; // the server says what is wrong with it
  }
}

const fields = () => ['words', 'place', 'mail', 'phone'].map((name) => form.elements.namedItem(name)).filter(Boolean);
const photo = () => document.getElementById('photo');

function keep() {
  const typed = Object.fromEntries(fields().map((one) => [one.name, one.value]));
  const chosen = form.querySelector('input[name=category]:checked');
  typed.category = chosen ? chosen.value : '';
  typed.gps = form.elements.gps.value;
  const files = photo() ? [...photo().files] : [];
  return store('readwrite', (box) => box.put({ typed, files, since: Date.now() }, 'one')).catch(() => {});
}

// What the server has goes before what the phone has: it is younger, or it was typed elsewhere.
async function giveBack() {
  const draft = await kept();
  if (!draft) return;
  if (Date.now() - draft.since > KEEP) { await forget(); return; }
  let used = false;
  for (const one of fields()) {
    if (!one.value && draft.typed[one.name]) { one.value = draft.typed[one.name]; used = true; }
  }
  const radio = form.querySelector(`input[name=category][value="${CSS.escape(draft.typed.category || '-')}"]`);
  if (radio && !form.querySelector('input[name=category]:checked')) { radio.checked = true; used = true; }
  if (draft.typed.gps && !form.elements.gps.value) form.elements.gps.value = draft.typed.gps;
  if (draft.files.length && photo() && !document.querySelector('.report-pictures')) {
    const hand = new DataTransfer();
    draft.files.forEach((file) => hand.items.add(file));
    photo().files = hand.files;
    used = true;
  }
  if (used) show('draft-back');
}

function here() {
  const said = document.getElementById('here-failed');
  said.textContent = '';
  navigator.geolocation.getCurrentPosition(
    (at) => {
      form.elements.gps.value = `${at.coords.latitude.toFixed(6)},${at.coords.longitude.toFixed(6)}`;
      press('here');
    },
    () => { said.textContent = form.dataset.hereFailed; },
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 },
  );
}

function press(act) {
  const button = document.createElement('button');
  button.name = 'act';
  button.value = act;
  button.hidden = true;
  form.append(button);
  button.click(); // requestSubmit is not in iOS 15
  button.remove();
}

if (form) {
  giveBack().then(() => (document.querySelector('.report-pictures') ? keep() : null)).catch(() => {});
  if ('geolocation' in navigator) {
    show('here-place');
    document.getElementById('here').addEventListener('click', here);
  }
  form.addEventListener('input', keep);
  form.addEventListener('change', async (event) => {
    if (event.target !== photo() || !photo().files.length) { keep(); return; }
    const hand = new DataTransfer();
    for (const file of [...photo().files].slice(0, 3)) hand.items.add(await smaller(file));
    photo().files = hand.files;
    await keep();
    if (navigator.onLine) press('picture');
  });
  // A page from the worker's shelf knows neither this browser nor its draft: take a fresh one.
  window.addEventListener('online', () => { keep().then(() => window.location.reload()); });
  form.addEventListener('submit', (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    keep().then(() => show('draft-kept'));
  });
}
// Sent, or thrown away: both lead from the last look to a page that says so.
if (document.querySelector('script[data-sent]') && document.referrer.endsWith('/reports/check')) forget();
