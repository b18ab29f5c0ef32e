// Keeps the codes fresh; without scripts the page has a link for that.
const cards = () => [...document.querySelectorAll(".code")];

async function refresh() {
  const answer = await fetch("/authenticator/codes.json");
  const { codes } = await answer.json();
  if (codes.length !== cards().length) return location.reload();
  cards().forEach((card, index) => {
    const { code, left } = codes[index];
    card.querySelector("output").textContent = `${code.slice(0, 3)} ${code.slice(3)}`;
    card.querySelector(".seconds").textContent = left;
    card.querySelector("progress").value = left;
  });
}

setInterval(() => refresh().catch(() => {}), 1000);
