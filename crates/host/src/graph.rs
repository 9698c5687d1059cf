//! A graph as a machine: its entries are operations.

use std::fmt;
use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};
use socialgraph::{
    Operation, Outcome, Policy, Relation, RequestMode, RequestSending, SocialGraph, UserId,
    UserParts,
};

use crate::digest::Digest;
use crate::machine::{Machine, Stamp, invalid, read_piece, read_pieces, write_piece, write_pieces};

/// One operation, or several that are applied at one position.
///
/// ```
/// use socialgraph::Operation;
/// use socialgraph_host::Operations;
///
/// let both = ["ann", "ben"].map(Operation::add_user).to_vec();
/// assert_eq!(Operations::All(both).to_string(), "all or nothing: ann joins; ben joins");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operations {
    /// One operation.
    One(Operation),
    /// Each on its own, in order.
    Each(Vec<Operation>),
    /// All or nothing, in order: if one is not done, none is.
    All(Vec<Operation>),
}

impl Operations {
    /// Returns the operations, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[Operation] {
        match self {
            Self::One(operation) => std::slice::from_ref(operation),
            Self::Each(operations) | Self::All(operations) => operations,
        }
    }
}

impl From<Operation> for Operations {
    fn from(operation: Operation) -> Self {
        Self::One(operation)
    }
}

/// Prints the sentences.
impl fmt::Display for Operations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::One(_) => "",
            Self::Each(_) => "each on its own: ",
            Self::All(_) => "all or nothing: ",
        })?;
        for (index, operation) in self.as_slice().iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{operation}")?;
        }
        Ok(())
    }
}

/// The result of [`Operations`].
///
/// ```
/// use socialgraph::{Operation, Policy, SocialGraph};
/// use socialgraph_host::{Host, Operations, Options, Outcomes};
///
/// let host = Host::in_memory(SocialGraph::new(Policy::tencent_rest()), Options::default())?;
/// let twice = || ["ann", "ann"].map(Operation::add_user).to_vec();
///
/// let all = host.propose(Operations::All(twice())).wait()?.outcome;
/// assert!(matches!(all, Outcomes::Nothing { index: 1, .. }));
/// let each = host.propose(Operations::Each(twice())).wait()?.outcome;
/// assert!(each.as_slice()[0].is_done() && !each.is_done());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcomes {
    /// The result of one operation.
    One(Outcome),
    /// The result of each.
    Each(Vec<Outcome>),
    /// The results of all, each of them done.
    All(Vec<Outcome>),
    /// Nothing was done, because of one operation.
    Nothing {
        /// The index of the operation.
        index: usize,
        /// Its result.
        outcome: Outcome,
    },
}

impl Outcomes {
    /// Returns the results in the order of the operations, or none of [`Nothing`](Self::Nothing).
    pub fn as_slice(&self) -> &[Outcome] {
        match self {
            Self::One(outcome) => std::slice::from_ref(outcome),
            Self::Each(outcomes) | Self::All(outcomes) => outcomes,
            Self::Nothing { .. } => &[],
        }
    }

    /// Returns whether every operation was done.
    #[must_use]
    pub fn is_done(&self) -> bool {
        !matches!(self, Self::Nothing { .. }) && self.as_slice().iter().all(Outcome::is_done)
    }
}

/// The start of a saved graph.
#[derive(Serialize, Deserialize)]
struct Header {
    policy: Policy,
    next_user: UserId,
    users: u64,
    relations: u64,
}

/// A user in a saved graph.
#[derive(Serialize, Deserialize)]
struct SavedUser {
    id: UserId,
    name: String,
    request_mode: RequestMode,
    request_sending: RequestSending,
}

impl Machine for SocialGraph {
    type Entry = Operations;
    type Outcome = Outcomes;

    fn apply(&mut self, entry: &Operations, _: Stamp) -> Outcomes {
        match entry {
            Operations::One(operation) => Outcomes::One(operation.apply_to(self)),
            Operations::Each(operations) => {
                let outcomes = operations.iter().map(|it| it.apply_to(self));
                Outcomes::Each(outcomes.collect())
            }
            Operations::All(operations) => all_or_nothing(self, operations),
        }
    }

    fn digest(outcome: &Outcomes, digest: &mut Digest) {
        match outcome {
            Outcomes::One(outcome) => add_outcome(outcome, digest),
            Outcomes::Each(outcomes) | Outcomes::All(outcomes) => {
                digest.add(outcomes.len() as u64);
                for outcome in outcomes {
                    add_outcome(outcome, digest);
                }
            }
            Outcomes::Nothing { index, outcome } => {
                digest.add(u64::MAX);
                digest.add(*index as u64);
                add_outcome(outcome, digest);
            }
        }
    }

    fn save(&self, out: &mut dyn Write) -> io::Result<()> {
        let header = Header {
            policy: *self.policy(),
            next_user: self.next_user(),
            users: self.user_count() as u64,
            relations: self.relations().count() as u64,
        };
        write_piece(out, &header)?;

        let users = self.user_parts().map(|user| SavedUser {
            id: user.id,
            name: user.name.to_owned(),
            request_mode: user.request_mode,
            request_sending: user.request_sending,
        });
        write_pieces(out, users)?;
        write_pieces(out, self.relations())
    }

    fn load(input: &mut dyn Read) -> io::Result<Self> {
        let header: Header = read_piece(input)?;
        let users: Vec<SavedUser> = read_pieces(input, header.users)?;
        let relations: Vec<(UserId, UserId, Relation)> = read_pieces(input, header.relations)?;

        let users = users.into_iter().map(|user| UserParts {
            id: user.id,
            name: user.name,
            request_mode: user.request_mode,
            request_sending: user.request_sending,
        });
        let graph = Self::from_parts(header.policy, users, relations.iter().copied());
        Ok(graph.map_err(invalid)?.with_next_user(header.next_user))
    }
}

/// Applies all operations or none.
fn all_or_nothing(graph: &mut SocialGraph, operations: &[Operation]) -> Outcomes {
    let before = graph.clone();
    let mut outcomes = Vec::with_capacity(operations.len());

    for (index, operation) in operations.iter().enumerate() {
        let outcome = operation.apply_to(graph);
        if !outcome.is_done() {
            *graph = before;
            return Outcomes::Nothing { index, outcome };
        }
        outcomes.push(outcome);
    }
    Outcomes::All(outcomes)
}

/// Adds what an operation did, in numbers that stay the same across releases.
fn add_outcome(outcome: &Outcome, digest: &mut Digest) {
    add_value(outcome, digest);
    digest.add(u64::from(error_code(outcome)));
    match outcome {
        // The most frequent kind is added without a list of one.
        Outcome::Act(Ok(change)) => add_change(change, digest),
        Outcome::Act(Err(error)) => digest.add(error.reasons().to_bits()),
        _ => add_changes(outcome, digest),
    }
}

/// Adds what an operation returns beside changes.
fn add_value(outcome: &Outcome, digest: &mut Digest) {
    match outcome {
        Outcome::AddUser(Ok(user)) => digest.add(u64::from(user.to_u32())),
        Outcome::RenameUser(Ok(name)) => digest.add_text(name),
        Outcome::SetRequestMode(Ok(mode)) => digest.add_text(mode.name()),
        Outcome::SetRequestSending(Ok(sending)) => digest.add_text(sending.name()),
        _ => {}
    }
}

/// Returns the code of an operation's error, or 0 if it has none. Reasons have no code.
fn error_code(outcome: &Outcome) -> u16 {
    match outcome {
        Outcome::AddUser(Err(error)) => error.code().to_u16(),
        Outcome::RemoveUser(Err(error))
        | Outcome::SetRequestMode(Err(error))
        | Outcome::SetRequestSending(Err(error))
        | Outcome::ClearList(Err(error)) => error.code().to_u16(),
        Outcome::ActOnMany(Err(error)) | Outcome::ManyAct(Err(error)) => error.code().to_u16(),
        Outcome::RenameUser(Err(error)) => error.code().to_u16(),
        Outcome::MergeUsers(Err(error)) => error.code().to_u16(),
        Outcome::AddUser(Ok(_))
        | Outcome::RemoveUser(Ok(_))
        | Outcome::SetRequestMode(Ok(_))
        | Outcome::SetRequestSending(Ok(_))
        | Outcome::ClearList(Ok(_))
        | Outcome::ActOnMany(Ok(_))
        | Outcome::ManyAct(Ok(_))
        | Outcome::RenameUser(Ok(_))
        | Outcome::MergeUsers(Ok(_))
        | Outcome::Act(_)
        | Outcome::AdoptPolicy(_) => 0,
    }
}

/// Adds the items of a batch, or the changes of another operation.
fn add_changes(outcome: &Outcome, digest: &mut Digest) {
    let items = outcome.items();
    if items.is_empty() {
        for change in outcome.changes() {
            add_change(&change, digest);
        }
    }
    for item in items {
        match item {
            Ok(change) => add_change(&change, digest),
            Err(refusal) => digest.add(refusal.reasons().to_bits()),
        }
    }
}

fn add_change(change: &socialgraph::PairChange, digest: &mut Digest) {
    let ids = [change.actor, change.target].map(|user| u64::from(user.to_u32()));
    digest.add(ids[0] << 32 | ids[1]);
    let relations = [change.before, change.after].map(|relation| u64::from(relation.to_bits()));
    digest.add(relations[0] << 8 | relations[1]);
}
