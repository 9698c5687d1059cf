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
  const base64 = btoa(String.fromCharCode(...bytes));
  return `#${tab}=${base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/** Reads a fragment. `problem` says why it cannot be opened: the start stands in its place. */
export function opened(text) {
  const [, tab, encoded] = /^#(\w+)=(.*)$/.exec(text) ?? [];
  if (!TABS.includes(tab)) {
    return { tab: "play", state: START, problem: text.length > 1 ? DAMAGED : null };
  }
  const state = decoded(encoded);
  if (state === null) return { tab, state: START, problem: DAMAGED };
  if (state.version > VERSION) return { tab, state: START, problem: newer(state.version) };
  return { tab, state: { other: null, lines: [], step: 0, watches: [], ...state }, problem: null };
}

const DAMAGED = "The address is damaged, and cannot be opened. The page shows the start instead.";

function newer(version) {
  return `The address is of a newer page, version ${version}, and this one is version ${VERSION}: get the newer page to open it. The page shows the start instead.`;
}

/** Returns the state that a text in base64url holds, or null if it holds none. */
function decoded(text) {
  try {
    const base64 = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(base64, (letter) => letter.charCodeAt(0));
    const state = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return typeof state?.version === "number" ? state : null;
  } catch {
    return null;
  }
}
