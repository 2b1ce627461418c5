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

const payload = '<img src=x onerror=alert(1)>"\'><script>alert(2)</script>';
const text = `# ${payload}

| service | what it does | owner |
|---|---|---|
| \`door-api${payload}\` | ${payload} | ${payload} |
| \`lock-db\` | A database | ${payload} |

\`door-api\` calls \`lock-db\` over plain HTTP ${payload}.
\`door-api\` is reachable from the internet. We assume that ${payload} never happens.
TODO: ${payload} should be encrypted. Open question: does ${payload} matter?
Passwords are stored in \`lock-db\` in plain text. Risk accepted by ${payload} until 2030-01-01: no rate limiting.

\`\`\`mermaid
flowchart LR
  a["${payload.replaceAll('"', "'")}"] -->|"${payload.replaceAll('"', "'")}"| b[(lock-db)]
\`\`\`
`;

test("a hostile document runs nowhere and loads nothing", async () => {
  const look = await open(server);
  const { page } = look;
  await page.goto("/");
  await page.getByLabel("Name").fill(payload);
  await page.getByLabel("Address").fill("hostile");
  await page.getByRole("button", { name: "Make the project" }).click();
  await page.locator("input[type=file]").setInputFiles([
    { name: "design.md", mimeType: "text/markdown", buffer: Buffer.from(text) },
    { name: "chat.txt", mimeType: "text/plain", buffer: Buffer.from(text) },
  ]);
  await page.getByRole("button", { name: "Upload and read" }).click();
  await page.waitForFunction(() => ![...document.querySelectorAll(".tag")].some((tag) => /queued|running/.test(tag.textContent)), undefined, { timeout: 90_000 });
  const base = "/p/hostile";
  const addresses = new Set(["inbox", "threats", "model?layer=data&layer=threats", "inventory/components", "inventory/flows", "inventory/assumptions", "paths", "trial", "conflicts", "questions", "report", "sources", "rejected", `search?q=${encodeURIComponent(payload)}`].map((it) => `${base}/${it}`));
  addresses.add("/");
  for (const list of ["threats", "inventory/components", "inventory/flows", "sources"]) {
    await page.goto(`${base}/${list}`);
    for (const href of await page.locator("tbody a").evaluateAll((links) => links.map((link) => link.getAttribute("href")))) addresses.add(href);
  }
  assert.ok(addresses.size > 20, "the document became a model");
  let shown = 0;
  for (const address of addresses) {
    await page.goto(address);
    const found = await page.evaluate(() => ({
      images: document.querySelectorAll("img, iframe, object, embed, script:not([src])").length,
      handlers: [...document.querySelectorAll("*")].filter((it) => [...it.attributes].some((one) => one.name.startsWith("on"))).length,
      tells: document.body.innerText.includes("onerror=alert(1)"),
    }));
    assert.deepEqual([found.images, found.handlers], [0, 0], address);
    shown += found.tells;
  }
  assert.ok(shown > 5, "its words are shown as words");
  await look.close();
});
