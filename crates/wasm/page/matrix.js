// The matrix: every question for every ordered pair. A cell opens its reasons.

import { openAnswer } from "./answer.js";
import { byId, h } from "./dom.js";
import { background } from "./engine.js";
import { page, policyName, redraw } from "./state.js";
import { KEY, QUESTIONS, look, verb } from "./words.js";

export function matrix() {
  return h(
    "section",
    { id: "matrix", class: "card", "aria-labelledby": "matrix-title" },
    h("h2", { id: "matrix-title" }, title()),
    table("matrix-title", Object.keys(QUESTIONS)),
    key(),
    actionQuestions(),
  );
}

function title() {
  const { step, policies } = page.view;
  const names = policies.map((_, side) => policyName(side)).join(" and ");
  // The field at the top says which policy the story begins with.
  const isSaid = policies.length === 1 && policies[0].text === policies[0].now;
  const when = step ? `after step ${step}` : "at the beginning";
  return `Who may reach whom ${when}${isSaid ? "" : `, under ${names}`}`;
}

/** The questions that are about actions. What is closed is not drawn. */
function actionQuestions() {
  const { matrix, users } = page.view;
  const asked = matrix.filter((it) => it.actor === users[0] && it.target === users[1]);
  const questions = asked.map((it) => it.question).filter((question) => !QUESTIONS[question]);
  const ontoggle = ({ target: { open } }) => {
    if (open !== page.areActionsAsked) redraw({ areActionsAsked: open });
  };
  return h(
    "details",
    { id: "action-questions", open: page.areActionsAsked, ontoggle },
    h("summary", { id: "actions-asked", "data-key": "actions asked" }, "Who may do what"),
    page.areActionsAsked ? table("actions-asked", questions) : null,
  );
}

function table(title, questions) {
  const { users } = page.view;
  const pairs = users.flatMap((actor) =>
    users.filter((target) => target !== actor).map((target) => [actor, target]),
  );
  const head = questions.map((question) => h("th", { scope: "col" }, verb(question)));
  return h(
    "div",
    { class: "scroll" },
    h(
      "table",
      { "aria-labelledby": title },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "May …"), head)),
      h(
        "tbody",
        {},
        pairs.map((pair) => row(pair, questions)),
      ),
    ),
  );
}

function row([actor, target], questions) {
  const cells = questions.map((question) => h("td", {}, cell(find(actor, target, question))));
  return h(
    "tr",
    {},
    h(
      "th",
      { scope: "row", title: `${actor} to ${target}` },
      h("bdi", {}, actor),
      h("i", { class: "to" }, " → "),
      h("bdi", {}, target),
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
    h("span", { id: "unconfirmed-key", hidden: true }, "? no source confirms it of the system"),
    page.view.policies.some(({ name }) => name === null)
      ? h("span", {}, "A policy of your own has no sources.")
      : null,
    h("span", {}, "Open a cell for its reasons."),
  );
}

/** Marks the answers that rest on what no source of a profile confirms: the worker finds out. */
export async function markUnconfirmed() {
  const { state } = page;
  if (page.unconfirmed?.state !== state) {
    // Each step of a quick series would keep the worker busy.
    await new Promise((resolve) => setTimeout(resolve, 150));
    if (page.state !== state) return;
    const judged = await background.ask("certainties", state).catch(() => null);
    if (!judged?.matrix || page.state !== state) return;
    page.unconfirmed = { state, answers: unconfirmedAnswers(judged.matrix) };
  }
  page.unconfirmed.answers.forEach(mark);
}

function unconfirmedAnswers(cells) {
  return cells.flatMap(({ actor, target, question, sides }) =>
    sides.flatMap((certainty, side) =>
      certainty === "not_confirmed" ? [{ actor, target, question, side }] : [],
    ),
  );
}

function mark({ actor, target, question, side }) {
  const place = [...document.querySelectorAll("#matrix [data-cell]")].find(
    ({ dataset }) =>
      dataset.actor === actor && dataset.target === target && dataset.question === question,
  );
  const answer = place?.querySelector(`[data-side="${side}"]`);
  if (!answer || answer.dataset.certainty) return;
  answer.dataset.certainty = "not_confirmed";
  answer.append(h("sup", {}, "?"));
  place.setAttribute("aria-label", `${place.getAttribute("aria-label")}, not confirmed`);
  byId("unconfirmed-key").hidden = false;
}
