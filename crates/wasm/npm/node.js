// For Node, Deno and Bun: the WebAssembly is read from the disk.
import { readFileSync } from "node:fs";
import { initSync } from "./socialgraph.js";

initSync({ module: readFileSync(new URL("./socialgraph_bg.wasm", import.meta.url)) });

export { SocialGraphError } from "./error.js";
export { SocialGraph, policy, policyNames } from "./socialgraph.js";
