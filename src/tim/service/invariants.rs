//! What must hold between the graph and what is kept beside it.

use super::Service;
use super::records::{Key, MAX_GROUPS, Pair};
use crate::{Fact, InvariantViolation, UserId};

/// The error of a service whose parts contradict each other, which no request can bring about.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceViolation {
    /// The graph contradicts itself.
    #[error(transparent)]
    Graph(#[from] InvariantViolation),
    /// Something is kept of an account that is not there.
    #[error("something is kept of account {0}, which is not there")]
    StrayAccount(UserId),
    /// Something is kept of a friend, request or block that the graph does not have.
    #[error("something is kept of what {owner} has with {peer}, which the graph does not have")]
    StrayPair {
        /// Whose it would be.
        owner: UserId,
        /// With whom.
        peer: UserId,
    },
    /// A friend is on a friend list that the account does not have, or there are too many.
    #[error("the friend lists of {0} are not those that its friends are on")]
    Groups(UserId),
}

impl Service {
    /// Checks that the graph and what is kept beside it agree.
    ///
    /// O(n · k) for n users with k relations each; for tests.
    ///
    /// # Errors
    /// Fails with the first contradiction.
    pub fn check_invariants(&self) -> Result<(), ServiceViolation> {
        self.graph.check_invariants()?;
        self.records.keys().try_for_each(|key| match key {
            Key::Account(user) => self.check_account(user),
            Key::Friend(pair) => {
                self.check_pair(pair, Fact::ActorLists)?;
                self.check_groups(pair)
            }
            Key::Request(pair) => self.check_pair(pair, Fact::ActorRequested),
            Key::Block(pair) => self.check_pair(pair, Fact::ActorBlocks),
        })
    }

    fn check_account(&self, user: UserId) -> Result<(), ServiceViolation> {
        let groups = self.records.account(user).map_or(0, |account| account.groups.len());
        match self.graph.name(user) {
            None => Err(ServiceViolation::StrayAccount(user)),
            Some(_) if groups > MAX_GROUPS => Err(ServiceViolation::Groups(user)),
            Some(_) => Ok(()),
        }
    }

    fn check_pair(&self, pair: Pair, fact: Fact) -> Result<(), ServiceViolation> {
        let Pair { owner, peer } = pair;
        let holds = self.graph.relation(owner, peer).is_ok_and(|relation| relation.holds(fact));
        if holds { Ok(()) } else { Err(ServiceViolation::StrayPair { owner, peer }) }
    }

    fn check_groups(&self, pair: Pair) -> Result<(), ServiceViolation> {
        let (friend, account) = (self.records.friend(pair), self.records.account(pair.owner));
        let mut groups = friend.into_iter().flat_map(|friend| &friend.groups);
        let known = groups.all(|group| account.is_some_and(|account| account.has_group(group)));
        if known { Ok(()) } else { Err(ServiceViolation::Groups(pair.owner)) }
    }
}
