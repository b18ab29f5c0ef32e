// Sorts places by their distance from here. The position never leaves the device.
const box = document.querySelector("[data-nearby]");
const list = document.querySelector("[data-places]");

function kilometres(lat1, lon1, lat2, lon2) {
  const rad = (degrees) => (degrees * Math.PI) / 180;
  const half = Math.sin(rad(lat2 - lat1) / 2) ** 2
    + Math.cos(rad(lat1)) * Math.cos(rad(lat2)) * Math.sin(rad(lon2 - lon1) / 2) ** 2;
  return 2 * 6371 * Math.asin(Math.sqrt(half));
}

function sort(position) {
  const { latitude, longitude } = position.coords;
  const cards = [...list.querySelectorAll("article")].map((card) => {
    const away = card.dataset.lat
      ? kilometres(latitude, longitude, Number(card.dataset.lat), Number(card.dataset.lon))
      : Infinity;
    const words = Number.isFinite(away) ? box.dataset.words.replace("{km}", away.toFixed(1)) : "";
    card.querySelector("[data-away]").textContent = words;
    return { card, away };
  });
  cards.sort((one, other) => one.away - other.away);
  list.append(...cards.map(({ card }) => card));
}

if (box && list && "geolocation" in navigator) {
  box.hidden = false;
  box.querySelector("button").addEventListener("click", () => {
    const status = box.querySelector("[role=status]");
    status.textContent = "";
    const failed = () => { status.textContent = box.dataset.failed; };
    navigator.geolocation.getCurrentPosition(sort, failed, { maximumAge: 60000, timeout: 15000 });
  });
}
