// A random log has the same outcomes, answers and snapshot as in the engine without WebAssembly.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

import { SocialGraph } from "socialgraph";

// One of them has no ASCII, and one two UTF-16 units for a letter.
const NAMES = ["ann", "ben", "cyd", "Zoë", "𝔡an", "a b"];
const QUESTIONS = [
  "message",
  "call",
  "group_invitation",
  "presence",
  "block",
  "unblock",
  "send_request",
  "accept_request",
  "decline_request",
  "cancel_request",
  "add_friend_one_way",
  "add_friend_two_way",
  "remove_friend_one_way",
  "remove_friend_two_way",
];
const ACTIONS = [
  "block",
  "unblock",
  "send_request",
  "accept_request",
  "decline_request",
  "cancel_request",
  { add_friend: "one_way" },
  { add_friend: "two_way" },
  { remove_friend: "one_way" },
  { remove_friend: "two_way" },
];

/** Returns a function that draws from a list: the same each time. */
function drawing(seed) {
  return (list) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return list[Math.floor((seed / 2 ** 32) * list.length)];
  };
}

function log(seed, length) {
  const draw = drawing(seed);
  const name = () => draw(NAMES);
  const names = () => Array.from({ length: draw([0, 1, 2, 3]) }, name);
  const act = () => ({ act: { action: draw(ACTIONS), actor: name(), target: name() } });
  const others = [
    () => ({ add_user: { name: draw([...NAMES, "", "x".repeat(4000)]) } }),
    () => ({ remove_user: { name: name() } }),
    () => ({ rename_user: { user: name(), name: name() } }),
    () => ({ merge_users: { from: name(), into: name() } }),
    () => ({ act_on_many: { action: draw(ACTIONS), actor: name(), targets: names() } }),
    () => ({ many_act: { action: draw(ACTIONS), actors: names(), target: name() } }),
    () => ({ set_request_mode: { user: name(), mode: draw(["anyone", "confirm", "nobody"]) } }),
    () => ({ set_request_sending: { user: name(), sending: draw(["open", "barred"]) } }),
    () => ({ clear_list: { user: name(), list: draw(["blocklist", { friends: "two_way" }]) } }),
  ];
  const joins = NAMES.map((user) => ({ add_user: { name: user } }));
  const rest = Array.from({ length }, () => draw([act, act, act, act, draw(others)])());
  return [...joins, ...rest];
}

function native(policy, operations) {
  const input = operations.map((operation) => JSON.stringify(operation)).join("\n");
  const options = { input, encoding: "utf8", maxBuffer: 1 << 28 };
  const result = spawnSync(process.env.NATIVE_LOG, [policy], options);
  assert.equal(result.status, 0, result.stderr);
  return result.stdout.trimEnd().split("\n");
}

function summary(outcome, operation) {
  const item = (it) => (it.done ? it.effects : null);
  const { done, effects = [], error, items } = outcome;
  const reasons = error?.reasons ?? items?.flatMap((it) => it.reasons ?? []) ?? [];
  let pairs = items?.map(item) ?? [];
  if (operation.act) pairs = [item(outcome)];
  return { done, effects, reasons: new Set(reasons), items: pairs };
}

for (const policy of [
  "tencent_rest",
  "mastodon",
  "discord with limits.blocked = 2, limits.batch = 2",
]) {
  test(`a random log under ${policy}`, () => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const operations = log(seed, 400);
      const lines = native(policy, operations);
      const graph = new SocialGraph(policy);

      let refused = 0;
      for (const operation of operations) {
        const expected = JSON.parse(lines.shift());
        const outcome = graph.apply(operation);
        expected.reasons = new Set(expected.reasons);
        assert.deepEqual(summary(outcome, operation), expected, JSON.stringify(operation));
        refused += outcome.done ? 0 : 1;
      }
      assert.ok(refused > 20 && refused < operations.length - 20, `${refused} were refused`);

      for (const actor of graph.users()) {
        for (const target of graph.users()) {
          for (const question of QUESTIONS) {
            const decision = graph.decide(question, actor, target);
            assert.deepEqual(decision, JSON.parse(lines.shift()));
          }
        }
      }

      const [snapshot, ...more] = lines;
      assert.equal(more.length, 0);
      assert.equal(graph.snapshot(), snapshot);
      assert.equal(SocialGraph.fromSnapshot(snapshot).snapshot(), snapshot);
      graph.free();
    }
  });
}
