// The entry for browsers and bundlers, which fetches the WebAssembly.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

// The entry for Node shares a module with this one, and would have loaded the WebAssembly.
test("the entry for browsers works without that for Node", async () => {
  const fetched = [];
  globalThis.fetch = async (url) => {
    fetched.push(String(url));
    const headers = { "Content-Type": "application/wasm" };
    return new Response(readFileSync(fileURLToPath(url)), { headers });
  };
  const entry = createRequire(import.meta.url).resolve("socialgraph/package.json");
  const web = await import(new URL("web.js", pathToFileURL(entry)));

  assert.deepEqual(Object.keys(web), ["SocialGraph", "SocialGraphError", "policy", "policyNames"]);
  assert.equal(fetched.length, 1);
  assert.match(fetched[0], /socialgraph_bg\.wasm$/);
  const graph = new web.SocialGraph("tencent_rest");
  for (const name of ["ann", "ben"]) graph.addUser(name);
  graph.block("ann", "ben");
  assert.equal(graph.canMessage("ben", "ann"), false);
});
