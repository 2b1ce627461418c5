// How long the server takes for each page, and how heavy each is, with a model of a thousand components.
//
//   node times.mjs [COMPONENTS] [REQUESTS]
//
// Figures are of the binary that `CAIRN` names; only those of a release build mean anything.

import { gzipSync } from "node:zlib";
import { serve } from "./support.mjs";

const components = Number(process.argv[2] ?? 1000);
const requests = Number(process.argv[3] ?? 60);
const perDocument = 25;

/** Documents of a team that lists its services, and says whom they call. */
function documents() {
  const files = [];
  for (let from = 0; from < components; from += perDocument) {
    const names = Array.from({ length: Math.min(perDocument, components - from) }, (_, nth) => `svc-${String(from + nth).padStart(4, "0")}`);
    const rows = names.map((name, nth) => `| \`${name}\` | ${nth % 5 === 4 ? "A PostgreSQL database" : "A service"} | Team ${from} |`);
    const calls = names.map((name, nth) => `\`${name}\` calls \`svc-${String((from + nth * 37 + 11) % components).padStart(4, "0")}\` over ${nth % 3 ? "HTTPS" : "plain HTTP without authentication"}.`);
    const text = `# Area ${from}\n\n| service | what it does | owner |\n|---|---|---|\n${rows.join("\n")}\n\n## Flows\n\n${calls.join("\n\n")}\n`;
    files.push([`area-${String(from).padStart(4, "0")}.md`, text]);
  }
  return files;
}

const server = await serve();
const get = (path) => fetch(`${server.address}${path}`, { headers: { accept: "text/html" } });

async function post(path, body, headers = {}) {
  const response = await fetch(`${server.address}${path}`, { method: "POST", body, headers });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
}

await post("/api/v1/projects", JSON.stringify({ id: "large", name: "Large" }), { "content-type": "application/json" });
const form = new FormData();
for (const [name, text] of documents()) form.append("file", new Blob([text], { type: "text/markdown" }), name);
await post("/api/v1/projects/large/uploads", form);
for (;;) {
  const { data, items } = await (await get("/api/v1/projects/large/jobs")).json();
  if ((items ?? data ?? []).every((job) => !["queued", "running"].includes(job.state))) break;
  await new Promise((resolve) => setTimeout(resolve, 500));
}

const base = "/p/large";
const threats = await (await get(`${base}/threats`)).text();
const threat = threats.match(/href="(\/p\/large\/threats\/thr-[^"]+)"/)?.[1];
const elements = await (await get(`${base}/inventory/components`)).text();
const element = elements.match(/href="(\/p\/large\/model\/cmp-[^"]+)"/)?.[1];
const sources = await (await get(`${base}/sources`)).text();
const document = sources.match(/href="(\/p\/large\/documents\/[^"]+)"/)?.[1];
const pages = [`${base}/inbox`, `${base}/threats`, threat, `${base}/model`, `${base}/model?layer=threats&layer=unknown`, element, `${base}/inventory/components`, `${base}/inventory/flows`, `${base}/conflicts`, `${base}/questions`, `${base}/paths`, `${base}/trial`, `${base}/sources`, document, `${base}/rules`, `${base}/jobs`, `${base}/search?q=svc-0042`, `${base}/report`].filter(Boolean);

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
console.log(`${components} components, ${requests} requests each`);
console.log("page                                        p50 ms   p95 ms   first ms   gzip kB");
for (const page of pages) {
  const times = [];
  let body = "";
  for (let nth = 0; nth <= requests; nth += 1) {
    const begun = performance.now();
    body = await (await get(page)).text();
    times.push(performance.now() - begun);
  }
  const [first, ...rest] = times;
  rest.sort((one, other) => one - other);
  const name = page.replace(/(thr|cmp|doc)-.*/, "$1-…").padEnd(40);
  console.log(`${name} ${at(rest, 0.5).toFixed(1).padStart(9)} ${at(rest, 0.95).toFixed(1).padStart(8)} ${first.toFixed(1).padStart(10)} ${(gzipSync(body).length / 1000).toFixed(1).padStart(9)}`);
}
await server.stop();
process.exit(0);
