// The tab Play: a story on the stage, and who may reach whom.

import { actions } from "./actions.js";
import { h } from "./dom.js";
import { markUnconfirmed, matrix } from "./matrix.js";
import { stages } from "./stage.js";
import { story } from "./story.js";
import { watches } from "./watches.js";

export function play() {
  // The marks come when the cells are in the page.
  queueMicrotask(markUnconfirmed);
  return h(
    "div",
    { class: "play" },
    h("div", { class: "column stages" }, h("div", { class: "card" }, stages()), actions()),
    h("div", { class: "column" }, matrix(), watches()),
    h("div", { class: "column" }, story()),
  );
}
