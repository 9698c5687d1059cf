//! Checks and filters, which change no relation.

use super::queries::Queries;
use super::{Bench, Candidate, timed};
use crate::peers::Peer;
use crate::population::{BlockEnd, Group, Population, name};

/// Counts the pairs whose answer is yes.
type Count = fn(&(dyn Peer + 'static), &[(u32, u32)]) -> usize;

/// Adds the others whom a rule allows to a vector; returns its length.
type Filter = fn(&(dyn Peer + 'static), u32, &[u32], &mut Vec<u32>) -> usize;

impl Bench<'_> {
    pub(super) fn can_message(&mut self, operation: &str) {
        let queries = self.message_queries();
        self.time_queries(operation, &queries, Peer::count_can_message);
    }

    /// Times the queries of `can_message`, many in a call.
    pub(super) fn can_message_many(&mut self, operation: &str) {
        let queries = self.message_queries();
        self.time_queries(operation, &queries, Peer::count_can_message_many);
    }

    /// Times senders who each write to all members of a group.
    pub(super) fn can_message_one_sender(&mut self, operation: &str) {
        let groups = self.groups(BlockEnd::Blocked, 2);
        let pairs = pairs_from_users(&groups);
        let queries = Queries::new(self.population, pairs, Population::can_message);
        self.time_queries(operation, &queries, Peer::count_can_message);
    }

    /// Times the queries of `can_message` again after many users have blocked a celebrity.
    pub(super) fn can_message_beside_celebrity(&mut self, operation: &str) {
        let queries = self.message_queries();
        self.interleaved(operation, "ns", |candidate, _| {
            candidate.celebrity?;
            Some(time_queries(candidate, &queries, Peer::count_can_message))
        });
    }

    pub(super) fn can_send_friend_request(&mut self, operation: &str) {
        let pairs = self.population.query_pairs(self.workload.queries, 3);
        let queries = Queries::new(self.population, pairs, Population::can_request);
        self.time_queries(operation, &queries, Peer::count_can_request);
    }

    fn message_queries(&self) -> Queries {
        let pairs = self.population.query_pairs(self.workload.queries, 1);
        Queries::new(self.population, pairs, Population::can_message)
    }

    fn time_queries(&mut self, operation: &str, queries: &Queries, count: Count) {
        for candidate in &mut self.candidates {
            let pairs = queries.first(candidate.peer.max_queries());
            candidate.peer.prepare(self.population, pairs);
        }

        self.interleaved(operation, "ns", |candidate, _| {
            Some(time_queries(candidate, queries, count))
        });
    }

    pub(super) fn can_message_by_name(&mut self, operation: &str) {
        let pairs = self.population.query_pairs(self.workload.queries / 4, 4);
        let queries = Queries::new(self.population, pairs, Population::can_message);
        self.time_queries_by_name(operation, &queries, name);
    }

    /// Times users with long, similar names. Each user blocks the next.
    pub(super) fn can_message_by_chosen_name(&mut self, operation: &str) {
        let users = self.workload.chosen_names.min(self.population.users);
        for candidate in &mut self.candidates {
            add_chosen_names(&mut *candidate.peer, users);
        }

        let queries = chosen_name_queries(users, self.workload.queries / 4);
        self.time_queries_by_name(operation, &queries, chosen_name);
    }

    fn time_queries_by_name(
        &mut self,
        operation: &str,
        queries: &Queries,
        name: fn(u32) -> String,
    ) {
        let named = queries.named(name);

        self.interleaved(operation, "ns", |candidate, _| {
            let peer = &candidate.peer;
            let pairs = &named[..peer.max_queries().min(named.len())];
            let (ns, allowed) = timed(pairs.len(), || peer.count_can_message_by_name(pairs));

            // An implementation without lookups by name has no figure.
            assert_eq!(allowed?, queries.allowed(pairs.len()));
            Some(ns)
        });
    }

    pub(super) fn audience(&mut self, operation: &str) {
        let groups = self.groups(BlockEnd::Blocked, 5);
        let pairs = pairs_from_users(&groups);
        self.time_filter(operation, &groups, pairs, Peer::audience);
    }

    pub(super) fn visible_senders(&mut self, operation: &str) {
        let groups = self.groups(BlockEnd::Blocker, 6);
        let pairs = pairs_to_users(&groups);
        self.time_filter(operation, &groups, pairs, Peer::visible_senders);
    }

    /// Times filters. The pairs are those of the groups, sender first.
    fn time_filter(
        &mut self,
        operation: &str,
        groups: &[Group],
        pairs: Vec<(u32, u32)>,
        filter: Filter,
    ) {
        let batch = self.workload.batch;
        let queries = Queries::new(self.population, pairs, Population::can_message);
        for candidate in &mut self.candidates {
            let len = candidate.first_groups(groups, batch).len() * batch;
            candidate.peer.prepare(self.population, queries.first(len));
        }

        // All filters share a vector, so that its allocation is not timed.
        let mut into = Vec::with_capacity(batch);
        self.interleaved(operation, "us", |candidate, _| {
            let groups = candidate.first_groups(groups, batch);
            let peer = &*candidate.peer;
            let (ns, allowed) = timed(groups.len(), || {
                filter_each(peer, groups, filter, &mut into)
            });

            assert_eq!(allowed, queries.allowed(groups.len() * batch));
            Some(ns / 1000.0)
        });
    }

    fn groups(&self, user_is: BlockEnd, seed: u64) -> Vec<Group> {
        self.population
            .groups(self.workload.groups, self.workload.batch, user_is, seed)
    }
}

impl Candidate {
    /// Returns the groups that fit into the largest number of queries, but at least one.
    fn first_groups<'g>(&self, groups: &'g [Group], batch: usize) -> &'g [Group] {
        let len = self.peer.max_queries() / batch;
        &groups[..len.clamp(1, groups.len())]
    }
}

/// Returns pairs whose senders are the users of the groups.
fn pairs_from_users(groups: &[Group]) -> Vec<(u32, u32)> {
    let mut pairs = Vec::new();
    for group in groups {
        for other in &group.others {
            pairs.push((group.user, *other));
        }
    }
    pairs
}

/// Returns pairs whose recipients are the users of the groups.
fn pairs_to_users(groups: &[Group]) -> Vec<(u32, u32)> {
    let mut pairs = Vec::new();
    for group in groups {
        for other in &group.others {
            pairs.push((*other, group.user));
        }
    }
    pairs
}

/// Times the first queries, as many as the implementation takes; returns the time of a query.
fn time_queries(candidate: &Candidate, queries: &Queries, count: Count) -> f64 {
    let pairs = queries.first(candidate.peer.max_queries());
    let (ns, allowed) = timed(pairs.len(), || count(&*candidate.peer, pairs));
    assert_eq!(allowed, queries.allowed(pairs.len()));
    ns
}

/// Filters the others of each group; returns the number of those who are left.
fn filter_each(
    peer: &(dyn Peer + 'static),
    groups: &[Group],
    filter: Filter,
    into: &mut Vec<u32>,
) -> usize {
    let mut allowed = 0;

    for group in groups {
        into.clear();
        allowed += filter(peer, group.user, &group.others, into);
    }
    allowed
}

/// Returns a name that an attacker might choose against a hash function.
///
/// Names share their first 200 bytes. Half of them have the maximum length, the others 215 bytes.
fn chosen_name(user: u32) -> String {
    let width = if user.is_multiple_of(2) { 55 } else { 15 };
    format!("{:a<200}{user:0width$}", "")
}

/// Adds users with chosen names. Each user blocks the next.
fn add_chosen_names(peer: &mut dyn Peer, users: u32) {
    let mut added = Vec::new();
    for user in 0..users {
        let number = peer.add_user(&chosen_name(user), &[]);
        added.extend(number);
    }

    for neighbours in added.windows(2) {
        assert!(peer.block(neighbours[0], neighbours[1]));
    }
}

/// Returns queries between users who each block the next. About half the answers are no.
fn chosen_name_queries(users: u32, len: usize) -> Queries {
    let mut rng = fastrand::Rng::with_seed(7);
    let mut queries = Queries::default();
    for n in 0..len {
        let user = rng.u32(1..users);
        let (sender, recipient) = if n % 2 == 0 {
            // The recipient blocks the sender.
            (user, user - 1)
        } else {
            (user - 1, rng.u32(1..users))
        };

        if sender != recipient {
            queries.push(sender, recipient, sender != recipient + 1);
        }
    }
    queries
}
