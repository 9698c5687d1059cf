// The stage: people, and what stands between them, as a drawing with words on it.

const PLACES = {
  2: [[150, 150], [490, 150]],
  3: [[320, 70], [130, 330], [510, 330]],
  4: [[140, 80], [500, 80], [500, 340], [140, 340]],
};

/** What a fact looks like: its words, its class, and who is at its start. */
const FACTS = {
  actor_blocks: ["blocks", "blocks", false],
  target_blocks: ["blocks", "blocks", true],
  actor_lists: ["lists", "lists", false],
  target_lists: ["lists", "lists", true],
  actor_requested: ["asked", "asked", false],
  target_requested: ["asked", "asked", true],
};

function stage() {
  const users = view.users;
  const places = PLACES[users.length] ?? PLACES[4];
  const at = Object.fromEntries(users.map((user, index) => [user, places[index]]));
  const arrows = [];
  for (const relation of view.relations.filter((it) => it.side === 0)) {
    const facts = relation.facts.map((fact) => {
      const [words, kind, swapped] = FACTS[fact];
      const [from, to] = swapped ? [relation.target, relation.actor] : [relation.actor, relation.target];
      return { words, kind, from, to };
    });
    facts.forEach((fact, index) => arrows.push(arrow(at[fact.from], at[fact.to], fact, index - (facts.length - 1) / 2, fact.from < fact.to)));
  }

  const people = users.map((user) => {
    const [x, y] = at[user];
    const chosen = user === ui.actor ? " actor" : user === ui.target ? " target" : "";
    return h("g", { class: `person${chosen}`, role: "button", tabindex: "0", "data-key": `person-${user}`,
      "aria-label": `${user}${chosen ? `, the ${chosen.trim()}` : ""}`,
      onclick: () => choose(user), onkeydown: (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(user); } } },
      h("circle", { cx: x, cy: y, r: 44 }),
      h("text", { x, y: y + 6, "text-anchor": "middle" }, user.length > 9 ? `${user.slice(0, 8)}…` : user));
  });
  const height = users.length === 2 ? 300 : 420;
  return h("svg", { class: "stage", viewBox: `0 0 640 ${height}`, role: "group", "aria-label": drawingInWords() },
    h("defs", {}, marker("bar", "M0,0 L0,12", "blocks"), marker("tip-lists", "M0,0 L10,6 L0,12 Z", "lists"), marker("tip-asked", "M0,0 L10,6 L0,12 Z", "asked")),
    ...arrows, ...people);
}

function marker(id, d, kind) {
  return h("marker", { id, viewBox: "-2 -2 14 16", refX: id === "bar" ? 0 : 9, refY: 6, markerWidth: 11, markerHeight: 11, orient: "auto", class: kind }, h("path", { d }));
}

/** An arrow from one person to another, bent aside so that several do not cover each other. */
function arrow([x1, y1], [x2, y2], fact, place, forward) {
  const length = Math.hypot(x2 - x1, y2 - y1);
  const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
  const aside = place * 46 * (forward ? 1 : -1);
  const [nx, ny] = [-uy * aside, ux * aside];
  const start = [x1 + ux * 50 + nx * 0.5, y1 + uy * 50 + ny * 0.5];
  const end = [x2 - ux * 54 + nx * 0.5, y2 - uy * 54 + ny * 0.5];
  const middle = [(x1 + x2) / 2 + nx * 1.3, (y1 + y2) / 2 + ny * 1.3];
  const label = [(start[0] + end[0] + 2 * middle[0]) / 4, (start[1] + end[1] + 2 * middle[1]) / 4];
  const tip = fact.kind === "blocks" ? "bar" : `tip-${fact.kind}`;
  return h("g", { class: `fact ${fact.kind}` },
    h("path", { d: `M${start} Q${middle} ${end}`, "marker-end": `url(#${tip})` }),
    h("text", { x: label[0], y: label[1] - 7, "text-anchor": "middle" }, fact.kind === "asked" ? `${fact.from} asked ${fact.to}` : `${fact.from} ${fact.words} ${fact.to}`));
}

function drawingInWords() {
  const words = [];
  for (const relation of view.relations.filter((it) => it.side === 0)) {
    for (const fact of relation.facts) {
      const [verb, , swapped] = FACTS[fact];
      const [from, to] = swapped ? [relation.target, relation.actor] : [relation.actor, relation.target];
      words.push(`${from} ${verb} ${to}`);
    }
  }
  return words.length ? words.join(", ") : "Nothing stands between the users.";
}

/** Chooses a person: the first is the actor, the second the target. */
function choose(user) {
  if (ui.actor === null || (ui.actor !== user && ui.target !== null)) {
    ui.actor = user;
    ui.target = view.users.find((other) => other !== user) ?? null;
    if (view.users.length > 2) ui.target = null;
  } else if (ui.actor === user) {
    [ui.actor, ui.target] = [ui.target, user];
  } else {
    ui.target = user;
  }
  render();
}

/** The actions of the chosen pair: what is possible now, and what is refused with its reasons. */
function deeds() {
  const users = view.users;
  if (!users.includes(ui.actor)) ui.actor = users[0] ?? null;
  if (!users.includes(ui.target) || ui.target === ui.actor) ui.target = users.find((it) => it !== ui.actor) ?? null;
  const chooser = (label, value, onchange, others) => h("label", {}, label, h("select", { "data-key": label, onchange },
    ...others.map((user) => h("option", { value: user, selected: user === value }, user))));
  const of = view.actions.filter((it) => it.actor === ui.actor && it.target === ui.target);
  return h("section", { class: "deeds", "aria-label": "Actions" },
    h("p", { class: "pair" },
      chooser("What may", ui.actor, (event) => { ui.actor = event.target.value; render(); }, users),
      chooser("do to", ui.target, (event) => { ui.target = event.target.value; render(); }, users.filter((it) => it !== ui.actor)),
      h("button", { class: "quiet", "data-key": "swap", title: "Exchange the two", "aria-label": "Exchange the two", onclick: () => { [ui.actor, ui.target] = [ui.target, ui.actor]; render(); } }, "⇄")),
    h("ul", {}, ...of.map(deed)));
}

function deed(it) {
  const [side] = it.sides;
  const words = side.allowed ? side.then : side.reasons.map((reason) => reason.text).join("; ");
  const id = `deed-${it.action}`;
  return h("li", { class: side.allowed ? "possible" : "refused" },
    h("button", { "data-key": id, "aria-disabled": side.allowed ? undefined : "true", "aria-describedby": id, onclick: () => addLine(it.sentence) }, it.sentence),
    h("span", { id, class: "consequence" }, words, rules(side.reasons), it.differs ? h("em", {}, ` beside: ${it.sides[1].allowed ? it.sides[1].then : `refused: ${it.sides[1].reasons.map((r) => r.text).join("; ")}`}`) : null));
}

function rules(reasons) {
  const numbers = [...new Set(reasons.flatMap((reason) => reason.rules))];
  return numbers.length ? h("span", { class: "rules" }, ` ${numbers.join(", ")}`) : null;
}
