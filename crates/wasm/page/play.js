// The tab Play: a story on the stage, and who may reach whom.

import { actions } from "./actions.js";
import { h } from "./dom.js";
import { markUnconfirmed, matrix } from "./matrix.js";
import { stages } from "./stage.js";
import { page } from "./state.js";
import { story } from "./story.js";
import { watches } from "./watches.js";

export function playTab() {
  // The marks come when the cells are in the page.
  queueMicrotask(markUnconfirmed);
  const drawn = h("div", { class: "card stages" }, stages());
  return page.view.policies.length > 1 ? sideBySide(drawn) : single(drawn);
}

function single(drawn) {
  return h(
    "div",
    { class: "play" },
    h("div", { class: "column" }, drawn, actions()),
    h("div", { class: "column" }, matrix(), watches()),
    story(),
  );
}

/** Two stages stand side by side, above the rest. */
function sideBySide(drawn) {
  return h(
    "div",
    { class: "play beside" },
    h(
      "div",
      { class: "column" },
      drawn,
      h("div", { class: "columns" }, actions(), h("div", { class: "column" }, matrix(), watches())),
    ),
    story(),
  );
}
