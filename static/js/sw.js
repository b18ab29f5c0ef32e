// Without network: the disaster card for everybody, and the last seen pages of who is signed in.
// The server puts TOLD before this file. Only GET of whole pages and of static files is touched;
// everything else goes its way as if this file were not there.
const SHELL = `mado-shell-${TOLD.version}`;
const MINE = 'mado-mine'; // one account's pages, and /__owner: which account that is
const NOTES = 'mado-notes'; // the language last seen, and when the public pages were fetched
const DAY = 86400000;

// Public pages are fetched without cookies: nothing of anybody is in them.
const plain = (path) => new Request(path, { credentials: 'omit', cache: 'no-cache' });

self.addEventListener('install', (event) => {
  event.waitUntil(pages().then((own) => fill([...TOLD.files, ...own])).then(() => self.skipWaiting()));
});

// A new version takes over at once: pages always come from the network first and their files have
// addresses of their own, so nobody's page changes under their hands and nothing must be reloaded.
self.addEventListener('activate', (event) => {
  const old = (name) => name.startsWith('mado-shell-') && name !== SHELL;
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method !== 'GET') {
    // Signing out forgets also where the network is away; the request itself is not touched.
    if (url.pathname === '/sign-out') event.waitUntil(forget());
    return;
  }
  if (request.mode === 'navigate') event.respondWith(page(event, url));
  else if (TOLD.files.includes(url.pathname + url.search)) event.respondWith(file(request));
});

// The page that is open asks to be kept: it was loaded before this file was there.
self.addEventListener('message', (event) => {
  const path = event.data && event.data.keep;
  if (typeof path !== 'string' || !path.startsWith('/') || path.startsWith('//')) return;
  event.waitUntil(fetch(path, { redirect: 'manual' }).then((answer) => note(new URL(path, self.location.origin), answer)).catch(() => {}));
});

async function file(request) {
  return (await caches.match(request, { cacheName: SHELL })) || fetch(request);
}

async function page(event, url) {
  let answer;
  try {
    answer = await fetch(event.request);
  } catch (away) {
    return kept(url);
  }
  event.waitUntil(note(url, answer.clone()).then(refresh).catch(() => {}));
  return answer;
}

function forget() {
  return caches.delete(MINE);
}

// Public pages in Japanese and in the language last seen, not in all there are.
const pagesIn = (language) => TOLD.pages.map((path) => `${path}?lang=${language}`);

async function pages() {
  const own = (await words(NOTES, '/__language')) || 'ja';
  return [...new Set(['ja', own])].flatMap(pagesIn);
}

async function fill(paths) {
  await (await caches.open(SHELL)).addAll(paths.map(plain));
}

async function words(cacheName, key) {
  const found = await caches.match(key, { cacheName });
  return found ? found.text() : '';
}

// Whoever looks at pages now is the only one whose pages are kept; nobody's are, when nobody is.
async function note(url, answer) {
  const account = answer.headers.get('Mado-Account');
  if (!account) return;
  const owner = await words(MINE, '/__owner');
  if (owner && owner !== account) await forget();
  const html = await answer.text();
  await speak(answer.headers.get('Mado-Language'));
  if (account === '-' || answer.headers.get('Mado-Keep') !== 'yes' || url.search) return;
  const cache = await caches.open(MINE);
  await cache.put('/__owner', new Response(account));
  const headers = new Headers(answer.headers);
  headers.set('Mado-Kept-At', String(Date.now()));
  await cache.put(url.pathname, new Response(shown(html, 'as-of'), { headers }));
}

async function speak(language) {
  if (!language || language === (await words(NOTES, '/__language'))) return;
  await (await caches.open(NOTES)).put('/__language', new Response(language));
  if (!(await caches.match(pagesIn(language)[0], { cacheName: SHELL }))) await fill(pagesIn(language));
}

// Once a day the public pages are fetched anew: shelters and telephone numbers change.
async function refresh() {
  const last = Number(await words(NOTES, '/__refreshed'));
  if (Date.now() - last < DAY) return;
  await fill(await pages());
  await (await caches.open(NOTES)).put('/__refreshed', new Response(String(Date.now())));
}

function shown(html, id) {
  return html.replace(`id="${id}" hidden`, `id="${id}"`);
}

async function mine(path) {
  const found = await caches.match(path, { cacheName: MINE });
  if (!found) return null;
  if (Date.now() - Number(found.headers.get('Mado-Kept-At')) < TOLD.keptFor) return found;
  await forget();
  return null;
}

async function kept(url) {
  const path = url.pathname === '/' ? '/my' : url.pathname;
  const own = await mine(path);
  if (own) return own;
  const language = new URLSearchParams(url.search).get('lang') || (await words(NOTES, '/__language')) || 'ja';
  const name = TOLD.pages.includes(path) ? path : '/offline';
  const found = (await caches.match(`${name}?lang=${language}`, { cacheName: SHELL }))
    || (await caches.match(`${name}?lang=ja`, { cacheName: SHELL }));
  if (!found) return Response.error();
  const html = (await found.text()).replace('data-account="-"', 'data-account=""');
  return new Response((await mine('/my')) ? shown(html, 'kept-my-page') : html, { headers: found.headers });
}
