/** The name of a value, as the engine has it or in camelCase: `one_way` or `oneWay`. */
export type EitherCase<Name extends string> = Name | CamelCase<Name>;

type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

/** A way to reach somebody. Each has a gate of its own in a policy. */
export type Interaction = "message" | "call" | "group_invitation" | "presence";

/** What an actor does to a target. */
export type Action =
  | "block"
  | "unblock"
  | "send_request"
  | "accept_request"
  | "decline_request"
  | "cancel_request"
  | "add_friend_one_way"
  | "add_friend_two_way"
  | "remove_friend_one_way"
  | "remove_friend_two_way";

/** May the actor reach the target in this way, or do this to the target? */
export type Question = Interaction | Action;

/** Whether an action changes the actor's friend list alone, or both lists. */
export type Ways = "one_way" | "two_way";

/** What a friend request to a user leads to. */
export type RequestMode = "anyone" | "confirm" | "nobody";

/** Whether a user may send friend requests. */
export type RequestSending = "open" | "barred";

/** A list that a user has, or the users whose lists the user is on. */
export type List =
  | "blocklist"
  | "friends"
  | "requests_in"
  | "requests_out"
  | "blocked_by"
  | "listed_by";

/** A list that a user can clear. */
export type OwnList =
  | "blocklist"
  | "friends_one_way"
  | "friends_two_way"
  | "requests_in"
  | "requests_out";

/** What may hold between two users, seen from the actor. */
export type Fact =
  | "actor_blocks"
  | "target_blocks"
  | "actor_lists"
  | "target_lists"
  | "actor_requested"
  | "target_requested";

/** Why something is refused. Later releases may add reasons. */
export type Reason =
  | "actor_blocks"
  | "target_blocks"
  | "same_user"
  | "unknown_actor"
  | "unknown_target"
  | "actor_barred"
  | "target_takes_no_requests"
  | "already_blocked"
  | "not_blocked"
  | "already_requested"
  | "no_request_from_actor"
  | "no_request_from_target"
  | "already_friends"
  | "already_listed"
  | "not_listed_by_actor"
  | "not_listed_by_target"
  | "actor_blocklist_full"
  | "actor_friends_full"
  | "target_friends_full"
  | "target_requests_full"
  | "unavailable";

/** One change of a relation, seen from the actor. */
export type Effect =
  | "actor_block_added"
  | "actor_block_lifted"
  | "target_block_lifted"
  | "actor_friend_added"
  | "target_friend_added"
  | "actor_friend_removed"
  | "target_friend_removed"
  | "actor_request_sent"
  | "actor_request_cancelled"
  | "target_request_cancelled"
  | "target_request_accepted"
  | "target_request_declined"
  | "target_block_added"
  | "target_request_sent";

/** What a server does: it, or nothing but show the actor success, or nothing and say so. */
export type Verdict = "allowed" | "refused_silently" | "refused";

/** The code of an error. Codes stay; later releases may add some. */
export type ErrorCode =
  | "empty_name"
  | "name_too_long"
  | "name_taken"
  | "no_handle_left"
  | "unknown_user"
  | "same_user"
  | "refused"
  | "batch_too_large"
  | "stale_version"
  | "handle"
  | "reversed"
  | "pair_order"
  | "changed"
  | "illegal_relation"
  | "halves_disagree"
  | "wrong_count"
  | "own_peer"
  | "unknown_peer"
  | "indices"
  | "directory"
  | "unknown_version"
  | "list_order"
  | "unknown_policy"
  | "unknown_name"
  | "parse_relation"
  | "parse_policy"
  | "parse_operation"
  /** An argument has another form than declared. */
  | "malformed";

/** Why a call failed. Nothing has changed. */
export class SocialGraphError extends Error {
  private constructor();
  readonly name: "SocialGraphError";
  /** Stable, for programs. */
  readonly code: ErrorCode;
  /** Every reason if the rules refused it, in the engine's order. For logs and support. */
  readonly reasons: readonly Reason[];
  /** The reasons that the actor may see. None of a refused action: show the actor success. */
  readonly visibleReasons: readonly Reason[];
}

/** The answer to a question. */
export interface Decision {
  allowed: boolean;
  verdict: Verdict;
  /** Every reason of a refusal, in order. For logs and support. */
  reasons: Reason[];
  /** The reasons that the actor may see. */
  visibleReasons: Reason[];
  /** The decision as a sentence, with every reason. For logs and support. */
  explain: string;
  /** The sentence that the actor may see. */
  explainVisible: string;
}

/** What happened to one pair of users. */
export interface Change {
  actor: string;
  target: string;
  /** What changed, seen from the actor. */
  effects: Effect[];
  /** What held before, seen from the actor. */
  before: Fact[];
  /** What holds after, seen from the actor. */
  after: Fact[];
}

/** What a batch did to one pair. */
export type Item =
  | { done: true; effects: Effect[] }
  | { done: false; reasons: Reason[]; visibleReasons: Reason[] };

/** What a merge did. */
export interface Merge {
  changes: Change[];
  /** What could not be kept: of each user, the facts seen from the merged user. */
  lost: Lost[];
}

export interface Lost {
  user: string;
  facts: Fact[];
}

/** What an operation came to. */
export type Outcome = Done | NotDone;

/** A batch is done unless it is refused whole: its items tell of each pair. */
export interface Done {
  done: true;
  /** Everything that changed, of all pairs together. */
  effects: Effect[];
  /** What happened to each pair. A batch has `items` instead. */
  changes?: Change[];
  /** Of a batch: what happened to each pair, in the order of the names. */
  items?: Item[];
  /** Of a merge: what could not be kept. */
  lost?: Lost[];
  /** Of a setting or a name: what it was before. */
  before?: string;
}

export interface NotDone {
  done: false;
  error: Pick<SocialGraphError, "message" | "code" | "reasons" | "visibleReasons">;
}

/** A part of a list. */
export interface Page {
  users: string[];
  /** How many users are on the list in all. */
  total: number;
  /** The cursor of the next page, or `null` after the last. */
  next: number | null;
}

/** A user's settings, and the lengths of the lists that limits count. */
export interface UserFacts {
  requestMode: RequestMode;
  requestSending: RequestSending;
  blocked: number;
  friends: number;
  requestsIn: number;
}

/** An action inside an operation. */
export type OperationAction =
  | "block"
  | "unblock"
  | "send_request"
  | "accept_request"
  | "decline_request"
  | "cancel_request"
  | { add_friend: Ways }
  | { remove_friend: Ways };

/** An entry of a log, as `POST /v1/operations` of the server takes it. */
export type Operation =
  | { add_user: { name: string } }
  | { remove_user: { name: string } }
  | { rename_user: { user: string; name: string } }
  | { merge_users: { from: string; into: string } }
  | { act: { action: OperationAction; actor: string; target: string } }
  | { act_on_many: { action: OperationAction; actor: string; targets: readonly string[] } }
  | { many_act: { action: OperationAction; actors: readonly string[]; target: string } }
  | { set_request_mode: { user: string; mode: RequestMode } }
  | { set_request_sending: { user: string; sending: RequestSending } }
  | { clear_list: { user: string; list: Exclude<OwnList, `friends_${Ways}`> | { friends: Ways } } }
  | { adopt_policy: { policy: PolicyChanges } };

/** Whose blocks, lists or requests matter. */
export type Sides = "neither" | "actor" | "target" | "both";

/** What an actor learns of a block: nothing, that something stands in the way, or the block. */
export type Notice = "silent" | "neutral" | "told";

/** A limit, or no limit. */
export type Limit = number | "none";

/** When one user may reach another. */
export interface Gate {
  stopped_by: Sides;
  needs_listing_by: Sides;
  notice: Notices;
}

/** What an actor learns of a block of their own, and of the other's. */
export interface Notices {
  own: Notice;
  other: Notice;
}

/** Every part of a policy. */
export interface PolicyParts {
  message: Gate;
  call: Gate;
  group_invitation: Gate;
  presence: Gate;
  request: {
    stopped_by: Sides;
    accept_stopped_by: Sides;
    add_stopped_by: Sides;
    crossed: "accepts" | "waits";
    makes: "friendship" | "follow";
    initial_mode: RequestMode;
    notice: Notices;
  };
  block: {
    clears_friends_of: Sides;
    cancels_requests_of: Sides;
  };
  limits: {
    blocked: Limit;
    friends: Limit;
    requests_in: Limit;
    batch: Limit;
  };
}

type PartOf<Whole> = { [Key in keyof Whole]?: Whole[Key] extends object ? PartOf<Whole[Key]> : Whole[Key] };

/** A named policy and what is different, or every part. */
export type PolicyChanges = ({ profile: string } & PartOf<PolicyParts>) | PolicyParts;

/** A policy in one line (`"mastodon with message.notice.other = told"`), or as an object. */
export type PolicyLike = string | PolicyChanges;

/** A policy with its parts. */
export interface Policy {
  /** The policy in one line: a name, and what is different. */
  text: string;
  /** The name of the policy that is nearest. */
  nearest: string;
  parts: PolicyParts;
}
