// Makes the portal work without network where the browser can; LINE's own browser can not.
const told = document.querySelector('script[data-account]');
const able = 'serviceWorker' in navigator && 'caches' in window && window.top === window
  && !/\bLine\//i.test(navigator.userAgent);

// Pages of another account, or of somebody who is not signed in any more, do not stay.
function tidy(account) {
  return caches.match('/__owner', { cacheName: 'mado-mine' })
    .then((found) => (found ? found.text() : ''))
    .then((owner) => (owner && owner !== account ? caches.delete('mado-mine') : null));
}

if (able && told) {
  // Public pages the worker shows do not know who is signed in: their account is blank.
  if (told.dataset.account) tidy(told.dataset.account).catch(() => {});
  const before = navigator.serviceWorker.controller;
  navigator.serviceWorker.register('/sw.js', { scope: '/', updateViaCache: 'none' })
    .then(() => navigator.serviceWorker.ready)
    .then((ready) => {
      const keep = 'keep' in told.dataset && !window.location.search;
      if (!before && keep && ready.active) ready.active.postMessage({ keep: window.location.pathname });
    })
    .catch(() => {});
}
