// What people do with the web interface, end to end on the real server.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser, loadExample, open, serve } from "./support.mjs";

let server;
let base;

before(async () => {
  server = await serve();
  const look = await open(server);
  base = await loadExample(look.page);
  await look.close();
});
after(async () => {
  await server?.stop();
  await closeBrowser();
});

/** A test with a page of its own. */
function flow(name, act, options) {
  test(name, async () => {
    const look = await open(server, options);
    try {
      await act(look.page);
    } finally {
      await look.close();
    }
  });
}

flow("from the first run to the first cited threat", async (page) => {
  await page.goto("/");
  await page.getByRole("link", { name: /Tuckbox/ }).click();
  await page.getByRole("link", { name: /^Threats/ }).click();
  await page.locator("tbody a").first().click();
  await page.getByRole("heading", { name: "Why it is a threat" }).waitFor();
  await page.locator("a.cite").first().click();
  const cited = page.locator("#cited");
  await cited.waitFor();
  assert.notEqual((await cited.innerText()).trim(), "");
});

flow("a citation leads to its words in the source, and to the next", async (page) => {
  await page.goto(`${base}/threats`);
  await page.locator("tbody a").first().click();
  await page.locator("a.cite").first().click();
  const quoted = await page.locator("mark.cited").allInnerTexts();
  assert.ok(quoted.join("").length > 3);
  assert.ok(await page.locator("#cited").isVisible());
  const box = await page.locator("#cited").boundingBox();
  assert.ok(box.y >= 0 && box.y < 900, "the words are in sight");
  const first = page.url();
  await page.keyboard.press("n");
  await page.waitForURL((url) => url.href !== first);
  await page.keyboard.press("p");
  await page.waitForURL((url) => url.searchParams.get("cite") === "1");
});

flow("triage by keyboard alone", async (page) => {
  await page.goto(`${base}/inbox`);
  const items = page.locator(".item");
  const all = await items.count();
  assert.ok(all > 2, "the example has changes");
  const id = await items.nth(1).getAttribute("id");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("a");
  await page.getByText("Accepted. It comes back when it changes again.").waitFor();
  assert.equal(await page.locator(`[id="${id}"]`).count(), 0);
  // What was done is taken back by one key, and done again.
  await page.keyboard.press("u");
  await page.getByText("Taken back.").waitFor();
  assert.equal(await page.locator(`[id="${id}"]`).count(), 1);
  // An action that takes an owner, an end and a reason asks for them one after the other.
  await page.keyboard.press("j");
  await page.keyboard.press("r");
  for (const [name, value] of [["owner", "Ines Okafor"], ["expires", "2030-01-31"], ["reason", "Replaced with the next release"]]) {
    assert.equal(await page.evaluate(() => document.activeElement.name), name);
    if (name === "expires") await page.locator("[name=expires]").fill(value);
    else await page.keyboard.type(value);
    await page.keyboard.press("Enter");
  }
  await page.getByText("The decision is recorded.").waitFor();
});

flow("a risk is accepted with an owner and an end, and taken back", async (page) => {
  await page.goto(`${base}/threats?waiting=yes`);
  const link = page.locator("tbody td.title a").nth(1);
  const title = await link.innerText();
  await link.click();
  await page.getByRole("textbox", { name: "Owner" }).fill("Jonas Brandt");
  await page.getByLabel("Until").fill("2029-12-31");
  await page.getByRole("textbox", { name: "Reason" }).fill("The store is being replaced");
  await page.getByRole("button", { name: "Record the decision" }).click();
  await page.getByText("The decision is recorded.").waitFor();
  const decision = page.locator("#decide");
  assert.match(await decision.innerText(), /Jonas Brandt/);
  assert.match(await decision.innerText(), /2029-12-31/);
  assert.match(await page.locator(".history").innerText(), /decided/);
  const here = page.url();
  await page.goto(`${base}/threats?waiting=yes`);
  assert.equal(await page.locator("tbody td.title a", { hasText: title }).count(), 0, "it waits no longer");
  await page.goto(here);
  await page.getByRole("button", { name: "Withdraw this decision" }).click();
  await page.getByText("The decision is withdrawn.").waitFor();
});

flow("without an owner or an end no risk is accepted", async (page) => {
  await page.goto(`${base}/threats?waiting=yes`);
  await page.locator("tbody td.title a").nth(2).click();
  await page.getByRole("textbox", { name: "Reason" }).fill("Because");
  await page.getByRole("button", { name: "Record the decision" }).click();
  await page.getByText("takes an owner").waitFor();
});

flow("what if an assumption does not hold", async (page) => {
  await page.goto(`${base}/trial`);
  await page.getByRole("link", { name: "What if it does not hold?" }).first().click();
  await page.getByRole("heading", { name: "What would be different" }).waitFor();
  const supposed = await page.locator(".supposed").innerText();
  assert.match(supposed, /Supposed that this does not hold/);
  assert.doesNotMatch(supposed, /asm-/, "people are told by name");
});

flow("what would be different lies over the diagram", async (page) => {
  await page.goto(`${base}/trial`);
  await page.getByLabel("This is in the wrong hands").selectOption({ label: "notifier" });
  await page.getByRole("button", { name: "Try" }).click();
  await page.getByText("Supposed that notifier is in the wrong hands").waitFor();
  assert.ok((await page.locator("svg.dfd .sign.worse").count()) > 0);
  await page.getByRole("link", { name: "In the whole model, with its layers" }).click();
  await page.getByText("what would be different under a").waitFor();
  assert.match(await page.locator("svg.dfd a.part.marked title").first().textContent(), /worse off/);
  await page.getByRole("checkbox", { name: "Threats" }).check();
  await page.waitForURL((url) => url.searchParams.get("layer") === "threats" && url.searchParams.has("compromise"));
  assert.ok((await page.locator("svg.dfd .sign.worse").count()) > 0, "a layer does not take it away");
});

flow("a control that is supposed to be there is chosen, not spelled", async (page) => {
  await page.goto(`${base}/trial`);
  await page.getByLabel("This control is there").selectOption("authentication");
  await page.getByLabel("… on").selectOption({ label: "parcel-api" });
  await page.getByRole("button", { name: "Try" }).click();
  await page.getByText("Supposed that there is authentication on parcel-api").waitFor();
});

flow("the diagram: layers, a neighbourhood, and a walk by arrow keys", async (page) => {
  await page.goto(`${base}/model`);
  const parts = await page.locator("svg.dfd a.part").count();
  assert.ok(parts > 5);
  await page.getByRole("checkbox", { name: "Encryption" }).check();
  await page.waitForURL(/layer=encryption/);
  assert.ok((await page.locator("svg.dfd .encrypted, svg.dfd .plaintext, svg.dfd .encryption-unknown").count()) > 0);
  await page.locator("svg.dfd a.part").first().focus();
  const first = await page.evaluate(() => document.activeElement.dataset.id);
  await page.keyboard.press("ArrowRight");
  assert.notEqual(await page.evaluate(() => document.activeElement.dataset.id), first);
  await page.getByRole("combobox", { name: "Around" }).selectOption({ index: 1 });
  await page.waitForURL(/focus=cmp/);
  assert.ok((await page.locator("svg.dfd a.part").count()) < parts);
  await page.locator("svg.dfd a.part").first().press("Enter");
  await page.getByRole("heading", { level: 1 }).waitFor();
  assert.match(page.url(), /\/model\/cmp/);
});

flow("a question is answered with citations, and what is not documented is said to be so", async (page) => {
  await page.goto(`${base}/assistant`);
  await page.getByLabel("Your question").fill("Which components can be reached from the internet?");
  await page.getByRole("button", { name: "Ask" }).click();
  await page.locator(".answer-text a.cite").first().waitFor();
  assert.ok((await page.locator(".passages blockquote").count()) > 0);
  await page.getByLabel("Your question").fill("Who painted the ceiling of the chapel?");
  await page.getByRole("button", { name: "Ask" }).click();
  await page.getByText("Not documented").first().waitFor();
  await page.locator("[data-conversation][aria-busy=false]").waitFor();
  assert.ok(!(await page.getByRole("button", { name: "Stop" }).isVisible()), "there is nothing to stop any more");
  // The address is that of the conversation: whoever opens it sees the same.
  const questions = await page.locator(".asked").allInnerTexts();
  await page.goto(page.url());
  assert.deepEqual(await page.locator(".asked").allInnerTexts(), questions);
  await page.locator(".passages figcaption a").first().click();
  assert.ok(await page.locator("#cited").isVisible());
});

flow("a sentence of an answer is kept as a proposal", async (page) => {
  await page.goto(`${base}/assistant`);
  await page.getByLabel("Your question").fill("Which components can be reached from the internet?");
  await page.getByRole("button", { name: "Ask" }).click();
  await page.getByRole("link", { name: "Keep something of this answer" }).click();
  await page.getByText("Keep something of this answer").click();
  await page.locator("select[name=kind]").selectOption("assumption");
  await page.getByRole("button", { name: "Propose as a claim" }).click();
  await page.getByText("The sentence is proposed as a claim.").waitFor();
});

flow("contradictions stand beside each other with both quotes", async (page) => {
  await page.goto(`${base}/conflicts`);
  const first = page.locator(".conflict").first();
  assert.ok((await first.locator(".side").count()) >= 2);
  assert.ok((await first.locator("blockquote").count()) >= 2);
});

flow("search finds elements, threats and documents at once", async (page) => {
  await page.goto(`${base}/inbox`);
  await page.keyboard.press("/");
  await page.keyboard.type("parcel-api");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /elements?$/ }).waitFor();
  await page.getByRole("heading", { name: /threats?$/ }).waitFor();
});

flow("an upload changes the diagram", async (page) => {
  await page.goto(`${base}/model`);
  assert.equal(await page.locator("svg.dfd a.part", { hasText: "lockerhub" }).count(), 0);
  await page.goto(`${base}/sources`);
  const text = "# Lockers\n\n| service | what it does |\n|---|---|\n| `lockerhub` | Opens the doors of parcel lockers |\n\n`lockerhub` calls `parcel-api` over HTTPS.\n";
  await page.locator("input[type=file]").setInputFiles({ name: "lockers.md", mimeType: "text/markdown", buffer: Buffer.from(text) });
  await page.getByRole("button", { name: "Upload and read" }).click();
  await page.getByText("Taken in.").waitFor();
  await page.waitForFunction(() => ![...document.querySelectorAll(".tag")].some((tag) => /queued|running/.test(tag.textContent)), undefined, { timeout: 90_000 });
  await page.goto(`${base}/model`);
  await page.locator("svg.dfd a.part", { hasText: "lockerhub" }).waitFor();
});

flow("an old revision is seen as it was", async (page) => {
  await page.goto(`${base}/model?at=r1`);
  assert.equal(await page.locator("svg.dfd a.part", { hasText: "lockerhub" }).count(), 0);
  await page.getByText("as it was").waitFor();
  await page.getByRole("link", { name: /^Threats/ }).click();
  assert.match(page.url(), /at=r1/);
});

flow("a view is saved and exported", async (page) => {
  await page.goto(`${base}/threats?severity=high`);
  await page.getByText("Save this view").click();
  await page.getByLabel("Name", { exact: true }).fill("Mine");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("The view is saved.").waitFor();
  await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: "Mine" }).click();
  assert.match(page.url(), /severity=high/);
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "CSV" }).click()]);
  assert.equal(file.suggestedFilename(), "threats.csv");
});

flow("everything can be read without scripts", async (page) => {
  await page.goto(`${base}/threats`);
  await page.locator("tbody td.title a").first().click();
  await page.locator("a.cite").first().click();
  assert.ok(await page.locator("#cited").isVisible());
  await page.goto(`${base}/model`);
  await page.getByRole("checkbox", { name: "Threats" }).check();
  await page.getByRole("button", { name: "Show" }).click();
  assert.ok((await page.locator("svg.dfd .badge").count()) > 0);
  await page.getByRole("button", { name: "Dark colours" }).click();
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
}, { javaScriptEnabled: false });

flow("the report prints without the tools around it", async (page) => {
  await page.goto(`${base}/report`);
  await page.emulateMedia({ media: "print" });
  assert.ok(!(await page.locator(".rail").isVisible()));
  assert.ok(await page.getByRole("heading", { name: "Threats that need a decision" }).isVisible());
});
