//! Profiles: what real systems do, cell by cell, each with its source.

mod cell;
mod cell_story;
mod judged_story;
mod plausible;
mod shown_answer;
#[rustfmt::skip]
mod table;
mod words;

pub use cell::{Answer, Cell, Evidence, Fate, Repeat, Restored, Value};
pub use judged_story::JudgedStory;
pub use plausible::{Certainty, Plausible, gate_name};
pub use shown_answer::{ShownAnswer, cells_about};
pub use words::{CellTable, title_of_cell};

use socialgraph::{Interaction, Policy, Reason};

/// What one system does, cell by cell, beside the policy of the same name.
///
/// The cells are facts: they are typed by hand from the system's code, tests, standard or
/// documentation (`crates/analysis/profiles/NAME.toml`), and are not derived from the policy. A
/// test plays each cell on a graph under the policy. What nothing confirms has no cell.
///
/// ```
/// use socialgraph_analysis::profile::{Answer, Profile, Value};
///
/// let mastodon = Profile::named("mastodon").unwrap();
/// let cell = mastodon.cell("message.other").unwrap();
/// assert_eq!(cell.value, Value::Answer(Answer::Silent));
/// assert!(mastodon.source(cell.source).unwrap().contains("mastodon/mastodon"));
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Profile {
    /// The name of the profile, which is that of its policy.
    pub name: &'static str,
    /// The name of the system.
    pub title: &'static str,
    /// What a message, a request and a friend list are in the system.
    pub about: &'static str,
    /// What the system has, and its sources speak of.
    pub has: &'static [Feature],
    /// What the system does not have at all.
    pub lacks: &'static [Feature],
    /// Where the cells come from: the name of each source, and the place.
    pub sources: &'static [(&'static str, &'static str)],
    /// The facts, in the order of [`Profile::CELLS`].
    pub cells: &'static [Cell],
    /// What no policy can say.
    pub exceptions: &'static [Exception],
}

/// What a system may have or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feature {
    /// A way to reach somebody.
    Interaction(Interaction),
    /// Requests that ask to be friends, contacts, followers or subscribers.
    Requests,
    /// Lists of friends, contacts, follows or subscriptions.
    FriendLists,
    /// Entries of a friend list that are made without a request, as by an import.
    Imports,
}

/// Something that a system does and that no policy can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exception {
    /// The path of the cell that the policy contradicts, or that the exception is about.
    pub cell: Option<&'static str>,
    /// What the system does, in words.
    pub text: &'static str,
    /// What confirms it.
    pub evidence: Evidence,
    /// The name of the source.
    pub source: &'static str,
}

impl Profile {
    /// All profiles, in the order of [`Policy::PROFILES`].
    pub const ALL: &'static [Self] = table::PROFILES;

    /// Returns the profile of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|profile| profile.name == name)
    }

    /// Returns the policy of the same name.
    ///
    /// # Panics
    /// Never: every profile has a policy, as a test shows.
    #[must_use]
    pub fn policy(&self) -> Policy {
        Policy::named(self.name).unwrap_or_else(|_| Policy::tencent_rest())
    }

    /// Returns the cell with this path, if something confirms it.
    #[must_use]
    pub fn cell(&self, path: &str) -> Option<&'static Cell> {
        self.cells.iter().find(|cell| cell.path == path)
    }

    /// Returns whether the policy contradicts a cell: no policy can say it.
    ///
    /// The engine refuses every action that would change nothing (R8, R9). A host that answers
    /// success maps the refusal.
    #[must_use]
    pub fn is_contradicted(&self, cell: &Cell) -> bool {
        if matches!(cell.value, Value::Repeat(Repeat::Success | Repeat::Ignored)) {
            return true;
        }
        let story = self.story(cell);
        story.is_some_and(|story| !story.play(&self.policy_for(cell)).failures().is_empty())
    }

    /// Returns the path of the cell that says what a system answers to an action that changes
    /// nothing.
    ///
    /// It is `None` if a policy alone decides about refusals for the reason.
    ///
    /// ```
    /// use socialgraph::Reason;
    /// use socialgraph_analysis::profile::Profile;
    ///
    /// assert_eq!(Profile::cell_of_refusal(Reason::AlreadyBlocked), Some("block.again"));
    /// assert_eq!(Profile::cell_of_refusal(Reason::TargetBlocks), None);
    /// ```
    #[must_use]
    pub fn cell_of_refusal(reason: Reason) -> Option<&'static str> {
        match reason {
            Reason::AlreadyBlocked => Some("block.again"),
            Reason::SameUser => Some("block.oneself"),
            Reason::NotBlocked => Some("unblock.absent"),
            Reason::AlreadyRequested => Some("request.again"),
            _ => None,
        }
    }

    /// Returns the place of a source.
    #[must_use]
    pub fn source(&self, name: &str) -> Option<&'static str> {
        let mut sources = self.sources.iter();
        sources
            .find(|(known, _)| *known == name)
            .map(|(_, place)| *place)
    }

    /// Returns the exceptions that are about a cell.
    pub fn exceptions_to(&self, path: &str) -> impl Iterator<Item = &'static Exception> {
        let exceptions = self.exceptions.iter();
        exceptions.filter(move |exception| exception.cell == Some(path))
    }

    /// The paths of all cells that a profile can have.
    ///
    /// `own` is a block of the actor, `other` one of the target, `both` one of each. `actor` and
    /// `target` are those of a block.
    pub const CELLS: &'static [&'static str] = &[
        "message.needs",
        "message.own",
        "message.other",
        "message.both",
        "message.later",
        "call.needs",
        "call.own",
        "call.other",
        "call.both",
        "group_invitation.needs",
        "group_invitation.own",
        "group_invitation.other",
        "group_invitation.both",
        "presence.needs",
        "presence.own",
        "presence.other",
        "presence.both",
        "request.own",
        "request.other",
        "request.both",
        "request.crossed",
        "request.again",
        "request.mode",
        "request.makes",
        "accept.own",
        "accept.other",
        "accept.both",
        "add.own",
        "add.other",
        "add.both",
        "block.actor_entry",
        "block.target_entry",
        "block.actor_request",
        "block.target_request",
        "block.again",
        "block.oneself",
        "unblock.absent",
        "unblock.restores",
        "limits.blocked",
        "limits.friends",
        "limits.requests_in",
        "limits.batch",
    ];
}
