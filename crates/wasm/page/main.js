// The page: its tabs, its policies, and what keys do.

import { START, TABS, fragment, opened } from "./address.js";
import { checkTab } from "./check.js";
import { compareTab } from "./compare.js";
import { byId, h, show } from "./dom.js";
import { ask, load } from "./engine.js";
import { play } from "./play.js";
import { policyTab, readFile } from "./policy.js";
import { profilesTab } from "./profiles.js";
import { change, errorInWords, onChange, open, openTab, page, redo, undo } from "./state.js";

const DRAWN = {
  play,
  policy: policyTab,
  compare: compareTab,
  check: checkTab,
  profiles: profilesTab,
};

function draw() {
  for (const tab of TABS) {
    const isChosen = page.tab === tab;
    byId(`tab-${tab}`).setAttribute("aria-selected", String(isChosen));
    byId(`tab-${tab}`).tabIndex = isChosen ? 0 : -1;
    byId(`view-${tab}`).hidden = !isChosen;
  }
  byId("policy").value = page.state.policy;
  byId("other").value = page.state.other ?? "";
  setProblem(null);
  show(byId(`view-${page.tab}`), DRAWN[page.tab]());
}

function setProblem(text) {
  byId("policy-error").textContent = text ?? "";
}

/** Takes a policy that was typed or chosen at the top. */
function takePolicy(field, value) {
  const text = value.trim();
  if (text === (page.state[field] ?? "")) return;
  const error = change({ [field]: text || (field === "other" ? null : START.policy) });
  if (error) setProblem(errorInWords(error));
}

/** Opens what the address says. */
function openAddress() {
  const { tab, state, problem } = opened(location.hash);
  const error = open(tab, state);
  if (error && !page.state) open(tab, START);
  setProblem(error ? `The address cannot be opened. ${errorInWords(error)}` : problem);
}

function listen() {
  byId("policies").addEventListener("submit", (event) => event.preventDefault());
  byId("policy").addEventListener("change", (event) => takePolicy("policy", event.target.value));
  byId("other").addEventListener("change", (event) => takePolicy("other", event.target.value));
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
  const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!move) return;
  const tab = TABS[(TABS.indexOf(page.tab) + move + TABS.length) % TABS.length];
  openTab(tab);
  byId(`tab-${tab}`).focus();
}

function takeKey(event) {
  if (event.target.matches("input, textarea, select") || byId("details").open) return;
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
  byId("names").append(...ask("rules").policies.map((name) => h("option", { value: name })));
  onChange(draw);
  listen();
  openAddress();
  document.documentElement.dataset.ready = "true";
}

start();
