// Checked by `tsc --strict`: what compiles here, and what must not.
import {
  SocialGraph,
  SocialGraphError,
  policy,
  policyNames,
  type Change,
  type Decision,
  type Item,
  type Operation,
  type Outcome,
  type PolicyLike,
  type Reason,
} from "socialgraph";

const likes: PolicyLike[] = [
  "mastodon with message.notice.other = told",
  { profile: "mastodon", message: { notice: { other: "told" } }, limits: { batch: "none" } },
  policy("mastodon").parts,
];
const graph = new SocialGraph(likes[1] ?? policyNames()[0] ?? "wire");
const id: number = graph.addUser("ann");
const change: Change = graph.addFriend("ann", "ben", "oneWay");
graph.removeFriend("ann", "ben", "two_way");
const items: Item[] = graph.applyMany("sendRequest", "ann", ["ben"] as const);
const reasons: readonly Reason[] = items.flatMap((item) => (item.done ? [] : item.reasons));

const log: Operation[] = [
  { add_user: { name: "ann" } },
  { act: { action: { add_friend: "one_way" }, actor: "ann", target: "ben" } },
  { clear_list: { user: "ann", list: { friends: "two_way" } } },
  { adopt_policy: { policy: { profile: "wire" } } },
];
for (const operation of log) {
  const outcome: Outcome = graph.apply(operation);
  if (outcome.done) {
    outcome.effects.includes("actor_block_added");
  } else {
    outcome.error.code === "refused";
  }
}

const decision: Decision = graph.decide("groupInvitation", "ben", "ann");
const isAllowed: boolean = graph.can("presence", "ann", "ben") && graph.canMessage("ann", "ben");
const page = graph.page("ann", "requestsIn", 10, graph.page("ann", "friends", 10).next);
{
  using copy = graph.clone();
  copy.snapshot();
}

try {
  graph.block("ann", "ben");
} catch (error) {
  if (error instanceof SocialGraphError && error.visibleReasons.length === 0) {
    const hidden: readonly Reason[] = error.reasons;
    hidden.includes("target_blocks");
  }
}

// @ts-expect-error: there is no default policy.
new SocialGraph();
// @ts-expect-error: no such interaction.
graph.can("shout", "ann", "ben");
// @ts-expect-error: no such choice of lists.
graph.addFriend("ann", "ben", "OneWay");
// @ts-expect-error: an action, not an interaction.
graph.applyMany("message", "ann", ["ben"]);
// @ts-expect-error: an operation names its users.
graph.apply({ act: { action: "block", actor: "ann" } });
// @ts-expect-error: only the package makes errors.
new SocialGraphError("no");
// @ts-expect-error: a policy as an object has a profile, or every part.
new SocialGraph({ limits: { batch: 5 } });

export { change, decision, id, isAllowed, page, reasons };
