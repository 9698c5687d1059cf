//! Layer 1: the facts that rules judge by.
//!
//! A pair of users has one [`Relation`] of six bits, and a user has [`UserFacts`]. Together they
//! are the [`Facts`] of one question. This layer knows no rule, no graph and no container.

mod relation;
mod user;

pub use relation::{Fact, ParseRelationError, Relation, Relations};
pub use user::{RequestMode, RequestSending, UserFacts};

/// The facts about an actor and a target: the only input of the rules.
///
/// A host that keeps relations in a database of its own loads this from there and asks a
/// [`Policy`](crate::Policy) directly.
///
/// ```
/// use socialgraph::{Action, Facts, Fact, Policy, Relation, RequestMode, UserFacts};
///
/// let policy = Policy::tencent_rest();
/// let anyone = UserFacts::new(RequestMode::Anyone);
/// let facts = Facts { relation: Relation::STRANGERS, actor: anyone, target: anyone };
/// let change = policy.apply(Action::SendRequest, &facts)?;
/// assert!(change.after.are_friends());
/// # Ok::<(), socialgraph::Refusal>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Facts {
    /// The relation of the two, seen from the actor.
    pub relation: Relation,
    /// The settings and counts of the user who acts.
    pub actor: UserFacts,
    /// The settings and counts of the user who is acted on.
    pub target: UserFacts,
}

impl Facts {
    /// Returns the facts after the relation has changed, with the counts that follow from it.
    ///
    /// For a host that keeps the counts in a database of its own.
    ///
    /// ```
    /// use socialgraph::{Action, Facts, Policy, Relation, RequestMode, UserFacts};
    ///
    /// let user = UserFacts { friends: 1, ..UserFacts::new(RequestMode::Confirm) };
    /// let facts = Facts { relation: Relation::FRIENDS, actor: user, target: user };
    /// let change = Policy::tencent_rest().apply(Action::Block, &facts)?;
    /// let facts = facts.after(change.after);
    /// assert_eq!((facts.actor.friends, facts.actor.blocked, facts.target.friends), (0, 1, 0));
    /// # Ok::<(), socialgraph::Refusal>(())
    /// ```
    #[must_use]
    pub fn after(self, relation: Relation) -> Self {
        Self {
            relation,
            actor: self.actor.recounted(self.relation, relation),
            target: self.target.recounted(self.relation.flip(), relation.flip()),
        }
    }

    /// Returns the facts with the actor and the target exchanged.
    #[must_use]
    pub const fn flip(self) -> Self {
        Self {
            relation: self.relation.flip(),
            actor: self.target,
            target: self.actor,
        }
    }
}
