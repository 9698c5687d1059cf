// What the page shows: the state, which lives in the address, and what the engine says of it.

import { fragment } from "./address.js";
import { say, toast } from "./dom.js";
import { ask } from "./engine.js";

/** The page: its state, and what the engine says of the state. */
export const page = {
  tab: "play",
  state: null,
  view: null,
  /** The pair whose actions are shown. */
  actor: null,
  target: null,
  /** The answers that no source confirms, and of which state. The worker finds them. */
  unconfirmed: null,
  /** Whether the next user that is chosen on the stage is the target. */
  isTargetNext: false,
  /** Whether the matrix has the questions about actions, too. */
  areActionsAsked: false,
  /** Whether the story is shown as text, and what was typed there of which story. */
  isEdited: false,
  draft: null,
  /** The sentence that is being typed. */
  sentence: "",
};

const past = [];
const future = [];
let draw = () => {};

/** Sets what draws the page after each change. */
export function onChange(listener) {
  draw = listener;
}

/** Shows a state. Returns the error of the engine, or null. The error changes nothing. */
function accept(state) {
  const view = ask("view", state);
  if (view.error) return view.error;
  page.state = state;
  page.view = view;
  choosePair();
  return null;
}

/** Chooses a pair for the actions. Who is not on the stage is replaced. */
function choosePair({ actor, target } = page) {
  const { users } = page.view;
  Object.assign(page, { actor, target });
  if (!users.includes(page.actor)) page.actor = users[0] ?? null;
  const isOther = users.includes(page.target) && page.target !== page.actor;
  if (!isOther) page.target = users.find((user) => user !== page.actor) ?? null;
}

/** Returns the name of a policy at the step on the stage, as the story may have adopted another. */
export function policyName(side) {
  const names = page.view.policies.map(({ text, now }) =>
    text === now ? shortName(text) : `${shortName(text)}, now ${shortName(now)}`,
  );
  return side && names[0] === names[1] ? `${names[1]} (beside)` : names[side];
}

function shortName(text) {
  const [name, changes] = text.split(" with ");
  if (!changes || text.length <= 50) return text;
  return `${name} with ${changes.split(", ").length} parts changed`;
}

/** Opens a state of an address, without writing the address. */
export function open(tab, state) {
  const error = accept(state);
  if (error) return error;
  page.tab = tab;
  draw();
  return null;
}

/** Changes the state, as one step of undo. Returns the error of the engine, or null. */
export function change(changes, tab = page.tab) {
  const before = page.state;
  const error = accept({ ...before, ...changes });
  if (error) return error;
  // Looking at another step changes nothing that Undo brings back.
  if (JSON.stringify({ ...before, step: page.state.step }) !== JSON.stringify(page.state)) {
    past.push(before);
    future.length = 0;
  }
  page.tab = tab;
  // A story that is opened shows the pair that it is about.
  if (changes.lines && changes.watches?.length) choosePair(changes.watches.at(-1));
  write();
  return null;
}

/** Changes the state, or shows the error for some seconds. */
export function attempt(changes, tab) {
  const error = change(changes, tab);
  if (error) toast(errorInWords(error));
}

/** Plays a sentence, or shows the error for some seconds. */
export function playLine(sentence) {
  const error = addLine(sentence);
  if (error) toast(errorInWords(error));
}

/** Writes the address, and draws the page. */
function write() {
  writeAddress();
  draw();
}

let isLate = false;

/** Browsers take some hundred addresses in a short time, and leave out or refuse the next. */
function writeAddress() {
  try {
    history.replaceState(null, "", fragment(page.tab, page.state));
  } catch {
    // It is written below.
  }
  if (isLate || location.href === address()) return;
  isLate = true;
  setTimeout(() => {
    isLate = false;
    writeAddress();
  }, 1000);
}

/** Returns the address of the state. */
export function address() {
  return location.href.split("#")[0] + fragment(page.tab, page.state);
}

export function canUndo() {
  return past.length > 0;
}

export function canRedo() {
  return future.length > 0;
}

export function undo() {
  move(past, future, "undone");
}

export function redo() {
  move(future, past, "done again");
}

function move(from, to, words) {
  const state = from.pop();
  if (!state) return;
  to.push(page.state);
  accept(state);
  write();
  say(words);
}

/** Shows another tab. */
export function openTab(tab) {
  page.tab = tab;
  write();
}

/** Shows the stage after a step. Looking changes nothing that undo brings back. */
export function goTo(step) {
  const { lines } = page.state;
  const to = Math.max(0, Math.min(step, lines.length));
  accept({ ...page.state, step: to });
  write();
  say(to ? `step ${to}: ${lines[to - 1]}` : "the beginning");
}

/** Goes on from the step on the stage: the lines behind it go. */
export function addLine(line) {
  const lost = page.state.lines.length - page.state.step;
  const lines = [...page.state.lines.slice(0, page.state.step), line];
  const error = change({ lines, step: lines.length });
  if (error) return error;
  const words = lineInWords(page.view.lines.at(-1));
  if (lost) toast(`${words}. ${stepsInWords(lost)} gone: Undo brings them back.`);
  else say(words);
  return null;
}

export function stepsInWords(count) {
  return count === 1 ? "1 later step is" : `${count} later steps are`;
}

function lineInWords(line) {
  const results = line.sides[0].results.map((result) => result.text);
  return [line.text, ...results].join(". ");
}

/** Draws again what no change of the state shows: the pair, or the text of the story. */
export function redraw(changes) {
  Object.assign(page, changes);
  draw();
}

/** Returns the words of an error with its place in a text. */
export function errorInWords({ message, line, column }) {
  if (!line) return message;
  return column ? `Line ${line}, column ${column}: ${message}` : `Line ${line}: ${message}`;
}
