// Documents are hostile: what stands in them never runs, whatever page shows it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser, open, serve } from "./support.mjs";

let server;

before(async () => {
  server = await serve();
});
after(async () => {
  await server?.stop();
  await closeBrowser();
});

// What attackers write where a page might take it for markup, an attribute, an address or a script.
const corpus = [
  "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>",
  "</title></textarea></style><script>alert(1)</script>",
  "<svg><script>alert(1)</script></svg><svg onload=alert(1)>",
  "\" autofocus onfocus=\"alert(1)",
  "' onmouseover='alert(1)",
  "<a href=\"javascript:alert(1)\">x</a><iframe srcdoc=\"<script>alert(1)</script>\">",
  "<form action=//evil.example><button>Sign in</button><base href=//evil.example>",
  "<meta http-equiv=refresh content=0;url=//evil.example><link rel=stylesheet href=//evil.example>",
  "{{constructor.constructor('alert(1)')()}} ${alert(1)} &#60;img src=x onerror=alert(1)&#62;",
];

/** A document whose every field is hostile. */
function written(payload) {
  const plain = payload.replaceAll('"', "'");
  return `# ${payload}

| service | what it does | owner |
|---|---|---|
| \`door-api\` | ${payload} | ${payload} |
| \`lock-db${payload}\` | A database | ${payload} |

\`door-api\` calls \`lock-db\` over plain HTTP ${payload}.
\`door-api\` is reachable from the internet. We assume that ${payload} never happens.
TODO: ${payload} should be encrypted. Open question: does ${payload} matter?
Passwords are stored in \`lock-db\` in plain text. Risk accepted by ${payload} until 2030-01-01: no rate limiting.

\`\`\`mermaid
flowchart LR
  a["${plain}"] -->|"${plain}"| b[(lock-db)]
\`\`\`
`;
}

/** What on a page would come of a text that was taken for markup. */
async function check(page, address) {
  const found = await page.evaluate(() => ({
    foreign: document.querySelectorAll("img, iframe, object, embed, base, meta[http-equiv], script:not([src]), style, form[action*=evil], link[href*=evil], a[href^=javascript]").length,
    handlers: [...document.querySelectorAll("*")].filter((it) => [...it.attributes].some((one) => one.name.startsWith("on") || one.name === "autofocus")).length,
    tells: /alert\(1\)|evil\.example/.test(document.body.innerText),
  }));
  assert.deepEqual([found.foreign, found.handlers], [0, 0], address);
  return found.tells;
}

test("a hostile document runs nowhere and loads nothing", async () => {
  const look = await open(server);
  const { page } = look;
  const [payload] = corpus;
  await page.goto("/");
  await page.getByLabel("Name").fill(payload);
  await page.getByLabel("Address").fill("hostile");
  await page.getByRole("button", { name: "Make the project" }).click();
  const files = corpus.flatMap((it, nth) => [
    { name: `design-${nth}.md`, mimeType: "text/markdown", buffer: Buffer.from(written(it)) },
    { name: `chat-${nth}.txt`, mimeType: "text/plain", buffer: Buffer.from(written(it)) },
  ]);
  await page.locator("input[type=file]").setInputFiles(files);
  await page.getByRole("button", { name: "Upload and read" }).click();
  await page.waitForFunction(() => ![...document.querySelectorAll(".tag")].some((tag) => /queued|running/.test(tag.textContent)), undefined, { timeout: 120_000 });
  const base = "/p/hostile";
  // What people write is no safer than what documents say.
  await page.goto(`${base}/threats`);
  const threat = await page.locator("tbody td.title a").first().getAttribute("href");
  await page.goto(threat);
  await page.getByRole("textbox", { name: "Owner" }).fill(payload);
  await page.getByLabel("Until").fill("2030-01-01");
  await page.getByRole("textbox", { name: "Reason" }).fill(payload);
  await page.getByRole("button", { name: "Record the decision" }).click();
  await page.getByText("The decision is recorded.").waitFor();
  await page.goto(`${base}/inbox`);
  await page.locator("input[name=item]").first().check();
  await page.getByLabel("Owner or assignee").fill(payload);
  await page.getByRole("button", { name: "Assign" }).click();
  await page.getByText("Assigned.").waitFor();
  await page.goto(`${base}/threats?words=${encodeURIComponent(payload)}`);
  await page.getByText("Save this view").click();
  await page.getByLabel("Name", { exact: true }).fill(payload);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("The view is saved.").waitFor();

  const lists = ["inbox", "threats", "model?layer=data&layer=threats&layer=encryption", "inventory/components", "inventory/flows", "inventory/assumptions", "inventory/accepted_risks", "inventory/open_questions", "paths", "trial", "conflicts", "questions", "report", "sources", "rejected", "jobs", "access", "audit"];
  const addresses = new Set(["/", threat, ...lists.map((it) => `${base}/${it}`)]);
  for (const it of corpus) {
    const words = encodeURIComponent(it);
    for (const path of [`search?q=${words}`, `assistant?q=${words}`, `threats?words=${words}`, `threats?owner=${words}`, `trial?with=${words}`, `model?focus=${words}`]) addresses.add(`${base}/${path}`);
  }
  for (const list of ["threats", "inventory/components", "inventory/flows", "inventory/assumptions", "sources"]) {
    await page.goto(`${base}/${list}`);
    const links = await page.locator("tbody a").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    for (const href of links.slice(0, 12)) addresses.add(href);
  }
  assert.ok(addresses.size > 60, "the documents became a model");
  let shown = 0;
  for (const address of addresses) {
    const response = await page.goto(address);
    assert.ok(response.status() < 500, address);
    shown += await check(page, address);
  }
  assert.ok(shown > 30, `its words are shown as words, on ${shown} of ${addresses.size} pages`);
  await look.close();
});

test("an answer that streams in is text, too", async () => {
  const look = await open(server);
  const { page } = look;
  await page.goto("/p/hostile/assistant");
  for (const question of ["What is assumed?", corpus[0]]) {
    await page.getByLabel("Your question").fill(question);
    await page.getByRole("button", { name: "Ask" }).click();
    await page.locator("[data-conversation][aria-busy=false]").waitFor({ timeout: 60_000 });
  }
  assert.equal(await page.locator(".asked").count(), 2);
  await check(page, "assistant");
  await look.close();
});
