// Pages about something that moves look again from time to time, without losing the reader's place.

const pauseMs = 2000;

async function look(live) {
  const address = live.dataset.live.startsWith("/") ? live.dataset.live : location.href;
  const answer = await fetch(address, { headers: { accept: "text/html" }, redirect: "follow" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = page.querySelector("[data-live]");
  if (address !== location.href && !next) {
    location.assign(answer.url);
  } else if (next && !live.contains(document.activeElement)) {
    live.replaceChildren(...next.childNodes);
  } else if (!next) {
    location.reload();
    return;
  }
  setTimeout(() => look(live).catch(() => {}), pauseMs);
}

const live = document.querySelector("[data-live]");
if (live) setTimeout(() => look(live).catch(() => {}), pauseMs);
