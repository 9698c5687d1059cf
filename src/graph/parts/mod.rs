//! Building a graph from users and relations that a host keeps elsewhere.

mod checked;
mod error;
mod ranks;

use checked::{Checked, Fault};
pub use error::PartsError;
use ranks::Ranks;

use super::store::{NewUser, Pair, Store, TakenName};
use super::users::check_name;
use super::{InvariantViolation, NameError, SocialGraph, UserId};
use crate::facts::{Relation, RequestMode, RequestSending, UserFacts};
use crate::rules::Policy;

/// A user to build a graph from.
///
/// The name is a string of any type: `&str`, or `String` if the host reads users one by one.
/// See [`SocialGraph::from_parts`] for an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UserParts<N> {
    /// The handle, which the graph keeps.
    pub id: UserId,
    /// The name.
    pub name: N,
    /// What a friend request to the user leads to.
    pub request_mode: RequestMode,
    /// Whether the user may send friend requests.
    pub request_sending: RequestSending,
}

impl SocialGraph {
    /// Builds a graph from users and relations, both in ascending order.
    ///
    /// Users keep their handles, which may have gaps. A relation is seen from the first of its
    /// two users, who has the lower handle, and pairs ascend: by the first user, then by the
    /// second. Each pair comes once. A pair of [`STRANGERS`](Relation::STRANGERS) is left out.
    /// In the graph, all that [`check_invariants`](Self::check_invariants) checks holds.
    ///
    /// If users were removed, their handles must not be given out again:
    /// [`with_next_user`](Self::with_next_user) says where the next user starts.
    ///
    /// `relations` is cloned once and read twice: first to check and to count, then to fill each
    /// user's record. O(n + m) for `m` relations, and O(log n) for each name. While names are
    /// looked up, the users are kept in a list. After that, checking takes at most 24 bytes for
    /// each user.
    ///
    /// ```
    /// use socialgraph::{
    ///     Fact, Policy, Relation, RequestMode, RequestSending, SocialGraph, UserId, UserParts,
    /// };
    ///
    /// let users = [(0, "alice"), (1, "bob"), (4, "carol")].map(|(id, name)| UserParts {
    ///     id: UserId::from_u32(id),
    ///     name,
    ///     request_mode: RequestMode::Confirm,
    ///     request_sending: RequestSending::Open,
    /// });
    /// let [alice, bob, carol] = users.map(|user| user.id);
    /// let relations = [
    ///     (alice, bob, Relation::FRIENDS),
    ///     (alice, carol, Relation::STRANGERS.with(Fact::TargetBlocks)),
    /// ];
    ///
    /// // Handles below 7 were given out before.
    /// let mut graph =
    ///     SocialGraph::from_parts(Policy::tencent_rest(), users, relations.iter().copied())?
    ///         .with_next_user(UserId::from_u32(7));
    ///
    /// assert!(graph.relation("bob", "alice")?.are_friends());
    /// assert!(!graph.can_message("alice", "carol").is_allowed());
    /// assert_eq!(graph.add_user("dave")?, UserId::from_u32(7));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails with the first error: of the users in their order, then of the relations in their
    /// order. A list may be longer than its limit (R26). The second reading of `relations` is
    /// checked like the first. If a user has more or fewer relations in it, that is an error too.
    pub fn from_parts<N: AsRef<str>>(
        policy: Policy,
        users: impl IntoIterator<Item = UserParts<N>>,
        relations: impl Iterator<Item = (UserId, UserId, Relation)> + Clone,
    ) -> Result<Self, PartsError> {
        // The highest number is given to no user.
        let end = UserId::from_u32(u32::MAX);
        Self::from_users(policy, users, end)?.with_relations(relations)
    }

    /// Returns the users as [`from_parts`](Self::from_parts) takes them, in ascending order.
    ///
    /// With [`relations`](Self::relations), it takes a graph apart: to save it in pieces, or to
    /// move it to another store.
    ///
    /// ```
    /// use socialgraph::{Policy, SocialGraph};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// graph.add_user("alice")?;
    /// graph.add_user("bob")?;
    /// graph.add_to_blocklist("bob", "alice")?;
    ///
    /// let (users, relations) = (graph.user_parts(), graph.relations());
    /// let same = SocialGraph::from_parts(*graph.policy(), users, relations)?;
    /// assert_eq!(same.with_next_user(graph.next_user()), graph);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn user_parts(&self) -> impl ExactSizeIterator<Item = UserParts<&str>> + Clone {
        self.store.iter().map(|(id, record)| {
            let facts = record.facts();
            UserParts {
                id,
                name: record.name(),
                request_mode: facts.request_mode,
                request_sending: facts.request_sending,
            }
        })
    }

    /// Returns each pair of users with a relation once, as [`from_parts`](Self::from_parts) takes
    /// them: seen from the user with the lower handle, in ascending order. O(1) for each pair.
    ///
    /// See [`user_parts`](Self::user_parts) for an example.
    pub fn relations(&self) -> impl Iterator<Item = (UserId, UserId, Relation)> + Clone {
        self.store.iter().flat_map(|(id, record)| {
            let relations = record.relations().into_iter();
            relations
                .filter_map(move |(peer, relation)| (peer > id).then_some((id, peer, relation)))
        })
    }

    /// Builds a graph from users with ascending handles below `end`.
    pub(crate) fn from_users<N: AsRef<str>>(
        policy: Policy,
        users: impl IntoIterator<Item = UserParts<N>>,
        end: UserId,
    ) -> Result<Self, PartsError> {
        let mut accepted = Vec::new();
        let mut rejected = None;
        let mut next = 0;

        for user in users {
            let number = user.id.to_u32();
            let is_in_range = (next..end.to_u32()).contains(&number);
            if !is_in_range || check_name(user.name.as_ref()).is_err() {
                rejected = Some(user);
                break;
            }

            next = number.saturating_add(1);
            accepted.push(NewUser {
                id: user.id,
                facts: UserFacts {
                    request_sending: user.request_sending,
                    ..UserFacts::new(user.request_mode)
                },
                name: user.name,
            });
        }

        // Taken names are found here, for all users at once.
        let mut graph = Self::new(policy);
        graph.store = Store::of_users(&accepted)?;
        match rejected {
            Some(user) => Err(graph.user_error(user.id, user.name.as_ref())),
            None => Ok(graph),
        }
    }

    /// Returns the error of a user with an invalid or taken name, or else with a wrong handle.
    fn user_error(&self, id: UserId, name: &str) -> PartsError {
        match self.check_free(name) {
            Err(error) => PartsError::Name { id, error },
            Ok(()) => PartsError::Handle {
                user: name.to_owned(),
                id,
            },
        }
    }

    /// Adds the relations of users who have none.
    pub(crate) fn with_relations(
        mut self,
        relations: impl Iterator<Item = (UserId, UserId, Relation)> + Clone,
    ) -> Result<Self, PartsError> {
        let users: Vec<_> = self.store.iter().map(|(id, _)| id).collect();
        let ranks = Ranks::of(&users);
        let checked = Checked::new(relations, &ranks, self.reachable);

        let written = count_relations(checked.clone(), users.len())
            .and_then(|counts| self.store.write_all(&users, &counts, checked));
        if let Err(fault) = written {
            return Err(self.parts_error(fault));
        }

        Ok(self)
    }

    /// Returns the error of a fault, with the names of users.
    fn parts_error(&self, fault: Fault) -> PartsError {
        match fault {
            Fault::SameUser { id } => PartsError::SameUser { id },
            Fault::Reversed { first, second } => PartsError::Reversed { first, second },
            Fault::Order { first, second } => PartsError::PairOrder { first, second },
            Fault::Unknown {
                first,
                second,
                unknown,
            } => PartsError::UnknownUser {
                first,
                second,
                unknown,
            },
            Fault::Illegal {
                first,
                second,
                relation,
            } => {
                let name = |id| self.name(id).unwrap_or_default().to_owned();
                InvariantViolation::IllegalRelation {
                    actor: name(first),
                    target: name(second),
                    relation,
                }
                .into()
            }
            Fault::Changed => PartsError::Changed,
        }
    }
}

impl From<TakenName> for PartsError {
    fn from(TakenName { id, name, owner }: TakenName) -> Self {
        Self::Name {
            id,
            error: NameError::Taken { name, id: owner },
        }
    }
}

/// Returns the number of each user's relations, by rank.
fn count_relations(
    pairs: impl Iterator<Item = Result<Pair, Fault>>,
    users: usize,
) -> Result<Vec<u32>, Fault> {
    let mut counts = vec![0_u32; users];

    for pair in pairs {
        let Pair { first, second, .. } = pair?;
        for end in [first, second] {
            // A user has fewer relations than there are numbers.
            if let Some(count) = counts.get_mut(end.rank) {
                *count = count.saturating_add(1);
            }
        }
    }
    Ok(counts)
}
