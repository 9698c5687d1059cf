//! The rows played into a graph, and what came of them.

use std::collections::BTreeSet;
use std::io::{self, Write};

use socialgraph::{
    Change, Effect, Effects, Limits, Policy, Reason, Refusal, SocialGraph, UserId, Ways,
};

use super::input::{Fault, Malformed, Opinion, Plain, Row};

/// A graph after every row, and the counts along the way.
#[derive(Debug)]
pub(crate) struct Replay {
    graph: SocialGraph,
    pub(crate) summary: Summary,
}

/// What the replay counts.
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
    /// Pairs of people who block each other at the end.
    pub(crate) mutual_blocks: usize,
    /// Distinct ordered pairs of the file whose source may not message the target at the end.
    pub(crate) messages_denied: usize,
    /// Operations and questions that the graph answered.
    pub(crate) operations: usize,
}

impl Replay {
    /// Plays the rows in their order, under `tencent_rest` without limits.
    pub(crate) fn of(rows: &[Row]) -> Result<Self, Malformed> {
        let mut policy = Policy::tencent_rest();
        policy.limits = Limits::NONE;
        let mut graph = SocialGraph::new(policy);
        let mut summary = Summary {
            ratings: rows.len(),
            ..Summary::default()
        };
        let mut pairs = BTreeSet::new();
        for row in rows {
            let source = find_or_add(&mut graph, &row.source, row.line)?;
            let target = find_or_add(&mut graph, &row.target, row.line)?;
            pairs.insert((source, target));
            summary.count(match row.opinion {
                Opinion::Trust => graph.add_friend(source, target, Ways::OneWay),
                Opinion::Distrust => graph.add_to_blocklist(source, target),
            });
        }
        summary.take_stock(&graph, &pairs);
        Ok(Self { graph, summary })
    }

    /// Prints the counts, a `name: value` a line, and the speed.
    pub(crate) fn print(&self, out: &mut impl Write, seconds: f64) -> io::Result<()> {
        let summary = &self.summary;
        writeln!(out, "users: {}", summary.users)?;
        writeln!(out, "ratings: {}", summary.ratings)?;
        writeln!(out, "blocks: {}", summary.blocks)?;
        writeln!(out, "friend_entries: {}", summary.friend_entries)?;
        writeln!(out, "severed_entries: {}", summary.severed_entries)?;
        writeln!(out, "refused_friend_adds: {}", summary.refused_friend_adds)?;
        writeln!(out, "mutual_blocks: {}", summary.mutual_blocks)?;
        writeln!(out, "messages_denied: {}", summary.messages_denied)?;
        writeln!(out, "operations: {}", summary.operations)?;
        #[expect(clippy::cast_precision_loss, reason = "a speed needs no 53 bits")]
        let speed = summary.operations as f64 / seconds;
        writeln!(out, "operations_per_second: {speed:.0}")
    }

    /// Prints what holds between two people, and what the source may do.
    pub(crate) fn explain(
        &self,
        out: &mut impl Write,
        source: &str,
        target: &str,
    ) -> io::Result<()> {
        let message = self.graph.can_message(source, target);
        let request = self.graph.can_send_friend_request(source, target);
        let relation = self.graph.relation(source, target);
        let [source, target] = [source, target].map(|name| Plain(name).to_string());
        if let Ok(relation) = relation {
            writeln!(out, "relation: {}", relation.explain(&source, &target))?;
        }
        writeln!(out, "message: {}", message.explain(&source, &target))?;
        writeln!(out, "friend_request: {}", request.explain(&source, &target))
    }
}

impl Summary {
    fn count(&mut self, outcome: Result<Change, Refusal>) {
        self.operations += 1;
        match outcome {
            Ok(change) => {
                let removed = [Effect::ActorFriendRemoved, Effect::TargetFriendRemoved];
                let gone = Effects::from_iter(removed);
                self.severed_entries += change
                    .effects()
                    .iter()
                    .filter(|e| gone.contains(*e))
                    .count();
            }
            Err(refusal) => {
                // A repeated block or friend is refused too, but for its own reason.
                let blocked = refusal.reasons().iter().any(Reason::is_block);
                self.refused_friend_adds += usize::from(blocked);
            }
        }
    }

    fn take_stock(&mut self, graph: &SocialGraph, pairs: &BTreeSet<(UserId, UserId)>) {
        self.users = graph.user_count();
        for (user, _) in graph.users() {
            self.friend_entries += graph.friends(user).map_or(0, |list| list.len());
            let Ok(blocklist) = graph.blocklist(user) else {
                continue;
            };
            self.blocks += blocklist.len();
            // Each such pair is met from both ends: it counts at the lower handle.
            let blocks_back = |peer| graph.blocklist(peer).is_ok_and(|list| list.contains(user));
            self.mutual_blocks += blocklist
                .iter()
                .filter(|&peer| user < peer && blocks_back(peer))
                .count();
        }
        self.messages_denied = pairs
            .iter()
            .filter(|(source, target)| !graph.can_message(*source, *target).is_allowed())
            .count();
        self.operations += pairs.len();
    }
}

fn find_or_add(graph: &mut SocialGraph, name: &str, line: usize) -> Result<UserId, Malformed> {
    graph.find_or_add_user(name).map_err(|error| {
        let name = name.to_owned();
        Malformed {
            line,
            fault: Fault::Name { name, error },
        }
    })
}
