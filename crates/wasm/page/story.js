// The story: its steps as a timeline, and as sentences that can be edited.

import { byId, button, copy, h, save, select, toast } from "./dom.js";
import { play } from "./actions.js";
import { canRedo, canUndo, change, errorInWords, goTo, page, redo, redraw, undo } from "./state.js";

export function story() {
  return h(
    "section",
    { id: "story", class: "card", "aria-labelledby": "story-title" },
    h("h2", { id: "story-title" }, "The story"),
    moves(),
    page.isEdited ? editor() : [timeline(), goOn()],
    keep(),
  );
}

function moves() {
  const { step, lines } = page.view;
  return h(
    "p",
    { class: "row" },
    button("Undo", undo, {
      id: "undo",
      "aria-disabled": canUndo() ? null : "true",
      title: "Ctrl+Z",
    }),
    button("Redo", redo, {
      id: "redo",
      "aria-disabled": canRedo() ? null : "true",
      title: "Ctrl+Y",
    }),
    button("◀", () => goTo(step - 1), {
      id: "back",
      "aria-disabled": step ? null : "true",
      "aria-label": "A step back",
    }),
    button("▶", () => goTo(step + 1), {
      id: "forward",
      "aria-disabled": step < lines.length ? null : "true",
      "aria-label": "A step on",
    }),
    button(
      page.isEdited ? "Back to the steps" : "Edit",
      () => redraw({ isEdited: !page.isEdited }),
      { id: "edit", "aria-expanded": String(page.isEdited) },
    ),
  );
}

/** The steps, from the beginning. The number of a step is that of its line. */
function timeline() {
  const lines = page.view.lines.map((line, index) => item(index + 1, line.text || "…", line));
  return h("ol", { class: "timeline", start: "0" }, item(0, "the beginning"), lines);
}

function item(step, text, line) {
  const now = page.view.step;
  const isFailed = line?.sides.some((side) => !side.done || !side.holds);
  const place = step === now ? "now" : step > now ? "later" : "";
  const attributes = {
    class: "line",
    "data-step": step,
    "data-key": `step ${step}`,
    "aria-current": step === now ? "step" : null,
  };
  return h(
    "li",
    { class: `${place} ${isFailed ? "failed" : ""}` },
    button(text, () => goTo(step), attributes),
    line && step === now ? line.sides.map(results) : null,
  );
}

function results({ results: facts, abilities }, side) {
  const { policies } = page.view;
  const under =
    policies.length > 1 ? h("li", { class: "under" }, policies[side].name ?? "own policy") : null;
  const sentences = [...facts, ...abilities].map(({ text }) => h("li", {}, text));
  return h("ul", { class: "results", "data-side": side }, under, sentences);
}

/** A field for sentences that no button has. */
function goOn() {
  const field = h("input", {
    id: "sentence",
    "data-key": "sentence",
    spellcheck: "false",
    autocomplete: "off",
    placeholder: "ann clears her blocklist",
  });
  const submit = (event) => {
    event.preventDefault();
    if (field.value.trim()) play(field.value.trim());
  };
  return h(
    "form",
    { class: "row", onsubmit: submit },
    h("label", { class: "wide" }, "Go on with a sentence ", field),
    h("button", { "data-key": "add" }, "Add"),
  );
}

function editor() {
  const { lines } = page.state;
  const field = h("textarea", {
    id: "sentences",
    "data-key": "sentences",
    rows: Math.max(8, lines.length + 2),
    spellcheck: "false",
    "aria-label": "The story, a sentence a line",
    "aria-describedby": "story-error",
    value: lines.join("\n"),
    onkeydown: (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) apply();
    },
  });
  const apply = () => takeSentences(field);
  return h(
    "div",
    {},
    field,
    h("p", { id: "story-error", class: "error", role: "alert" }),
    h("p", { class: "row" }, button("Apply", apply, { id: "apply", title: "Ctrl+Enter" })),
  );
}

function takeSentences(field) {
  const lines = field.value.replace(/\s+$/, "").split(/\r?\n/);
  page.isEdited = false;
  const error = change({
    lines: field.value.trim() ? lines : [],
    step: field.value.trim() ? lines.length : 0,
  });
  if (!error) return;
  page.isEdited = true;
  byId("story-error").textContent = errorInWords(error);
  if (error.line) selectLine(field, error.line - 1);
}

function selectLine(field, index) {
  const lines = field.value.split("\n");
  const start = lines.slice(0, index).join("\n").length + (index ? 1 : 0);
  field.focus();
  field.setSelectionRange(start, start + (lines[index] ?? "").length);
}

/** What takes the story out of the page, and how many users it begins with. */
function keep() {
  return h(
    "p",
    { class: "row keep" },
    button("Copy address", () => copy(location.href, "Address"), { id: "copy-address" }),
    button("Copy story", () => copy(page.view.story, "Story"), { id: "copy-story" }),
    button("Save story", () => save("review.story", page.view.story), { id: "save-story" }),
    button("Save Rust test", () => save("review_story.rs", page.view.rust), { id: "save-rust" }),
    button("Start anew", () => change({ lines: [], step: 0 }), { id: "anew" }),
    h(
      "label",
      {},
      "Users ",
      select({ id: "users" }, ["2", "3", "4"], String(page.state.users.length), (count) =>
        setUsers(Number(count)),
      ),
    ),
  );
}

const NAMES = ["ann", "ben", "cyd", "dot"];

function setUsers(count) {
  const { users } = page.state;
  const names = [...users, ...NAMES.filter((name) => !users.includes(name))].slice(0, count);
  const error = change({ users: names });
  if (error) toast(errorInWords(error));
}
