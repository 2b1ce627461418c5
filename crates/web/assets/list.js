// Rows by keyboard: j and k move, Enter opens, x chooses; in the inbox a letter does what the button with it does.

const list = document.querySelector("[data-keys]");
const rows = list ? [...list.querySelectorAll("[data-row]")] : [];
let current = -1;

function isTyping(event) {
  return event.target.closest("input:not([type=checkbox]), textarea, select") || event.ctrlKey || event.metaKey || event.altKey;
}

function go(to) {
  if (rows.length === 0) return;
  rows[current]?.classList.remove("current");
  current = Math.max(0, Math.min(rows.length - 1, to));
  const row = rows[current];
  row.classList.add("current");
  (row.querySelector("input[type=checkbox]") ?? row.querySelector("a"))?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function box(row) {
  return row?.querySelector("input[type=checkbox]");
}

// What is chosen, or else the current row.
function choose() {
  const chosen = rows.some((row) => box(row)?.checked);
  if (!chosen && rows[current] && box(rows[current])) box(rows[current]).checked = true;
  return rows.some((row) => box(row)?.checked);
}

// The fields that an action cannot do without; the first empty one gets the focus instead.
const needs = { accept: ["owner", "expires", "reason"], not_applicable: ["reason"], assign: ["owner"], snooze: ["expires"] };

function missing(action) {
  const fields = (needs[action] ?? []).map((name) => list.querySelector(`[name=${name}]`));
  return fields.find((field) => field && !field.value.trim());
}

function act(button) {
  if (!choose()) return;
  const field = missing(button.value);
  if (field) {
    field.focus();
    field.dataset.for = button.value;
  } else {
    button.form.requestSubmit(button);
  }
}

if (list) {
  document.addEventListener("keydown", (event) => {
    if (isTyping(event) || event.defaultPrevented) return;
    const button = list.matches("[data-keys=triage]") && list.querySelector(`button[data-key="${CSS.escape(event.key)}"]`);
    if (event.key === "j") go(current + 1);
    else if (event.key === "k") go(current - 1);
    else if (event.key === "x" && box(rows[current])) box(rows[current]).checked = !box(rows[current]).checked;
    else if (event.key === "Enter" && current >= 0 && !event.target.closest("a, button")) rows[current].querySelector(".title a, a")?.click();
    else if (button && (current >= 0 || choose())) act(button);
    else return;
    event.preventDefault();
  });

  // Enter in a field that an action asked for goes on with that action.
  list.addEventListener("keydown", (event) => {
    const wanted = event.target.dataset?.for;
    if (event.key !== "Enter" || !wanted) return;
    event.preventDefault();
    const button = list.querySelector(`button[value="${wanted}"]`);
    const field = missing(wanted);
    if (field) {
      field.dataset.for = wanted;
      field.focus();
    } else {
      button.form.requestSubmit(button);
    }
  });
}
