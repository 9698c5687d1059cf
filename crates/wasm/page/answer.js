// The dialog of an answer: what the actor learns, what the engine knows, and why.

import { rulesInLine } from "./common.js";
import { button, byId, h } from "./dom.js";
import { ask } from "./engine.js";
import { page, policyName } from "./state.js";
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
    h(
      "h2",
      { id: "details-title" },
      "May ",
      h("bdi", {}, actor),
      ` ${verb(question)} `,
      h("bdi", {}, target),
      "?",
    ),
    ...sides.map((side, index) => answer(side, index, it)),
    h(
      "p",
      { class: "row" },
      button(isWatched ? "Stop watching" : "Watch through the story", watch, { id: "watch" }),
      button("Close", close, { id: "close", autofocus: true }),
    ),
  );
  dialog.showModal();
}

function answer({ verdict, learns, knows, reasons }, side, it) {
  const { actor, question, sides } = it;
  const { now } = page.view.policies[side];
  return h(
    "section",
    { class: "answers", "data-side": side, "data-verdict": verdict },
    sides.length > 1 ? h("h3", {}, policyName(side)) : null,
    h(
      "dl",
      {},
      h("dt", {}, "What ", h("bdi", {}, actor), " learns"),
      h("dd", { "data-learns": true }, learns),
      h("dt", {}, "What the engine knows"),
      h("dd", { "data-knows": true }, knows),
    ),
    reasons.length ? h("ul", { class: "reasons" }, reasons.map(reason)) : null,
    isUnconfirmed(it, side)
      ? h("p", {}, `? No source confirms this answer of ${policyName(side)}.`)
      : null,
    h("h4", {}, "What the policy says of it"),
    h("ul", {}, partsOf(question, now).map(part)),
  );
}

/** Returns whether no source confirms an answer, as far as the worker has found out. */
function isUnconfirmed({ actor, target, question }, side) {
  if (page.unconfirmed?.state !== page.state) return false;
  return page.unconfirmed.answers.some(
    (it) =>
      it.actor === actor && it.target === target && it.question === question && it.side === side,
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
