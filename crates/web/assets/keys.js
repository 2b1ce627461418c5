// Keys that work on every page: "/" goes to the search field, "?" shows all keys, "g" and a letter goes to a screen,
// "n" and "p" go to the next and the previous passage.

const goals = { i: "inbox", t: "threats", m: "model", a: "assistant", s: "sources" };
const help = [
  ["/", "search"], ["?", "these keys"], ["g i", "inbox"], ["g t", "threats"], ["g m", "model"], ["g a", "assistant"], ["g s", "sources"],
  ["j k", "next and previous row"], ["Enter", "open the row"], ["n p", "next and previous passage"], ["x", "choose the row"], ["u", "take back what was just done"],
  ["a r e g z", "in the inbox: accept change, accept risk, not applicable, assign, snooze"], ["arrows, + −", "in the diagram: walk along the flows, zoom"],
];
let afterG = 0;

function isTyping(event) {
  return event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") || event.ctrlKey || event.metaKey || event.altKey;
}

function showHelp() {
  let dialog = document.querySelector("dialog.help-keys");
  if (!dialog) {
    dialog = document.createElement("dialog");
    dialog.className = "help-keys";
    dialog.setAttribute("aria-label", "Keys");
    const list = document.createElement("dl");
    for (const [key, what] of help) {
      const term = list.appendChild(document.createElement("dt"));
      term.appendChild(document.createElement("kbd")).textContent = key;
      list.appendChild(document.createElement("dd")).textContent = what;
    }
    const close = document.createElement("button");
    close.textContent = "Close";
    close.addEventListener("click", () => dialog.close());
    dialog.append(list, close);
    document.body.append(dialog);
  }
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (isTyping(event) || event.defaultPrevented) return;
  const now = Date.now();
  if (now - afterG < 1200 && goals[event.key]) {
    const base = location.pathname.match(/^\/p\/[^/]+/);
    if (base) location.assign(`${base[0]}/${goals[event.key]}`);
    event.preventDefault();
  } else if (event.key === "g" && !document.querySelector("[data-keys=triage] .item.current")) {
    afterG = now;
  } else if (event.key === "/") {
    document.getElementById("find")?.focus();
    event.preventDefault();
  } else if (event.key === "?") {
    showHelp();
    event.preventDefault();
  } else {
    const target = document.querySelector(`a[data-key="${CSS.escape(event.key)}"], .notice button[data-key="${CSS.escape(event.key)}"]`);
    if (target) target.click();
  }
});

// Choices that take effect at once; without scripts a button does the same.
for (const form of document.querySelectorAll("form[data-submit-on-change]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

// A pane scrolls to its cited passage without moving the page.
const cited = document.getElementById("cited");
if (cited) {
  const paper = cited.closest(".paper");
  if (paper) paper.scrollTop += cited.getBoundingClientRect().top - paper.getBoundingClientRect().top - paper.clientHeight / 3;
}
