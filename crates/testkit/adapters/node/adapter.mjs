// Plays what `socialgraph conform` asks on the class of toy_server.mjs, in this process.
//
//     socialgraph conform --policy policy.toml -- node adapter.mjs
//
// To test your own server, copy this file and rewrite the part between the two double lines.
// The rest is the protocol of docs/protocol.md. Node 18 or newer, without packages.

import { Network, Refused } from "./toy_server.mjs";

// === Your server ===============================================================================

let network = new Network();

const reset = () => {
  network = new Network();
};

const NAME = "toy server in Node, in process";

// The kit's name of an operation, and the call. What the server lacks is left out.
const OPERATIONS = {
  add_user: ({ name }) => network.join(name),
  remove_user: ({ name }) => network.leave(name),
  rename_user: ({ user, name }) => network.rename(user, name),
  set_request_mode: ({ user, mode }) => {
    if (mode === "nobody") return { not_offered: true };
    network.chooseFollowers(user, mode === "confirm");
  },
  block: ({ actor, target }) => network.block(actor, target),
  unblock: ({ actor, target }) => network.unblock(actor, target),
  send_request: ({ actor, target }) => network.follow(actor, target),
  cancel_request: ({ actor, target }) => network.withdraw(actor, target),
  accept_request: ({ actor, target }) => network.admit(actor, target),
  decline_request: ({ actor, target }) => network.turnAway(actor, target),
  remove_friend_one_way: ({ actor, target }) => network.unfollow(actor, target),
};

// The answer to a question is true, false or a refusal.
const QUESTIONS = {
  message: (actor, target) => network.arrives(actor, target),
  send_request: (actor, target) => network.mayFollow(actor, target) ?? true,
};

const LISTS = {
  blocklist: (user) => network.blocks(user),
  friends: (user) => network.follows(user),
  listed_by: (user) => network.followers(user),
  requests_in: (user) => network.askers(user),
  requests_out: (user) => network.asked(user),
};

// The kit's name of each problem. If your server does not name every problem of a refusal, leave
// this empty: reasons are then not compared.
const REASONS = {
  that_is_you: "same_user",
  you_are_unknown: "unknown_actor",
  no_such_user: "unknown_target",
  you_block: "actor_blocks",
  they_block: "target_blocks",
  already_following: "already_listed",
  not_following: "not_listed_by_actor",
  already_asked: "already_requested",
  not_asked: "no_request_from_actor",
  nothing_asked: "no_request_from_target",
  already_blocked: "already_blocked",
  not_blocked: "not_blocked",
};

// === The protocol ==============================================================================

/** Calls the server: what its rules refuse is a reply, and any other error ends the comparison. */
function attempt(key, call) {
  try {
    const result = call();
    return result?.not_offered ? result : { [key]: result ?? true };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const reasons = error.problems.map((problem) => REASONS[problem]);
    return { [key]: false, ...(reasons.includes(undefined) ? {} : { reasons }) };
  }
}

/** Returns the kit's name of an operation and its fields; an act goes by its action. */
function nameAndFields(operation) {
  const [[name, fields]] = Object.entries(operation);
  if (name !== "act") return [name, fields];
  const { action } = fields; // {"add_friend": "one_way"}, or a name
  return [typeof action === "string" ? action : Object.entries(action)[0].join("_"), fields];
}

function apply(operation) {
  const [name, fields] = nameAndFields(operation);
  const call = OPERATIONS[name];
  return call ? attempt("done", () => call(fields)) : { not_offered: true };
}

function ask({ question, actor, target }) {
  const call = QUESTIONS[question];
  return call ? attempt("allowed", () => call(actor, target)) : { not_offered: true };
}

const ANSWERS = {
  // What the server offers. What is not named here is never asked.
  hello: () => ({
    protocol: 1,
    name: NAME,
    operations: Object.keys(OPERATIONS),
    questions: Object.keys(QUESTIONS),
    lists: Object.keys(LISTS),
    odd_names: true,
  }),
  reset: () => reset() ?? {},
  apply,
  ask,
  list: ({ user, list }) => ({ users: LISTS[list](user) }),
};

function answer(line) {
  try {
    const [[request, body]] = Object.entries(JSON.parse(line));
    return ANSWERS[request]?.(body) ?? { not_offered: true };
  } catch (error) {
    return { error: String(error) }; // The kit prints it with the log that led to it.
  }
}

// Not `readline`, which also ends a line at U+2028: a name may have that character.
let rest = "";
for await (const chunk of process.stdin.setEncoding("utf8")) {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop();
  for (const line of lines) console.log(JSON.stringify(answer(line)));
}
