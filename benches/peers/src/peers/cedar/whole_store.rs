//! Cedar with everyone in one store of entities, which is all that there is.
//!
//! Entities never change: a write reads the sets of whom it touches, builds their entities anew
//! and puts them into the store. The request of a query is built within its time.

use std::collections::HashSet;

use cedar_policy::{Entities, Entity, EntityUid, EvalResult};

use super::{BLOCKS, FRIENDS, MAX_QUERIES, Rules, entity, new_request};
use crate::peers::Peer;
use crate::population::{Population, name};

pub(crate) struct WholeStore {
    rules: Rules,
    /// By number, so that queries by number can be asked at all.
    users: Vec<EntityUid>,
    entities: Entities,
}

/// A user's entity, taken apart to be changed.
struct UserSets {
    user: EntityUid,
    blocks: HashSet<EntityUid>,
    friends: HashSet<EntityUid>,
}

impl From<UserSets> for Entity {
    fn from(lists: UserSets) -> Self {
        entity(lists.user, lists.blocks, lists.friends)
    }
}

impl WholeStore {
    pub(crate) fn build(population: &Population) -> Self {
        let rules = Rules::new();
        let users: Vec<_> = (0..population.users)
            .map(|user| rules.user(&name(user)))
            .collect();
        let uid = |user: u32| users[user as usize].clone();
        let friends = population.friends_of(&(0..population.users).collect());
        let entities = friends.into_iter().map(|(user, friends)| {
            entity(
                uid(user),
                population.blocked_by(user).map(uid),
                friends.into_iter().map(uid),
            )
        });
        let entities = Entities::from_entities(entities, None).expect("each user is once");
        Self {
            rules,
            users,
            entities,
        }
    }

    fn user(&self, number: u32) -> EntityUid {
        self.users[number as usize].clone()
    }

    fn sets_of(&self, user: EntityUid) -> UserSets {
        let entity = self.entities.get(&user).expect("a user has an entity");
        let members = |list| match entity.attr(list) {
            Some(Ok(EvalResult::Set(users))) => users.iter().filter_map(user_in).collect(),
            _ => HashSet::new(),
        };
        UserSets {
            blocks: members(BLOCKS),
            friends: members(FRIENDS),
            user,
        }
    }

    fn upsert(&mut self, changed: impl IntoIterator<Item = UserSets>) {
        let entities = std::mem::replace(&mut self.entities, Entities::empty());
        let entities = entities.upsert_entities(changed.into_iter().map(Entity::from), None);
        self.entities = entities.expect("entities without parents have no cycles");
    }

    fn allows(&self, sender: EntityUid, action: &EntityUid, recipient: EntityUid) -> bool {
        self.rules
            .allows(&new_request(sender, action, recipient), &self.entities)
    }
}

fn user_in(value: &EvalResult) -> Option<EntityUid> {
    match value {
        EvalResult::EntityUid(user) => Some(user.clone()),
        _ => None,
    }
}

impl Peer for WholeStore {
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
        let can_message = |(a, b): &&(String, String)| {
            self.allows(self.rules.user(a), &self.rules.message, self.rules.user(b))
        };
        Some(pairs.iter().filter(can_message).count())
    }

    fn add_user(&mut self, name: &str, friends: &[u32]) -> Option<u32> {
        let user = self.rules.user(name);
        let friends: HashSet<_> = friends.iter().map(|friend| self.user(*friend)).collect();
        let mut changed: Vec<_> = friends
            .iter()
            .map(|friend| self.sets_of(friend.clone()))
            .collect();
        for friend in &mut changed {
            friend.friends.insert(user.clone());
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
        let mut changed = Vec::new();
        let before = blocker.blocks.len();
        for target in targets.iter().map(|target| self.user(*target)) {
            if blocker.blocks.insert(target.clone()) && blocker.friends.remove(&target) {
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
