// What the actor may do to the target now, and what is refused, with its reasons.

import { folded, rulesInLine } from "./common.js";
import { button, h, select } from "./dom.js";
import { page, playLine, policyName, redraw, stepsInWords } from "./state.js";

export function actions() {
  const { users, actions: all } = page.view;
  if (users.length < 2) {
    return h(
      "section",
      { id: "actions", class: "card" },
      h("h2", {}, "Actions"),
      h("p", {}, "An action takes two users."),
    );
  }
  const shown = all.filter((it) => it.actor === page.actor && it.target === page.target);
  const [possible, refused] = [true, false].map((wanted) =>
    shown.filter((it) => isPossible(it) === wanted),
  );
  return h(
    "section",
    { id: "actions", class: "card", "aria-labelledby": "actions-title" },
    h(
      "h2",
      { id: "actions-title" },
      "What ",
      h("bdi", {}, page.actor),
      " may do to ",
      h("bdi", {}, page.target),
    ),
    pair(users),
    h("p", { class: "hint" }, hint()),
    h("ul", { class: "actions" }, possible.map(action)),
    folded(
      "refused",
      `Refused now: ${refused.length}`,
      h("ul", { class: "actions" }, refused.map(action)),
    ),
    folded("settings", ["Settings of ", h("bdi", {}, page.actor)], settings()),
  );
}

function pair(users) {
  const others = users.filter((user) => user !== page.actor);
  const setActor = (actor) =>
    redraw({ actor, target: actor === page.target ? page.actor : page.target });
  return h(
    "p",
    { class: "row" },
    h("label", {}, "Actor ", select({ id: "actor" }, users, page.actor, setActor)),
    h(
      "label",
      {},
      "Target ",
      select({ id: "target" }, others, page.target, (target) => redraw({ target })),
    ),
    button("⇄", () => redraw({ actor: page.target, target: page.actor }), {
      id: "exchange",
      "aria-label": "Exchange the two",
      title: "Exchange the two",
    }),
  );
}

/** Says what a click does. */
function hint() {
  const { step, lines } = page.view;
  if (step === lines.length) return "A click goes on with the story.";
  return `A click goes on from ${step ? `step ${step}` : "the beginning"}: ${stepsInWords(lines.length - step)} replaced.`;
}

function isPossible({ sides }) {
  return sides.some((side) => side.allowed);
}

function action(it) {
  const { actor, target, action, sentence, sides, differs } = it;
  const shown = differs ? sides : sides.slice(0, 1);
  return h(
    "li",
    {
      class: isPossible(it) ? "possible" : "refused",
      "data-action": action,
      "data-actor": actor,
      "data-target": target,
      "data-differs": differs,
    },
    button(sentence, () => isPossible(it) && playLine(sentence), {
      "data-key": `action ${action}`,
      "aria-disabled": isPossible(it) ? null : "true",
      "aria-describedby": `${action}-follows`,
    }),
    h(
      "div",
      { id: `${action}-follows`, class: "follows" },
      shown.map((side, index) => consequence(side, index, shown.length)),
    ),
  );
}

function consequence({ allowed, reasons, then }, side, count) {
  return h(
    "p",
    { "data-side": side, "data-allowed": String(allowed) },
    count > 1 ? h("b", {}, `${policyName(side)}: `) : null,
    allowed ? h("span", { "data-then": true }, then) : ["refused: ", reasons.map(reasonInLine)],
  );
}

function reasonInLine({ name, text, rules }, index) {
  return h("span", { "data-reason": name }, index ? "; " : "", text, " ", rulesInLine(rules));
}

/** The settings of the actor: how requests are taken, and whether they may be sent. */
function settings() {
  const { sentences } = page.view.settings.find((it) => it.user === page.actor);
  return h(
    "ul",
    { class: "plain" },
    sentences.map(({ text, is_set }) =>
      h(
        "li",
        {},
        button(text, () => playLine(text)),
        is_set ? h("b", { class: "hint" }, " now") : null,
      ),
    ),
  );
}
