//! The state as a value, and as the end of an address.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use socialgraph::Question;

/// The version of the state.
pub const VERSION: u32 = 1;

/// The state of the page: policies, users, a story, and the questions that stay in sight.
///
/// Any value can be built. [`Played::of`](super::Played::of) says if the page shows it. Another field
/// is another [`VERSION`].
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// The version, [`VERSION`].
    pub version: u32,
    /// The policy on one line.
    pub policy: String,
    /// The policy beside it on one line.
    #[serde(default)]
    pub other: Option<String>,
    /// The users who are there from the start.
    pub users: Vec<String>,
    /// The story, without the line that names a policy.
    #[serde(default)]
    pub lines: Vec<String>,
    /// The number of lines after which the stage shows the story.
    #[serde(default)]
    pub step: usize,
    /// The questions that stay in sight.
    #[serde(default)]
    pub watches: Vec<Watch>,
}

/// A question that stays in sight.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Watch {
    /// The name of the question.
    pub question: String,
    /// The actor's name.
    pub actor: String,
    /// The target's name.
    pub target: String,
}

/// A tab of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// The stage, with the story.
    Play,
    /// The parts of the policy.
    Policy,
    /// What tells two policies apart.
    Compare,
    /// The model checker.
    Check,
    /// What real systems do.
    Profiles,
}

impl Tab {
    /// All tabs, in the order of the page.
    pub const ALL: [Self; 5] = [
        Self::Play,
        Self::Policy,
        Self::Compare,
        Self::Check,
        Self::Profiles,
    ];

    /// Returns the name of the tab in an address.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Play => "play",
            Self::Policy => "policy",
            Self::Compare => "compare",
            Self::Check => "check",
            Self::Profiles => "profiles",
        }
    }
}

impl State {
    /// Returns a state at the end of these lines.
    #[must_use]
    pub fn new(policy: &str, users: &[&str], lines: Vec<String>) -> Self {
        Self {
            version: VERSION,
            policy: policy.to_owned(),
            other: None,
            users: users.iter().map(|&user| user.to_owned()).collect(),
            step: lines.len(),
            lines,
            watches: Vec::new(),
        }
    }

    /// Returns the state with a second policy.
    #[must_use]
    pub fn beside(self, other: &str) -> Self {
        Self {
            other: Some(other.to_owned()),
            ..self
        }
    }

    /// Returns the state with a question that stays in sight.
    #[must_use]
    pub fn watching(mut self, actor: &str, question: Question, target: &str) -> Self {
        self.watches.push(Watch {
            question: question.name().to_owned(),
            actor: actor.to_owned(),
            target: target.to_owned(),
        });
        self
    }

    /// Returns the fragment of the address that opens the page with this state, without its `#`.
    ///
    /// It is `TAB=STATE`: the state as JSON, in base64url without padding. None of its characters
    /// has to be escaped in an address or in a shell.
    ///
    /// ```
    /// use socialgraph_analysis::review::{State, Tab};
    ///
    /// let state = State::new("wire", &["ann", "ben"], Vec::new()).beside("discord");
    /// assert_eq!(
    ///     state.fragment(Tab::Compare),
    ///     "compare=eyJ2ZXJzaW9uIjoxLCJwb2xpY3kiOiJ3aXJlIiwib3RoZXIiOiJkaXNjb3JkIiwidXNlcnMiOlsi\
    ///      YW5uIiwiYmVuIl0sImxpbmVzIjpbXSwic3RlcCI6MCwid2F0Y2hlcyI6W119",
    /// );
    /// ```
    #[must_use]
    pub fn fragment(&self, tab: Tab) -> String {
        // Every key is a text, and no implementation of ours fails.
        let json = serde_json::to_string(self).unwrap_or_default();
        format!("{}={}", tab.name(), URL_SAFE_NO_PAD.encode(json))
    }
}
