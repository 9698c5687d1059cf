// What the page shows: the state, which lives in the address, and what the engine says of it.

import { fragment } from "./address.js";
import { say } from "./dom.js";
import { ask } from "./engine.js";

/** The page: its state, and what the engine says of the state. */
export const page = {
  tab: "play",
  state: null,
  view: null,
  /** The pair whose actions are shown. */
  actor: null,
  target: null,
  /** Whether the story is shown as text. */
  isEdited: false,
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

/** The pair stays if both are on the stage. */
function choosePair() {
  const { users } = page.view;
  if (!users.includes(page.actor)) page.actor = users[0] ?? null;
  const isOther = users.includes(page.target) && page.target !== page.actor;
  if (!isOther) page.target = users.find((user) => user !== page.actor) ?? null;
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
  past.push(before);
  future.length = 0;
  page.tab = tab;
  write();
  return null;
}

/** Writes the address, and draws the page. */
function write() {
  history.replaceState(null, "", fragment(page.tab, page.state));
  draw();
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
  const lines = [...page.state.lines.slice(0, page.state.step), line];
  const error = change({ lines, step: lines.length });
  if (!error) say(lineInWords(page.view.lines.at(-1)));
  return error;
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
