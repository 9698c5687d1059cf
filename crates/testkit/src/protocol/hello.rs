//! What an adapter offers, as it says at the start.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use socialgraph::{Action, Interaction, List, Operation, Question, Ways};

use super::kind::{MESSAGE, OperationKind, QUESTIONS};
use super::text::{near, quoted};
use crate::conformance::Config;

/// The version of the protocol.
pub const PROTOCOL: u32 = 1;

/// The maximum length of the server's name.
const MAX_NAME_BYTES: usize = 200;

/// What an adapter offers: its reply to the first request.
///
/// What it does not name is lacking: [`limit`](Self::limit) takes it out of a comparison.
///
/// ```
/// use socialgraph::{Action, Policy};
/// use socialgraph_testkit::conformance::Config;
/// use socialgraph_testkit::protocol::{Hello, OperationKind};
///
/// let mut hello = Hello::new("toy server 0.3");
/// hello.operations.insert(OperationKind::Act(Action::Block));
///
/// let mut config = Config::new(Policy::tencent_rest());
/// hello.limit(&mut config);
/// assert!(config.tuning.weights.block > 0);
/// assert_eq!(config.tuning.weights.unblock, 0);
/// ```
// May grow with the protocol, so it is made by `new` or `everything`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hello {
    /// The name and the version of the server, for people.
    pub name: String,
    /// The operations; [`OperationKind::AddUser`] is among them.
    pub operations: BTreeSet<OperationKind>,
    /// The questions: [`Interaction`]s, the message among them, and the friend request.
    pub questions: BTreeSet<Question>,
    /// The lists that can be read whole.
    pub lists: BTreeSet<List>,
    /// Whether these lists can be read by pages as well.
    pub pages: bool,
    /// Whether the server carries out two operations at once.
    pub at_once: bool,
    /// Whether names may be any text of up to 3,071 bytes.
    ///
    /// Without it, names are plain lower-case ASCII letters and digits.
    pub odd_names: bool,
}

impl Hello {
    /// Returns the hello of a server that adds users and answers about messages, and no more.
    ///
    /// ```
    /// use socialgraph_testkit::protocol::Hello;
    ///
    /// let hello = Hello::new("toy server 0.3");
    /// assert_eq!((hello.operations.len(), hello.questions.len()), (1, 1));
    /// ```
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            operations: [OperationKind::AddUser].into(),
            questions: [MESSAGE].into(),
            lists: BTreeSet::new(),
            pages: false,
            at_once: false,
            odd_names: false,
        }
    }

    /// Returns the hello of a server that lacks nothing.
    ///
    /// ```
    /// use socialgraph_testkit::protocol::Hello;
    ///
    /// assert!(Hello::everything("engine").lacking().is_empty());
    /// ```
    #[must_use]
    pub fn everything(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            operations: OperationKind::all().collect(),
            questions: QUESTIONS.into(),
            lists: List::ALL.into(),
            pages: true,
            at_once: true,
            odd_names: true,
        }
    }

    /// Returns whether the server has such an operation.
    ///
    /// ```
    /// use socialgraph::{Action, Operation};
    /// use socialgraph_testkit::protocol::Hello;
    ///
    /// let hello = Hello::new("toy server 0.3");
    /// assert!(hello.offers(&Operation::add_user("ann")));
    /// assert!(!hello.offers(&Operation::act(Action::Block, "ann", "ben")));
    /// ```
    #[must_use]
    pub fn offers(&self, operation: &Operation) -> bool {
        let needed = OperationKind::needed_for(operation);
        needed.iter().all(|kind| self.operations.contains(kind))
    }

    /// Returns the names of what the server lacks, in the order of the protocol.
    ///
    /// ```
    /// use socialgraph_testkit::protocol::{Hello, OperationKind};
    ///
    /// let mut hello = Hello::everything("toy server 0.3");
    /// hello.operations.remove(&OperationKind::MergeUsers);
    /// hello.pages = false;
    /// assert_eq!(hello.lacking(), ["merge_users", "pages"]);
    /// ```
    #[must_use]
    pub fn lacking(&self) -> Vec<&'static str> {
        let mut lacking = Vec::new();
        for kind in OperationKind::all() {
            if !self.operations.contains(&kind) {
                lacking.push(kind.name());
            }
        }

        // A request is an operation and a question. It has one name, and comes once.
        for question in QUESTIONS {
            if !self.questions.contains(&question) && !lacking.contains(&question.name()) {
                lacking.push(question.name());
            }
        }
        for list in List::ALL {
            if !self.lists.contains(&list) {
                lacking.push(list.name());
            }
        }

        let others = [
            (self.pages, "pages"),
            (self.at_once, "at_once"),
            (self.odd_names, "odd_names"),
        ];
        for (is_offered, name) in others {
            if !is_offered {
                lacking.push(name);
            }
        }
        lacking
    }

    /// Takes what the server lacks out of a comparison: nothing lacking is drawn.
    ///
    /// A configuration that lacks something already stays without it.
    pub fn limit(&self, config: &mut Config) {
        let has = |kind| self.operations.contains(&kind);
        let weights = &mut config.tuning.weights;

        for (kind, weight) in [
            (OperationKind::RemoveUser, &mut weights.remove_user),
            (OperationKind::RenameUser, &mut weights.rename_user),
            (OperationKind::MergeUsers, &mut weights.merge_users),
            (OperationKind::ClearList, &mut weights.clear_list),
            (OperationKind::SetRequestMode, &mut weights.request_mode),
            (
                OperationKind::SetRequestSending,
                &mut weights.request_sending,
            ),
            (OperationKind::AdoptPolicy, &mut weights.adopt_policy),
            (OperationKind::ActOnMany, &mut weights.batch),
            (OperationKind::ManyAct, &mut weights.batch_by_many),
            (OperationKind::Act(Action::Block), &mut weights.block),
            (OperationKind::Act(Action::Unblock), &mut weights.unblock),
            (
                OperationKind::Act(Action::SendRequest),
                &mut weights.send_request,
            ),
            (
                OperationKind::Act(Action::AcceptRequest),
                &mut weights.accept_request,
            ),
            (
                OperationKind::Act(Action::DeclineRequest),
                &mut weights.decline_request,
            ),
            (
                OperationKind::Act(Action::CancelRequest),
                &mut weights.cancel_request,
            ),
        ] {
            if !has(kind) {
                *weight = 0;
            }
        }

        let removed = weights
            .removed_one_way_percent
            .unwrap_or(weights.one_way_percent);
        let added = weights.one_way_percent;
        weights.one_way_percent = self.share(Action::AddFriend, added, &mut weights.add_friend);
        let removed = self.share(Action::RemoveFriend, removed, &mut weights.remove_friend);
        weights.removed_one_way_percent = Some(removed);

        let asked = |interaction: &Interaction| self.questions.contains(&(*interaction).into());
        config.interactions.retain(asked);
        if !self.at_once {
            config.concurrent_percent = 0;
        }
        if !self.odd_names {
            config.tuning.odd_names_percent = 0;
        }
    }

    /// Returns the share of one-way friends. If the server has neither way, the weight becomes 0.
    fn share(&self, action: fn(Ways) -> Action, share: u8, weight: &mut u16) -> u8 {
        let has = |ways| self.operations.contains(&OperationKind::Act(action(ways)));
        let one_way = share > 0 && has(Ways::OneWay);
        let two_way = share < 100 && has(Ways::TwoWay);
        match (one_way, two_way) {
            (true, true) => share,
            (true, false) => 100,
            (false, true) => 0,
            (false, false) => {
                *weight = 0;
                share
            }
        }
    }
}

/// A hello as the protocol has it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HelloFields {
    protocol: u32,
    name: String,
    operations: Vec<String>,
    questions: Vec<String>,
    #[serde(default)]
    lists: Vec<String>,
    #[serde(default)]
    pages: bool,
    #[serde(default)]
    at_once: bool,
    #[serde(default)]
    odd_names: bool,
}

impl HelloFields {
    /// The names of the fields.
    pub(super) const NAMES: &[&str] = &[
        "protocol",
        "name",
        "operations",
        "questions",
        "lists",
        "pages",
        "at_once",
        "odd_names",
    ];

    /// Reads the names of what is offered; the error says what is wrong with the hello.
    pub(super) fn checked(&self) -> Result<Hello, String> {
        if self.protocol != PROTOCOL {
            let version = self.protocol;
            return Err(format!(
                "the adapter speaks version {version} of the protocol, and this kit version {PROTOCOL}"
            ));
        }

        let hello = Hello {
            name: self.name.clone(),
            operations: named("operations", &self.operations, OperationKind::all(), |it| {
                it.name()
            })?,
            questions: named("questions", &self.questions, QUESTIONS, Question::name)?,
            lists: named("lists", &self.lists, List::ALL, List::name)?,
            pages: self.pages,
            at_once: self.at_once,
            odd_names: self.odd_names,
        };
        hello.check_required()?;
        Ok(hello)
    }
}

impl Hello {
    /// Checks that the hello offers what every adapter has to.
    fn check_required(&self) -> Result<(), String> {
        if self.name.trim().is_empty() {
            return Err("`name` is empty: it is the name of your server".to_owned());
        }
        if self.name.len() > MAX_NAME_BYTES {
            return Err(format!(
                "`name` has {} bytes, and at most {MAX_NAME_BYTES} are shown",
                self.name.len()
            ));
        }
        if !self.operations.contains(&OperationKind::AddUser) {
            return Err("`operations` lack `add_user`, which is required".to_owned());
        }
        if !self.questions.contains(&MESSAGE) {
            return Err("`questions` lack `message`, which is required".to_owned());
        }
        if self.pages && self.lists.is_empty() {
            return Err("`pages` is true, but there are no `lists` to read by pages".to_owned());
        }
        Ok(())
    }
}

impl From<&Hello> for HelloFields {
    fn from(hello: &Hello) -> Self {
        let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
        Self {
            protocol: PROTOCOL,
            name: hello.name.clone(),
            operations: owned(hello.operations.iter().map(|it| it.name()).collect()),
            questions: owned(hello.questions.iter().map(|it| it.name()).collect()),
            lists: owned(hello.lists.iter().map(|it| it.name()).collect()),
            pages: hello.pages,
            at_once: hello.at_once,
            odd_names: hello.odd_names,
        }
    }
}

/// Returns the values that the names of a field stand for.
fn named<T: Copy + Ord>(
    field: &str,
    names: &[String],
    values: impl IntoIterator<Item = T>,
    name_of: fn(T) -> &'static str,
) -> Result<BTreeSet<T>, String> {
    let values: Vec<T> = values.into_iter().collect();
    let known: Vec<&'static str> = values.iter().map(|value| name_of(*value)).collect();

    let mut found = BTreeSet::new();
    for name in names {
        let value = values.iter().find(|value| name_of(**value) == name);
        let Some(value) = value else {
            let near = near(name, &known);
            return Err(format!("{} is none of the `{field}`{near}", quoted(name)));
        };
        if !found.insert(*value) {
            return Err(format!("`{field}` have {} twice", quoted(name)));
        }
    }
    Ok(found)
}
