// Inside the in-app browser: asks the phone around this page whose hand holds it.
let owner = "";
try {
  owner = window.parent.document.body.dataset.user ?? "";
} catch {
  // Framed by somebody else: the cookie of the phone page decides.
}
const next = new URL(location.href);
next.searchParams.set("standin_owner", owner);
location.replace(next);
