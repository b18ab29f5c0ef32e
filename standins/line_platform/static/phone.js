// The phone page kept alive: new messages, the in-app browser, who holds the phone.
import { startBrowser } from "./in_app_browser.js";

const body = document.body;
const user = body.dataset.user;
const find = (selector) => document.querySelector(selector);

function hold() {
  if (!user) return;
  fetch("/phone/hold", { method: "POST", body: new URLSearchParams({ user }) }).catch(() => {});
}

function scrollDown() {
  const talk = find(".talk");
  if (talk) talk.scrollTop = talk.scrollHeight;
}

function showBadges({ unread, previews }) {
  for (const link of document.querySelectorAll("[data-contact]")) {
    const id = link.dataset.contact;
    const badge = link.querySelector(".badge");
    badge.hidden = !unread[id];
    badge.querySelector(".badge-number").textContent = unread[id] ?? "";
    if (previews[id]) link.querySelector(".preview").textContent = previews[id];
  }
}

function showMenu({ menu, menu_html: html }) {
  if (menu === body.dataset.menu) return;
  body.dataset.menu = menu;
  const place = find(".menu-place");
  if (!place) return;
  const wasOpen = place.querySelector("details")?.open;
  place.innerHTML = html;
  const details = place.querySelector("details");
  if (details && wasOpen !== undefined) details.open = wasOpen;
}

function show(found) {
  showBadges(found);
  if (found.relation !== body.dataset.relation) return location.reload();
  showMenu(found);
  find(".writing").hidden = !found.writing;
  const row = find(".quick-row");
  if (row.dataset.now !== found.quick) {
    row.dataset.now = found.quick;
    row.innerHTML = found.quick;
  }
  if (!found.html) return found.writing && scrollDown();
  if (found.last <= Number(body.dataset.last)) return;
  body.dataset.last = found.last;
  find(".messages").insertAdjacentHTML("beforeend", found.html);
  requestAnimationFrame(scrollDown);
  setTimeout(scrollDown, 250);
}

let asking = false;

async function update() {
  if (asking || !user) return;
  asking = true;
  try {
    const { last, menu } = body.dataset;
    const seen = document.visibilityState === "visible" ? "1" : "0";
    const query = new URLSearchParams({ user, after: last, menu, seen });
    const answer = await fetch(`/phone/updates?${query}`);
    if (answer.ok) show(await answer.json());
  } finally {
    asking = false;
  }
}

async function send(form, submitter) {
  const data = new FormData(form, submitter);
  await fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(data),
    headers: { Accept: "application/json" },
  });
  await update();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form.act, form[data-talk]")) return;
  event.preventDefault();
  send(form, event.submitter).catch(() => {});
  form.querySelector("#text")?.form.reset();
  const plus = find(".plus");
  if (plus && form.closest(".plus")) plus.open = false;
});

if (user) {
  hold();
  addEventListener("focus", hold);
  addEventListener("blur", () => document.activeElement?.tagName === "IFRAME" && hold());
  document.addEventListener("visibilitychange", () => document.hidden || hold());
  startBrowser({ before: hold });
  scrollDown();
  addEventListener("load", scrollDown);
  setInterval(() => update().catch(() => {}), 1000);
} else {
  setInterval(() => location.reload(), 5000);
}
