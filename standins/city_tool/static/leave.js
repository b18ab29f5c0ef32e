// Tells the phone around this frame that the page belongs into the system browser.
const link = document.querySelector("#leave");
window.parent.postMessage({ type: "open-external", url: link.href }, link.dataset.phone);
