// Hands Google the page's address without what was typed; runs only where the city has set it up.
const script = document.querySelector("script[data-google-analytics]");
window.dataLayer = window.dataLayer || [];
function gtag() {
  window.dataLayer.push(arguments);
}
gtag("js", new Date());
gtag("config", script.dataset.googleAnalytics, {
  page_location: location.origin + location.pathname,
  allow_google_signals: false,
  allow_ad_personalization_signals: false,
  client_storage: "none",
});
