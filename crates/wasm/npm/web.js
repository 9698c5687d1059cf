// For browsers and bundlers: the WebAssembly is loaded from beside this file.
import load from "./socialgraph.js";

await load();

export { SocialGraphError } from "./error.js";
export { SocialGraph, policy, policyNames } from "./socialgraph.js";
