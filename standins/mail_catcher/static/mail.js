// Loads the list anew when a message has come; without scripts the page has a link for that.
const count = document.querySelector("#count");

async function look() {
  if (document.activeElement?.matches("input")) return;
  const query = new URLSearchParams({ limit: 1, to: document.querySelector("#to").value });
  const answer = await fetch(`/messages.json?${query}`);
  const { messages } = await answer.json();
  if ((messages[0]?.id ?? 0) > Number(count.dataset.newest)) location.reload();
}

setInterval(() => look().catch(() => {}), 2000);
