//! Cedar with every user in one store of entities, which is all the state that there is.
//!
//! Entities are immutable. A write reads the sets of the users whom it concerns, builds their
//! entities again, and puts them into the store. The time of a query includes its request.

use std::collections::HashSet;

use cedar_policy::{Entities, Entity, EntityUid, EvalResult};

use super::{BLOCKS, FRIENDS, MAX_QUERIES, Rules, entity, new_request};
use crate::peers::Peer;
use crate::population::{Population, name};

pub(crate) struct WholeStore {
    rules: Rules,
    /// Users by number, for the queries by number.
    users: Vec<EntityUid>,
    entities: Entities,
}

/// A user's entity in parts that can change.
struct UserSets {
    user: EntityUid,
    blocks: HashSet<EntityUid>,
    friends: HashSet<EntityUid>,
}

impl From<UserSets> for Entity {
    fn from(sets: UserSets) -> Self {
        entity(sets.user, sets.blocks, sets.friends)
    }
}

impl WholeStore {
    fn user(&self, number: u32) -> EntityUid {
        self.users[number as usize].clone()
    }

    fn sets_of(&self, user: EntityUid) -> UserSets {
        let entity = self.entities.get(&user).expect("a user has an entity");
        UserSets {
            blocks: members(entity, BLOCKS),
            friends: members(entity, FRIENDS),
            user,
        }
    }

    fn upsert(&mut self, changed: impl IntoIterator<Item = UserSets>) {
        let entities = std::mem::replace(&mut self.entities, Entities::empty());
        let upserted = entities.upsert_entities(changed.into_iter().map(Entity::from), None);
        self.entities = upserted.expect("entities without parents have no cycles");
    }

    fn allows(&self, sender: EntityUid, action: &EntityUid, recipient: EntityUid) -> bool {
        self.rules
            .allows(&new_request(sender, action, recipient), &self.entities)
    }
}

/// Returns the users in an attribute of an entity.
fn members(entity: &Entity, attribute: &str) -> HashSet<EntityUid> {
    match entity.attr(attribute) {
        Some(Ok(EvalResult::Set(users))) => users.iter().filter_map(user_in).collect(),
        _ => HashSet::new(),
    }
}

fn user_in(value: &EvalResult) -> Option<EntityUid> {
    match value {
        EvalResult::EntityUid(user) => Some(user.clone()),
        _ => None,
    }
}

impl Peer for WholeStore {
    fn build(population: &Population) -> Self {
        let rules = Rules::new();
        let numbers = 0..population.users;
        let users: Vec<_> = numbers
            .clone()
            .map(|user| rules.user(&name(user)))
            .collect();
        let uid = |user: u32| users[user as usize].clone();

        let mut entities = Vec::with_capacity(users.len());
        for (user, friends) in population.friends_of(&numbers.collect()) {
            let blocks = population.blocked_by(user).map(uid);
            entities.push(entity(uid(user), blocks, friends.into_iter().map(uid)));
        }

        Self {
            entities: Entities::from_entities(entities, None).expect("each user is once"),
            rules,
            users,
        }
    }

    fn max_queries(&self) -> usize {
        MAX_QUERIES
    }

    fn can_message(&self, sender: u32, recipient: u32) -> bool {
        self.allows(self.user(sender), &self.rules.message, self.user(recipient))
    }

    fn can_request(&self, sender: u32, recipient: u32) -> bool {
        self.allows(self.user(sender), &self.rules.request, self.user(recipient))
    }

    fn count_can_message_by_name(&self, pairs: &[(String, String)]) -> Option<usize> {
        let mut count = 0;
        for (sender, recipient) in pairs {
            let (sender, recipient) = (self.rules.user(sender), self.rules.user(recipient));
            count += usize::from(self.allows(sender, &self.rules.message, recipient));
        }
        Some(count)
    }

    fn add_user(&mut self, name: &str, friends: &[u32]) -> Option<u32> {
        let user = self.rules.user(name);
        let friends: HashSet<_> = friends.iter().map(|friend| self.user(*friend)).collect();

        // A friendship is in the sets of both friends.
        let mut changed = Vec::with_capacity(friends.len() + 1);
        for friend in &friends {
            let mut friend = self.sets_of(friend.clone());
            friend.friends.insert(user.clone());
            changed.push(friend);
        }
        changed.push(UserSets {
            user: user.clone(),
            blocks: HashSet::new(),
            friends,
        });
        self.upsert(changed);

        self.users.push(user);
        u32::try_from(self.users.len() - 1).ok()
    }

    fn block_many(&mut self, blocker: u32, targets: &[u32]) -> usize {
        let mut blocker = self.sets_of(self.user(blocker));
        let before = blocker.blocks.len();

        let mut changed = Vec::new();
        for target in targets {
            let target = self.user(*target);
            if !blocker.blocks.insert(target.clone()) {
                continue;
            }

            // A block ends the friendship, so the target's friends change too.
            if blocker.friends.remove(&target) {
                let mut target = self.sets_of(target);
                target.friends.remove(&blocker.user);
                changed.push(target);
            }
        }

        let added = blocker.blocks.len() - before;
        changed.push(blocker);
        self.upsert(changed);
        added
    }
}
