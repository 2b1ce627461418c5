// A real server with a folder of its own, and a real browser that looks at it.
//
// `CAIRN` names the binary (else `target/debug/cairn`), `CHROMIUM` the browser (else Debian's).

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const root = new URL("../../../", import.meta.url).pathname;
const binary = process.env.CAIRN ?? join(root, "target/debug/cairn");
const browserPath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const axeSource = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const startMs = 60_000;

/** Starts a server. With `auth`, everybody needs a key, and `key` is the first operator's. */
export async function serve({ auth = false } = {}) {
  const data = await mkdtemp(join(tmpdir(), "cairn-browser-"));
  const env = { ...process.env, CAIRN_SERVER_AUTH: auth ? "on" : "auto" };
  const child = spawn(binary, ["serve", "--listen", "127.0.0.1:0", "--data", data], { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const address = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the server did not start: ${said}`)), startMs);
    const hear = (chunk) => {
      said += chunk;
      const found = said.match(/listening at (http:\/\/[\d.]+:\d+)/);
      if (found) {
        clearTimeout(timer);
        resolve(found[1]);
      }
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("exit", (code) => reject(new Error(`the server ended with ${code}: ${said}`)));
  });
  return {
    address,
    key: said.match(/\n\s+(\S{20,})\n/)?.[1],
    async stop() {
      child.removeAllListeners("exit");
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}

let browser;

/** Opens a page that tells of everything that must not happen: foreign requests, violations of the policy, errors of scripts. */
export async function open(server, options = {}) {
  browser ??= await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox"] });
  const context = await browser.newContext({ baseURL: server.address, viewport: { width: 1280, height: 900 }, ...options });
  const faults = [];
  context.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(server.address) && !url.startsWith("data:") && !url.startsWith("blob:")) faults.push(`request to ${url}`);
  });
  if (options.javaScriptEnabled !== false) {
    await context.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
    });
  }
  // A debug build on a busy machine is slow; nothing that works takes so long.
  context.setDefaultTimeout(90_000);
  const page = await context.newPage();
  page.on("pageerror", (error) => faults.push(`script error: ${error.message}`));
  page.on("console", (message) => {
    if (message.text().startsWith("policy:") || /Content Security Policy/.test(message.text())) faults.push(message.text());
  });
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  return {
    page,
    faults,
    async close() {
      await context.close();
      assert.deepEqual(faults, []);
    },
  };
}

export async function closeBrowser() {
  await browser?.close();
}

/** Loads the example and waits until it is read. Gives the address of its project. While `meanwhile` looks at the page, it stays as it is. */
export async function loadExample(page, meanwhile = async () => {}) {
  await page.goto("/");
  let goOn;
  const looked = new Promise((resolve) => { goOn = resolve; });
  await page.route("**/inbox", async (route) => {
    await looked;
    await route.continue();
  });
  await page.getByRole("button", { name: "Load the example" }).click();
  await meanwhile(page);
  goOn();
  await page.getByRole("heading", { name: "Inbox" }).waitFor({ timeout: 120_000 });
  await page.unrouteAll({ behavior: "wait" });
  return new URL(page.url()).pathname.replace(/\/inbox$/, "");
}

/** Faults that axe finds on a page as it is. */
export async function axe(page) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  return violations.map((it) => `${it.id}: ${it.nodes.slice(0, 3).map((node) => `${node.target.join(" ")} ${node.any.map((one) => one.message).join("; ")}`).join(" | ")}`);
}
