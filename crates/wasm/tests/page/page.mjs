// The page's file, its addresses and states.
import assert from "node:assert/strict";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

export const REPOSITORY = resolve(process.env.REPOSITORY);
export const PAGE_FILE = resolve(process.env.PAGE);
export const PAGE_URL = pathToFileURL(PAGE_FILE).href;
export const TABS = ["play", "policy", "compare", "check", "profiles"];

/** Returns the address of a state: `#TAB=STATE`, or that of the start. */
export function address(state, tab = "play", url = PAGE_URL) {
  if (state === null) return url;
  const text = typeof state === "string" ? state : JSON.stringify(state);
  return `${url}#${tab}=${Buffer.from(text).toString("base64url")}`;
}

/** Returns a state at the end of its story. */
export function stateOf({
  policy = "tencent_rest",
  other = null,
  users = ["ann", "ben"],
  lines = [],
  step = lines.length,
  watches = [],
}) {
  return { version: 1, policy, other, users, lines, step, watches };
}

/** Returns the tab and the state that an address has. */
export function read(url) {
  const fragment = new URL(url).hash.slice(1);
  const at = fragment.indexOf("=");
  const text = Buffer.from(fragment.slice(at + 1), "base64url").toString("utf8");
  return { tab: fragment.slice(0, at), state: JSON.parse(text) };
}

/** Waits until a question has the answer true, and fails with its name otherwise. */
export async function until(what, question, milliseconds = 10_000) {
  const end = Date.now() + milliseconds;
  for (;;) {
    if (await question()) return;
    if (Date.now() > end) assert.fail(`not within ${milliseconds} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}
