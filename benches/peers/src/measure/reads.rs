//! What is asked: nothing here changes an answer.

use super::questions::Questions;
use super::{Bench, Candidate, timed};
use crate::peers::Peer;
use crate::world::{Crowd, End, World, name};

/// Counts the pairs of which something holds.
type Question = fn(&(dyn Peer + 'static), &[(u32, u32)]) -> usize;

/// Filters others for a user into a vector; returns how many are left.
type Filter = fn(&(dyn Peer + 'static), u32, &[u32], &mut Vec<u32>) -> usize;

impl Bench<'_> {
    pub(super) fn can_message(&mut self, operation: &str) {
        let questions = messages(self.world, self.world.queries(self.work.questions, 1));
        self.ask(operation, &questions, Peer::can_message);
    }

    /// Senders who write to a crowd each, as one does to a group.
    pub(super) fn one_sender(&mut self, operation: &str) {
        let crowds = self.crowds(End::Blocked, 2);
        let to_each =
            |crowd: &Crowd| -> Vec<_> { crowd.others.iter().map(|to| (crowd.user, *to)).collect() };
        let questions = messages(self.world, crowds.iter().flat_map(to_each).collect());
        self.ask(operation, &questions, Peer::can_message);
    }

    /// The questions of `can_message`, once a great many block somebody else.
    pub(super) fn beside_celebrity(&mut self, operation: &str) {
        let questions = messages(self.world, self.world.queries(self.work.questions, 1));
        self.interleaved(operation, "ns", |candidate, _| {
            candidate.celebrity?;
            Some(ask(candidate, &questions, Peer::can_message))
        });
    }

    pub(super) fn can_request(&mut self, operation: &str) {
        let world = self.world;
        let pairs = world.queries(self.work.questions, 3);
        let questions = Questions::new(pairs, |a, b| world.may_request(a, b));
        self.ask(operation, &questions, Peer::can_request);
    }

    fn ask(&mut self, operation: &str, questions: &Questions, question: Question) {
        self.prepare(|most| questions.first(most).to_vec());
        self.interleaved(operation, "ns", |candidate, _| {
            Some(ask(candidate, questions, question))
        });
    }

    /// Tells each implementation what it will be asked, as far as it will be asked.
    fn prepare(&mut self, questions: impl Fn(usize) -> Vec<(u32, u32)>) {
        for candidate in &mut self.candidates {
            let pairs = questions(candidate.peer.most_questions());
            candidate.peer.prepare(self.world, &pairs);
        }
    }

    pub(super) fn by_name(&mut self, operation: &str) {
        let questions = messages(self.world, self.world.queries(self.work.questions / 4, 4));
        self.ask_by_name(operation, &questions, name);
    }

    /// Users whose names are long and alike, each of whom blocks the next.
    pub(super) fn by_chosen_name(&mut self, operation: &str) {
        let users = self.work.chosen_names.min(self.world.users);
        for candidate in &mut self.candidates {
            let add = |user| candidate.peer.add_owner(&chosen_name(user), &[]);
            let added: Vec<_> = (0..users).map_while(add).collect();
            for of_two in added.windows(2) {
                assert!(candidate.peer.block(of_two[0], of_two[1]));
            }
        }
        let questions = chosen_questions(users, self.work.questions / 4);
        self.ask_by_name(operation, &questions, chosen_name);
    }

    fn ask_by_name(&mut self, operation: &str, questions: &Questions, name: fn(u32) -> String) {
        let named = questions.named(name);
        self.interleaved(operation, "ns", |candidate, _| {
            let asked = &named[..candidate.peer.most_questions().min(named.len())];
            let (ns, allowed) = timed(asked.len(), || candidate.peer.can_message_by_name(asked));
            assert_eq!(allowed?, questions.allowed(asked.len()));
            Some(ns)
        });
    }

    pub(super) fn audience(&mut self, operation: &str) {
        let crowds = self.crowds(End::Blocked, 5);
        self.filter(operation, &crowds, Peer::audience, |user, other| {
            (user, other)
        });
    }

    pub(super) fn visible_senders(&mut self, operation: &str) {
        let crowds = self.crowds(End::Blocker, 6);
        self.filter(operation, &crowds, Peer::visible_senders, |user, other| {
            (other, user)
        });
    }

    /// Times filters; `pair` says which of user and other is the sender.
    fn filter(
        &mut self,
        operation: &str,
        crowds: &[Crowd],
        filter: Filter,
        pair: fn(u32, u32) -> (u32, u32),
    ) {
        let batch = self.work.batch;
        let pairs = |crowd: &Crowd| -> Vec<_> {
            crowd
                .others
                .iter()
                .map(|other| pair(crowd.user, *other))
                .collect()
        };
        let questions = messages(self.world, crowds.iter().flat_map(pairs).collect());
        let first = |most: usize| &crowds[..(most / batch).clamp(1, crowds.len())];
        self.prepare(|most| questions.first(first(most).len() * batch).to_vec());
        let mut into = Vec::with_capacity(batch);
        self.interleaved(operation, "us", |candidate, _| {
            let crowds = first(candidate.peer.most_questions());
            let mut one = |crowd: &Crowd| {
                into.clear();
                filter(&*candidate.peer, crowd.user, &crowd.others, &mut into)
            };
            let (ns, left) = timed(crowds.len(), || crowds.iter().map(&mut one).sum::<usize>());
            assert_eq!(left, questions.allowed(crowds.len() * batch));
            Some(ns / 1000.0)
        });
    }

    fn crowds(&self, user_is: End, seed: u64) -> Vec<Crowd> {
        self.world
            .crowds(self.work.crowds, self.work.batch, user_is, seed)
    }
}

/// Returns the questions whether these may message each other.
fn messages(world: &World, pairs: Vec<(u32, u32)>) -> Questions {
    Questions::new(pairs, |sender, recipient| {
        world.may_message(sender, recipient)
    })
}

/// Asks one implementation, as much as it is asked at most, and returns the time of a question.
fn ask(candidate: &Candidate, questions: &Questions, question: Question) -> f64 {
    let asked = questions.first(candidate.peer.most_questions());
    let (ns, allowed) = timed(asked.len(), || question(&*candidate.peer, asked));
    assert_eq!(allowed, questions.allowed(asked.len()));
    ns
}

/// Returns a name as an attacker might choose it: the longest that fits, or one of 215 bytes, and
/// the first 200 bytes the same in all.
fn chosen_name(user: u32) -> String {
    let width = if user.is_multiple_of(2) { 55 } else { 15 };
    format!("{:a<200}{user:0width$}", "")
}

/// Returns questions about users each of whom blocks the next; half of them are refused.
fn chosen_questions(users: u32, len: usize) -> Questions {
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
    Questions::new(pairs, |sender, recipient| sender != recipient + 1)
}
