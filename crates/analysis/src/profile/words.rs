//! The cells of a profile in words, and the tables that show them side by side.

use std::fmt;

use socialgraph::Interaction;

use super::{Feature, Profile};

/// What stands in a cell that nothing confirms, and in one about a thing that the system lacks.
const BLANK: &str = "";
const LACKS: &str = "–";

/// Returns what a cell is about, if A blocks B.
///
/// ```
/// use socialgraph_analysis::profile::title_of_cell;
///
/// assert_eq!(title_of_cell("message.other"), "B messages A");
/// assert_eq!(title_of_cell("limits.batch"), "the limit of a batch");
/// ```
#[must_use]
pub fn title_of_cell(path: &str) -> String {
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

impl Profile {
    /// Returns the value of a cell; with a star if no policy can say it.
    ///
    /// It is empty if nothing confirms the cell, and a dash if the system lacks what it is about.
    ///
    /// ```
    /// use socialgraph_analysis::profile::Profile;
    ///
    /// let mastodon = Profile::named("mastodon").unwrap();
    /// assert_eq!(mastodon.shown_cell("message.other"), "silent");
    /// assert_eq!(mastodon.shown_cell("block.again"), "success*");
    /// ```
    #[must_use]
    pub fn shown_cell(&self, path: &str) -> String {
        match self.cell(path) {
            Some(cell) if self.is_contradicted(cell) => format!("{}*", cell.value),
            Some(cell) => cell.value.to_string(),
            None if lacks(self, path) => LACKS.to_owned(),
            None => BLANK.to_owned(),
        }
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

/// Prints what a system may have, in the plural: `messages`, `friend lists`.
impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Interaction(Interaction::Message) => "messages",
            Self::Interaction(Interaction::Call) => "calls",
            Self::Interaction(Interaction::GroupInvitation) => "invitations to groups",
            Self::Interaction(Interaction::Presence) => "presence",
            Self::Requests => "requests",
            Self::FriendLists => "friend lists",
            Self::Imports => "entries without a request",
        })
    }
}

/// A table of all systems: a row for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellTable {
    /// The title.
    pub title: &'static str,
    /// The columns: each with its title, and its cells. Of two cells, the first is A's.
    pub columns: &'static [(&'static str, &'static [&'static str])],
}

impl CellTable {
    /// The tables of what systems do across a block.
    pub const ALL: &'static [Self] = &[
        Self {
            title: "Questions across a block",
            columns: &[
                ("A messages B", &["message.own"]),
                ("B messages A", &["message.other"]),
                ("A asks B", &["request.own"]),
                ("B asks A", &["request.other"]),
            ],
        },
        Self {
            title: "Questions if each blocks the other, and accepting across a block",
            columns: &[
                ("messages", &["message.both"]),
                ("requests", &["request.both"]),
                ("A accepts", &["accept.own"]),
                ("B accepts", &["accept.other"]),
            ],
        },
        Self {
            title: "What a block and an unblock do (A's/B's)",
            columns: &[
                ("entries", &["block.actor_entry", "block.target_entry"]),
                ("requests", &["block.actor_request", "block.target_request"]),
                ("unblock restores", &["unblock.restores"]),
                ("seen later", &["message.later"]),
            ],
        },
        Self {
            title: "Requests",
            columns: &[
                ("to a new user", &["request.mode"]),
                ("make", &["request.makes"]),
                ("crossed", &["request.crossed"]),
                ("repeated", &["request.again"]),
            ],
        },
        Self {
            title: "Blocking again, unblocking nobody, blocking oneself",
            columns: &[
                ("again", &["block.again"]),
                ("absent", &["unblock.absent"]),
                ("oneself", &["block.oneself"]),
                ("blocklist", &["limits.blocked"]),
                ("batch", &["limits.batch"]),
            ],
        },
    ];
}
