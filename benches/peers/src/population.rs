//! The population: the same users, blocks and friendships for every implementation.

use std::collections::{HashMap, HashSet};

use fastrand::Rng;
use foldhash::fast::RandomState;

/// How many others each user blocks.
const BLOCKS: u32 = 20;

/// How many mutual friendships each user begins.
const FRIENDSHIPS: u32 = 25;

/// Users, who blocks whom and who is friends with whom, seeded.
///
/// A user is a number here, and its name is [`name`] of that.
pub(crate) struct Population {
    pub(crate) users: u32,
    /// Blocker and blocked, each pair once.
    pub(crate) blocks: Vec<(u32, u32)>,
    /// Friends, the lower number first, each pair once and none with a block between them.
    pub(crate) friends: Vec<(u32, u32)>,
}

impl Population {
    pub(crate) fn new(users: u32, seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let blocks = pairs(&mut rng, users, BLOCKS, |pair| pair);
        let ordered = |(a, b): (u32, u32)| (a.min(b), a.max(b));
        let mut friends = pairs(&mut rng, users, FRIENDSHIPS, ordered);
        friends.retain(|&(a, b)| !has(&blocks, (a, b)) && !has(&blocks, (b, a)));
        Self {
            users,
            blocks,
            friends,
        }
    }

    /// Returns how many relations there are: blocks and mutual friendships.
    pub(crate) fn relations(&self) -> usize {
        self.blocks.len() + self.friends.len()
    }

    pub(crate) fn blocks(&self, blocker: u32, target: u32) -> bool {
        has(&self.blocks, (blocker, target))
    }

    /// Says whether the sender may message the recipient: the rule that all are checked against.
    pub(crate) fn can_message(&self, sender: u32, recipient: u32) -> bool {
        !self.blocks(recipient, sender)
    }

    /// Says whether the sender may ask the recipient for friendship.
    pub(crate) fn can_request(&self, sender: u32, recipient: u32) -> bool {
        !self.blocks(sender, recipient)
            && !self.blocks(recipient, sender)
            && !self.are_friends(sender, recipient)
    }

    pub(crate) fn are_friends(&self, a: u32, b: u32) -> bool {
        has(&self.friends, (a.min(b), a.max(b)))
    }

    /// Returns senders and recipients, of whom every other recipient blocks the sender.
    pub(crate) fn query_pairs(&self, len: usize, seed: u64) -> Vec<(u32, u32)> {
        let mut rng = Rng::with_seed(seed);
        (0..len)
            .map(|n| {
                if n % 2 == 0 {
                    let (recipient, sender) = self.blocks[rng.usize(..self.blocks.len())];
                    (sender, recipient)
                } else {
                    stranger_pair(&mut rng, self.users)
                }
            })
            .collect()
    }

    /// Returns users, each with others of whom a tenth are those whom a message concerns: friends
    /// and, by where the user stands in a block, those who block them or whom they block.
    pub(crate) fn groups(
        &self,
        len: usize,
        size: usize,
        user_is: BlockEnd,
        seed: u64,
    ) -> Vec<Group> {
        let mut rng = Rng::with_seed(seed);
        let users: Vec<_> = (0..len).map(|_| rng.u32(..self.users)).collect();
        let mut near = self.friends_of(&users.iter().copied().collect());
        for &(blocker, blocked) in &self.blocks {
            let (user, other) = match user_is {
                BlockEnd::Blocker => (blocker, blocked),
                BlockEnd::Blocked => (blocked, blocker),
            };
            if let Some(near) = near.get_mut(&user) {
                near.push(other);
            }
        }
        let group = |user| Group {
            user,
            others: self.others(&mut rng, user, &near[&user], size),
        };
        users.into_iter().map(group).collect()
    }

    fn others(&self, rng: &mut Rng, user: u32, near: &[u32], size: usize) -> Vec<u32> {
        let mut others: Vec<_> = (0..size)
            .map(|n| match rng.choice(near) {
                Some(near) if n % 10 == 0 => *near,
                _ => other_than(rng, self.users, user),
            })
            .collect();
        rng.shuffle(&mut others);
        others
    }

    /// Returns whom a user blocks.
    pub(crate) fn blocked_by(&self, user: u32) -> impl Iterator<Item = u32> {
        let start = self.blocks.partition_point(|(blocker, _)| *blocker < user);
        let end = self.blocks.partition_point(|(blocker, _)| *blocker <= user);
        self.blocks[start..end].iter().map(|(_, blocked)| *blocked)
    }

    /// Returns the friend lists of these users, in one pass over all friendships.
    pub(crate) fn friends_of(&self, users: &HashSet<u32>) -> HashMap<u32, Vec<u32>, RandomState> {
        let mut lists: HashMap<_, _, RandomState> =
            users.iter().map(|user| (*user, Vec::new())).collect();
        for &(a, b) in &self.friends {
            for (user, friend) in [(a, b), (b, a)] {
                if let Some(list) = lists.get_mut(&user) {
                    list.push(friend);
                }
            }
        }
        lists
    }
}

/// One user, and others in the order in which they are asked about.
pub(crate) struct Group {
    pub(crate) user: u32,
    pub(crate) others: Vec<u32>,
}

/// An end of a block.
#[derive(Clone, Copy)]
pub(crate) enum BlockEnd {
    Blocker,
    Blocked,
}

/// Returns a user's name.
pub(crate) fn name(user: u32) -> String {
    format!("user_{:09}", u64::from(user) + 1)
}

/// Draws so many pairs for each user; returns each once, in order.
fn pairs(
    rng: &mut Rng,
    users: u32,
    each: u32,
    form: impl Fn((u32, u32)) -> (u32, u32),
) -> Vec<(u32, u32)> {
    let mut pairs = Vec::with_capacity(users as usize * each as usize);
    for user in 0..users {
        for _ in 0..each {
            pairs.push(form((user, other_than(rng, users, user))));
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

fn has(pairs: &[(u32, u32)], pair: (u32, u32)) -> bool {
    pairs.binary_search(&pair).is_ok()
}

fn stranger_pair(rng: &mut Rng, users: u32) -> (u32, u32) {
    let sender = rng.u32(..users);
    (sender, other_than(rng, users, sender))
}

fn other_than(rng: &mut Rng, users: u32, user: u32) -> u32 {
    loop {
        let other = rng.u32(..users);
        if other != user {
            return other;
        }
    }
}
