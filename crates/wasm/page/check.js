// The tab Check: which properties a policy has, over all states of some users.

import { button, byId, h, select, table } from "./dom.js";
import { ask, search } from "./engine.js";
import { attempt, errorInWords, page } from "./state.js";

/** The last check: the number of users, its words, and its result for a policy. */
const run = { users: "3", status: "", isRunning: false, policy: null, result: null };

export function checkTab() {
  return [
    h("h2", {}, `Properties of ${page.state.policy}`),
    h(
      "p",
      {},
      "A check tries every action in every state that some users can reach, and looks for a state where a property fails.",
    ),
    h(
      "p",
      { class: "row" },
      h(
        "label",
        {},
        "Users ",
        select({ id: "check-users" }, ["2", "3", "4"], run.users, (users) => (run.users = users)),
      ),
      button("Check every state", begin, { id: "check-run", disabled: run.isRunning }),
      button("Stop", () => search.stop(), { id: "check-stop", disabled: !run.isRunning }),
    ),
    h("p", { id: "check-status", role: "status" }, run.status),
    h("div", { id: "checked" }, drawn()),
  ];
}

/** Ends and forgets the check of another policy. */
export function forgetOtherPolicy() {
  const { policy } = page.state;
  if (run.policy === policy) return;
  if (run.isRunning) search.stop();
  Object.assign(run, { policy, result: null, status: "", isRunning: false });
}

function drawn() {
  if (run.result) return checked(run.result);
  const rows = ask("properties").map(({ sentence, rules }) => [sentence, rules]);
  return h("div", { class: "card" }, table("What a check looks for", ["Property", "Rule"], rows));
}

async function begin() {
  const request = { policy: page.state.policy, users: Number(run.users) };
  const estimate = ask("estimate", request);
  if (estimate.error) setStatus(errorInWords(estimate.error));
  else if (estimate.fits) await check(request, estimate);
  else setStatus(tooLarge(estimate));
}

async function check(request, { states }) {
  setRunning(true, `At most ${count(states)} states …`);
  const begun = performance.now();
  const onProgress = ({ expanded, of }) =>
    setStatus(`${count(expanded)} of at most ${count(of)} states …`);
  const result = await search.ask("check", request, onProgress).catch((error) => ({ error }));
  // The policy at the top may be another one by now.
  if (run.policy !== request.policy) return;

  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  run.result = result.error ? null : result;
  setRunning(false, inWords(result, seconds));
  byId("checked")?.replaceChildren(drawn());
}

function inWords(result, seconds) {
  if (!result.error) return summary(result, seconds);
  return result.error.message === "stopped" ? "Stopped." : errorInWords(result.error);
}

function tooLarge({ states, bytes }) {
  const megabytes = count(Math.ceil(bytes / 1e6));
  return `${count(states)} states need ${megabytes} MB, more than a page gets: run \`socialgraph check\` for them.`;
}

function summary({ states, cases, properties, is_vacuous }, seconds) {
  const failed = properties.filter((property) => !property.holds).length;
  const holds = failed
    ? `${failed} of ${properties.length} properties ${failed === 1 ? "fails" : "fail"}`
    : `all ${properties.length} properties hold`;
  const vacuous = is_vacuous
    ? " No user can block under this policy, so that most properties say nothing."
    : "";
  return `${holds}: ${count(states)} states and ${count(cases)} cases in ${seconds} s.${vacuous}`;
}

function count(number) {
  return number.toLocaleString("en");
}

function setRunning(isRunning, status) {
  run.isRunning = isRunning;
  setStatus(status);
  if (!byId("check-run")) return;
  const hadFocus = document.activeElement?.matches("#check-run, #check-stop");
  byId("check-run").disabled = isRunning;
  byId("check-stop").disabled = !isRunning;
  // The button that had the focus cannot be pressed now.
  if (hadFocus) byId(isRunning ? "check-stop" : "check-run").focus();
}

function setStatus(status) {
  run.status = status;
  const place = byId("check-status");
  if (place) place.textContent = status;
}

function checked({ properties, users }) {
  const failing = properties.filter((property) => !property.holds);
  const holding = properties.filter((property) => property.holds);
  const rows = [...failing, ...holding].map(row);
  const head = ["Property", "Rule", "Holds", "Trace"].map((column) =>
    h("th", { scope: "col" }, column),
  );
  return h(
    "div",
    { class: "card scroll", tabindex: "0", role: "group", "aria-label": "Properties" },
    h(
      "table",
      { class: "checked" },
      h("caption", {}, `The properties, with ${users} users`),
      h("thead", {}, h("tr", {}, head)),
      h("tbody", {}, rows),
    ),
  );
}

function row({ name, sentence, rules, holds, trace }) {
  return h(
    "tr",
    { "data-property": name, "data-holds": String(holds) },
    h("th", { scope: "row" }, sentence),
    h("td", {}, rules),
    h(
      "td",
      { class: "answer", "data-verdict": holds ? "allowed" : "refused" },
      holds ? "✓ holds" : "✕ fails",
    ),
    h(
      "td",
      {},
      trace
        ? [
            h(
              "ol",
              {},
              trace.lines.map((line) => h("li", {}, line)),
            ),
            button("Show on the stage", () => attempt(trace.state, "play"), {
              class: "open",
              "data-key": `open ${name}`,
            }),
          ]
        : null,
    ),
  );
}
