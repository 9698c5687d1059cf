// Plays each file of cases: docs/cases.md has the format.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { SocialGraph, policyNames } from "socialgraph";

const folder = process.env.CASES;
const files = readdirSync(folder).filter((name) => name.endsWith(".tsv"));

const joined = (names) => (names.length === 0 ? "-" : names.join(","));

/** What the actor learns of a refusal. */
function notice({ visibleReasons }) {
  if (visibleReasons.length === 0) return "silent";
  return joined(visibleReasons) === "unavailable" ? "neutral" : "told";
}

/** The outcome, the notice, the reasons and the effects of an operation, or of an item. */
function fields(outcome) {
  if (outcome.done) return ["done", "-", "-", joined(outcome.effects)];
  const error = outcome.error ?? outcome;
  if (error.reasons.length === 0) return ["refused", "told", error.code, "-"];
  return ["refused", notice(error), joined(error.reasons), "-"];
}

function played(graph, operation) {
  const outcome = graph.apply(JSON.parse(operation));
  if (!outcome.items) return fields(outcome);
  if (outcome.items.length === 0) return ["-", "-", "-", "-"];
  const items = outcome.items.map(fields);
  return items[0].map((_, column) => items.map((item) => item[column]).join(";"));
}

function relation(graph, actor, target) {
  const isPair = actor !== target && graph.containsUser(actor) && graph.containsUser(target);
  return isPair ? joined(graph.relation(actor, target)) : "no_pair";
}

function answered(graph, question, actor, target) {
  const decision = graph.decide(question, actor, target);
  const answer = decision.allowed ? "allowed" : "refused";
  const hidden = decision.reasons.filter((reason) => !decision.visibleReasons.includes(reason));
  return [
    relation(graph, actor, target),
    answer,
    decision.allowed ? "-" : notice(decision),
    joined(decision.reasons),
    joined(hidden),
  ];
}

function play(name) {
  const [first, ...lines] = readFileSync(join(folder, name), "utf8").trimEnd().split("\n");
  const [kind, version, policy] = first.split("\t");
  assert.deepEqual([kind, version], ["socialgraph-cases", "1"]);

  let graph;
  let compared = 0;
  for (const [index, line] of lines.entries()) {
    const [kind, ...rest] = line.split("\t");
    let found, expected;
    if (kind === "begin") {
      graph?.free();
      graph = new SocialGraph(policy);
    } else if (kind === "do") {
      [found, expected] = [played(graph, rest[0]), rest.slice(1)];
    } else if (kind === "ask") {
      [found, expected] = [answered(graph, ...rest.slice(0, 3)), rest.slice(3)];
    }
    if (!found) continue;

    // Nothing confirms the value of a field with a question mark.
    const agrees =
      found.length === expected.length &&
      found.every((value, at) => expected[at].split(";").includes("?") || value === expected[at]);
    assert.ok(agrees, `${name}, line ${index + 2}: ${line}\nthe package: ${found.join("\t")}`);
    compared += 1;
  }
  return compared;
}

test("there is a file of cases for each named policy", () => {
  assert.deepEqual(files.map((name) => name.replace(".tsv", "")).sort(), policyNames().sort());
});

let all = 0;
for (const name of files) {
  test(`cases of ${name}`, () => {
    const compared = play(name);
    assert.ok(compared > 100, `only ${compared} cases`);
    all += compared;
  });
}

test("every case was compared", () => {
  const lines = files.flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n"));
  assert.equal(all, lines.filter((line) => /^(do|ask)\t/.test(line)).length);
});
