//! The engine and the reference model side by side: every operation is done to both, and what
//! they say is compared.

mod operations;
mod printing;
mod questions;
mod users;

use std::collections::{BTreeMap, BTreeSet};

use socialgraph::{Policy, SocialGraph, UserId, UserRef};

use super::model::Model;

/// How users are addressed in calls of the engine.
///
/// The model knows names alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressBy {
    /// By their names.
    Name,
    /// By the handles that the engine gave out for the names.
    Handle,
}

/// The engine and the model, in equal states unless one of them is wrong.
#[derive(Clone, Debug)]
pub struct SideBySide {
    /// The engine.
    pub graph: SocialGraph,
    /// The model.
    pub model: Model,
    known: BTreeSet<String>,
    /// The last handle of each name, even if its user was removed.
    ///
    /// A name that its user gave up for another has none.
    handles: BTreeMap<String, UserId>,
    /// The handle that was given out last.
    newest: Option<UserId>,
}

impl SideBySide {
    /// Makes an engine and a model without users under a policy.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self {
            graph: SocialGraph::new(policy),
            model: Model::new(policy),
            known: BTreeSet::new(),
            handles: BTreeMap::new(),
            newest: None,
        }
    }

    /// Returns the last handle of a name, or nobody's if no user has or had the name.
    fn handle(&self, name: &str) -> UserId {
        self.handles.get(name).copied().unwrap_or(UserId::NOBODY)
    }

    fn handles(&self, names: &[&str]) -> Vec<UserId> {
        names.iter().map(|name| self.handle(name)).collect()
    }

    /// Returns a user as a call of the engine addresses them.
    fn address<'a>(&self, by: AddressBy, name: &'a str) -> UserRef<'a> {
        match by {
            AddressBy::Name => UserRef::Name(name),
            AddressBy::Handle => UserRef::Id(self.handle(name)),
        }
    }

    fn addresses<'a>(&self, by: AddressBy, names: &[&'a str]) -> Vec<UserRef<'a>> {
        names.iter().map(|name| self.address(by, name)).collect()
    }
}
