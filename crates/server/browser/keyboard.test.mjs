// Each flow by keyboard alone: no pointer, and at every stop it is seen where one is.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser, open, serve } from "./support.mjs";

let server;
const base = "/p/tuckbox";

before(async () => {
  server = await serve();
  const look = await open(server);
  await look.page.goto("/");
  await press(look.page, look.page.getByRole("button", { name: "Load the example" }));
  await look.page.getByRole("heading", { name: "Inbox" }).waitFor({ timeout: 120_000 });
  await look.close();
});
after(async () => {
  await server?.stop();
  await closeBrowser();
});

const stopsMax = 400;

/** Goes on by Tab until something has the focus, and looks whether that is seen. */
async function reach(page, target) {
  for (let stops = 0; stops < stopsMax; stops += 1) {
    if (await target.first().evaluate((it) => it === document.activeElement)) {
      const isSeen = await target.first().evaluate((it) => {
        const style = getComputedStyle(it);
        return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) || it.closest("svg") !== null;
      });
      assert.ok(isSeen, "the focus is seen");
      return;
    }
    await page.keyboard.press("Tab");
  }
  assert.fail(`not reached: ${await target.first().evaluate((it) => it.outerHTML.slice(0, 120))}`);
}

async function press(page, target) {
  await reach(page, target);
  await page.keyboard.press("Enter");
}

async function write(page, target, words) {
  await reach(page, target);
  await page.keyboard.type(words);
}

function flow(name, act) {
  test(name, async () => {
    const look = await open(server);
    try {
      await act(look.page);
    } finally {
      await look.close();
    }
  });
}

flow("from the list of projects to a cited threat", async (page) => {
  await page.goto("/");
  await press(page, page.getByRole("link", { name: /Tuckbox/ }));
  await page.getByRole("heading", { name: "Inbox" }).waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await page.getByRole("heading", { name: "Threats", level: 1 }).waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Why it is a threat" }).waitFor();
  await press(page, page.locator("a.cite"));
  await page.locator("#cited").waitFor();
  await page.keyboard.press("n");
  await page.waitForURL(/cite=2/);
});

flow("a risk is accepted, taken back, and accepted again", async (page) => {
  await page.goto(`${base}/threats?waiting=yes`);
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  const decide = async () => {
    await write(page, page.getByRole("textbox", { name: "Owner" }), "Jonas Brandt");
    await write(page, page.getByLabel("Until"), "12312029");
    await write(page, page.getByRole("textbox", { name: "Reason" }), "The store is being replaced");
    await press(page, page.getByRole("button", { name: "Record the decision" }));
    await page.getByText("The decision is recorded.").waitFor();
    assert.match(await page.locator("#decide").innerText(), /2029-12-31/);
  };
  await decide();
  await page.keyboard.press("u");
  await page.getByText("Taken back.").waitFor();
  await page.getByText("Nobody has decided about it.").waitFor();
  await decide();
  await press(page, page.getByRole("button", { name: "Withdraw this decision" }));
  await page.getByText("The decision is withdrawn.").waitFor();
});

flow("a supposition and the diagram", async (page) => {
  await page.goto(`${base}/trial`);
  await press(page, page.getByRole("link", { name: "What if it does not hold?" }));
  await page.getByRole("heading", { name: "What would be different" }).waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("m");
  await page.getByRole("heading", { name: "Model", level: 1 }).waitFor();
  await reach(page, page.getByRole("checkbox", { name: "Threats" }));
  await page.keyboard.press("Space");
  await page.waitForURL(/layer=threats/);
  await reach(page, page.locator("[data-diagram]"));
  await page.keyboard.press("+");
  await page.keyboard.press("ArrowRight");
  const first = await page.evaluate(() => document.activeElement.dataset.id);
  await page.keyboard.press("ArrowRight");
  const second = await page.evaluate(() => document.activeElement.dataset.id);
  assert.ok(first && second && first !== second, `${first}, then ${second}`);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/model\/cmp/);
});

flow("a question, its answer, and a passage of it", async (page) => {
  await page.goto(`${base}/assistant`);
  await write(page, page.getByLabel("Your question"), "Which components can be reached from the internet?");
  await press(page, page.getByRole("button", { name: "Ask" }));
  await page.locator(".answer-text a.cite").first().waitFor({ timeout: 60_000 });
  await press(page, page.locator(".passages figcaption a"));
  await page.locator("#cited").waitFor();
});

flow("search, a contradiction, and its source", async (page) => {
  await page.goto(`${base}/conflicts`);
  await press(page, page.locator(".conflict figcaption a"));
  await page.locator("#cited").waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("parcel-api");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /threats?$/ }).waitFor();
});

flow("a view is filtered, saved and opened again", async (page) => {
  await page.goto(`${base}/threats`);
  await write(page, page.getByRole("combobox", { name: "Severity" }), "high");
  await press(page, page.getByRole("button", { name: "Filter" }));
  await page.waitForURL(/severity=high/);
  await press(page, page.getByText("Save this view"));
  await write(page, page.getByLabel("Name", { exact: true }), "By keyboard");
  await page.keyboard.press("Enter");
  await page.getByText("The view is saved.").waitFor();
  await press(page, page.getByRole("link", { name: "By keyboard" }));
  await page.waitForURL(/severity=high/);
});

flow("a text is pasted and changes the model; the revision before is seen as it was", async (page) => {
  await page.goto(`${base}/sources`);
  await write(page, page.getByLabel("Name", { exact: true }), "lockers.md");
  await write(page, page.getByLabel("Text", { exact: true }), "`lockerhub` calls `parcel-api` over HTTPS.");
  await press(page, page.getByRole("button", { name: "Add and read" }));
  await page.getByText("Taken in.").waitFor();
  await page.waitForFunction(() => ![...document.querySelectorAll(".tag")].some((tag) => /queued|running/.test(tag.textContent)), undefined, { timeout: 90_000 });
  await page.goto(`${base}/revisions`);
  await press(page, page.getByRole("link", { name: "r1", exact: true }));
  await page.getByText("as it was").waitFor();
});

flow("all keys are told, and the colours changed", async (page) => {
  await page.goto(`${base}/inbox`);
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await page.getByRole("dialog").count(), 0);
  await press(page, page.getByRole("button", { name: "Dark colours" }));
  await page.waitForURL(/inbox/);
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
});
