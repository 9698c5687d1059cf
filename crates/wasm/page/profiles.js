// The tab Profiles: what real systems do, with sources; ten stories and each system's answer.

import { button, byId, h } from "./dom.js";
import { later } from "./common.js";
import { attempt } from "./state.js";

let filter = "";

export function profilesTab() {
  const tables = h("div", { id: "tables" });
  const stories = h("div", { id: "stories" });
  later(tables, "profiles", null, drawTables);
  later(stories, "shown_stories", null, drawStories);
  return [
    h("h2", {}, "What real systems do"),
    h(
      "p",
      { class: "row" },
      h(
        "label",
        {},
        "Filter the systems ",
        h("input", {
          type: "search",
          id: "filter",
          "data-key": "filter",
          value: filter,
          oninput: (event) => setFilter(event.target.value),
        }),
      ),
      h("output", { id: "filtered", for: "filter" }),
    ),
    tables,
    stories,
  ];
}

function setFilter(text) {
  filter = text;
  applyFilter();
}

/** Shows the rows of the systems that have the text somewhere. */
function applyFilter() {
  const wanted = filter.trim().toLowerCase();
  const names = new Set();
  for (const row of document.querySelectorAll("#tables [data-profile]")) {
    row.hidden = !row.dataset.text.includes(wanted);
    if (!row.hidden) names.add(row.dataset.profile);
  }
  for (const table of document.querySelectorAll("#tables > section")) table.hidden = !names.size;
  byId("filtered").textContent = wanted
    ? `${names.size} ${names.size === 1 ? "system" : "systems"}`
    : "";
}

function drawTables({ tables, profiles }) {
  queueMicrotask(applyFilter);
  const texts = new Map(
    profiles.map((profile) => [profile.name, JSON.stringify(profile).toLowerCase()]),
  );
  return [
    h(
      "p",
      { class: "key" },
      "A blocks B. told: the block is named; neutral: refused, and no block is named; silent: the actor sees success, and nothing happens; refused: no source says what the actor sees. An empty cell is not confirmed, and – stands for what the system does not have. * no policy can say it: a system's name opens its facts with their sources. In the stories below, ? is not confirmed.",
    ),
    tables.map((table) => drawTable(table, profiles, texts)),
  ];
}

function drawTable({ title, columns }, profiles, texts) {
  const head = [
    h("th", { scope: "col" }, "System"),
    columns.map((column) => h("th", { scope: "col" }, column.title)),
  ];
  const rows = profiles.map((profile) =>
    h(
      "tr",
      { "data-profile": profile.name, "data-text": texts.get(profile.name) },
      h(
        "th",
        { scope: "row" },
        button(profile.title, () => openProfile(profile), {
          class: "quiet",
          "data-key": `${title} ${profile.name}`,
        }),
      ),
      columns.map((column) =>
        h(
          "td",
          {},
          column.cells.map((path, index) => [index ? " / " : "", shownCell(profile, path)]),
        ),
      ),
    ),
  );
  return h(
    "section",
    { class: "card" },
    h(
      "div",
      { class: "scroll", tabindex: "0", role: "group", "aria-label": title },
      h(
        "table",
        { class: "systems-table" },
        h("caption", {}, title),
        h("thead", {}, h("tr", {}, head)),
        h("tbody", {}, rows),
      ),
    ),
  );
}

function shownCell({ cells, shown }, path) {
  const value = shown[path];
  const fact = cells.find((cell) => cell.path === path);
  const source = fact && [fact.evidence, fact.source, fact.note].filter(Boolean).join(": ");
  return h("span", { title: source }, value);
}

function openProfile({ name, title, about, policy, lacks, cells, exceptions, sources }) {
  const dialog = byId("details");
  const use = (changes) => () => {
    dialog.close();
    attempt(changes, "play");
  };
  dialog.replaceChildren(
    h("h2", { id: "details-title" }, title),
    h("p", {}, about),
    h("p", {}, h("code", {}, policy)),
    lacks.length ? h("p", {}, `It has no ${lacks.join(", no ")}.`) : "",
    h(
      "p",
      { class: "row" },
      button("Play under its policy", use({ policy: name }), { id: "use" }),
      button("Set it beside", use({ other: name }), { id: "beside" }),
      button("Close", () => dialog.close(), { id: "close", autofocus: true }),
    ),
    exceptions.length
      ? list(
          "What its policy cannot say",
          exceptions.map((it) => `${it.text} (${it.evidence}: ${it.source})`),
        )
      : "",
    list(
      "What is known",
      cells.map((cell) => [
        `${cell.title}: `,
        h("b", {}, cell.value),
        ` (${cell.evidence}: ${cell.source})`,
        cell.note ? `; ${cell.note}` : "",
      ]),
    ),
    list(
      "Sources",
      sources.map((source) => [h("b", {}, source.name), `: ${source.place}`]),
    ),
  );
  dialog.showModal();
}

function list(title, items) {
  return h(
    "section",
    {},
    h("h3", {}, title),
    h(
      "ul",
      {},
      items.map((item) => h("li", {}, item)),
    ),
  );
}

function drawStories(stories) {
  return [h("h2", {}, "Ten stories, and what each system answers"), stories.map(drawStory)];
}

function drawStory({ name, title, lines, users, systems }) {
  const played = lines.filter((line) => !line.startsWith("#"));
  const open = () => attempt({ users, lines: played, step: played.length, watches: [] }, "play");
  return h(
    "details",
    { class: "card", "data-story": name },
    h("summary", {}, title),
    h(
      "ol",
      {},
      played.map((line) => h("li", {}, line)),
    ),
    h("p", {}, button("Show on the stage", open, { class: "open", "data-key": `open ${name}` })),
    h(
      "dl",
      { class: "systems-answers" },
      byAnswer(systems).map(([answer, alike]) => [
        h("dt", {}, answer),
        h("dd", {}, alike.map(systemName)),
      ]),
    ),
  );
}

/** Returns the systems by their answers, the answer of most systems first. */
function byAnswer(systems) {
  const answers = new Map();
  for (const system of systems)
    answers.set(system.answer, [...(answers.get(system.answer) ?? []), system]);
  return [...answers].sort(([, one], [, other]) => other.length - one.length);
}

function systemName({ name, certainty, is_exception }, index) {
  const mark = `${is_exception ? "*" : ""}${certainty === "not_confirmed" ? "?" : ""}`;
  return `${index ? ", " : ""}${name}${mark}`;
}
