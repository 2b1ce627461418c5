// The assistant's answers as they come. Without scripts, the question is an address and the answer a page.
//
// The stream is lines of server-sent events: "step" (words), "sentence" (words, cites), "source" (number, quote, place, href), "note" (words), "done".
// What comes is text and is only ever set as text. What can be kept of an answer stands on its page, to which the last line leads.

const form = document.querySelector("form[data-ask][data-stream]");
const conversation = document.querySelector("[data-conversation]");
const sources = document.querySelector("[data-evidence] .passages");
const announce = document.querySelector("[data-announce]");

function add(parent, name, text, className) {
  const element = document.createElement(name);
  if (text !== undefined) element.textContent = text;
  if (className) element.className = className;
  parent.append(element);
  return element;
}

// An address from the server that stays on it.
function own(href) {
  const url = new URL(href, location.href);
  return url.origin === location.origin ? url.pathname + url.search + url.hash : "#";
}

function show(kind, data, answer) {
  if (kind === "step") {
    const thinking = answer.parentElement.querySelector(".thinking");
    if (thinking) thinking.textContent = `${data.words} …`;
  } else if (kind === "sentence") {
    const said = add(answer, "p", data.words);
    for (const number of data.cites ?? []) {
      said.append(" ");
      const link = add(said, "a", String(number), "cite");
      link.href = `#source-${number}`;
      link.setAttribute("aria-label", `Source ${number}`);
    }
  } else if (kind === "source") {
    const item = add(sources, "li");
    item.id = `source-${data.number}`;
    const figure = add(item, "figure", undefined, "quote");
    add(add(figure, "blockquote"), "p", data.quote);
    const link = add(add(figure, "figcaption"), "a", data.place);
    link.href = own(data.href);
  } else if (kind === "note") {
    add(answer.parentElement, "p", data.words, "soft");
  } else if (kind === "done") {
    const list = add(answer.parentElement, "ul", undefined, "suggestions");
    for (const question of data.next ?? []) {
      const button = add(add(list, "li"), "button", question);
      button.type = "button";
      button.addEventListener("click", () => {
        form.querySelector("textarea").value = question;
        form.requestSubmit();
      });
    }
  }
}

async function read(answer, response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    rest += value;
    const events = rest.split("\n\n");
    rest = events.pop();
    for (const event of events) {
      const kind = event.match(/^event: ?(.*)$/m)?.[1] ?? "message";
      const data = event.match(/^data: ?(.*)$/m)?.[1];
      if (data) show(kind, JSON.parse(data), answer);
    }
  }
}

if (form && conversation) {
  const stop = form.querySelector("[data-stop]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const field = form.querySelector("textarea");
    const question = field.value.trim();
    if (!question) return;
    const asking = new AbortController();
    stop.hidden = false;
    stop.onclick = () => asking.abort();
    conversation.setAttribute("aria-busy", "true");
    const turn = add(conversation, "article", undefined, "turn-of-talk");
    add(turn, "h2", question, "asked");
    const answer = add(turn, "div", undefined, "answer-text");
    const thinking = add(turn, "p", "Looking through the model and the documents …", "thinking");
    document.querySelector("[data-suggestions]")?.remove();
    field.value = "";
    try {
      const body = new URLSearchParams({ q: question, _csrf: form.dataset.csrf ?? "" });
      for (const said of form.querySelectorAll("[name=before]")) body.append("before", said.value);
      const response = await fetch(form.dataset.stream, { method: "POST", body, headers: { accept: "text/event-stream" }, signal: asking.signal });
      if (response.ok && response.headers.get("content-type")?.startsWith("text/event-stream")) await read(answer, response);
      else add(turn, "p", `The question could not be asked (${response.status}).`, "notice error");
    } catch (error) {
      add(turn, "p", error.name === "AbortError" ? "Stopped." : "The connection was lost.", "soft");
    }
    thinking.remove();
    const said = add(form, "input");
    said.type = "hidden";
    said.name = "before";
    said.value = question;
    stop.hidden = true;
    conversation.setAttribute("aria-busy", "false");
    announce.textContent = `Answer ready. ${answer.textContent}`;
    // The address is that of this answer, as it is without scripts.
    const asked = [...form.querySelectorAll("[name=before]")].map((it) => it.value);
    const pairs = asked.map((it, nth) => [nth === asked.length - 1 ? "q" : "before", it]);
    history.replaceState(null, "", `${location.pathname}?${new URLSearchParams(pairs)}`);
    if (form.dataset.keeps !== undefined) {
      document.querySelector("#keep")?.remove();
      const keep = add(add(turn, "p"), "a", "Keep something of this answer");
      // The address alone: with a fragment, the browser would stay on the page that it has.
      keep.href = `${location.pathname}${location.search}`;
    }
  });
}
