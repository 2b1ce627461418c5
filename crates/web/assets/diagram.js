// The diagram: zoom, move, search, and walk along the flows with the arrow keys. Without scripts it scrolls and its links work.

const zoomMin = 0.2;
const zoomMax = 4;
// Smaller than this, names cannot be read: a drawing is rather moved about.
const readable = 0.56;

function tool(bar, sign, label, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = sign;
  button.title = label;
  if (sign !== label) button.setAttribute("aria-label", label);
  button.addEventListener("click", act);
  bar.append(button);
}

function middle(element) {
  const box = element.getBoundingClientRect();
  return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
}

// The part that lies nearest in the direction of an arrow key.
function nearest(parts, from, key) {
  const here = middle(from);
  const ahead = { ArrowRight: (d) => d.x, ArrowLeft: (d) => -d.x, ArrowDown: (d) => d.y, ArrowUp: (d) => -d.y }[key];
  const aside = { ArrowRight: (d) => d.y, ArrowLeft: (d) => d.y, ArrowDown: (d) => d.x, ArrowUp: (d) => d.x }[key];
  let best;
  for (const part of parts) {
    const there = middle(part);
    const d = { x: there.x - here.x, y: there.y - here.y };
    const cost = ahead(d) + 2 * Math.abs(aside(d));
    if (part !== from && ahead(d) > 4 && (!best || cost < best.cost)) best = { part, cost };
  }
  return best?.part;
}

function enliven(canvas) {
  const svg = canvas.querySelector("svg.dfd");
  if (!svg) return;
  const width = svg.viewBox.baseVal.width;
  const height = svg.viewBox.baseVal.height;
  const parts = [...svg.querySelectorAll("a.part")];
  let zoom = 1;

  function scale(to) {
    zoom = Math.max(zoomMin, Math.min(zoomMax, to));
    svg.setAttribute("width", width * zoom);
    svg.setAttribute("height", height * zoom);
  }

  function fit() {
    const room = canvas.clientWidth - 4;
    if (room > 0 && width > room) scale(Math.max(room / width, readable));
  }

  const bar = document.createElement("div");
  bar.className = "canvas-tools";
  tool(bar, "+", "Zoom in", () => scale(zoom * 1.25));
  tool(bar, "−", "Zoom out", () => scale(zoom / 1.25));
  tool(bar, "Actual size", "Actual size", () => scale(1));
  tool(bar, "Fit", "Fit into the page", () => scale((canvas.clientWidth - 4) / width));
  if (parts.length > 8) {
    const find = document.createElement("input");
    find.type = "search";
    find.placeholder = "Find in the diagram";
    find.setAttribute("aria-label", "Find in the diagram");
    find.addEventListener("input", () => {
      const words = find.value.trim().toLowerCase();
      let first;
      for (const part of parts) {
        const found = words !== "" && (part.querySelector("title")?.textContent ?? "").toLowerCase().includes(words);
        part.classList.toggle("found", found);
        if (found) first ??= part;
      }
      first?.scrollIntoView({ block: "center", inline: "center" });
    });
    find.addEventListener("keydown", (event) => {
      if (event.key === "Enter") svg.querySelector(".found")?.focus();
    });
    bar.append(find);
  }
  if (parts.length > 3) canvas.before(bar);

  canvas.addEventListener("keydown", (event) => {
    if (event.key === "+" || event.key === "=") scale(zoom * 1.25);
    else if (event.key === "-") scale(zoom / 1.25);
    else if (event.key.startsWith("Arrow")) {
      const from = document.activeElement.closest?.("a.part");
      const to = from ? nearest(parts, from, event.key) : parts[0];
      to?.focus();
      to?.scrollIntoView({ block: "nearest", inline: "nearest" });
    } else return;
    event.preventDefault();
  });
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    scale(zoom * (event.deltaY < 0 ? 1.1 : 1 / 1.1));
  }, { passive: false });

  let grip;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && event.pointerType === "mouse" && !event.target.closest("a")) grip = { x: event.clientX, y: event.clientY, left: canvas.scrollLeft, top: canvas.scrollTop };
  });
  addEventListener("pointermove", (event) => {
    if (!grip) return;
    canvas.scrollLeft = grip.left + grip.x - event.clientX;
    canvas.scrollTop = grip.top + grip.y - event.clientY;
  });
  addEventListener("pointerup", () => { grip = undefined; });

  fit();
  const marked = svg.querySelector(".part.marked");
  if (marked) {
    const box = marked.getBBox();
    canvas.scrollLeft = Math.max(0, (box.x + box.width / 2) * zoom - canvas.clientWidth / 2);
    canvas.scrollTop = Math.max(0, (box.y + box.height / 2) * zoom - canvas.clientHeight / 2);
  }
}

for (const canvas of document.querySelectorAll("[data-diagram]")) enliven(canvas);
