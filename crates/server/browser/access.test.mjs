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
  base = await loadExample(look.page);
  await look.page.goto(`${base}/threats`);
  const threat = await look.page.locator("tbody td.title a").first().getAttribute("href");
  await look.page.goto(`${base}/inventory/components`);
  const element = await look.page.locator("tbody th a").first().getAttribute("href");
  await look.page.goto(`${base}/paths`);
  const path = await look.page.locator("tbody a").first().getAttribute("href");
  await look.page.goto(`${base}/sources`);
  const document = await look.page.locator("tbody td.title a").first().getAttribute("href");
  const assumption = await look.page.goto(`${base}/trial`).then(() => look.page.getByRole("link", { name: "What if it does not hold?" }).first().getAttribute("href"));
  await look.close();
  const own = [
    "inbox", "threats", "threats?status=planned&severity=critical", "model", "model?layer=threats&layer=unknown&layer=encryption&layer=data", "inventory/components", "inventory/flows",
    "inventory/data", "inventory/controls", "inventory/incidents", "paths", "trial", "conflicts", "questions", "assistant", "search?q=parcel", "search?q=nothingofthekind", "report", "sources", "rejected", "jobs",
    "revisions", "rules", "usage", "access", "audit", "threats?at=r1", "no-such-page",
  ];
  screens = ["/", "/sign-in", "/sign-in?wrong=yes", threat, element, path, document, `${document}?look=stored`, assumption, ...own.map((it) => `${base}/${it}`)];
});
after(async () => {
  await server?.stop();
  await closeBrowser();
});

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing, ${colorScheme}`, async () => {
    const look = await open(server, { colorScheme });
    for (const screen of screens) {
      await look.page.goto(screen);
      assert.deepEqual(await axe(look.page), [], screen);
    }
    await look.close();
  });
}

test("on a narrow screen nothing overflows, and axe finds nothing", async () => {
  const look = await open(server, { viewport: { width: 320, height: 700 } });
  for (const screen of screens) {
    await look.page.goto(screen);
    const wide = await look.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 321, `${screen} is ${wide} wide`);
    assert.deepEqual(await axe(look.page), [], screen);
  }
  await look.close();
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
