//! The implementations, behind one trait so that all do equal work.

#[cfg(feature = "others")]
mod cedar;
mod engine;
mod hashmap_of_hashsets;
#[cfg(feature = "others")]
mod imbl_naive;
mod pairs;
#[cfg(feature = "others")]
mod petgraph;
mod plain_file;
mod sqlite;
mod stored;
#[cfg(test)]
mod tests;

pub(crate) use engine::graph_of;
use std::any::Any;

pub(crate) use self::stored::STORED;
use crate::population::Population;

/// Pairs in one call of [`Peer::count_can_message_many`].
const MANY: usize = 64;

/// An implementation's name, its size limit and its constructor.
pub(crate) struct Implementation {
    pub(crate) name: &'static str,
    /// The largest population that it is built from.
    pub(crate) max_users: u32,
    pub(crate) build: fn(&Population) -> Box<dyn Peer>,
}

/// The implementations that are compiled in. The first is the yardstick.
pub(crate) const IMPLEMENTATIONS: &[Implementation] = &[
    Implementation::new::<pairs::Pairs>("pairs"),
    Implementation::new::<engine::Engine>("socialgraph"),
    Implementation::new::<hashmap_of_hashsets::HashMapOfHashSets>("hashmap_of_hashsets"),
    #[cfg(feature = "others")]
    Implementation::new::<petgraph::PetGraph>("petgraph"),
    // A million users would not fit in 24 GiB.
    #[cfg(feature = "others")]
    Implementation::new::<imbl_naive::ImblNaive>("imbl_naive").up_to(100_000),
    Implementation::new::<sqlite::Sqlite>("sqlite"),
    #[cfg(feature = "others")]
    Implementation::new::<cedar::TwoUsers>("cedar_two_users"),
    // Each write visits every entity again.
    #[cfg(feature = "others")]
    Implementation::new::<cedar::WholeStore>("cedar_whole_store").up_to(1000),
];

/// The implementations that the feature `others` compiles in.
pub(crate) const OTHERS: [&str; 4] = [
    "petgraph",
    "imbl_naive",
    "cedar_two_users",
    "cedar_whole_store",
];

impl Implementation {
    const fn new<P: Peer + 'static>(name: &'static str) -> Self {
        Self {
            name,
            max_users: u32::MAX,
            build: build_boxed::<P>,
        }
    }

    #[cfg(feature = "others")]
    const fn up_to(self, max_users: u32) -> Self {
        Self { max_users, ..self }
    }
}

fn build_boxed<P: Peer + 'static>(population: &Population) -> Box<dyn Peer> {
    Box::new(P::build(population))
}

/// The operations that are timed. A user is a number of the population.
///
/// Loops over many queries are default methods. Each implementation compiles its own copy of the
/// loop and inlines its single query there, so that no dynamic call is timed for each query.
pub(crate) trait Peer {
    /// Builds the implementation with the users and relations of a population.
    fn build(population: &Population) -> Self
    where
        Self: Sized;

    /// Returns the heap bytes in use, if the allocator's count does not include them.
    fn heap_bytes(&self) -> Option<u64> {
        None
    }

    /// Says whether the implementation stores the relations, so that they have a size.
    fn holds_relations(&self) -> bool {
        true
    }

    /// Returns the largest number of queries in a repetition, so that a run ends.
    fn max_queries(&self) -> usize {
        usize::MAX
    }

    /// Prepares for these queries before they are timed.
    fn prepare(&mut self, _population: &Population, _pairs: &[(u32, u32)]) {}

    /// Says whether the sender may message the recipient.
    fn can_message(&self, sender: u32, recipient: u32) -> bool;

    /// Says whether the sender may send the recipient a friend request.
    fn can_request(&self, sender: u32, recipient: u32) -> bool;

    /// Counts the pairs whose sender may message the recipient.
    fn count_can_message(&self, pairs: &[(u32, u32)]) -> usize {
        let mut count = 0;
        for &(sender, recipient) in pairs {
            count += usize::from(self.can_message(sender, recipient));
        }
        count
    }

    /// Counts the pairs whose sender may message the recipient, with one call for [`MANY`] pairs.
    ///
    /// An implementation without such a call answers the pairs one by one.
    fn count_can_message_many(&self, pairs: &[(u32, u32)]) -> usize {
        self.count_can_message(pairs)
    }

    /// Counts the pairs of names whose sender may message the recipient.
    ///
    /// Returns `None` if the implementation cannot look users up by name.
    fn count_can_message_by_name(&self, _pairs: &[(String, String)]) -> Option<usize> {
        None
    }

    /// Counts the pairs whose sender may send the recipient a friend request.
    fn count_can_request(&self, pairs: &[(u32, u32)]) -> usize {
        let mut count = 0;
        for &(sender, recipient) in pairs {
            count += usize::from(self.can_request(sender, recipient));
        }
        count
    }

    /// Adds the recipients whom the sender may message to `into`; returns its length.
    fn audience(&self, sender: u32, recipients: &[u32], into: &mut Vec<u32>) -> usize {
        into.extend(
            recipients
                .iter()
                .filter(|recipient| self.can_message(sender, **recipient)),
        );
        into.len()
    }

    /// Adds the senders who may message the recipient to `into`; returns its length.
    fn visible_senders(&self, recipient: u32, senders: &[u32], into: &mut Vec<u32>) -> usize {
        into.extend(
            senders
                .iter()
                .filter(|sender| self.can_message(**sender, recipient)),
        );
        into.len()
    }

    /// Adds a user with these friends and returns the new user's number.
    ///
    /// Returns `None` if the implementation cannot be written to.
    fn add_user(&mut self, _name: &str, _friends: &[u32]) -> Option<u32> {
        None
    }

    /// Blocks every target in one call; returns the number of new blocks.
    ///
    /// It is called only for a user whom [`add_user`](Self::add_user) has added.
    fn block_many(&mut self, _blocker: u32, _targets: &[u32]) -> usize {
        0
    }

    /// Blocks a user; says whether the block is new.
    fn block(&mut self, blocker: u32, target: u32) -> bool {
        self.block_many(blocker, &[target]) == 1
    }

    /// Takes a snapshot in constant time, if the implementation can.
    fn snapshot(&self) -> Option<Box<dyn Any>> {
        None
    }
}

/// Counts the pairs of names whose sender may message the recipient.
///
/// `number` looks a name up. A pair with an unknown name does not count.
fn count_by_name<P: Peer>(
    peer: &P,
    pairs: &[(String, String)],
    number: impl Fn(&P, &str) -> Option<u32>,
) -> usize {
    let mut count = 0;
    for (sender, recipient) in pairs {
        let numbers = (number(peer, sender), number(peer, recipient));
        if let (Some(sender), Some(recipient)) = numbers {
            count += usize::from(peer.can_message(sender, recipient));
        }
    }
    count
}
