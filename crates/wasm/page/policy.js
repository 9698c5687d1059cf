// The tab Policy: its parts, what they mean, and which systems are alike.

import { byId, button, copy, h, save, select, toast } from "./dom.js";
import { ask, background } from "./engine.js";
import { change, errorInWords, openTab, page } from "./state.js";
import { rulesInLine, storyCard } from "./common.js";

export function policyTab() {
  const policy = ask("policy", page.state.policy);
  queueMicrotask(fillSystems);
  return [
    h("h2", {}, policy.name ? `The policy ${policy.name}` : "A policy of your own"),
    policy.name ? null : h("p", {}, h("code", {}, policy.text)),
    file(policy),
    h(
      "p",
      { class: "hint" },
      "A is the actor, B is the target. R-numbers are rules of the semantics.",
    ),
    groups(policy.parts).map(([name, parts]) => group(name, parts)),
  ];
}

function file(policy) {
  const chosen = (event) => readFile(event.target.files[0]);
  return h(
    "div",
    { class: "card" },
    h(
      "p",
      { class: "row" },
      button("Copy as a file", () => copy(policy.file, "Policy file"), { id: "copy-file" }),
      button("Save as a file", () => save("policy.toml", policy.file), { id: "save-file" }),
      h(
        "label",
        {},
        "Open a file, or drop it anywhere: ",
        h("input", { type: "file", id: "file", accept: ".toml,.json", onchange: chosen }),
      ),
    ),
    h("p", { id: "file-error", class: "error", role: "alert" }),
  );
}

/** Reads a policy file that was chosen or dropped. */
export async function readFile(file) {
  if (!file) return;
  if (page.tab !== "policy") openTab("policy");
  // The same file can be chosen again, once it is corrected.
  byId("file").value = "";
  // A policy file is far smaller: the engine refuses what is longer.
  const text = await file
    .slice(0, 1_000_000)
    .text()
    .catch(() => null);
  const read =
    text === null ? { error: { message: "the file cannot be read" } } : ask("policy_file", text);
  const error = read.error ?? change({ policy: read.text });
  if (error)
    byId("file-error").textContent = `${file.name} is not a policy. ${errorInWords(error)}`;
  else toast(`The policy is that of ${file.name}`);
}

/** Returns the parts by the first word of their paths. */
function groups(parts) {
  const groups = new Map();
  for (const part of parts) {
    const [name] = part.path.split(".");
    groups.set(name, [...(groups.get(name) ?? []), part]);
  }
  return [...groups];
}

function group(name, parts) {
  return h(
    "section",
    { class: "card", id: `parts-${name}` },
    h("h3", {}, name.replaceAll("_", " ")),
    parts.map(partRow),
  );
}

function partRow(part) {
  const { path, value, rules, meaning } = part;
  return h(
    "div",
    { class: "part", "data-part": path },
    h("label", { for: `part-${path}` }, h("code", {}, path)),
    part.is_limit ? limit(part) : choice(part),
    h("p", {}, meaning, " ", rulesInLine(rules)),
    h("p", { class: "systems", "data-value": value }),
    h(
      "details",
      {
        ontoggle: (event) => event.target.open && fillOthers(event.target, part),
      },
      h("summary", { "data-key": `others ${path}` }, "Other values"),
    ),
  );
}

function choice({ path, value, choices }) {
  const set = (chosen) => setPart(path, chosen);
  return select(
    { id: `part-${path}`, "data-key": path },
    choices.map((it) => it.value),
    value,
    set,
  );
}

function limit({ path, value, choices }) {
  const list = `limits-${path}`;
  return h(
    "span",
    {},
    h("input", {
      id: `part-${path}`,
      "data-key": path,
      list,
      size: "8",
      value,
      // The focus moves first: the fields are drawn anew.
      onchange: (event) => setTimeout(() => setPart(path, event.target.value.trim())),
    }),
    h(
      "datalist",
      { id: list },
      choices.map((it) => h("option", { value: it.value })),
    ),
  );
}

function setPart(path, value) {
  const changed = ask("with_part", { policy: page.state.policy, path, value });
  const error = changed.error ?? change({ policy: changed.text });
  if (!error) return;
  toast(errorInWords(error));
  const field = byId(`part-${path}`);
  field.value = ask("policy", page.state.policy).parts.find((part) => part.path === path).value;
}

let systems = null;

/** Writes beside each part which systems have its value: the worker finds out, once. */
async function fillSystems() {
  systems ??= background.ask("systems");
  const known = await systems.catch(() => null);
  if (!known) {
    systems = null;
    return;
  }
  for (const place of document.querySelectorAll("#view-policy .systems")) {
    const path = place.closest("[data-part]").dataset.part;
    const names = known[path]?.[place.dataset.value] ?? [];
    place.textContent = systemsInWords(names);
  }
}

/** Writes what each other value would change, with the shortest story that shows it. */
async function fillOthers(place, { path, choices, value }) {
  const summary = place.firstElementChild;
  place.replaceChildren(summary, h("p", { role: "status" }, "One moment …"));
  const asked = { policy: page.state.policy, path };
  const answers = await Promise.all([background.ask("what_if", asked), systems]).catch(() => null);
  if (!place.isConnected) return;
  // No story of two users is long enough to tell limits apart: the engine has no answer for them.
  const changes = Array.isArray(answers?.[0]) ? answers[0] : [];
  const known = answers?.[1]?.[path] ?? {};
  const others = choices.filter((choice) => choice.value !== value);
  const cards = others.map((choice) => {
    const found = changes.find((it) => it.value === choice.value);
    return other(path, choice, found, known[choice.value] ?? []);
  });
  place.replaceChildren(summary, h("div", { class: "cards" }, cards));
}

function other(path, { value, meaning }, found, names) {
  const choose = () => setPart(path, value);
  return h(
    "article",
    { class: "card" },
    h(
      "p",
      { class: "row" },
      h("b", {}, value),
      h("span", {}, meaning),
      button("Choose it", choose, { "data-key": `choose ${path} ${value}` }),
    ),
    h("p", { class: "systems" }, systemsInWords(names)),
    found ? h("p", {}, storiesInWords(found.story_count)) : null,
    found?.shortest ? storyCard(found.shortest, ["the policy above", value]) : null,
  );
}

function systemsInWords(names) {
  return names.length ? `as ${names.join(", ")}` : "no source says which systems have it";
}

function storiesInWords(count) {
  if (count === 0) return "No story of two users tells it from the policy above.";
  return `${count} ${count === 1 ? "story tells" : "stories tell"} it from the policy above.`;
}
