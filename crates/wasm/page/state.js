// The state of the page: one value, which lives in the address, with undo.

const VERSION = 1;

const START = {
  version: VERSION,
  policy: "tencent_rest",
  other: null,
  users: ["ann", "ben"],
  lines: ["ann sends ben a friend request", "ben accepts a friend request from ann", "ann blocks ben"],
  step: 3,
  watches: [{ question: "message", actor: "ben", target: "ann" }],
};

let state = START;
let past = [];
let future = [];
/** What the engine says of the state. */
let view = null;
/** What the page shows beside the state: the tab, the pair on the stage. */
const ui = { tab: "play", actor: null, target: null, editing: false };

/** Reads the state of an address; the error says why it cannot be opened. */
function fromFragment(fragment) {
  if (!fragment) return { state: START };
  let read;
  try {
    read = JSON.parse(decodeURIComponent(escape(atob(fragment.replaceAll("-", "+").replaceAll("_", "/")))));
  } catch {
    return { error: "The address is damaged: a part of it is missing. This is the start instead." };
  }
  if (read?.version > VERSION) {
    return { error: `The address is of a newer page (version ${read.version}). Open it with that one.` };
  }
  return { state: { ...START, ...read, version: VERSION } };
}

function toFragment(value) {
  const text = btoa(unescape(encodeURIComponent(JSON.stringify(value))));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Changes the state, as one step of undo. Returns whether the engine takes it. */
function change(changes, { keep = true } = {}) {
  const next = { ...state, ...changes };
  const seen = ask("view", next);
  if (seen.error) return seen.error;
  if (keep) {
    past.push(state);
    future = [];
  }
  state = next;
  view = seen;
  history.replaceState(null, "", `#${toFragment(state)}`);
  render();
  return null;
}

function undo() {
  if (!past.length) return;
  future.push(state);
  const before = past.pop();
  change(before, { keep: false });
  say("undone");
}

function redo() {
  if (!future.length) return;
  past.push(state);
  const after = future.pop();
  change(after, { keep: false });
  say("done again");
}

/** Adds a line behind the current step; the lines behind it go. */
function addLine(line) {
  const lines = [...state.lines.slice(0, state.step), line];
  const error = change({ lines, step: lines.length });
  if (!error) say(spoken(view.lines.at(-1)));
  return error;
}

function goTo(step) {
  const to = Math.max(0, Math.min(step, state.lines.length));
  change({ step: to }, { keep: false });
  say(to === 0 ? "the beginning" : `step ${to}: ${state.lines[to - 1]}`);
}

/** What happened in a line, as text to say. */
function spoken(line) {
  if (!line) return "";
  return [line.text, ...(line.sides[0]?.results ?? []).map((it) => it.text)].join(". ");
}
