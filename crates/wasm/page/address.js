// The address: the tab and the state of the page are its fragment, `#TAB=STATE`.

export const VERSION = 1;
export const TABS = ["play", "policy", "compare", "check", "profiles"];

/** What an address without a fragment opens. */
export const START = {
  version: VERSION,
  policy: "tencent_rest",
  other: null,
  users: ["ann", "ben"],
  lines: [
    "ann sends ben a friend request",
    "ben accepts a friend request from ann",
    "ann blocks ben",
  ],
  step: 3,
  watches: [{ question: "message", actor: "ben", target: "ann" }],
};

/** Returns the fragment of a state: the tab, and the state as base64url of JSON. */
export function fragment(tab, state) {
  const bytes = new TextEncoder().encode(JSON.stringify(state));
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return `#${tab}=${base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/** Reads a fragment. If it cannot be opened, `problem` says why. */
export function opened(text) {
  if (text.length < 2) return { tab: "play", state: START };
  const [, tab, encoded] = /^#(\w+)=(.*)$/.exec(text) ?? [];
  const state = encoded === undefined ? null : decoded(encoded);
  if (state?.version > VERSION) return { problem: newer(state.version) };
  if (state === null || !TABS.includes(tab)) return { problem: DAMAGED };
  return { tab, state: { other: null, lines: [], step: 0, watches: [], ...state } };
}

const DAMAGED = "The address is damaged, and cannot be opened.";

function newer(version) {
  return `The address is of a newer page, version ${version}, and this one is version ${VERSION}: get the newer page to open it.`;
}

/** Returns the state that a text in base64url holds, or null if it holds none. */
function decoded(text) {
  try {
    const base64 = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(base64, (letter) => letter.charCodeAt(0));
    const state = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return isState(state) ? state : null;
  } catch {
    return null;
  }
}

/** Returns whether a value has what every version of a state has. The engine checks the rest. */
function isState(value) {
  if (typeof value?.version !== "number") return false;
  return (
    value.version > VERSION || (typeof value.policy === "string" && Array.isArray(value.users))
  );
}
