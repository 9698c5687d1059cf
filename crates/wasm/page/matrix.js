// The matrix: every question for every ordered pair. A cell opens its reasons.

import { rulesInLine } from "./actions.js";
import { button, byId, h } from "./dom.js";
import { ask, askLater } from "./engine.js";
import { change, page } from "./state.js";
import { QUESTIONS, VERDICTS, sign, verb, verdictInWords } from "./words.js";

export function matrix() {
  const { users } = page.view;
  const head = [
    h("th", { scope: "col" }, "May …"),
    Object.values(QUESTIONS).map((words) => h("th", { scope: "col" }, words)),
  ];
  const rows = users.flatMap((actor) =>
    users.filter((target) => target !== actor).map((target) => row(actor, target)),
  );
  return h(
    "section",
    { id: "matrix", class: "card", "aria-label": "Who may reach whom" },
    h(
      "div",
      { class: "scroll" },
      h(
        "table",
        {},
        h("caption", {}, caption()),
        h("thead", {}, h("tr", {}, head)),
        h("tbody", {}, rows),
      ),
    ),
    key(),
  );
}

function caption() {
  const { step, policies } = page.view;
  const beside =
    policies.length > 1
      ? `, under ${policies.map((policy) => policy.name ?? "own policy").join(" and ")}`
      : "";
  return `Who may reach whom ${step ? `after step ${step}` : "at the beginning"}${beside}`;
}

function row(actor, target) {
  const cells = Object.keys(QUESTIONS).map((question) =>
    h("td", {}, cell(find(actor, target, question))),
  );
  return h(
    "tr",
    {},
    h(
      "th",
      { scope: "row", title: `${actor} to ${target}` },
      h("span", {}, actor),
      h("i", { class: "to" }, " → "),
      h("span", {}, target),
    ),
    cells,
  );
}

function find(actor, target, question) {
  return page.view.matrix.find(
    (it) => it.actor === actor && it.target === target && it.question === question,
  );
}

function cell(it) {
  const { actor, target, question, sides, differs } = it;
  const key = `${question} ${actor} ${target}`;
  return h(
    "button",
    {
      type: "button",
      class: "cell",
      "data-cell": true,
      "data-question": question,
      "data-actor": actor,
      "data-target": target,
      "data-differs": differs,
      "data-key": `cell ${key}`,
      "aria-label": cellInWords(it),
      onclick: () => openCell(it),
    },
    sides.map(({ verdict }, side) =>
      h("span", { class: "answer", "data-side": side, "data-verdict": verdict }, sign(verdict)),
    ),
  );
}

function cellInWords({ actor, target, question, sides, differs }) {
  const answers = sides.map(({ verdict }) => verdictInWords(verdict)).join("; beside: ");
  return `${actor} ${answers}: ${verb(question)} ${target}${differs ? ", the policies differ" : ""}`;
}

function key() {
  const signs = VERDICTS.map(({ name, sign: mark, words }) =>
    h("span", {}, h("b", { class: "answer", "data-verdict": name }, mark), ` ${words}`),
  );
  const beside =
    page.view.policies.length > 1
      ? h("span", {}, h("b", { class: "differs" }, "▢"), " the policies differ")
      : null;
  return h(
    "p",
    { class: "key" },
    signs,
    beside,
    h("span", { id: "unconfirmed-key", hidden: true }, "? rests on what no source confirms"),
    h("span", {}, "Open a cell for its reasons."),
  );
}

/** Marks the cells that rest on what no source of a profile confirms: the worker finds out. */
export async function markUnconfirmed() {
  const { state } = page;
  // Each step of a quick series would keep the worker busy.
  await new Promise((resolve) => setTimeout(resolve, 150));
  if (page.state !== state) return;
  const judged = await askLater("certainties", state).catch(() => null);
  if (!judged?.matrix || page.state !== state) return;
  for (const { actor, target, question, sides } of judged.matrix) {
    const place = document.querySelector(
      `#matrix [data-key="${CSS.escape(`cell ${question} ${actor} ${target}`)}"]`,
    );
    sides.forEach((certainty, side) => place && mark(place, side, certainty));
  }
}

function mark(place, side, certainty) {
  if (certainty !== "not_confirmed") return;
  const answer = place.querySelector(`[data-side="${side}"]`);
  answer.dataset.certainty = certainty;
  answer.append(h("sup", { title: "no source confirms it" }, "?"));
  place.setAttribute("aria-label", `${place.getAttribute("aria-label")}, not confirmed`);
  byId("unconfirmed-key").hidden = false;
}

/** Opens the reasons of a cell. */
function openCell(it) {
  const { actor, target, question, sides } = it;
  const isWatched = page.state.watches.some((watch) => isSame(watch, it));
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

function isSame(one, other) {
  return (
    one.question === other.question && one.actor === other.actor && one.target === other.target
  );
}

/** Pins a question, or lets it go. */
export function toggleWatch({ question, actor, target }) {
  const { watches } = page.state;
  const others = watches.filter((watch) => !isSame(watch, { question, actor, target }));
  change({
    watches: others.length < watches.length ? others : [...watches, { question, actor, target }],
  });
}
