// The stage: users, and what stands between them, as a drawing with words on it.

import { h } from "./dom.js";
import { page, redraw } from "./state.js";

/** The size of a stage and the places of its users, by how many they are. */
const PLACES = {
  2: {
    height: 220,
    at: [
      [130, 100],
      [510, 100],
    ],
  },
  3: {
    height: 430,
    at: [
      [320, 70],
      [110, 330],
      [530, 330],
    ],
  },
  4: {
    height: 460,
    at: [
      [110, 80],
      [530, 80],
      [530, 360],
      [110, 360],
    ],
  },
};
const RADIUS = 42;

/** The facts of a relation: their kind, and whether the target is at the start. */
const FACTS = {
  actor_blocks: ["blocks", false],
  target_blocks: ["blocks", true],
  actor_lists: ["lists", false],
  target_lists: ["lists", true],
  actor_requested: ["asked", false],
  target_requested: ["asked", true],
};

/** Draws a stage for each policy. */
export function stages() {
  return page.view.policies.map((policy, side) => stage(policy, side));
}

function stage(policy, side) {
  const { users } = page.view;
  const { height, at } = PLACES[Math.max(2, users.length)];
  const places = Object.fromEntries(users.map((user, index) => [user, at[index]]));
  const arrows = arrowsOf(side);
  const drawing = h(
    "svg",
    {
      class: "stage",
      viewBox: `0 0 640 ${height}`,
      role: "group",
      "aria-label": inWords(arrows),
      "data-side": side,
    },
    h(
      "defs",
      {},
      tip("bar", side, "M0,-1 L0,13"),
      tip("lists", side, "M0,0 L10,6 L0,12 Z"),
      tip("asked", side, "M0,0 L10,6 L0,12 Z"),
    ),
    arrows.map((arrow) => drawArrow(arrow, places, side)),
    users.map((user) => drawUser(user, places[user], side)),
  );
  if (page.view.policies.length === 1) return drawing;
  return h(
    "figure",
    {},
    h("figcaption", {}, side ? "Beside: " : "", policy.name ?? policy.text),
    drawing,
  );
}

/** Returns what stands between the users: `from` is at the start, `to` at the tip. */
function arrowsOf(side) {
  const relations = page.view.relations.filter((relation) => relation.side === side);
  return relations.flatMap(({ actor, target, facts }) => {
    const isMutual = facts.includes("actor_lists") && facts.includes("target_lists");
    const single = facts.filter((fact) => !(isMutual && fact.endsWith("_lists")));
    const arrows = single.map((fact) => {
      const [kind, isReversed] = FACTS[fact];
      return { kind, from: isReversed ? target : actor, to: isReversed ? actor : target };
    });
    if (isMutual) arrows.unshift({ kind: "friends", from: actor, to: target });
    return arrows.map((arrow, index) => ({
      ...arrow,
      aside: index - (arrows.length - 1) / 2,
      isForward: arrow.from === actor,
    }));
  });
}

function words({ kind, from, to }) {
  if (kind === "friends") return `${from} and ${to} are friends`;
  return kind === "lists" ? `${from} has ${to} as a friend` : `${from} ${kind} ${to}`;
}

function inWords(arrows) {
  if (!arrows.length) return "The stage: nothing stands between the users.";
  return `The stage: ${arrows.map(words).join(", ")}.`;
}

function tip(kind, side, d) {
  const bar = kind === "bar";
  const attributes = {
    viewBox: "-2 -2 14 16",
    refX: bar ? 0 : 9,
    refY: 6,
    markerWidth: 16,
    markerHeight: 16,
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

/** Draws an arrow, bent aside if others stand between the two. */
function drawArrow(arrow, places, side) {
  const { path, middle } = curve(places[arrow.from], places[arrow.to], arrow);
  const tips = {
    blocks: { "marker-end": `url(#bar-${side})` },
    lists: { "marker-end": `url(#lists-${side})` },
    asked: { "marker-end": `url(#asked-${side})` },
    friends: { "marker-start": `url(#lists-${side})`, "marker-end": `url(#lists-${side})` },
  };
  const label = arrow.kind === "friends" ? "friends" : words(arrow);
  return h(
    "g",
    { class: `fact ${arrow.kind}`, "data-fact": words(arrow) },
    h("path", { d: path, ...tips[arrow.kind] }),
    h("text", { x: middle[0], y: middle[1] - 8, "text-anchor": "middle" }, label),
  );
}

function curve([x1, y1], [x2, y2], { aside, isForward }) {
  const length = Math.hypot(x2 - x1, y2 - y1);
  const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
  const bend = aside * 58 * (isForward ? 1 : -1);
  const [nx, ny] = [-uy * bend, ux * bend];
  const gap = RADIUS + 7;
  const start = [x1 + ux * gap + nx / 3, y1 + uy * gap + ny / 3];
  const end = [x2 - ux * gap + nx / 3, y2 - uy * gap + ny / 3];
  const control = [(x1 + x2) / 2 + nx * 1.3, (y1 + y2) / 2 + ny * 1.3];
  const middle = [0, 1].map((axis) => (start[axis] + end[axis] + 2 * control[axis]) / 4);
  return { path: `M${start} Q${control} ${end}`, middle };
}

/** Draws a user, who is chosen by a click as the actor or the target of the actions. */
function drawUser(user, [x, y], side) {
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
    h("circle", { cx: x, cy: y, r: RADIUS }),
    h(
      "text",
      { x, y: y + 6, "text-anchor": "middle" },
      user.length > 9 ? `${user.slice(0, 8)}…` : user,
    ),
    settingsInWords(user, side).map((line, index) =>
      h(
        "text",
        { class: "setting", x, y: y + RADIUS + 17 + 16 * index, "text-anchor": "middle" },
        line,
      ),
    ),
  );
}

const MODES = { anyone: "takes any request", confirm: null, nobody: "takes no request" };

function settingsInWords(user, side) {
  const setting = page.view.settings.find((it) => it.user === user);
  const { mode, sending } = setting.sides[side];
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
