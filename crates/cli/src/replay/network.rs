//! The graph that the rows lead to, and the counts on the way.

use std::collections::BTreeSet;
use std::io::{self, Write};

use socialgraph::{
    AddUserError, Effect, PairChange, PairError, Policy, Reason, SocialGraph, UserId,
};

use crate::import::fit::Refusals;
use crate::import::source::Entry;
use crate::progress::Progress;
use crate::text::shortened;

/// A graph after every entry of a file, with the counts of the replay.
#[derive(Debug)]
pub(crate) struct Network {
    graph: SocialGraph,
    pub(crate) summary: Summary,
}

/// The counts of a replay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    pub(crate) users: usize,
    pub(crate) ratings: usize,
    /// Entries on blocklists at the end.
    pub(crate) blocks: usize,
    /// Entries on friend lists at the end.
    pub(crate) friend_entries: usize,
    /// Friend-list entries removed by blocks.
    pub(crate) severed_entries: usize,
    /// Friend-list entries refused because of a block.
    pub(crate) refused_friend_adds: usize,
    /// Pairs of users who block each other at the end.
    pub(crate) mutual_blocks: usize,
    /// Distinct ordered pairs of the file whose source may not message the target at the end.
    pub(crate) messages_denied: usize,
    /// Operations and questions that the graph answered.
    pub(crate) operations: usize,
    /// The operations that were refused, by their first reason.
    pub(crate) refusals: Refusals,
}

/// The rows between two looks at the clock.
const TURN: usize = 4_096;

impl Network {
    /// Replays the entries in their order under a policy.
    pub(crate) fn replay(entries: &[Entry], policy: &Policy) -> Result<Self, AddUserError> {
        let mut graph = SocialGraph::new(*policy);
        let mut summary = Summary {
            ratings: entries.len(),
            ..Summary::default()
        };

        let mut pairs = BTreeSet::new();
        let mut progress = Progress::new();
        for (index, entry) in entries.iter().enumerate() {
            if index.is_multiple_of(TURN) {
                progress.show(|| format!("{index} of {} rows", entries.len()));
            }
            let actor = graph.get_or_add_user(&entry.actor)?.id();
            let target = graph.get_or_add_user(&entry.target)?.id();
            pairs.insert((actor, target));

            let outcome = graph.apply(entry.action, actor, target);
            summary.count_outcome(outcome, entry);
        }

        summary.count_lists(&graph);
        summary.count_messages(&graph, &pairs);
        Ok(Self { graph, summary })
    }

    /// Writes the relation between two users, and what the source may do.
    pub(crate) fn explain(
        &self,
        out: &mut impl Write,
        source: &str,
        target: &str,
    ) -> io::Result<()> {
        let relation = self.graph.relation(source, target);
        let message = self.graph.can_message(source, target);
        let request = self.graph.can_send_friend_request(source, target);

        let (source, target) = (shortened(source), shortened(target));
        if let Ok(relation) = relation {
            writeln!(out, "relation: {}", relation.explain(&source, &target))?;
        }
        writeln!(out, "message: {}", message.explain(&source, &target))?;
        writeln!(out, "friend_request: {}", request.explain(&source, &target))
    }
}

impl Summary {
    /// Writes a line `name: value` for each count, and the speed.
    pub(crate) fn write(&self, out: &mut impl Write, seconds: f64) -> io::Result<()> {
        writeln!(out, "users: {}", self.users)?;
        writeln!(out, "ratings: {}", self.ratings)?;
        writeln!(out, "blocks: {}", self.blocks)?;
        writeln!(out, "friend_entries: {}", self.friend_entries)?;
        writeln!(out, "severed_entries: {}", self.severed_entries)?;
        writeln!(out, "refused_friend_adds: {}", self.refused_friend_adds)?;
        writeln!(out, "mutual_blocks: {}", self.mutual_blocks)?;
        writeln!(out, "messages_denied: {}", self.messages_denied)?;
        writeln!(out, "operations: {}", self.operations)?;
        for (reason, count) in self.refusals.counts() {
            writeln!(out, "refused_because_{}: {count}", reason.name())?;
        }

        #[expect(clippy::cast_precision_loss, reason = "a speed needs no 53 bits")]
        let speed = self.operations as f64 / seconds;
        writeln!(out, "operations_per_second: {speed:.0}")
    }

    fn count_outcome(&mut self, outcome: Result<PairChange, PairError>, entry: &Entry) {
        self.operations += 1;

        match outcome {
            Ok(change) => {
                for effect in change.effects() {
                    let is_severed = matches!(
                        effect,
                        Effect::ActorFriendRemoved | Effect::TargetFriendRemoved
                    );
                    self.severed_entries += usize::from(is_severed);
                }
            }
            Err(error) => {
                // A repeated block or addition is refused too, but not because of a block.
                let is_blocked = error.reasons().iter().any(Reason::is_block);
                self.refused_friend_adds += usize::from(is_blocked);
                if let Some(reason) = error.reasons().first() {
                    self.refusals.add(reason, entry);
                }
            }
        }
    }

    fn count_lists(&mut self, graph: &SocialGraph) {
        self.users = graph.user_count();
        for (user, _) in graph.users() {
            self.friend_entries += graph.friends(user).map_or(0, |list| list.len());

            let Ok(blocklist) = graph.blocklist(user) else {
                continue;
            };
            self.blocks += blocklist.len();
            for peer in blocklist {
                // Both users have the pair on their lists. Count it for the lower handle.
                let blocks_back = graph.blocklist(peer).is_ok_and(|list| list.contains(user));
                self.mutual_blocks += usize::from(user < peer && blocks_back);
            }
        }
    }

    fn count_messages(&mut self, graph: &SocialGraph, pairs: &BTreeSet<(UserId, UserId)>) {
        self.operations += pairs.len();
        for (source, target) in pairs {
            let is_denied = !graph.can_message(*source, *target).is_allowed();
            self.messages_denied += usize::from(is_denied);
        }
    }
}
