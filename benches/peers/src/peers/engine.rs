//! The engine that this repository is about.

use std::any::Any;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write as _};
use std::path::Path;

use socialgraph::{Interaction, Limits, Policy, SocialGraph, UserId, Ways};

use super::{MANY, Peer};
use crate::population::{Population, name};

pub(crate) struct Engine(SocialGraph);

fn id(user: u32) -> UserId {
    UserId::from_u32(user)
}

impl Engine {
    /// Writes the snapshot of a population's graph as JSON.
    pub(super) fn save(population: &Population, path: &Path) -> io::Result<()> {
        let mut file = BufWriter::new(File::create(path)?);
        serde_json::to_writer(&mut file, &graph_of(population))?;
        file.flush()
    }

    /// Loads a graph from the JSON of a snapshot, every check included.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = BufReader::with_capacity(1 << 20, File::open(path)?);
        Ok(Self(serde_json::from_reader(file)?))
    }
}

/// Returns the graph of a population.
pub(crate) fn graph_of(population: &Population) -> SocialGraph {
    let mut graph = SocialGraph::new(policy_for(population));

    for user in 0..population.users {
        graph.add_user(&name(user)).expect("names are distinct");
    }

    for &(a, b) in &population.friends {
        graph
            .add_friend(id(a), id(b), Ways::TwoWay)
            .expect("they are strangers");
    }

    for &(blocker, blocked) in &population.blocks {
        graph
            .add_to_blocklist(id(blocker), id(blocked))
            .expect("each block is once");
    }
    graph
}

/// Returns a policy whose limits a population keeps.
///
/// The vendor's limits are lower than the longest lists of a power law. Where a list is longer
/// than its limit, no limit holds.
fn policy_for(population: &Population) -> Policy {
    let mut policy = Policy::tencent_rest();
    let is_exceeded = |limit: Option<u32>, longest| limit.is_some_and(|limit| longest > limit);

    let longest = population.longest_lists();
    if is_exceeded(policy.limits.blocked, longest.blocks)
        || is_exceeded(policy.limits.friends, longest.friends)
    {
        policy.limits = Limits::NONE;
    }
    policy
}

impl Peer for Engine {
    fn build(population: &Population) -> Self {
        Self(graph_of(population))
    }

    fn can_message(&self, sender: u32, recipient: u32) -> bool {
        self.0.can_message(id(sender), id(recipient)).is_allowed()
    }

    fn can_request(&self, sender: u32, recipient: u32) -> bool {
        self.0
            .can_send_friend_request(id(sender), id(recipient))
            .is_allowed()
    }

    fn count_can_message_many(&self, pairs: &[(u32, u32)]) -> usize {
        let mut ids = Vec::with_capacity(MANY);
        let mut decisions = Vec::with_capacity(MANY);

        let mut count = 0;
        for pairs in pairs.chunks(MANY) {
            ids.clear();
            for &(sender, recipient) in pairs {
                ids.push((id(sender), id(recipient)));
            }

            decisions.clear();
            self.0
                .can_many(Interaction::Message, ids.iter().copied(), &mut decisions);
            for decision in &decisions {
                count += usize::from(decision.is_allowed());
            }
        }
        count
    }

    fn count_can_message_by_name(&self, pairs: &[(String, String)]) -> Option<usize> {
        let mut count = 0;
        for (sender, recipient) in pairs {
            count += usize::from(self.0.can_message(sender, recipient).is_allowed());
        }
        Some(count)
    }

    fn audience(&self, sender: u32, recipients: &[u32], into: &mut Vec<u32>) -> usize {
        let recipients: Vec<_> = recipients.iter().copied().map(id).collect();
        let audience = self
            .0
            .audience(Interaction::Message, id(sender), &recipients);
        into.extend(audience.copied().map(UserId::to_u32));
        into.len()
    }

    fn visible_senders(&self, recipient: u32, senders: &[u32], into: &mut Vec<u32>) -> usize {
        let senders: Vec<_> = senders.iter().copied().map(id).collect();
        let visible = self
            .0
            .visible_senders(Interaction::Message, id(recipient), &senders);
        into.extend(visible.copied().map(UserId::to_u32));
        into.len()
    }

    fn add_user(&mut self, name: &str, friends: &[u32]) -> Option<u32> {
        let user = self.0.add_user(name).expect("the name is new");
        for friend in friends {
            self.0
                .add_friend(user, id(*friend), Ways::TwoWay)
                .expect("they are strangers");
        }
        Some(user.to_u32())
    }

    fn block_many(&mut self, blocker: u32, targets: &[u32]) -> usize {
        let targets: Vec<_> = targets.iter().copied().map(id).collect();
        let batch = self.0.add_many_to_blocklist(id(blocker), &targets);
        batch
            .expect("the batch is within the limit")
            .succeeded()
            .count()
    }

    fn block(&mut self, blocker: u32, target: u32) -> bool {
        self.0.add_to_blocklist(id(blocker), id(target)).is_ok()
    }

    fn snapshot(&self) -> Option<Box<dyn Any>> {
        Some(Box::new(self.0.clone()))
    }
}
