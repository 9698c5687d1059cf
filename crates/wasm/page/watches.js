// Watches: pinned questions, and their answer at each step of the story.

import { button, h } from "./dom.js";
import { attempt, goTo, page } from "./state.js";
import { look, verb } from "./words.js";

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
  const rows = all.flatMap((watch) => policies.map((_, side) => row(watch, side)));
  queueMicrotask(showStep);
  return h(
    "section",
    { id: "watches", class: "card", "aria-labelledby": "watches-title" },
    h("h2", { id: "watches-title" }, "Watches: the answers after each step"),
    h(
      "div",
      { class: "scroll" },
      h(
        "table",
        { "aria-labelledby": "watches-title" },
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "May …"), head)),
        h("tbody", {}, rows),
      ),
    ),
  );
}

/** Scrolls the answers so that the step on the stage is in sight. */
function showStep() {
  const now = document.querySelector("#watches th.now");
  const strip = now?.closest(".scroll");
  if (!strip) return;
  const end = now.offsetLeft + now.offsetWidth;
  if (end > strip.clientWidth) strip.scrollLeft = end - strip.clientWidth;
}

function row(watch, side) {
  const { question, actor, target, answers } = watch;
  const words = `${actor} ${verb(question)} ${target}`;
  const away = button("×", () => toggleWatch(watch), {
    class: "quiet",
    "data-key": `away ${words}`,
    "aria-label": `Stop watching: ${words}`,
  });
  return h(
    "tr",
    { "data-watch": `${question} ${actor} ${target}`, "data-side": side },
    h(
      "th",
      { scope: "row" },
      side ? null : away,
      side
        ? h("small", { "aria-label": `${words}, beside` }, "beside")
        : [h("bdi", {}, actor), ` ${verb(question)} `, h("bdi", {}, target)],
    ),
    answers[side].map((_, step) => answer(step, answers[side], words, side)),
  );
}

function answer(step, answers, words, side) {
  const { verdict, sign, words: answer } = look(answers[step]);
  const isChange = step > 0 && look(answers[step - 1]).sign !== sign;
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
        "aria-label": `step ${step}: ${answer}${isChange ? ", changed" : ""}`,
        "aria-current": step === page.view.step ? "step" : null,
        onclick: () => goTo(step),
      },
      sign,
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
  attempt({
    watches: others.length < watches.length ? others : [...watches, { question, actor, target }],
  });
}
