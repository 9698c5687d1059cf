//! The invariants between the graph and the records beside it.

use super::Service;
use super::records::{Key, MAX_GROUPS, Pair};
use socialgraph::{Fact, InvariantViolation, UserId};

/// A contradiction between the parts of a service. No request can cause one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceViolation {
    /// The graph contradicts itself.
    #[error(transparent)]
    Graph(#[from] InvariantViolation),
    /// An account without a user in the graph has a record.
    #[error("something is kept of account {0}, which is not there")]
    StrayAccount(UserId),
    /// A friend, request or block that the graph does not have has a record.
    #[error("something is kept of what {owner} has with {peer}, which the graph does not have")]
    StrayPair {
        /// The owner of the record.
        owner: UserId,
        /// The user that the record is about.
        peer: UserId,
    },
    /// Two saved records have one key.
    #[error("two saved records are of one thing")]
    Repeated,
    /// The bytes of an account's fields are not those that are counted.
    #[error("the fields of {0} are miscounted")]
    Bytes(UserId),
    /// A friend is in a group that the account does not have, or there are too many groups.
    #[error("the friend lists of {0} are not those that its friends are on")]
    Groups(UserId),
}

impl Service {
    /// Checks that the graph and the records agree.
    ///
    /// O(n · k) for n users with k relations each. For tests.
    ///
    /// # Errors
    /// Fails with the first contradiction.
    pub fn check_invariants(&self) -> Result<(), ServiceViolation> {
        self.graph.check_invariants()?;
        self.check_records()
    }

    /// Checks that every record belongs to something in the graph.
    pub(super) fn check_records(&self) -> Result<(), ServiceViolation> {
        self.check_counts()?;
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

    fn check_counts(&self) -> Result<(), ServiceViolation> {
        let counts = self.records.recount();
        for (user, account) in &self.records.accounts {
            let counted = counts.get(user).copied().unwrap_or_default();
            if account.field_bytes != counted {
                return Err(ServiceViolation::Bytes(*user));
            }
        }
        let sum: u64 = counts.values().sum();
        let stray = counts
            .keys()
            .find(|user| self.records.account(**user).is_none());
        match stray {
            Some(user) => Err(ServiceViolation::StrayAccount(*user)),
            None if sum != self.records.field_bytes => Err(ServiceViolation::Bytes(UserId::NOBODY)),
            None => Ok(()),
        }
    }

    fn check_account(&self, user: UserId) -> Result<(), ServiceViolation> {
        let groups = self
            .records
            .account(user)
            .map_or(0, |account| account.groups.len());
        match self.graph.name(user) {
            None => Err(ServiceViolation::StrayAccount(user)),
            Some(_) if groups > MAX_GROUPS => Err(ServiceViolation::Groups(user)),
            Some(_) => Ok(()),
        }
    }

    fn check_pair(&self, pair: Pair, fact: Fact) -> Result<(), ServiceViolation> {
        let Pair { owner, peer } = pair;
        let holds = self
            .graph
            .relation(owner, peer)
            .is_ok_and(|relation| relation.holds(fact));
        if holds {
            Ok(())
        } else {
            Err(ServiceViolation::StrayPair { owner, peer })
        }
    }

    fn check_groups(&self, pair: Pair) -> Result<(), ServiceViolation> {
        let (friend, account) = (self.records.friend(pair), self.records.account(pair.owner));
        let mut groups = friend.into_iter().flat_map(|friend| &friend.groups);
        let known = groups.all(|group| account.is_some_and(|account| account.has_group(group)));
        if known {
            Ok(())
        } else {
            Err(ServiceViolation::Groups(pair.owner))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::Service;
    use super::super::records::{Friend, MAX_GROUPS, Pair, Records};
    use super::ServiceViolation::{self, Bytes, Groups, StrayAccount, StrayPair};
    use socialgraph::{Policy, SocialGraph, UserId, Ways};

    fn id(user: u32) -> UserId {
        UserId::from_u32(user)
    }

    fn pair(owner: u32, peer: u32) -> Pair {
        Pair::new(id(owner), id(peer))
    }

    /// Two friends, a request to a third user, a block of that user, and their records.
    fn service() -> Service {
        let mut graph = SocialGraph::new(Policy::tencent_rest());
        for name in ["0", "1", "2"] {
            graph.add_user(name).unwrap();
        }
        graph.add_friend("0", "1", Ways::TwoWay).unwrap();
        graph.send_friend_request("1", "2").unwrap();
        graph.add_to_blocklist("0", "2").unwrap();
        let mut service = Service::new(graph);
        let names: Vec<Arc<str>> = (0..MAX_GROUPS)
            .map(|name| name.to_string().into())
            .collect();
        let records = &mut service.records;
        records.edit_account(id(0), |it| it.create_groups(&names));
        records.edit_friend(pair(0, 1), |it| it.groups = names);
        service
            .records
            .insert_request(pair(1, 2), Friend::default());
        service.records.insert_block(pair(0, 2), 7);
        service
    }

    #[test]
    fn every_contradiction_is_named() {
        assert_eq!(service().check_invariants(), Ok(()));
        let damaged = |damage: fn(&mut Records)| -> ServiceViolation {
            let mut service = service();
            damage(&mut service.records);
            service.check_invariants().unwrap_err()
        };
        let stray = |owner, peer| StrayPair {
            owner: id(owner),
            peer: id(peer),
        };
        assert_eq!(
            damaged(|it| it.edit_account(id(3), |it| it.groups.clear())),
            StrayAccount(id(3))
        );
        assert_eq!(
            damaged(|it| it.edit_account(id(0), |it| it.groups.push("x".into()))),
            Groups(id(0))
        );
        assert_eq!(
            damaged(|it| it.edit_friend(pair(0, 1), |it| it.groups.push("x".into()))),
            Groups(id(0))
        );
        assert_eq!(
            damaged(|it| it.edit_friend(pair(1, 0), |it| it.groups.push("0".into()))),
            Groups(id(1))
        );
        assert_eq!(
            damaged(|it| it.edit_friend(pair(0, 2), |it| it.groups.clear())),
            stray(0, 2)
        );
        assert_eq!(
            damaged(|it| it.insert_request(pair(0, 1), Friend::default())),
            stray(0, 1)
        );
        assert_eq!(
            damaged(|it| it.account_mut(id(0)).field_bytes += 1),
            Bytes(id(0))
        );
        assert_eq!(
            damaged(|it| it.account_mut(id(1)).groups.push("x".into())),
            Bytes(id(1))
        );
        assert_eq!(damaged(|it| it.field_bytes += 1), Bytes(UserId::NOBODY));
        assert_eq!(damaged(|it| it.insert_block(pair(2, 0), 7)), stray(2, 0));
    }
}
