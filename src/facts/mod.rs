//! Layer 1: the facts that rules judge by.
//!
//! Nothing here knows a rule, a graph or a container. A pair has one [`Relation`] of six
//! bits; a user has [`UserFacts`]; together they are the [`Facts`] of one question.

mod relation;
mod user;

pub use relation::{Fact, Relation, Relations};
pub use user::{RequestMode, RequestSending, UserFacts};

/// All that the rules may know of an actor and a target.
///
/// A host that keeps relations in a database of its own fills this in from there and asks
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
    /// What holds between the two, seen from the actor.
    pub relation: Relation,
    /// What holds of the one who acts.
    pub actor: UserFacts,
    /// What holds of the one who is acted on.
    pub target: UserFacts,
}

impl Facts {
    /// Returns the facts once the relation is another: counts follow.
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

    /// Returns the same facts seen from the other side.
    #[must_use]
    pub const fn flip(self) -> Self {
        Self {
            relation: self.relation.flip(),
            actor: self.target,
            target: self.actor,
        }
    }
}
