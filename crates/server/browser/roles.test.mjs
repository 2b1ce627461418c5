// Who may do what: what is not offered is not done either.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser, loadExample, open, serve } from "./support.mjs";

let server;
let base;
const keys = {};

async function call(method, path, key, body) {
  const response = await fetch(`${server.address}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${await response.clone().text()}`);
  return response.status === 204 ? undefined : response.json();
}

async function signIn(page, key) {
  await page.goto("/sign-in");
  await page.getByLabel("Key").fill(key);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: /Projects|cites its sources/ }).waitFor();
}

before(async () => {
  server = await serve({ auth: true });
  const look = await open(server);
  await signIn(look.page, server.key);
  base = await loadExample(look.page);
  await look.close();
  const project = base.split("/").at(-1);
  for (const role of ["viewer", "reviewer", "editor"]) {
    await call("POST", "/people", server.key, { id: role, name: `A ${role}` });
    await call("PUT", `/projects/${project}/members/${role}`, server.key, { role });
    keys[role] = (await call("POST", "/keys", server.key, { name: "browser", person: role, scope: "admin" })).secret;
  }
});
after(async () => {
  await server?.stop();
  await closeBrowser();
});

const mayDo = { viewer: [false, false], reviewer: [true, false], editor: [true, true] };

for (const [role, [decides, brings]] of Object.entries(mayDo)) {
  test(`a ${role} ${decides ? "decides" : "does not decide"} and ${brings ? "brings documents" : "brings none"}`, async () => {
    const look = await open(server);
    const { page } = look;
    await signIn(page, keys[role]);
    await page.goto(`${base}/threats?waiting=yes`);
    await page.locator("tbody td.title a").first().click();
    assert.equal(await page.getByRole("button", { name: "Record the decision" }).count(), decides ? 1 : 0);
    const address = new URL(page.url()).pathname;
    await page.goto(`${base}/sources`);
    assert.equal(await page.getByRole("button", { name: "Upload and read" }).count(), brings ? 1 : 0);
    // What is not offered is refused as well, with a proof that is good.
    const proof = await page.locator("input[name=_csrf]").first().inputValue();
    const post = (path, form) => page.request.post(path, { form: { _csrf: proof, ...form }, maxRedirects: 0 });
    const decided = await post(`${address}/decide`, { action: "mitigated", reason: "Seen to" });
    assert.equal(decided.status(), decides ? 303 : 403);
    const pasted = await post(`${base}/sources/paste`, { path: "note.md", text: "Nothing." });
    assert.equal(pasted.status(), brings ? 303 : 403);
    const given = await post(`${base}/access/role`, { person: role, role: "admin" });
    assert.equal(given.status(), 403);
    assert.equal((await page.request.get(`${base}/audit`)).status(), 403);
    await look.close();
  });
}

test("an editor brings a file, and its proof is not in the address", async () => {
  const look = await open(server);
  const { page } = look;
  await signIn(page, keys.editor);
  await page.goto(`${base}/sources`);
  const [sent] = await Promise.all([
    page.waitForRequest((request) => request.method() === "POST"),
    (async () => {
      await page.locator("input[type=file]").setInputFiles({ name: "lockers.md", mimeType: "text/markdown", buffer: Buffer.from("`lockerhub` calls `parcel-api` over HTTPS.\n") });
      await page.getByRole("button", { name: "Upload and read" }).click();
    })(),
  ]);
  assert.equal(new URL(sent.url()).search, "");
  await page.getByText("Taken in.").waitFor();
  await look.close();
});

test("an admin adds somebody and makes a key, which is shown once and taken back", async () => {
  const look = await open(server);
  const { page } = look;
  await signIn(page, server.key);
  await page.goto(`${base}/access`);
  await page.getByText("Add somebody").click();
  await page.getByLabel("Known as").fill("ines");
  await page.getByLabel(/^Name, for somebody/).fill("Ines Okafor");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByText("They have a part in this project now.").waitFor();
  await page.getByRole("rowheader", { name: "Ines Okafor" }).waitFor();
  await page.getByText("Make a key", { exact: true }).click();
  await page.getByLabel("What it is for").fill("laptop");
  await page.getByRole("button", { name: "Make the key" }).click();
  const secret = (await page.locator("code.secret").innerText()).trim();
  assert.match(secret, /^cairn_\S{40,}$/);
  const ask = () => fetch(`${server.address}/api/v1/projects/${base.split("/").at(-1)}`, { headers: { authorization: `Bearer ${secret}` } });
  assert.equal((await ask()).status, 200);
  await page.goto(`${base}/access`);
  assert.ok(!(await page.content()).includes(secret));
  await page.getByRole("button", { name: "Take back laptop" }).click();
  await page.getByText("The key is good for nothing any more.").waitFor();
  assert.equal((await ask()).status, 401);
  await look.close();
});

test("nobody is let in without a key, and comes back to where they wanted to go", async () => {
  const look = await open(server);
  await look.page.goto(`${base}/threats?severity=high`);
  assert.match(look.page.url(), /\/sign-in/);
  await look.page.getByLabel("Key").fill("ck_wrong");
  await look.page.keyboard.press("Enter");
  await look.page.getByRole("alert").waitFor();
  await look.page.goto(`${base}/threats?severity=high`);
  await look.page.getByLabel("Key").fill(keys.viewer);
  await look.page.keyboard.press("Enter");
  await look.page.waitForURL(/severity=high/);
  await look.page.getByRole("button", { name: "Sign out" }).click();
  await look.page.goto(`${base}/threats`);
  assert.match(look.page.url(), /\/sign-in/);
  await look.close();
});

test("a form without its proof changes nothing", async () => {
  const look = await open(server);
  await signIn(look.page, keys.reviewer);
  await look.page.goto(`${base}/threats?waiting=yes`);
  const address = await look.page.locator("tbody td.title a").first().getAttribute("href");
  const answer = await look.page.request.post(`${address}/decide`, { form: { action: "mitigated", reason: "Forged", _csrf: "guess" } });
  assert.equal(answer.status(), 403);
  await look.close();
});
