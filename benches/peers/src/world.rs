//! The population: the same users, blocks and friendships for every implementation.

use fastrand::Rng;

/// How many others each user blocks.
const BLOCKS: u32 = 20;

/// How many mutual friendships each user begins.
const FRIENDSHIPS: u32 = 25;

/// Users, who blocks whom and who is friends with whom, seeded.
///
/// A user is a number here, and its name is [`name`] of that.
pub(crate) struct World {
    pub(crate) users: u32,
    /// Blocker and blocked, each pair once.
    pub(crate) blocks: Vec<(u32, u32)>,
    /// Friends, the lower number first, each pair once and none with a block between them.
    pub(crate) friends: Vec<(u32, u32)>,
}

impl World {
    pub(crate) fn new(users: u32, seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let blocks = pairs(&mut rng, users, BLOCKS, |pair| pair);
        let ordered = |(a, b): (u32, u32)| (a.min(b), a.max(b));
        let mut friends = pairs(&mut rng, users, FRIENDSHIPS, ordered);
        friends.retain(|&(a, b)| !has(&blocks, (a, b)) && !has(&blocks, (b, a)));
        Self { users, blocks, friends }
    }

    /// Returns how many relations there are: blocks and mutual friendships.
    pub(crate) fn relations(&self) -> usize {
        self.blocks.len() + self.friends.len()
    }

    pub(crate) fn blocks(&self, owner: u32, peer: u32) -> bool {
        has(&self.blocks, (owner, peer))
    }

    pub(crate) fn are_friends(&self, a: u32, b: u32) -> bool {
        has(&self.friends, (a.min(b), a.max(b)))
    }

    /// Returns senders and recipients, of whom every other recipient blocks the sender.
    pub(crate) fn queries(&self, len: usize, seed: u64) -> Vec<(u32, u32)> {
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

    /// Returns one sender and recipients: a tenth of them block the sender or are friends.
    pub(crate) fn fan_out(&self, len: usize, seed: u64) -> (u32, Vec<u32>) {
        let mut rng = Rng::with_seed(seed);
        let sender = rng.u32(..self.users);
        let near = |&(a, b): &(u32, u32)| match (a == sender, b == sender) {
            (true, false) => Some(b),
            (false, true) => Some(a),
            _ => None,
        };
        let blockers = self.blocks.iter().filter(|(_, blocked)| *blocked == sender);
        let known: Vec<_> = blockers.chain(&self.friends).filter_map(near).collect();
        let mut recipients: Vec<_> = (0..len)
            .map(|n| {
                if n % 10 == 0 && !known.is_empty() {
                    known[rng.usize(..known.len())]
                } else {
                    other_than(&mut rng, self.users, sender)
                }
            })
            .collect();
        rng.shuffle(&mut recipients);
        (sender, recipients)
    }
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
