// The in-app browser: a frame over the talk for addresses that a tap opens.
const find = (selector) => document.querySelector(selector);
let depth = 0;
let goingBack = false;
let opener = null;

function wantsOutside(address) {
  return new URL(address, location.href).searchParams.get("openExternalBrowser") === "1";
}

function openOutside(address) {
  const note = find(".in-app-note");
  const tab = window.open(address, "_blank", "noopener");
  note.hidden = false;
  note.textContent = "ほかのブラウザ(新しいタブ)で開きました。開かないときは ↗ を押してください。";
  find(".in-app-outside").href = address;
  return tab;
}

function showAddress(address) {
  const url = new URL(address, location.href);
  find(".address-host").textContent = url.host;
  find(".address-path").textContent = url.pathname;
  find(".in-app-outside").href = address;
}

function openInside(address, link) {
  opener = link;
  depth = 0;
  find(".in-app-note").hidden = true;
  showAddress(address);
  find(".in-app").hidden = false;
  // A fresh frame: the last page's history is not this page's.
  const old = find(".in-app-page");
  const frame = old.cloneNode(false);
  frame.addEventListener("load", countPage);
  frame.src = address;
  old.replaceWith(frame);
  find(".in-app-close").focus();
}

function countPage() {
  depth += goingBack ? -1 : 1;
  goingBack = false;
  find(".in-app-back").disabled = depth < 2;
  // Another site's page keeps its path to itself: better none than the first one's.
  if (depth > 1) find(".address-path").textContent = "";
}

function close() {
  find(".in-app").hidden = true;
  const frame = find(".in-app-page");
  const empty = frame.cloneNode(false);
  empty.removeAttribute("src");
  frame.replaceWith(empty);
  opener?.focus();
}

function goBack() {
  if (depth < 2) return;
  goingBack = true;
  history.back();
}

function onMessage(event) {
  if (event.source !== find(".in-app-page").contentWindow) return;
  const { type, url } = event.data ?? {};
  if (typeof url !== "string" || !/^https?:/.test(url)) return;
  if (type === "open-external") openOutside(url);
  if (type === "address") showAddress(url);
}

export function startBrowser({ before }) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.open, a.outside");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    before();
    if (link.matches(".outside") || wantsOutside(link.href)) return;
    event.preventDefault();
    openInside(link.href, link);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !find(".in-app").hidden) close();
  });
  find(".in-app-close").addEventListener("click", close);
  find(".in-app-back").addEventListener("click", goBack);
  addEventListener("message", onMessage);
}
