//! Cedar without a store: each query brings the entities of its two users.
//!
//! So a server would use it that keeps relations in a database. The two entities and the request
//! are built before the time is taken, as if a cache had them all: what is timed is the decision
//! alone, the least that Cedar can cost. It holds no relations, cannot be written to, and is not
//! asked by name.

use std::collections::{HashMap, HashSet};

use cedar_policy::{Entities, Entity, Request};

use super::{MAX_QUERIES, Rules, entity, new_request};
use crate::peers::Peer;
use crate::population::{Population, name};

pub(crate) struct TwoUsers {
    rules: Rules,
    prepared: HashMap<(u32, u32), Prepared>,
}

/// All that Cedar is told of one pair.
struct Prepared {
    entities: Entities,
    message: Request,
    request: Request,
}

impl TwoUsers {
    pub(crate) fn new() -> Self {
        Self {
            rules: Rules::new(),
            prepared: HashMap::new(),
        }
    }

    /// Builds the entity of each of these users, which their queries share.
    fn entities(&self, population: &Population, users: &HashSet<u32>) -> HashMap<u32, Entity> {
        let uid = |user: u32| self.rules.user(&name(user));
        let friends = population.friends_of(users);
        let friends = friends.into_iter();
        friends
            .map(|(user, friends)| {
                let blocks = population.blocked_by(user).map(uid);
                (
                    user,
                    entity(uid(user), blocks, friends.into_iter().map(uid)),
                )
            })
            .collect()
    }

    fn prepared(&self, sender: u32, recipient: u32) -> &Prepared {
        self.prepared
            .get(&(sender, recipient))
            .expect("a query is prepared before it is asked")
    }
}

impl Peer for TwoUsers {
    fn holds_relations(&self) -> bool {
        false
    }

    fn max_queries(&self) -> usize {
        MAX_QUERIES
    }

    fn prepare(&mut self, population: &Population, pairs: &[(u32, u32)]) {
        let users: HashSet<_> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
        let entities = self.entities(population, &users);
        let prepared = |&(a, b): &(u32, u32)| {
            let both = [&entities[&a], &entities[&b]];
            let ask = |action| new_request(both[0].uid(), action, both[1].uid());
            let prepared = Prepared {
                message: ask(&self.rules.message),
                request: ask(&self.rules.request),
                entities: Entities::from_entities(both.map(Entity::clone), None)
                    .expect("two users are two entities"),
            };
            ((a, b), prepared)
        };
        self.prepared = pairs.iter().map(prepared).collect();
    }

    fn can_message(&self, sender: u32, recipient: u32) -> bool {
        let prepared = self.prepared(sender, recipient);
        self.rules.allows(&prepared.message, &prepared.entities)
    }

    fn can_request(&self, sender: u32, recipient: u32) -> bool {
        let prepared = self.prepared(sender, recipient);
        self.rules.allows(&prepared.request, &prepared.entities)
    }
}
