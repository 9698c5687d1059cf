//! Cedar without a store: each query brings the entities of its two users.
//!
//! A server that stores relations in a database would use Cedar like this. The entities and
//! requests are built before the time is taken, as if every lookup were a cache hit. The time is
//! that of the decision alone, which is a lower bound for Cedar. This implementation stores no
//! relations, so it has no writes and no lookups by name.

use std::collections::{HashMap, HashSet};

use cedar_policy::{Entities, Entity, Request};

use super::{MAX_QUERIES, Rules, entity, new_request};
use crate::peers::Peer;
use crate::population::{Population, name};

pub(crate) struct TwoUsers {
    rules: Rules,
    prepared: HashMap<(u32, u32), Prepared>,
}

/// The input of Cedar for one pair.
struct Prepared {
    entities: Entities,
    message: Request,
    request: Request,
}

impl TwoUsers {
    /// Builds the entity of each of these users. Queries about the user share it.
    fn entities(&self, population: &Population, users: &HashSet<u32>) -> HashMap<u32, Entity> {
        let uid = |user| self.rules.user(&name(user));

        let mut entities = HashMap::new();
        for (user, friends) in population.friends_of(users) {
            let blocks = population.blocked_by(user).map(uid);
            let friends = friends.into_iter().map(uid);
            entities.insert(user, entity(uid(user), blocks, friends));
        }
        entities
    }

    fn prepare_pair(&self, sender: &Entity, recipient: &Entity) -> Prepared {
        let (message, request) = (&self.rules.message, &self.rules.request);
        let both = [sender.clone(), recipient.clone()];
        let entities = Entities::from_entities(both, None);
        Prepared {
            message: new_request(sender.uid(), message, recipient.uid()),
            request: new_request(sender.uid(), request, recipient.uid()),
            entities: entities.expect("two users are two entities"),
        }
    }

    fn prepared(&self, sender: u32, recipient: u32) -> &Prepared {
        let prepared = self.prepared.get(&(sender, recipient));
        prepared.expect("a query is prepared before it is timed")
    }
}

impl Peer for TwoUsers {
    fn build(_population: &Population) -> Self {
        Self {
            rules: Rules::new(),
            prepared: HashMap::new(),
        }
    }

    fn holds_relations(&self) -> bool {
        false
    }

    fn max_queries(&self) -> usize {
        MAX_QUERIES
    }

    fn prepare(&mut self, population: &Population, pairs: &[(u32, u32)]) {
        let mut users = HashSet::new();
        for &(sender, recipient) in pairs {
            users.extend([sender, recipient]);
        }
        let entities = self.entities(population, &users);

        let mut prepared = HashMap::with_capacity(pairs.len());
        for &(sender, recipient) in pairs {
            let pair = self.prepare_pair(&entities[&sender], &entities[&recipient]);
            prepared.insert((sender, recipient), pair);
        }
        self.prepared = prepared;
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
