// The matrix: every question for every ordered pair. A cell opens its reasons.

import { openAnswer } from "./answer.js";
import { byId, h } from "./dom.js";
import { askLater } from "./engine.js";
import { page } from "./state.js";
import { KEY, QUESTIONS, look, verb } from "./words.js";

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
      onclick: () => openAnswer(it),
    },
    sides.map((answer, side) =>
      h(
        "span",
        { class: "answer", "data-side": side, "data-verdict": answer.verdict },
        look(answer).sign,
      ),
    ),
  );
}

function cellInWords({ actor, target, question, sides, differs }) {
  const answers = sides.map((answer) => look(answer).words).join("; beside: ");
  return `${actor} ${answers}: ${verb(question)} ${target}${differs ? ", the policies differ" : ""}`;
}

function key() {
  const signs = KEY.map(({ verdict, sign, words }) =>
    h("span", {}, h("b", { class: "answer", "data-verdict": verdict }, sign), ` ${words}`),
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
