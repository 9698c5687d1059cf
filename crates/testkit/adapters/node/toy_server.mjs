// The core of a small social network: users follow each other, and some choose their followers.
// It is a class, which a server would put behind its API.
//
// A method that the rules refuse throws `Refused` with every problem, and changes nothing. The
// problems are for the server: it tells a user of a block no more than "unavailable".
//
// The environment variable TOY_BUG plants one of BUGS, which real servers have had.

export const BUGS = {
  block_one_side: "a blocked user goes on following the blocker",
  rename_lifts: "renaming a user lifts the blocks against that user",
};
const bug = process.env.TOY_BUG ?? "";
if (bug && !Object.hasOwn(BUGS, bug)) {
  throw new Error(`TOY_BUG is ${bug}, and may be ${Object.keys(BUGS).join(", ")}`);
}

/** A refusal by the rules, with the code of every problem. */
export class Refused extends Error {
  constructor(problems) {
    super(problems.join(", "));
    this.problems = problems;
  }
}

function refuse(problems) {
  const found = Object.keys(problems).filter((problem) => problems[problem]);
  if (found.length > 0) throw new Refused(found);
}

class User {
  constructor(name) {
    this.name = name;
    this.choosesFollowers = false;
    this.follows = new Set();
    this.hasAsked = new Set();
    this.blocks = new Set();
  }

  forget(other) {
    this.follows.delete(other);
    this.hasAsked.delete(other);
  }
}

function blocks(user, other) {
  return { you_block: user.blocks.has(other), they_block: other.blocks.has(user) };
}

export class Network {
  #users = new Map();

  #user(name) {
    refuse({ no_such_user: !this.#users.has(name) });
    return this.#users.get(name);
  }

  #two(name, otherName) {
    refuse({ you_are_unknown: !this.#users.has(name), no_such_user: !this.#users.has(otherName) });
    refuse({ that_is_you: name === otherName });
    return [this.#users.get(name), this.#users.get(otherName)];
  }

  join(name) {
    refuse({ name_taken: this.#users.has(name) });
    this.#users.set(name, new User(name));
  }

  leave(name) {
    const user = this.#user(name);
    this.#users.delete(name);
    for (const other of this.#users.values()) {
      other.forget(user);
      other.blocks.delete(user);
    }
  }

  rename(name, newName) {
    const user = this.#user(name);
    refuse({ name_taken: this.#users.has(newName) });
    this.#users.delete(name);
    this.#users.set(newName, user);
    user.name = newName;
    if (bug === "rename_lifts") {
      for (const other of this.#users.values()) other.blocks.delete(user);
    }
  }

  chooseFollowers(name, chooses) {
    this.#user(name).choosesFollowers = chooses;
  }

  mayFollow(name, otherName) {
    const [user, other] = this.#two(name, otherName);
    refuse({
      ...blocks(user, other),
      already_following: user.follows.has(other),
      already_asked: user.hasAsked.has(other),
    });
  }

  follow(name, otherName) {
    this.mayFollow(name, otherName);
    const [user, other] = this.#two(name, otherName);
    (other.choosesFollowers ? user.hasAsked : user.follows).add(other);
  }

  unfollow(name, otherName) {
    const [user, other] = this.#two(name, otherName);
    refuse({ not_following: !user.follows.has(other) });
    user.follows.delete(other);
  }

  withdraw(name, otherName) {
    const [user, other] = this.#two(name, otherName);
    refuse({ not_asked: !user.hasAsked.has(other) });
    user.hasAsked.delete(other);
  }

  admit(name, otherName) {
    const [user, other] = this.#two(name, otherName);
    refuse({ ...blocks(user, other), nothing_asked: !other.hasAsked.has(user) });
    other.hasAsked.delete(user);
    other.follows.add(user);
  }

  turnAway(name, otherName) {
    const [user, other] = this.#two(name, otherName);
    refuse({ nothing_asked: !other.hasAsked.has(user) });
    other.hasAsked.delete(user);
  }

  block(name, otherName) {
    const [user, other] = this.#two(name, otherName);
    refuse({ already_blocked: user.blocks.has(other) });
    user.blocks.add(other);
    user.forget(other);
    if (bug !== "block_one_side") other.forget(user);
  }

  unblock(name, otherName) {
    const [user, other] = this.#two(name, otherName);
    refuse({ not_blocked: !user.blocks.has(other) });
    user.blocks.delete(other);
  }

  /** Whether a message would arrive. */
  arrives(name, otherName) {
    const [user, other] = this.#two(name, otherName);
    return !user.blocks.has(other) && !other.blocks.has(user);
  }

  #names(users) {
    return [...users].map((user) => user.name);
  }

  #others(name, list) {
    const user = this.#user(name);
    return this.#names([...this.#users.values()].filter((other) => other[list].has(user)));
  }

  blocks(name) {
    return this.#names(this.#user(name).blocks);
  }

  follows(name) {
    return this.#names(this.#user(name).follows);
  }

  followers(name) {
    return this.#others(name, "follows");
  }

  asked(name) {
    return this.#names(this.#user(name).hasAsked);
  }

  askers(name) {
    return this.#others(name, "hasAsked");
  }
}
