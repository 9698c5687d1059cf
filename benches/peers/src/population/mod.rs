//! The population: the users, blocks and friendships that every implementation holds.

mod shape;
mod signed;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use fastrand::Rng;
use foldhash::fast::RandomState;

use self::shape::Draw;
pub(crate) use self::shape::{SHAPES, Shape, UNIFORM};

/// The mean number of relations that a user begins: 20 blocks and 25 mutual friendships.
pub(crate) const RELATIONS_PER_USER: u32 = 45;

/// With fewer, a population has no blocks, which half of the queries are about.
pub(crate) const MIN_RELATIONS_PER_USER: u32 = 3;

/// Users with their blocks and friendships, drawn from a seed.
///
/// A user is a number. [`name`] returns the user's name.
pub(crate) struct Population {
    /// The population's name in the rows.
    pub(crate) name: &'static str,
    pub(crate) users: u32,
    /// Pairs of blocker and blocked user, sorted and distinct.
    pub(crate) blocks: Vec<(u32, u32)>,
    /// Pairs of friends, the lower number first, sorted and distinct.
    ///
    /// Neither friend blocks the other.
    pub(crate) friends: Vec<(u32, u32)>,
    /// The draws of the queries.
    draw: Draw,
    /// Pairs of blocked user and blocker, sorted, if queries need the blockers of a sender.
    blockers: Vec<(u32, u32)>,
}

impl Population {
    /// Draws the uniform population.
    #[cfg(test)]
    pub(crate) fn new(users: u32, seed: u64) -> Self {
        Self::draw(SHAPES[0], users, RELATIONS_PER_USER, seed)
    }

    /// Draws a population. Of the relations that users begin, four in nine are blocks.
    pub(crate) fn draw(
        (name, shape): (&'static str, Shape),
        users: u32,
        relations_per_user: u32,
        seed: u64,
    ) -> Self {
        let mut rng = Rng::with_seed(seed);
        let draw = Draw::new(shape, users, seed);

        let blocks_per_user = relations_per_user * 4 / 9;
        let mut blocks = draw.pairs(&mut rng, blocks_per_user);
        sort_distinct(&mut blocks);

        let mut friends = draw.pairs(&mut rng, relations_per_user - blocks_per_user);
        for pair in &mut friends {
            *pair = (pair.0.min(pair.1), pair.0.max(pair.1));
        }
        sort_distinct(&mut friends);

        // A block ends a friendship, so no pair has both.
        friends.retain(|&(a, b)| !has(&blocks, (a, b)) && !has(&blocks, (b, a)));

        Self::from_parts(name, draw, blocks, friends)
    }

    fn from_parts(
        name: &'static str,
        draw: Draw,
        blocks: Vec<(u32, u32)>,
        friends: Vec<(u32, u32)>,
    ) -> Self {
        let mut blockers = Vec::new();
        if draw.shape == Shape::ZipfSenders {
            blockers.extend(blocks.iter().map(|(blocker, blocked)| (*blocked, *blocker)));
            blockers.sort_unstable();
        }

        Self {
            name,
            users: draw.users,
            blocks,
            friends,
            draw,
            blockers,
        }
    }

    /// Returns the number of relations: blocks and mutual friendships.
    pub(crate) fn relations(&self) -> usize {
        self.blocks.len() + self.friends.len()
    }

    /// Returns the length of the longest blocklist and of the longest friend list.
    pub(crate) fn longest_lists(&self) -> LongestLists {
        let mut blocks = vec![0; self.users as usize];
        for (blocker, _) in &self.blocks {
            blocks[*blocker as usize] += 1;
        }

        let mut friends = vec![0; self.users as usize];
        for (a, b) in &self.friends {
            friends[*a as usize] += 1;
            friends[*b as usize] += 1;
        }

        LongestLists {
            blocks: blocks.into_iter().max().unwrap_or(0),
            friends: friends.into_iter().max().unwrap_or(0),
        }
    }

    /// Says whether a user blocks another.
    pub(crate) fn blocks(&self, blocker: u32, target: u32) -> bool {
        has(&self.blocks, (blocker, target))
    }

    /// Says whether the sender may message the recipient.
    ///
    /// This is the rule against which the answers of the implementations are checked.
    pub(crate) fn can_message(&self, sender: u32, recipient: u32) -> bool {
        !self.blocks(recipient, sender)
    }

    /// Says whether the sender may send the recipient a friend request.
    pub(crate) fn can_request(&self, sender: u32, recipient: u32) -> bool {
        !self.blocks(sender, recipient)
            && !self.blocks(recipient, sender)
            && !self.are_friends(sender, recipient)
    }

    pub(crate) fn are_friends(&self, a: u32, b: u32) -> bool {
        has(&self.friends, (a.min(b), a.max(b)))
    }

    /// Draws pairs of sender and recipient.
    ///
    /// In every second pair, the recipient blocks the sender.
    pub(crate) fn query_pairs(&self, len: usize, seed: u64) -> Vec<(u32, u32)> {
        let mut rng = Rng::with_seed(seed);

        let mut pairs = Vec::with_capacity(len);
        for n in 0..len {
            if n % 2 == 0 {
                pairs.push(self.blocked_pair(&mut rng));
            } else {
                let sender = self.draw.sender(&mut rng);
                pairs.push((sender, self.draw.other(&mut rng, sender)));
            }
        }
        pairs
    }

    /// Draws a sender, and a recipient who blocks the sender.
    fn blocked_pair(&self, rng: &mut Rng) -> (u32, u32) {
        if self.blockers.is_empty() {
            let (recipient, sender) = self.blocks[rng.usize(..self.blocks.len())];
            return (sender, recipient);
        }

        loop {
            let sender = self.draw.sender(rng);
            let start = self.blockers.partition_point(|(user, _)| *user < sender);
            let end = self.blockers.partition_point(|(user, _)| *user <= sender);
            if start < end {
                return self.blockers[rng.usize(start..end)];
            }
        }
    }

    /// Draws groups: users, and others for each of them.
    ///
    /// A tenth of the others are the user's friends and the users at the other end of the user's
    /// blocks. `user_is` chooses the user's end.
    pub(crate) fn groups(
        &self,
        len: usize,
        size: usize,
        user_is: BlockEnd,
        seed: u64,
    ) -> Vec<Group> {
        let mut rng = Rng::with_seed(seed);
        let users: Vec<_> = (0..len).map(|_| self.draw.sender(&mut rng)).collect();

        let mut related = self.friends_of(&users.iter().copied().collect());
        for &(blocker, blocked) in &self.blocks {
            let (user, other) = match user_is {
                BlockEnd::Blocker => (blocker, blocked),
                BlockEnd::Blocked => (blocked, blocker),
            };
            if let Some(related) = related.get_mut(&user) {
                related.push(other);
            }
        }

        let mut groups = Vec::with_capacity(len);
        for user in users {
            let others = self.others(&mut rng, user, &related[&user], size);
            groups.push(Group { user, others });
        }
        groups
    }

    fn others(&self, rng: &mut Rng, user: u32, related: &[u32], size: usize) -> Vec<u32> {
        let mut others = Vec::with_capacity(size);
        for n in 0..size {
            others.push(match rng.choice(related) {
                Some(related) if n % 10 == 0 => *related,
                _ => self.draw.other(rng, user),
            });
        }

        rng.shuffle(&mut others);
        others
    }

    /// Returns the users whom a user blocks.
    #[cfg(feature = "others")]
    pub(crate) fn blocked_by(&self, user: u32) -> impl Iterator<Item = u32> {
        let start = self.blocks.partition_point(|(blocker, _)| *blocker < user);
        let end = self.blocks.partition_point(|(blocker, _)| *blocker <= user);
        self.blocks[start..end].iter().map(|(_, blocked)| *blocked)
    }

    /// Returns the friend lists of these users, in one pass over all friendships.
    pub(crate) fn friends_of(&self, users: &HashSet<u32>) -> HashMap<u32, Vec<u32>, RandomState> {
        let mut lists: HashMap<_, Vec<_>, RandomState> = HashMap::default();
        for user in users {
            lists.insert(*user, Vec::new());
        }

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

/// The lengths of the longest lists of a population.
pub(crate) struct LongestLists {
    pub(crate) blocks: u32,
    pub(crate) friends: u32,
}

/// A user, and others in the order of the queries about them.
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

fn sort_distinct(pairs: &mut Vec<(u32, u32)>) {
    pairs.sort_unstable();
    pairs.dedup();
}

/// Says whether sorted pairs contain a pair.
fn has(pairs: &[(u32, u32)], pair: (u32, u32)) -> bool {
    pairs.binary_search(&pair).is_ok()
}

fn other_than(rng: &mut Rng, users: u32, user: u32) -> u32 {
    loop {
        let other = rng.u32(..users);
        if other != user {
            return other;
        }
    }
}
