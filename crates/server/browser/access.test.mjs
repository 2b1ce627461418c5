// Accessibility: axe finds nothing on any screen, light and dark, wide and narrow; nothing overflows; keys reach everything.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, closeBrowser, loadExample, open, serve } from "./support.mjs";

let server;
let base;
let screens;

before(async () => {
  server = await serve();
  const look = await open(server);
  await look.page.goto("/");
  assert.deepEqual(await axe(look.page), [], "first run");
  base = await loadExample(look.page, whileReading);
  const first = async (list, links) => {
    await look.page.goto(`${base}/${list}`);
    return look.page.locator(links).first().getAttribute("href");
  };
  const threat = await first("threats", "tbody td.title a");
  const element = await first("inventory/components", "tbody th a");
  const path = await first("paths", "tbody a");
  const document = await first("sources", "tbody td.title a");
  await look.page.goto(`${base}/trial`);
  const assumption = await look.page.getByRole("link", { name: "What if it does not hold?" }).first().getAttribute("href");
  // A project in which nothing was ever read: the empty states.
  await look.page.goto("/");
  await look.page.getByLabel("Name").fill("Empty");
  await look.page.getByLabel("Address").fill("empty");
  await look.page.getByRole("button", { name: "Make the project" }).click();
  await look.page.getByRole("heading", { name: "Sources" }).waitFor();
  await look.close();
  const component = element.split("/").at(-1);
  const own = [
    "inbox", "threats", "threats?status=planned&severity=critical", "model", "model?layer=threats&layer=unknown&layer=encryption&layer=data", `model?compromise=${component}`, "inventory/components",
    "inventory/flows", "inventory/data", "inventory/controls", "inventory/incidents", "paths", "trial", `trial?compromise=${component}`, "trial?with=nonsense", "conflicts", "questions", "assistant",
    "assistant?q=Which+components+can+be+reached+from+the+internet%3F", "assistant?q=Who+painted+the+ceiling%3F", "search?q=parcel", "search?q=nothingofthekind", "report", "sources", "rejected", "jobs", "revisions", "rules",
    "usage", "access", "audit", "audit?verify=yes", "threats?at=r1", "inbox?done=decided", "no-such-page",
  ];
  const empty = ["inbox", "threats", "model", "inventory/components", "paths", "trial", "conflicts", "questions", "assistant", "sources", "rejected", "jobs", "revisions", "rules", "audit", "report"];
  screens = [
    "/", "/sign-in", "/sign-in?wrong=yes", "/nothing/here", threat, `${threat}?cite=2`, element, path, document, `${document}?look=stored`, assumption,
    ...own.map((it) => `${base}/${it}`), ...empty.map((it) => `/p/empty/${it}`),
  ];
});

/** The page that waits for the documents to be read. */
async function whileReading(page) {
  await page.getByRole("heading", { name: "Reading the documents" }).waitFor();
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await axe(page), [], `while documents are read, ${colorScheme}`);
  }
}

after(async () => {
  await server?.stop();
  await closeBrowser();
});

for (const [name, viewport] of [["wide", { width: 1440, height: 900 }], ["narrow", { width: 390, height: 844 }]]) {
  test(`axe finds nothing on any screen, light and dark, ${name}`, async () => {
    const look = await open(server, { viewport });
    for (const screen of screens) {
      await look.page.goto(screen);
      // What is behind folds counts too.
      await look.page.evaluate(() => document.querySelectorAll("main details:not([open])").forEach((it) => { it.open = true; }));
      for (const colorScheme of ["light", "dark"]) {
        await look.page.emulateMedia({ colorScheme });
        assert.deepEqual(await axe(look.page), [], `${screen}, ${colorScheme}`);
      }
    }
    await look.close();
  });
}

test("nothing overflows, however narrow the screen", async () => {
  for (const width of [320, 390, 768]) {
    const look = await open(server, { viewport: { width, height: 700 } });
    for (const screen of screens) {
      await look.page.goto(screen);
      const wide = await look.page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${screen} is ${wide} wide on a screen of ${width}`);
    }
    await look.close();
  }
});

test("every link, button and field of a screen is reached by Tab", async () => {
  const look = await open(server);
  for (const screen of [`${base}/inbox`, `${base}/threats`, `${base}/model`, `${base}/sources`]) {
    await look.page.goto(screen);
    const reached = await look.page.evaluate(() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")].filter((it) => it.checkVisibility() && it.tabIndex < 0).map((it) => it.outerHTML.slice(0, 90)));
    assert.deepEqual(reached, [], screen);
    await look.page.keyboard.press("Tab");
    assert.equal(await look.page.evaluate(() => document.activeElement.getAttribute("href")), "#main", "the way past the navigation comes first");
  }
  await look.close();
});

test("what is smaller than a finger is not alone", async () => {
  const look = await open(server, { viewport: { width: 390, height: 844 } });
  for (const screen of [`${base}/inbox`, `${base}/threats`, `${base}/sources`, `${base}/access`]) {
    await look.page.goto(screen);
    const small = await look.page.evaluate(() => [...document.querySelectorAll("main button, main select, main input:not([type=hidden], [type=checkbox], [type=radio])")].filter((it) => it.checkVisibility() && it.getBoundingClientRect().height < 24).map((it) => it.outerHTML.slice(0, 90)));
    assert.deepEqual(small, [], screen);
  }
  await look.close();
});
