//! The rules in SQL: the reasons to refuse an action, and its statements.
//!
//! In each condition and statement, `?1` is the actor and `?2` the target.

use socialgraph::{Action, Reason, Ways};

const ACTOR_BLOCKS: &str = "EXISTS (SELECT 1 FROM blocks WHERE owner = ?1 AND entry = ?2)";
pub(super) const TARGET_BLOCKS: &str =
    "EXISTS (SELECT 1 FROM blocks WHERE owner = ?2 AND entry = ?1)";
const ACTOR_LISTS: &str = "EXISTS (SELECT 1 FROM friends WHERE owner = ?1 AND entry = ?2)";
const TARGET_LISTS: &str = "EXISTS (SELECT 1 FROM friends WHERE owner = ?2 AND entry = ?1)";
const ACTOR_REQUESTED: &str =
    "EXISTS (SELECT 1 FROM requests WHERE sender = ?1 AND recipient = ?2)";
const TARGET_REQUESTED: &str =
    "EXISTS (SELECT 1 FROM requests WHERE sender = ?2 AND recipient = ?1)";
const ACTOR_BARRED: &str = "(SELECT barred FROM users WHERE id = ?1)";
const TARGET_MODE: &str = "(SELECT request_mode FROM users WHERE id = ?2)";

const ACTOR_BLOCKLIST_IS_FULL: &str = "(SELECT count(*) FROM blocks WHERE owner = ?1)
    >= (SELECT blocked FROM limits)";
const ACTOR_FRIENDS_ARE_FULL: &str = "(SELECT count(*) FROM friends WHERE owner = ?1)
    >= (SELECT friends FROM limits)";
const TARGET_FRIENDS_ARE_FULL: &str = "(SELECT count(*) FROM friends WHERE owner = ?2)
    >= (SELECT friends FROM limits)";
const TARGET_REQUESTS_ARE_FULL: &str = "(SELECT count(*) FROM requests WHERE recipient = ?2)
    >= (SELECT requests_in FROM limits)";

/// A reason to refuse an action, and its condition.
pub(super) type Check = (Reason, String);

/// Returns the reasons to refuse an action, in the order in which they are reported (R16).
pub(super) fn checks(action: Action) -> Vec<Check> {
    let friends = format!("({ACTOR_LISTS} AND {TARGET_LISTS})");

    match action {
        Action::Block => vec![
            (Reason::AlreadyBlocked, ACTOR_BLOCKS.into()),
            (
                Reason::ActorBlocklistFull,
                format!("NOT {ACTOR_BLOCKS} AND {ACTOR_BLOCKLIST_IS_FULL}"),
            ),
        ],
        Action::Unblock => vec![(Reason::NotBlocked, format!("NOT {ACTOR_BLOCKS}"))],

        Action::SendRequest => request_checks(&friends),
        Action::AcceptRequest => {
            let missing = (
                Reason::NoRequestFromTarget,
                format!("NOT {TARGET_REQUESTED}"),
            );
            blocks()
                .into_iter()
                .chain([missing])
                .chain(room_to_befriend(TARGET_REQUESTED))
                .collect()
        }
        Action::DeclineRequest => {
            vec![(
                Reason::NoRequestFromTarget,
                format!("NOT {TARGET_REQUESTED}"),
            )]
        }
        Action::CancelRequest => {
            vec![(Reason::NoRequestFromActor, format!("NOT {ACTOR_REQUESTED}"))]
        }

        Action::AddFriend(Ways::OneWay) => {
            let already = (Reason::AlreadyListed, ACTOR_LISTS.into());
            let [room, _] = room_to_befriend("TRUE");
            blocks().into_iter().chain([already, room]).collect()
        }
        Action::AddFriend(Ways::TwoWay) => {
            let already = (Reason::AlreadyFriends, friends);
            blocks()
                .into_iter()
                .chain([already])
                .chain(room_to_befriend("TRUE"))
                .collect()
        }

        Action::RemoveFriend(Ways::OneWay) => {
            vec![(Reason::NotListedByActor, format!("NOT {ACTOR_LISTS}"))]
        }
        Action::RemoveFriend(Ways::TwoWay) => {
            let neither = format!("NOT {ACTOR_LISTS} AND NOT {TARGET_LISTS}");
            [Reason::NotListedByActor, Reason::NotListedByTarget]
                .map(|reason| (reason, neither.clone()))
                .into()
        }
    }
}

/// Returns the checks for requesting, accepting and adding: no block on either side (R4).
fn blocks() -> [Check; 2] {
    [
        (Reason::ActorBlocks, ACTOR_BLOCKS.into()),
        (Reason::TargetBlocks, TARGET_BLOCKS.into()),
    ]
}

fn request_checks(friends: &str) -> Vec<Check> {
    // A pointless request adds nothing, and needs no room.
    let adds = format!("NOT {friends} AND NOT {ACTOR_REQUESTED}");
    let befriends = format!("{adds} AND ({TARGET_REQUESTED} OR {TARGET_MODE} = 'anyone')");
    let waits = format!("{adds} AND NOT {TARGET_REQUESTED} AND {TARGET_MODE} = 'confirm'");

    let request = [
        (Reason::ActorBarred, ACTOR_BARRED.into()),
        (
            Reason::TargetTakesNoRequests,
            format!("{TARGET_MODE} = 'nobody' AND NOT {TARGET_REQUESTED}"),
        ),
        (Reason::AlreadyRequested, ACTOR_REQUESTED.into()),
        (Reason::AlreadyFriends, friends.into()),
    ];
    let room = (
        Reason::TargetRequestsFull,
        format!("{waits} AND {TARGET_REQUESTS_ARE_FULL}"),
    );
    blocks()
        .into_iter()
        .chain(request)
        .chain(room_to_befriend(&befriends))
        .chain([room])
        .collect()
}

/// Returns the checks for room on both friend lists, under a condition (R15).
fn room_to_befriend(condition: &str) -> [Check; 2] {
    [
        (
            Reason::ActorFriendsFull,
            format!("({condition}) AND NOT {ACTOR_LISTS} AND {ACTOR_FRIENDS_ARE_FULL}"),
        ),
        (
            Reason::TargetFriendsFull,
            format!("({condition}) AND NOT {TARGET_LISTS} AND {TARGET_FRIENDS_ARE_FULL}"),
        ),
    ]
}

const END_FRIENDSHIP: &str = "DELETE FROM friends
    WHERE (owner = ?1 AND entry = ?2) OR (owner = ?2 AND entry = ?1)";
const END_REQUESTS: &str = "DELETE FROM requests
    WHERE (sender = ?1 AND recipient = ?2) OR (sender = ?2 AND recipient = ?1)";
const BEFRIEND: &str = "INSERT OR IGNORE INTO friends VALUES (?1, ?2), (?2, ?1)";

/// Returns the statements of an action that is not refused.
pub(super) fn statements(action: Action, becomes_friendship: bool) -> &'static [&'static str] {
    match action {
        Action::Block => &[
            "INSERT INTO blocks VALUES (?1, ?2)",
            END_FRIENDSHIP,
            END_REQUESTS,
        ],
        Action::Unblock => &["DELETE FROM blocks WHERE owner = ?1 AND entry = ?2"],
        Action::SendRequest if !becomes_friendship => &["INSERT INTO requests VALUES (?1, ?2)"],
        Action::SendRequest | Action::AcceptRequest | Action::AddFriend(Ways::TwoWay) => {
            &[BEFRIEND, END_REQUESTS]
        }
        Action::DeclineRequest => &["DELETE FROM requests WHERE sender = ?2 AND recipient = ?1"],
        Action::CancelRequest => &["DELETE FROM requests WHERE sender = ?1 AND recipient = ?2"],
        Action::AddFriend(Ways::OneWay) if becomes_friendship => &[BEFRIEND, END_REQUESTS],
        Action::AddFriend(Ways::OneWay) => &["INSERT INTO friends VALUES (?1, ?2)"],
        Action::RemoveFriend(Ways::OneWay) => {
            &["DELETE FROM friends WHERE owner = ?1 AND entry = ?2"]
        }
        Action::RemoveFriend(Ways::TwoWay) => &[END_FRIENDSHIP],
    }
}

/// Returns the condition under which an action makes a two-way friendship.
pub(super) fn befriends(action: Action) -> String {
    match action {
        Action::SendRequest => format!("{TARGET_REQUESTED} OR {TARGET_MODE} = 'anyone'"),
        Action::AddFriend(Ways::OneWay) => TARGET_LISTS.into(),
        _ => "FALSE".into(),
    }
}
