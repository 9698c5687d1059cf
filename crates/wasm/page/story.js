// The story: its steps as a timeline, and as sentences that can be edited.

import { byId, button, copy, h, save, select } from "./dom.js";
import { ask } from "./engine.js";
import {
  addLine,
  address,
  attempt,
  change,
  errorInWords,
  goTo,
  page,
  policyName,
  redraw,
} from "./state.js";

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
  const isLast = step === lines.length;
  return h(
    "p",
    { class: "row" },
    button("◀", () => goTo(step - 1), {
      id: "back",
      "aria-disabled": step ? null : "true",
      "aria-label": "A step back",
    }),
    button("▶", () => goTo(step + 1), {
      id: "forward",
      "aria-disabled": isLast ? "true" : null,
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
    button(isFailed ? `✕ ${text}` : text, () => goTo(step), attributes),
    line && step === now ? line.sides.map(results) : null,
  );
}

function results({ results: facts, abilities }, side) {
  const { policies } = page.view;
  const under = policies.length > 1 ? h("li", { class: "under" }, policyName(side)) : null;
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
    placeholder: `${page.view.users[0] ?? "ann"} clears their blocklist`,
    "aria-describedby": "sentence-error",
    value: page.sentence,
    oninput: () => {
      page.sentence = field.value;
    },
  });
  const submit = (event) => {
    event.preventDefault();
    takeSentence(field);
  };
  return h(
    "form",
    { onsubmit: submit },
    h(
      "p",
      { class: "row" },
      h("label", { class: "wide" }, "Go on with a sentence ", field),
      h("button", { "data-key": "add" }, "Add"),
    ),
    h("p", { id: "sentence-error", class: "error", role: "alert" }),
  );
}

function takeSentence(field) {
  const sentence = field.value.trim();
  if (!sentence) return;
  page.sentence = "";
  const error = addLine(sentence);
  if (!error) return;
  page.sentence = field.value;
  byId("sentence-error").textContent = error.message;
}

function editor() {
  const text = page.state.lines.join("\n");
  const field = h("textarea", {
    id: "sentences",
    "data-key": "sentences",
    rows: Math.max(8, page.state.lines.length + 2),
    spellcheck: "false",
    "aria-label": "The story, a sentence a line",
    "aria-describedby": "story-error",
    value: page.draft?.of === text ? page.draft.text : text,
    oninput: () => {
      page.draft = { of: text, text: field.value };
    },
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
  const text = field.value.trimEnd();
  const lines = text ? text.split("\n") : [];
  page.isEdited = false;
  const error = change({ lines, step: lines.length });
  if (!error) {
    page.draft = null;
    byId("edit").focus();
    return;
  }
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

/** The buttons that copy, save and restart the story, and the number of users. */
function keep() {
  return h(
    "p",
    { class: "row keep" },
    button("Copy address", () => copy(address(), "Address"), { id: "copy-address" }),
    button("Copy story", () => copy(textOf("story_file"), "Story"), { id: "copy-story" }),
    button("Save story", () => save("review.story", textOf("story_file")), { id: "save-story" }),
    button("Save Rust test", () => save("review_story.rs", textOf("rust_test")), {
      id: "save-rust",
    }),
    button("Start anew", () => attempt({ lines: [], step: 0 }), { id: "anew" }),
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

/** Returns the story as the engine writes it. */
function textOf(name) {
  return ask(name, page.state).text;
}

const NAMES = ["ann", "ben", "cyd", "dot"];

function setUsers(count) {
  const { users } = page.state;
  const names = [...users, ...NAMES.filter((name) => !users.includes(name))].slice(0, count);
  attempt({ users: names });
}
