// Watches: pinned questions, and their answer at each step of the story.

import { button, h } from "./dom.js";
import { change, goTo, page } from "./state.js";
import { lookOfVerdict, verb } from "./words.js";

export function watches() {
  const { watches: all, policies, lines } = page.view;
  if (!all.length) {
    return h(
      "section",
      { id: "watches", class: "card" },
      h("h2", {}, "Watches"),
      h("p", { class: "hint" }, "Open a cell of the matrix to watch its answer through the story."),
    );
  }
  const steps = Array.from({ length: lines.length + 1 }, (_, step) => step);
  const head = steps.map((step) =>
    h("th", { scope: "col", class: step === page.view.step ? "now" : null }, String(step)),
  );
  const rows = all.flatMap((watch) => policies.map((policy, side) => row(watch, policy, side)));
  return h(
    "section",
    { id: "watches", class: "card", "aria-label": "Watches" },
    h(
      "div",
      { class: "scroll" },
      h(
        "table",
        {},
        h("caption", {}, "Watches: the answers after each step"),
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "May …"), head)),
        h("tbody", {}, rows),
      ),
    ),
  );
}

function row(watch, policy, side) {
  const { question, actor, target, answers } = watch;
  const words = `${actor} ${verb(question)} ${target}`;
  const under =
    page.view.policies.length > 1 ? h("small", {}, ` ${policy.name ?? "own policy"}`) : null;
  const away = side
    ? null
    : button("×", () => toggleWatch(watch), {
        class: "quiet",
        "data-key": `away ${words}`,
        "aria-label": `Watch no longer: ${words}`,
      });
  return h(
    "tr",
    { "data-watch": `${question} ${actor} ${target}`, "data-side": side },
    h("th", { scope: "row" }, words, under, away),
    answers[side].map((verdict, step) => answer(verdict, step, answers[side], words, side)),
  );
}

function answer(verdict, step, answers, words, side) {
  const isChange = step > 0 && answers[step - 1] !== verdict;
  return h(
    "td",
    { class: isChange ? "changed" : null },
    h(
      "button",
      {
        type: "button",
        class: "cell answer",
        "data-step": step,
        "data-verdict": verdict,
        "data-key": `watch ${words} ${step} ${side}`,
        "aria-label": `step ${step}: ${lookOfVerdict(verdict).words}${isChange ? ", changed" : ""}`,
        "aria-current": step === page.view.step ? "step" : null,
        onclick: () => goTo(step),
      },
      lookOfVerdict(verdict).sign,
    ),
  );
}

/** Returns whether a question is pinned. */
export function isPinned(question) {
  return page.state.watches.some((watch) => isSame(watch, question));
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
