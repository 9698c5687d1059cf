// What several tabs show: rules, stories that tell policies apart, and what is folded.

import { button, h } from "./dom.js";
import { background } from "./engine.js";
import { attempt, errorInWords } from "./state.js";
import { verb } from "./words.js";

/** The rules of a reason by number; more than three are cut. */
export function rulesInLine(rules) {
  const shown = rules.length > 3 ? [...rules.slice(0, 3), "…"] : rules;
  return h("span", { class: "rules", title: rules.join(", ") }, shown.join(", "));
}

/** A story that two policies answer differently, which opens on the stage. */
export function storyCard({ lines, answers, state, alike }, policies) {
  return h(
    "article",
    { class: "card story-card", "data-story": lines.join("\n") },
    h(
      "ol",
      {},
      lines.map((line) => h("li", {}, line)),
    ),
    h(
      "dl",
      {},
      answers.map((answer, side) => [
        h("dt", {}, policies[side]),
        h("dd", { "data-verdict": answer.verdict }, answer.text),
      ]),
    ),
    alike.length
      ? h("p", { class: "hint" }, `The same answers for: ${alike.map(verb).join(", ")}`)
      : null,
    button("Show on the stage", () => attempt(state, "play"), {
      class: "open",
      "data-key": `open ${lines.join(" ")}`,
    }),
  );
}

/** Asks off the main thread, and shows the answer if its place is still in the page. */
export async function later(place, name, argument, draw) {
  place.replaceChildren(h("p", { role: "status" }, "One moment …"));
  const answer = await background.ask(name, argument).catch((error) => ({ error }));
  if (!place.isConnected) return;
  const drawn = answer.error
    ? h("p", { class: "error" }, errorInWords(answer.error))
    : draw(answer);
  place.replaceChildren(...[drawn].flat(Infinity).filter(Boolean));
}

/** What stands open or closed until it is folded or unfolded. On a phone, it is closed first. */
const isOpen = { refused: matchMedia("(min-width: 48rem)").matches, settings: false };

export function folded(name, title, ...content) {
  const ontoggle = (event) => {
    isOpen[name] = event.target.open;
  };
  return h(
    "details",
    { open: isOpen[name], ontoggle },
    h("summary", { "data-key": name }, title),
    content,
  );
}
