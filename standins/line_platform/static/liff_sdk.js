// Stands in for LINE's LIFF SDK: the few functions the portal calls, with LINE's own habits.
(() => {
  const platform = new URL(document.currentScript.src).origin;
  let app = null;
  let held = {};

  const key = (liffId) => `LIFF_STANDIN:${liffId}`;

  // LINE hands the tokens over in the fragment; they outlive the next redirect in the tab's storage.
  function take(liffId) {
    const given = new URLSearchParams(location.hash.slice(1));
    if (given.get("id_token")) {
      const { access_token, id_token, context } = Object.fromEntries(given);
      sessionStorage.setItem(key(liffId), JSON.stringify({ access_token, id_token, context }));
      history.replaceState(null, "", location.pathname + location.search);
    }
    held = JSON.parse(sessionStorage.getItem(key(liffId)) ?? "{}");
  }

  function init({ liffId }) {
    if (!liffId) return Promise.reject(new Error("liffId is necessary for liff.init()"));
    take(liffId);
    app = liffId;
    const state = new URLSearchParams(location.search).get("liff.state");
    if (!state) return Promise.resolve();
    // The "secondary redirect": the endpoint and what stood behind the LIFF address.
    location.replace(location.origin + location.pathname.replace(/\/$/, "") + state);
    return new Promise(() => {});
  }

  function login({ redirectUri = location.href } = {}) {
    if (held.context === "client") throw new Error("liff.login() is for external browsers");
    const query = new URLSearchParams({ liff_id: app, redirect_uri: redirectUri });
    location.assign(`${platform}/liff/login?${query}`);
  }

  function openWindow({ url, external = false }) {
    if (!external) return location.assign(url);
    if (window.parent === window) return window.open(url, "_blank", "noopener");
    return window.parent.postMessage({ type: "open-external", url }, platform);
  }

  window.liff = {
    init,
    login,
    openWindow,
    logout: () => { sessionStorage.removeItem(key(app)); held = {}; },
    isInClient: () => held.context === "client",
    isLoggedIn: () => Boolean(held.access_token),
    getIDToken: () => held.id_token ?? null,
    getAccessToken: () => held.access_token ?? null,
  };
})();
