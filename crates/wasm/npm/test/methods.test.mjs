// Every method and every error.
import assert from "node:assert/strict";
import { after, test } from "node:test";

import * as socialgraph from "socialgraph";

const { SocialGraph, SocialGraphError, policy, policyNames } = socialgraph;

const used = new Set();

/** Returns the graph, with a note of each method that is called. */
function noted(graph) {
  const get = (target, name) => {
    used.add(name);
    const value = Reflect.get(target, name, target);
    return typeof value === "function" ? value.bind(target) : value;
  };
  return new Proxy(graph, { get });
}

function graphOf(like, ...names) {
  const graph = noted(new SocialGraph(like));
  for (const name of names) graph.addUser(name);
  return graph;
}

const story = () => graphOf("tencent_rest", "ann", "ben", "cyd");

/** Fails unless the call throws an error with the code, and the reasons if there are some. */
function fails(call, code, reasons = [], visibleReasons = reasons) {
  assert.throws(call, (error) => {
    assert.ok(error instanceof SocialGraphError && error instanceof Error);
    assert.equal(error.name, "SocialGraphError");
    assert.deepEqual([error.code, error.reasons], [code, reasons], error.message);
    assert.deepEqual(error.visibleReasons, visibleReasons);
    assert.ok(error.message.length > 0 && error.stack.includes("SocialGraphError"));
    return true;
  });
}

test("the entry for Node exports what that for browsers does", () => {
  const names = ["SocialGraph", "SocialGraphError", "policy", "policyNames"];
  assert.deepEqual(Object.keys(socialgraph), names);
});

test("users are added, renamed, merged and removed", () => {
  const graph = graphOf("tencent_rest");
  assert.deepEqual(
    ["ann", "ben"].map((name) => graph.addUser(name)),
    [0, 1],
  );
  assert.deepEqual([graph.userCount, graph.users()], [2, ["ann", "ben"]]);
  assert.equal(graph.policy, "tencent_rest");
  assert.deepEqual([graph.userId("ben"), graph.userId("dan")], [1, undefined]);
  assert.deepEqual([graph.userName(1), graph.userName(2)], ["ben", undefined]);
  assert.deepEqual([graph.containsUser("ann"), graph.containsUser("dan")], [true, false]);

  graph.setRequestMode("ben", "confirm");
  graph.block("ann", "ben");
  graph.renameUser("ann", "anna");
  assert.deepEqual(graph.list("anna", "blocklist"), ["ben"]);
  assert.deepEqual(graph.userFacts("ben"), {
    requestMode: "confirm",
    requestSending: "open",
    blocked: 0,
    friends: 0,
    requestsIn: 0,
  });

  graph.addUser("anna2");
  graph.addUser("cyd");
  graph.addFriend("anna2", "cyd", "twoWay");
  graph.addFriend("anna2", "ben", "twoWay");
  const merge = graph.mergeUsers("anna2", "anna");
  assert.deepEqual(merge.lost, [{ user: "ben", facts: ["actor_lists", "target_lists"] }]);
  assert.deepEqual(
    merge.changes.map(({ actor, target, after }) => [actor, target, after]),
    [
      ["anna2", "ben", []],
      ["anna2", "cyd", []],
      ["anna", "cyd", ["actor_lists", "target_lists"]],
    ],
  );

  assert.deepEqual(graph.removeUser("ben"), [
    {
      actor: "ben",
      target: "anna",
      effects: ["target_block_lifted"],
      before: ["target_blocks"],
      after: [],
    },
  ]);
  assert.deepEqual(graph.users(), ["anna", "cyd"]);
});

test("a user who cannot be is an error", () => {
  const graph = story();
  fails(() => graph.addUser(""), "empty_name");
  fails(() => graph.addUser("ann"), "name_taken");
  fails(() => graph.addUser("é".repeat(2000)), "name_too_long");
  fails(() => graph.renameUser("ann", "ben"), "name_taken");
  fails(() => graph.renameUser("dan", "eve"), "unknown_user");
  fails(() => graph.removeUser("dan"), "unknown_user");
  fails(() => graph.mergeUsers("ann", "ann"), "same_user");
  fails(() => graph.mergeUsers("ann", "dan"), "unknown_user");
  fails(() => graph.userFacts("dan"), "unknown_user");
  fails(() => graph.setRequestMode("dan", "confirm"), "unknown_user");
  fails(() => graph.setRequestMode("ann", "sometimes"), "unknown_name");
  fails(() => graph.setRequestSending("ann", "shut"), "unknown_name");
  assert.deepEqual(graph.users(), ["ann", "ben", "cyd"]);
});

test("each action is a method", () => {
  const graph = story();
  assert.equal(graph.setRequestMode("ben", "nobody"), "confirm");
  fails(() => graph.sendFriendRequest("ann", "ben"), "refused", ["target_takes_no_requests"]);
  graph.setRequestMode("ben", "confirm");
  assert.deepEqual(graph.sendFriendRequest("ann", "ben").effects, ["actor_request_sent"]);
  assert.deepEqual(graph.cancelFriendRequest("ann", "ben").effects, ["actor_request_cancelled"]);
  graph.sendFriendRequest("ann", "ben");
  assert.deepEqual(graph.declineFriendRequest("ben", "ann").effects, ["target_request_declined"]);
  graph.sendFriendRequest("ann", "ben");
  assert.deepEqual(graph.acceptFriendRequest("ben", "ann"), {
    actor: "ben",
    target: "ann",
    effects: ["actor_friend_added", "target_friend_added", "target_request_accepted"],
    before: ["target_requested"],
    after: ["actor_lists", "target_lists"],
  });
  assert.deepEqual(graph.block("ann", "ben").effects, [
    "actor_block_added",
    "actor_friend_removed",
    "target_friend_removed",
  ]);
  assert.deepEqual(graph.unblock("ann", "ben").effects, ["actor_block_lifted"]);
  assert.deepEqual(graph.addFriend("ann", "ben", "oneWay").after, ["actor_lists"]);
  assert.deepEqual(graph.removeFriend("ann", "ben", "one_way").after, []);
  assert.equal(graph.setRequestSending("ann", "barred"), "open");
  fails(() => graph.sendFriendRequest("ann", "ben"), "refused", ["actor_barred"]);
});

test("a refusal has its reasons, and changes nothing", () => {
  const graph = story();
  graph.block("ann", "ben");
  const before = graph.snapshot();

  fails(() => graph.block("ann", "ben"), "refused", ["already_blocked"]);
  fails(() => graph.unblock("ben", "ann"), "refused", ["not_blocked"]);
  fails(() => graph.sendFriendRequest("ann", "ben"), "refused", ["actor_blocks"]);
  fails(() => graph.acceptFriendRequest("ann", "cyd"), "refused", ["no_request_from_target"]);
  fails(() => graph.declineFriendRequest("ann", "cyd"), "refused", ["no_request_from_target"]);
  fails(() => graph.cancelFriendRequest("ann", "cyd"), "refused", ["no_request_from_actor"]);
  fails(() => graph.addFriend("ann", "ben", "two_way"), "refused", ["actor_blocks"]);
  fails(() => graph.addFriend("ann", "cyd", "OneWay"), "unknown_name");
  fails(() => graph.removeFriend("ann", "cyd", "oneWay"), "refused", ["not_listed_by_actor"]);
  fails(() => graph.removeFriend("ann", "cyd", "both"), "unknown_name");
  fails(() => graph.block("ann", "ann"), "same_user", ["same_user"]);
  fails(() => graph.block("dan", "eve"), "unknown_user", ["unknown_actor", "unknown_target"]);
  assert.equal(graph.snapshot(), before);
});

test("what an actor may see of a refusal is apart", () => {
  const graph = graphOf("tencent_rest with request.notice.other = silent", "ann", "ben");
  graph.block("ann", "ben");
  fails(() => graph.sendFriendRequest("ben", "ann"), "refused", ["target_blocks"], []);
  const { error } = graph.apply("ben sends ann a friend request");
  assert.deepEqual([error.reasons, error.visibleReasons], [["target_blocks"], []]);
  const [item] = graph.applyMany("sendRequest", "ben", ["ann"]);
  assert.deepEqual(item, { done: false, reasons: ["target_blocks"], visibleReasons: [] });
});

test("a batch has an item for each pair", () => {
  const graph = story();
  const batch = graph.applyMany("block", "ann", ["ben", "dan", "cyd", "ben"]);
  assert.deepEqual(
    batch.map((item) => item.done),
    [true, false, true, false],
  );
  assert.deepEqual(batch[0], { done: true, effects: ["actor_block_added"] });
  assert.deepEqual(batch[3].reasons, ["already_blocked"]);

  const raid = graph.applyByMany("block", ["ben", "cyd"], "ann");
  assert.ok(raid.every((item) => item.done));
  assert.deepEqual(graph.list("ann", "blockedBy"), ["ben", "cyd"]);
  const effects = graph.clearList("ann", "blocklist").map((change) => change.effects);
  assert.deepEqual(effects, [["actor_block_lifted"], ["actor_block_lifted"]]);

  const many = Array.from({ length: 1001 }, (_, index) => `user${index}`);
  fails(() => graph.applyMany("block", "ann", many), "batch_too_large");
  fails(() => graph.applyByMany("block", many, "ann"), "batch_too_large");
  fails(() => graph.applyMany("bloc", "ann", []), "unknown_name");
  fails(() => graph.applyMany("block", "ann", ["ben", 7]), "malformed");
  fails(() => graph.applyMany("block", "ann", undefined), "malformed");
  fails(() => graph.clearList("ann", "friends"), "unknown_name");
  fails(() => graph.clearList("dan", "friendsTwoWay"), "unknown_user");
});

test("questions are answered", () => {
  const graph = story();
  graph.block("ann", "ben");
  assert.deepEqual([graph.canMessage("ann", "ben"), graph.canMessage("ben", "ann")], [true, false]);
  assert.equal(graph.canMessage("ben", "nobody"), false);
  assert.deepEqual([graph.canMessageById(0, 1), graph.canMessageById(1, 0)], [true, false]);
  for (const nobody of [3, 2 ** 32 - 1, -1]) assert.equal(graph.canMessageById(0, nobody), false);
  assert.equal(graph.can("groupInvitation", "ben", "ann"), false);
  assert.equal(graph.can("group_invitation", "cyd", "ann"), true);
  assert.equal(graph.canSendFriendRequest("ann", "ben"), false);
  assert.equal(graph.canSendFriendRequest("ann", "cyd"), true);
  assert.deepEqual(graph.decide("message", "ben", "ann"), {
    allowed: false,
    verdict: "refused_silently",
    reasons: ["target_blocks"],
    visibleReasons: [],
    explain: "ben may not message ann, and is not told: ann blocks ben",
    explainVisible: "ben may message ann",
  });
  assert.deepEqual(graph.decide("unblock", "ben", "ann").reasons, ["not_blocked"]);
  assert.deepEqual(graph.decide("block", "dan", "ann").reasons, ["unknown_actor"]);
  assert.deepEqual(graph.audience("message", "ben", ["cyd", "ann", "dan", "cyd"]), ["cyd", "cyd"]);
  assert.deepEqual(graph.visibleSenders("message", "ann", ["cyd", "ben"]), ["cyd"]);
  assert.deepEqual(graph.relation("ben", "ann"), ["target_blocks"]);

  fails(() => graph.can("shout", "ann", "ben"), "unknown_name");
  fails(() => graph.decide("shout", "ann", "ben"), "unknown_name");
  fails(() => graph.audience("block", "ann", []), "unknown_name");
  fails(() => graph.audience("message", "ann", "ben"), "malformed");
  fails(() => graph.visibleSenders("message", "ann", [null]), "malformed");
  fails(() => graph.relation("ann", "ann"), "same_user", ["same_user"]);
  fails(() => graph.relation("ann", "dan"), "unknown_user", ["unknown_target"]);
});

test("lists are read whole and in pages", () => {
  const names = Array.from({ length: 10 }, (_, index) => `user${index}`);
  const graph = graphOf("tencent_rest", "ann", ...names);
  graph.applyMany("add_friend_two_way", "ann", names);
  assert.deepEqual(graph.list("ann", "friends"), names);
  assert.deepEqual(graph.list("user3", "listedBy"), ["ann"]);

  const pages = [];
  let cursor;
  do {
    const page = graph.page("ann", "friends", 4, cursor);
    assert.equal(page.total, 10);
    pages.push(page.users);
    cursor = page.next;
  } while (cursor !== null);
  assert.deepEqual(
    pages.map((users) => users.length),
    [4, 4, 2],
  );
  assert.deepEqual(pages.flat(), names);

  fails(() => graph.list("dan", "friends"), "unknown_user");
  fails(() => graph.list("ann", "fiends"), "unknown_name");
  fails(() => graph.page("ann", "fiends", 4), "unknown_name");
});

test("operations are objects or sentences, and a refusal is an outcome", () => {
  const graph = story();
  const block = { act: { action: "block", actor: "ann", target: "ben" } };
  const change = {
    actor: "ann",
    target: "ben",
    effects: ["actor_block_added"],
    before: [],
    after: ["actor_blocks"],
  };
  assert.deepEqual(graph.apply(block), { done: true, effects: change.effects, changes: [change] });
  const refused = graph.apply("ann blocks ben");
  assert.deepEqual(refused, {
    done: false,
    error: {
      message: "`ann` already blocks `ben`",
      code: "refused",
      reasons: ["already_blocked"],
      visibleReasons: ["already_blocked"],
    },
  });

  assert.equal(graph.apply("ann is renamed to anna").before, "ann");
  assert.equal(
    graph.apply({ set_request_mode: { user: "ben", mode: "nobody" } }).before,
    "confirm",
  );
  assert.equal(graph.apply({ add_user: { name: "ben" } }).error.code, "name_taken");
  const policy = { profile: "mastodon" };
  assert.equal(graph.apply({ adopt_policy: { policy } }).done, true);
  assert.equal(graph.policy, "mastodon");
  const { lost, changes } = graph.apply({ merge_users: { from: "anna", into: "cyd" } });
  assert.deepEqual([lost, changes.map((it) => it.actor)], [[], ["anna", "cyd"]]);
  assert.deepEqual(
    graph.apply("ben is removed").changes.map((it) => it.target),
    ["cyd"],
  );

  fails(() => graph.apply("cyd bloks ben"), "parse_operation");
  fails(() => graph.apply("the policy becomes mastadon"), "unknown_policy");
  fails(() => graph.apply({ shout: {} }), "malformed");
  fails(() => graph.apply({ act: { action: "block", actor: "ann" } }), "malformed");
  fails(() => graph.apply(undefined), "malformed");
  const circle = {};
  circle.act = circle;
  fails(() => graph.apply(circle), "malformed");
});

test("policies are names, lines and objects", () => {
  for (const name of policyNames()) {
    const { text, nearest, parts } = policy(name);
    assert.equal(text, nearest);
    assert.equal(policy(parts).text, text);
  }

  const line = "mastodon with message.notice.other = told, limits.blocked = 5";
  const { text, nearest, parts } = policy(line);
  assert.deepEqual([text, nearest, parts.message.notice.other], [line, "mastodon", "told"]);
  assert.deepEqual([parts.limits.blocked, parts.limits.batch], [5, "none"]);
  assert.equal(graphOf(parts).policy, line);
  const changes = { profile: "mastodon", message: { notice: { other: "told" } } };
  assert.equal(policy(changes).text, "mastodon with message.notice.other = told");

  fails(() => new SocialGraph(), "malformed");
  fails(() => new SocialGraph("mastadon"), "unknown_policy");
  fails(() => policy("mastodon with limits.bach = 5"), "parse_policy");
  fails(() => policy({ profile: "mastodon", limits: { batch: -1 } }), "malformed");
  assert.throws(() => policy({ message: {} }), /the policy lacks `message.stopped_by`/);
});

test("another policy ends what it forbids", () => {
  const graph = graphOf("tencent_keep_friends", "ann", "ben");
  graph.addFriend("ann", "ben", "twoWay");
  graph.block("ann", "ben");
  const before = graph.snapshot();
  const plan = graph.planMigration("tencent_rest");
  assert.deepEqual(
    plan.map((change) => change.effects),
    [["actor_friend_removed", "target_friend_removed"]],
  );
  assert.equal(graph.snapshot(), before);
  assert.deepEqual(graph.adoptPolicy({ profile: "tencent_rest" }), plan);
  assert.deepEqual(graph.relation("ann", "ben"), ["actor_blocks"]);
  fails(() => graph.adoptPolicy("tencent"), "unknown_policy");
  fails(() => graph.planMigration(7), "malformed");
});

test("a copy is independent, and a snapshot leads back", () => {
  const graph = story();
  const copy = noted(graph.clone());
  copy.block("ann", "ben");
  assert.deepEqual([graph.canMessage("ben", "ann"), copy.canMessage("ben", "ann")], [true, false]);

  const again = SocialGraph.fromSnapshot(copy.snapshot());
  assert.equal(again.snapshot(), copy.snapshot());
  assert.equal(again.canMessage("ben", "ann"), false);

  fails(() => SocialGraph.fromSnapshot("{"), "malformed");
  fails(() => SocialGraph.fromSnapshot('{"version":99}'), "unknown_version");
  const half = JSON.parse(graph.snapshot());
  half.users[0].requests_in = [1];
  fails(() => SocialGraph.fromSnapshot(JSON.stringify(half)), "halves_disagree");
});

test("a graph that is freed is of no use", () => {
  const graph = new SocialGraph("tencent_rest");
  graph.addUser("ann");
  graph.free();
  assert.throws(() => graph.users(), /moved|null pointer/);
  used.add("free");
  if (Symbol.dispose) assert.equal(typeof graph[Symbol.dispose], "function");
});

test("an argument of another type is an error", () => {
  const graph = story();
  assert.throws(() => graph.canMessage("ann", 7), /expected a string argument, found number/);
  assert.throws(() => graph.block(undefined, "ann"), /expected a string argument/);
  assert.throws(() => graph.canMessageById("ann", "ben"), /expected a number argument/);
});

test("half of a surrogate pair is no character", () => {
  const graph = story();
  graph.addUser("dan\ud83d");
  assert.deepEqual(graph.users().at(-1), "dan\ufffd");
  fails(() => graph.applyMany("block", "ann", ["dan\ud83d"]), "malformed");
  fails(() => graph.apply({ add_user: { name: "\ud83d" } }), "malformed");
});

test("the memory of graphs that are collected is freed", { skip: !globalThis.gc }, async () => {
  const names = Array.from({ length: 1000 }, (_, index) => ({ add_user: { name: `u${index}` } }));
  const round = () => {
    const graph = new SocialGraph("tencent_rest");
    for (const name of names) graph.apply(name);
  };
  const wait = () => new Promise((resolve) => setTimeout(resolve, 5));
  const grown = async (rounds) => {
    for (let index = 0; index < rounds; index += 1) {
      round();
      globalThis.gc();
      await wait();
    }
    return process.memoryUsage().arrayBuffers + process.memoryUsage().external;
  };

  const early = await grown(20);
  const late = await grown(200);
  // 200 graphs that stay would take some 40 MB.
  assert.ok(late - early < 8 << 20, `${late - early} bytes more`);
});

after(() => {
  const methods = Object.getOwnPropertyNames(SocialGraph.prototype);
  const untested = methods.filter((name) => name !== "constructor" && !used.has(name));
  assert.deepEqual(
    untested.filter((name) => !name.startsWith("__")),
    [],
  );
});
