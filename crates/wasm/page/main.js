// The page: its tabs, its policies, and what keys do.

import { START, TABS, fragment, opened } from "./address.js";
import { checkTab, forgetOtherPolicy } from "./check.js";
import { compareTab } from "./compare.js";
import { byId, h, show } from "./dom.js";
import { ask, load } from "./engine.js";
import { playTab } from "./play.js";
import { policyTab, readFile } from "./policy.js";
import { profilesTab } from "./profiles.js";
import {
  canRedo,
  canUndo,
  change,
  errorInWords,
  onChange,
  open,
  openTab,
  page,
  redo,
  undo,
} from "./state.js";

const DRAWN = {
  play: playTab,
  policy: policyTab,
  compare: compareTab,
  check: checkTab,
  profiles: profilesTab,
};

function draw() {
  forgetOtherPolicy();
  const isAway = TABS.some(
    (tab) => tab !== page.tab && byId(`view-${tab}`).contains(document.activeElement),
  );
  for (const tab of TABS) {
    const isChosen = page.tab === tab;
    byId(`tab-${tab}`).setAttribute("aria-selected", String(isChosen));
    byId(`tab-${tab}`).tabIndex = isChosen ? 0 : -1;
    byId(`view-${tab}`).hidden = !isChosen;
  }
  showPolicies();
  for (const [id, isPossible] of [
    ["undo", canUndo()],
    ["redo", canRedo()],
  ]) {
    byId(id).setAttribute("aria-disabled", String(!isPossible));
  }

  const view = byId(`view-${page.tab}`);
  show(view, DRAWN[page.tab]());
  // What had the focus is hidden with its tab.
  if (isAway) view.focus();
}

const FIELDS = { policy: "Policy", other: "The policy beside" };

/** What is wrong with the text of a field, as long as its policy stays. The text can be corrected. */
const wrong = new Map();

/** Shows the policies in their fields, except where a wrong text stands. */
function showPolicies() {
  for (const field of Object.keys(FIELDS)) {
    const policy = page.state[field];
    if (wrong.get(field)?.policy !== policy) wrong.delete(field);
    const place = byId(field);
    place.removeAttribute("aria-invalid");
    if (wrong.has(field)) {
      place.setAttribute("aria-invalid", "true");
    } else {
      place.value = policy ?? "";
      place.title = place.value;
    }
  }
  setProblem([...wrong.values()].map(({ message }) => message).join(" "));
}

function setProblem(text) {
  byId("policy-error").textContent = text;
}

/** Takes a policy that was typed or chosen at the top. */
function takePolicy(field) {
  const text = byId(field).value.trim();
  const policy = text || (field === "other" ? null : START.policy);
  wrong.delete(field);
  const error = policy === page.state[field] ? null : change({ [field]: policy });
  if (error) {
    const message = `${FIELDS[field]}: ${errorInWords(error)}.`;
    wrong.set(field, { policy: page.state[field], message });
  }
  showPolicies();
}

/** Takes a named policy. The chooser itself shows none: what is chosen stands in the field. */
function choosePolicy(field) {
  const chooser = byId(`${field}-names`);
  byId(field).value = chooser.value === "none" ? "" : chooser.value;
  chooser.value = "";
  takePolicy(field);
}

function fillChoosers() {
  const names = ask("rules").policies.map((name) => h("option", { value: name }, name));
  byId("policy-names").append(...names);
  byId("other-names").append(...names.map((name) => name.cloneNode(true)));
}

/** Opens what the address says. If that cannot be opened, the page stays as it is, or starts. */
function openAddress() {
  const { tab, state, problem } = opened(location.hash);
  if (!problem) wrong.clear();
  const error = problem ? null : open(tab, state);
  const cause = problem ?? (error && `The address cannot be opened: ${errorInWords(error)}.`);
  const isFirst = !page.state;
  if (isFirst) open("play", START);
  if (cause)
    setProblem(`${cause} The page ${isFirst ? "shows the start instead" : "stays as it is"}.`);
}

function listen() {
  byId("policies").addEventListener("submit", (event) => event.preventDefault());
  for (const field of Object.keys(FIELDS)) {
    byId(field).addEventListener("change", () => takePolicy(field));
    byId(`${field}-names`).addEventListener("change", () => choosePolicy(field));
  }
  byId("undo").addEventListener("click", undo);
  byId("redo").addEventListener("click", redo);
  for (const tab of TABS) byId(`tab-${tab}`).addEventListener("click", () => openTab(tab));
  byId("tabs").addEventListener("keydown", moveTab);
  addEventListener("keydown", takeKey);
  addEventListener("hashchange", () => {
    if (location.hash !== fragment(page.tab, page.state)) openAddress();
  });
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    readFile(event.dataTransfer.files[0]);
  });
}

function moveTab(event) {
  const at = TABS.indexOf(page.tab);
  const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  const tab = TABS.at(next % TABS.length);
  openTab(tab);
  byId(`tab-${tab}`).focus();
}

function takeKey(event) {
  if (event.target.matches("input, textarea") || byId("details").open) return;
  if (!(event.ctrlKey || event.metaKey)) return;
  const key = event.key.toLowerCase();
  const act = { z: event.shiftKey ? redo : undo, y: redo }[key];
  if (!act) return;
  event.preventDefault();
  act();
}

const NEEDS =
  "This page has the engine inside as WebAssembly, which this browser does not run: it is switched off, a content security policy forbids it, or the browser is older than 2023. Switch WebAssembly on, or open the page in another browser.";

/** Says what the page needs, in its place. */
function setNeeds(text) {
  byId("needs").textContent = text;
  byId("needs").classList.remove("waiting");
  byId("needs").hidden = false;
}

async function start() {
  try {
    await load();
  } catch (error) {
    setNeeds(`${NEEDS} (${error.message})`);
    return;
  }
  addEventListener("error", (event) =>
    setNeeds(`The page failed: ${event.message}. Load it again.`),
  );
  addEventListener("unhandledrejection", (event) =>
    setNeeds(`The page failed: ${event.reason}. Load it again.`),
  );
  byId("needs").hidden = true;
  byId("needs").classList.remove("waiting");
  fillChoosers();
  onChange(draw);
  listen();
  openAddress();
  document.documentElement.dataset.ready = "true";
}

start();
