// The dialog of an answer: what the actor learns, what the engine knows, and why.

import { rulesInLine } from "./actions.js";
import { button, byId, h } from "./dom.js";
import { ask } from "./engine.js";
import { page } from "./state.js";
import { isPinned, toggleWatch } from "./watches.js";
import { verb } from "./words.js";

/** Opens the dialog of an answer. */
export function openAnswer(it) {
  const { actor, target, question, sides } = it;
  const isWatched = isPinned(it);
  const dialog = byId("details");
  const close = () => dialog.close();
  const watch = () => {
    close();
    toggleWatch(it);
  };
  dialog.replaceChildren(
    h("h2", { id: "details-title" }, `May ${actor} ${verb(question)} ${target}?`),
    ...sides.map((side, index) => answer(side, index, it)),
    h(
      "p",
      { class: "row" },
      button(isWatched ? "Watch no longer" : "Watch through the story", watch, { id: "watch" }),
      button("Close", close, { id: "close", autofocus: true }),
    ),
  );
  dialog.showModal();
}

function answer({ verdict, learns, knows, reasons }, side, { actor, question, sides }) {
  const policy = page.view.policies[side];
  return h(
    "section",
    { class: "answers", "data-side": side, "data-verdict": verdict },
    sides.length > 1 ? h("h3", {}, policy.name ?? policy.text) : null,
    h(
      "dl",
      {},
      h("dt", {}, `What ${actor} learns`),
      h("dd", { "data-learns": true }, learns),
      h("dt", {}, "What the engine knows"),
      h("dd", { "data-knows": true }, knows),
    ),
    reasons.length ? h("ul", { class: "reasons" }, reasons.map(reason)) : null,
    h("h4", {}, "What the policy says of it"),
    h("ul", {}, partsOf(question, policy.now).map(part)),
  );
}

/** Returns the parts of a policy that are about a question. */
function partsOf(question, policy) {
  const group = question === "send_request" ? "request" : question;
  return ask("policy", policy).parts.filter(({ path }) => path.startsWith(`${group}.`));
}

function part({ path, value, meaning, rules }) {
  return h("li", {}, h("code", {}, `${path} = ${value}`), `: ${meaning} `, rulesInLine(rules));
}

function reason({ name, text, rules }) {
  return h(
    "li",
    { "data-reason": name },
    h("b", {}, text),
    " ",
    h("code", {}, name),
    h(
      "dl",
      { class: "rule-list" },
      rules.map((rule) => [h("dt", { "data-rule": rule }, rule), h("dd", {}, sentenceOf(rule))]),
    ),
  );
}

let sentences = null;

/** Returns the sentence of a rule. */
function sentenceOf(rule) {
  sentences ??= new Map(ask("rules").rules.map((it) => [it.rule, it.sentence]));
  return sentences.get(rule) ?? "";
}
