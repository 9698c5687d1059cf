//! The cells of a profile in words.

use socialgraph::Interaction;
use socialgraph_analysis::profile::{Feature, Profile};

/// What stands in a cell that nothing confirms, and in one about a thing that the system lacks.
const BLANK: &str = "";
const LACKS: &str = "–";

/// Returns what a cell is about, if A blocks B.
pub(super) fn of_path(path: &str) -> String {
    let (group, key) = path.split_once('.').unwrap_or((path, ""));
    match key {
        "own" => deed(group, "A", "B"),
        "other" => deed(group, "B", "A"),
        "both" => format!("{}, each blocking", deed(group, "A", "B")),
        "needs" => format!("{} needs listing by", noun(group)),
        _ => of_other_path(path).to_owned(),
    }
}

fn deed(group: &str, actor: &str, target: &str) -> String {
    match group {
        "message" => format!("{actor} messages {target}"),
        "call" => format!("{actor} calls {target}"),
        "group_invitation" => format!("{actor} invites {target}"),
        "presence" => format!("{actor} appears online to {target}"),
        "request" => format!("{actor} asks {target}"),
        "accept" => format!("{actor} accepts {target}'s request"),
        _ => format!("{actor} adds {target}"),
    }
}

fn noun(group: &str) -> &'static str {
    match group {
        "message" => "a message",
        "call" => "a call",
        "group_invitation" => "an invitation",
        _ => "presence",
    }
}

fn of_other_path(path: &str) -> &str {
    match path {
        "message.later" => "B's messages, after the unblock",
        "request.crossed" => "the second of two crossed requests",
        "request.again" => "a request that is repeated",
        "request.mode" => "requests to a new user",
        "request.makes" => "a granted request makes",
        "block.actor_entry" => "A's entry of B",
        "block.target_entry" => "B's entry of A",
        "block.actor_request" => "A's pending request",
        "block.target_request" => "B's pending request",
        "block.again" => "blocking B again",
        "block.oneself" => "blocking oneself",
        "unblock.absent" => "unblocking without a block",
        "unblock.restores" => "unblocking B restores",
        "limits.blocked" => "the limit of a blocklist",
        "limits.friends" => "the limit of a friend list",
        "limits.requests_in" => "the limit of waiting requests",
        "limits.batch" => "the limit of a batch",
        _ => path,
    }
}

/// Returns the value of a cell; with a star if no policy can say it.
pub(super) fn of_cell(profile: &'static Profile, path: &str) -> String {
    match profile.cell(path) {
        Some(cell) if profile.is_contradicted(cell) => format!("{}*", cell.value),
        Some(cell) => cell.value.to_string(),
        None if lacks(profile, path) => LACKS.to_owned(),
        None => BLANK.to_owned(),
    }
}

/// Returns whether a cell is about something that the system does not have at all.
fn lacks(profile: &Profile, path: &str) -> bool {
    let feature = match path.split_once('.') {
        Some(("message", _)) => Feature::Interaction(Interaction::Message),
        Some(("call", _)) => Feature::Interaction(Interaction::Call),
        Some(("group_invitation", _)) => Feature::Interaction(Interaction::GroupInvitation),
        Some(("presence", _)) => Feature::Interaction(Interaction::Presence),
        Some(("request" | "accept", _) | (_, "actor_request" | "target_request")) => {
            Feature::Requests
        }
        Some((_, "actor_entry" | "target_entry" | "friends")) => Feature::FriendLists,
        Some(("add", _)) => Feature::Imports,
        _ => return false,
    };
    profile.lacks.contains(&feature)
}

/// Returns the name of something that a system may have.
pub(crate) const fn of_feature(feature: Feature) -> &'static str {
    match feature {
        Feature::Interaction(Interaction::Message) => "messages",
        Feature::Interaction(Interaction::Call) => "calls",
        Feature::Interaction(Interaction::GroupInvitation) => "invitations to groups",
        Feature::Interaction(Interaction::Presence) => "presence",
        Feature::Requests => "requests",
        Feature::FriendLists => "friend lists",
        Feature::Imports => "entries without a request",
    }
}
