//! What is asked: nothing here changes an answer.

use super::queries::Queries;
use super::{Bench, Candidate, timed};
use crate::peers::Peer;
use crate::population::{BlockEnd, Group, Population, name};

/// Counts the pairs of which something holds.
type Query = fn(&(dyn Peer + 'static), &[(u32, u32)]) -> usize;

/// Filters others for a user into a vector; returns how many are left.
type Filter = fn(&(dyn Peer + 'static), u32, &[u32], &mut Vec<u32>) -> usize;

impl Bench<'_> {
    pub(super) fn can_message(&mut self, operation: &str) {
        let queries = messages(
            self.population,
            self.population.query_pairs(self.workload.queries, 1),
        );
        self.time_queries(operation, &queries, Peer::count_can_message);
    }

    /// Senders who write to a group each, as one does to a group.
    pub(super) fn can_message_one_sender(&mut self, operation: &str) {
        let groups = self.groups(BlockEnd::Blocked, 2);
        let to_each =
            |group: &Group| -> Vec<_> { group.others.iter().map(|to| (group.user, *to)).collect() };
        let queries = messages(self.population, groups.iter().flat_map(to_each).collect());
        self.time_queries(operation, &queries, Peer::count_can_message);
    }

    /// The queries of `can_message`, once a great many block somebody else.
    pub(super) fn can_message_beside_celebrity(&mut self, operation: &str) {
        let queries = messages(
            self.population,
            self.population.query_pairs(self.workload.queries, 1),
        );
        self.interleaved(operation, "ns", |candidate, _| {
            candidate.celebrity?;
            Some(time_queries(candidate, &queries, Peer::count_can_message))
        });
    }

    pub(super) fn can_send_friend_request(&mut self, operation: &str) {
        let population = self.population;
        let pairs = population.query_pairs(self.workload.queries, 3);
        let queries = Queries::new(pairs, |a, b| population.can_request(a, b));
        self.time_queries(operation, &queries, Peer::count_can_request);
    }

    fn time_queries(&mut self, operation: &str, queries: &Queries, query: Query) {
        self.prepare(|most| queries.first(most).to_vec());
        self.interleaved(operation, "ns", |candidate, _| {
            Some(time_queries(candidate, queries, query))
        });
    }

    /// Tells each implementation what it will be asked, as far as it will be asked.
    fn prepare(&mut self, queries: impl Fn(usize) -> Vec<(u32, u32)>) {
        for candidate in &mut self.candidates {
            let pairs = queries(candidate.peer.max_queries());
            candidate.peer.prepare(self.population, &pairs);
        }
    }

    pub(super) fn can_message_by_name(&mut self, operation: &str) {
        let queries = messages(
            self.population,
            self.population.query_pairs(self.workload.queries / 4, 4),
        );
        self.time_queries_by_name(operation, &queries, name);
    }

    /// Users whose names are long and alike, each of whom blocks the next.
    pub(super) fn can_message_by_chosen_name(&mut self, operation: &str) {
        let users = self.workload.chosen_names.min(self.population.users);
        for candidate in &mut self.candidates {
            let add = |user| candidate.peer.add_user(&chosen_name(user), &[]);
            let added: Vec<_> = (0..users).map_while(add).collect();
            for of_two in added.windows(2) {
                assert!(candidate.peer.block(of_two[0], of_two[1]));
            }
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
            let pairs = &named[..candidate.peer.max_queries().min(named.len())];
            let (ns, allowed) = timed(pairs.len(), || {
                candidate.peer.count_can_message_by_name(pairs)
            });
            assert_eq!(allowed?, queries.allowed(pairs.len()));
            Some(ns)
        });
    }

    pub(super) fn audience(&mut self, operation: &str) {
        let groups = self.groups(BlockEnd::Blocked, 5);
        self.time_filter(operation, &groups, Peer::audience, |user, other| {
            (user, other)
        });
    }

    pub(super) fn visible_senders(&mut self, operation: &str) {
        let groups = self.groups(BlockEnd::Blocker, 6);
        self.time_filter(operation, &groups, Peer::visible_senders, |user, other| {
            (other, user)
        });
    }

    /// Times filters; `pair` says which of user and other is the sender.
    fn time_filter(
        &mut self,
        operation: &str,
        groups: &[Group],
        filter: Filter,
        pair: fn(u32, u32) -> (u32, u32),
    ) {
        let batch = self.workload.batch;
        let pairs = |group: &Group| -> Vec<_> {
            group
                .others
                .iter()
                .map(|other| pair(group.user, *other))
                .collect()
        };
        let queries = messages(self.population, groups.iter().flat_map(pairs).collect());
        let first = |most: usize| &groups[..(most / batch).clamp(1, groups.len())];
        self.prepare(|most| queries.first(first(most).len() * batch).to_vec());
        let mut into = Vec::with_capacity(batch);
        self.interleaved(operation, "us", |candidate, _| {
            let groups = first(candidate.peer.max_queries());
            let mut one = |group: &Group| {
                into.clear();
                filter(&*candidate.peer, group.user, &group.others, &mut into)
            };
            let (ns, left) = timed(groups.len(), || groups.iter().map(&mut one).sum::<usize>());
            assert_eq!(left, queries.allowed(groups.len() * batch));
            Some(ns / 1000.0)
        });
    }

    fn groups(&self, user_is: BlockEnd, seed: u64) -> Vec<Group> {
        self.population
            .groups(self.workload.groups, self.workload.batch, user_is, seed)
    }
}

/// Returns the queries whether these may message each other.
fn messages(population: &Population, pairs: Vec<(u32, u32)>) -> Queries {
    Queries::new(pairs, |sender, recipient| {
        population.can_message(sender, recipient)
    })
}

/// Asks one implementation, as much as it is asked at most, and returns the time of a query.
fn time_queries(candidate: &Candidate, queries: &Queries, query: Query) -> f64 {
    let pairs = queries.first(candidate.peer.max_queries());
    let (ns, allowed) = timed(pairs.len(), || query(&*candidate.peer, pairs));
    assert_eq!(allowed, queries.allowed(pairs.len()));
    ns
}

/// Returns a name as an attacker might choose it: the longest that fits, or one of 215 bytes, and
/// the first 200 bytes the same in all.
fn chosen_name(user: u32) -> String {
    let width = if user.is_multiple_of(2) { 55 } else { 15 };
    format!("{:a<200}{user:0width$}", "")
}

/// Returns queries about users each of whom blocks the next; half of them are refused.
fn chosen_name_queries(users: u32, len: usize) -> Queries {
    let mut rng = fastrand::Rng::with_seed(7);
    let pair = |n| {
        let sender = rng.u32(1..users);
        if n % 2 == 0 {
            (sender, sender - 1)
        } else {
            (sender - 1, rng.u32(1..users))
        }
    };
    let different = |(sender, recipient): &(u32, u32)| sender != recipient;
    let pairs = (0..len).map(pair).filter(different).collect();
    Queries::new(pairs, |sender, recipient| sender != recipient + 1)
}
