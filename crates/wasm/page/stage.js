// The stage: users, and what stands between them, as a drawing with words on it.

import { h } from "./dom.js";
import { page, policyName, redraw } from "./state.js";

/** The places of users by how many they are, as parts of the width and height. */
const LAYOUTS = {
  2: {
    height: 200,
    at: [
      [0, 0.5],
      [1, 0.5],
    ],
  },
  3: {
    height: 420,
    at: [
      [0.5, 0],
      [0, 1],
      [1, 1],
    ],
  },
  4: {
    height: 440,
    at: [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ],
  },
};
const RADIUS = 42;
/** The room for the users and the arrows at the upper and lower edge. */
const MARGIN = 80;

/** A narrow screen gets a narrow drawing, so that its words stay large. */
const isNarrow = matchMedia("(max-width: 40rem)");
isNarrow.addEventListener("change", () => page.view && redraw({}));

/** The facts of a relation: their kind, and whether the target is at the start. */
const FACTS = {
  actor_blocks: ["blocks", false],
  target_blocks: ["blocks", true],
  actor_lists: ["lists", false],
  target_lists: ["lists", true],
  actor_requested: ["requested", false],
  target_requested: ["requested", true],
};

/** What each kind is called: from one to another, and in both directions. */
const KINDS = {
  lists: {
    one: "friend",
    both: "friends",
    words: (from, to) => `${from} has ${to} as a friend`,
  },
  blocks: { one: "blocks", both: "block each other", words: (from, to) => `${from} blocks ${to}` },
  requested: {
    one: "requested",
    both: "requested each other",
    words: (from, to) => `${from} requested ${to}`,
  },
};

/** Where a label stands on its arrow: different places keep labels apart where arrows cross. */
const LABEL_AT = { lists: 0.42, blocks: 0.26, requested: 0.66 };

/** Draws a stage for each policy. */
export function stages() {
  return page.view.policies.map((_, side) => stage(side));
}

function stage(side) {
  const { users } = page.view;
  const { height, at } = LAYOUTS[Math.max(2, users.length)];
  const [width, margin] = isNarrow.matches ? [420, 68] : [640, 100];
  const places = new Map(
    users.map((user, index) => [
      user,
      [margin + at[index][0] * (width - 2 * margin), MARGIN + at[index][1] * (height - 2 * MARGIN)],
    ]),
  );
  const arrows = arrowsOf(side);
  const shapes = arrows.map((arrow) => ({
    arrow,
    ...shape(places.get(arrow.from), places.get(arrow.to), arrow),
  }));
  const drawing = h(
    "svg",
    {
      class: "stage",
      viewBox: `0 0 ${width} ${height}`,
      role: "group",
      "aria-label": inWords(arrows),
      "data-side": side,
    },
    h(
      "defs",
      {},
      tip("blocks", side, "M0,-1 L0,13"),
      tip("lists", side, "M0,0 L10,6 L0,12 Z"),
      tip("requested", side, "M0,0 L10,6 L0,12 Z"),
    ),
    shapes.map((it) => drawArrow(it, side)),
    shapes.map((it) => drawLabel(it, width)),
    users.map((user) => drawUser(user, places.get(user), side, width)),
  );
  if (page.view.policies.length === 1) return drawing;
  return h("figure", {}, h("figcaption", {}, side ? "Beside: " : "", policyName(side)), drawing);
}

/** Returns what stands between the users: `from` is at the start, `to` at the tip. */
function arrowsOf(side) {
  const relations = page.view.relations.filter((relation) => relation.side === side);
  return relations.flatMap((relation) => {
    const arrows = Object.keys(KINDS).flatMap((kind) => arrowsOfKind(kind, relation));
    return arrows.map((arrow, index) => ({
      ...arrow,
      aside: index - (arrows.length - 1) / 2,
      isForward: arrow.from === relation.actor,
    }));
  });
}

/** Two opposite facts of a kind are one arrow with two tips. */
function arrowsOfKind(kind, { actor, target, facts }) {
  const found = facts.filter((fact) => FACTS[fact][0] === kind);
  if (found.length === 2) return [{ kind, from: actor, to: target, isMutual: true }];
  return found.map((fact) => {
    const [from, to] = FACTS[fact][1] ? [target, actor] : [actor, target];
    return { kind, from, to, isMutual: false };
  });
}

function arrowInWords({ kind, from, to, isMutual }) {
  if (!isMutual) return KINDS[kind].words(from, to);
  return kind === "lists"
    ? `${from} and ${to} are friends`
    : `${KINDS[kind].words(from, to)}, ${KINDS[kind].words(to, from)}`;
}

function inWords(arrows) {
  if (!arrows.length) return "The stage: nothing stands between the users.";
  return `The stage: ${arrows.map(arrowInWords).join(", ")}.`;
}

function tip(kind, side, d) {
  const isBar = kind === "blocks";
  const attributes = {
    viewBox: "-2 -2 14 16",
    refX: isBar ? 0 : 9,
    refY: 6,
    markerWidth: 18,
    markerHeight: 18,
  };
  return h(
    "marker",
    {
      id: `${kind}-${side}`,
      class: kind,
      orient: "auto-start-reverse",
      markerUnits: "userSpaceOnUse",
      ...attributes,
    },
    h("path", { d }),
  );
}

/** Returns the curve of an arrow, bent aside if others stand between the two, and its label's place. */
function shape([x1, y1], [x2, y2], { kind, aside, isForward, isMutual }) {
  const length = Math.hypot(x2 - x1, y2 - y1);
  const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
  const bend = aside * 54 * (isForward ? 1 : -1);
  const gap = RADIUS + 7;
  const start = [x1 + ux * gap - (uy * bend) / 3, y1 + uy * gap + (ux * bend) / 3];
  const end = [x2 - ux * gap - (uy * bend) / 3, y2 - uy * gap + (ux * bend) / 3];
  const control = [(x1 + x2) / 2 - uy * bend * 1.3, (y1 + y2) / 2 + ux * bend * 1.3];
  const t = isMutual ? 0.5 : LABEL_AT[kind];
  const label = [0, 1].map(
    (axis) => (1 - t) ** 2 * start[axis] + 2 * t * (1 - t) * control[axis] + t ** 2 * end[axis],
  );
  return { path: `M${start} Q${control} ${end}`, label };
}

function drawArrow({ arrow, path }, side) {
  const { kind, isMutual } = arrow;
  const mark = `url(#${kind}-${side})`;
  return h(
    "g",
    { class: `fact ${kind}`, "data-fact": arrowInWords(arrow) },
    h("path", { d: path, "marker-start": isMutual ? mark : null, "marker-end": mark }),
  );
}

/** Draws a label above its arrow, after all arrows: none strikes it through. */
function drawLabel({ arrow, label: [x, y] }, width) {
  const { kind, isMutual } = arrow;
  const label = isMutual ? KINDS[kind].both : KINDS[kind].one;
  return h("g", { class: `fact ${kind}` }, line(label, [x, y + 5], width));
}

/** The width of a letter at most, in the size and weight of labels. */
const LETTER = 11;

/** Makes a line of text around a place, moved aside if it would leave the drawing. */
function line(text, [x, y], width, attributes) {
  const half = (text.length * LETTER) / 2;
  const inside = Math.min(Math.max(x, half), width - half);
  return h("text", { x: inside, y, "text-anchor": "middle", ...attributes }, text);
}

/** Draws a user, who is chosen by a click as the actor or the target of the actions. */
function drawUser(user, [x, y], side, width) {
  const role = user === page.actor ? "actor" : user === page.target ? "target" : "";
  const attributes = {
    class: `user ${role}`,
    role: "button",
    tabindex: "0",
    "data-key": `user ${user} ${side}`,
    "aria-label": role ? `${user}, the ${role} of the actions` : user,
    onclick: () => choose(user),
    onkeydown: (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      choose(user);
    },
  };
  return h(
    "g",
    attributes,
    h("title", {}, user),
    h("circle", { cx: x, cy: y, r: RADIUS }),
    h("text", { x, y: y + 6, "text-anchor": "middle" }, shortened(user, 7)),
    settingsInWords(user, side).map((words, index) =>
      line(words, [x, y + RADIUS + 17 + 16 * index], width, { class: "setting" }),
    ),
  );
}

/** Older browsers count code points. */
const letters = Intl.Segmenter ? new Intl.Segmenter() : null;

/** Returns a name, cut behind some letters as people count them. */
function shortened(name, most) {
  const all = letters ? [...letters.segment(name)].map(({ segment }) => segment) : [...name];
  return all.length > most ? `${all.slice(0, most - 1).join("")}…` : name;
}

const MODES = { anyone: "takes any request", confirm: null, nobody: "takes no request" };

function settingsInWords(user, side) {
  const { mode, sending } = page.view.settings.find((it) => it.user === user).sides[side];
  return [MODES[mode], sending === "open" ? null : "may send no requests"].filter(Boolean);
}

/** Chooses a user: first the actor, then the target. The actor again exchanges the two. */
function choose(user) {
  const { actor, target, isTargetNext } = page;
  if (user === actor) redraw({ actor: target, target: actor, isTargetNext: false });
  else if (isTargetNext || page.view.users.length === 2)
    redraw({ target: user, isTargetNext: false });
  else redraw({ actor: user, target: actor, isTargetNext: true });
}
