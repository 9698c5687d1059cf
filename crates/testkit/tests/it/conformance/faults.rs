//! Faults of a host's, each of which has to be told by the rule that it breaks.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use socialgraph::{
    Action, List, Operation, Policy, RequestMode, RequestSending, SocialGraph, UserFacts, Ways,
};
use socialgraph_testkit::conformance::{self, Answer, Config, Finding, Reply, Rule, System};

use super::{act, altered, config, log};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// The blocked side can lift the other's block.
    EitherLifts,
    /// A batch ends with the first refusal.
    BatchStops,
    /// A batch is undone by a refusal.
    BatchRollsBack,
    /// A name that is repeated has the result of its first turn.
    BatchDropsRepeats,
    /// Blocks outlive the user.
    BlocksStay,
    /// The blocklist is full one too early.
    BlockLimitTooLow,
    /// Requests that wait take room on the friend list.
    RequestsTakeRoom,
    /// Taking requests from nobody drops those that wait.
    NobodyDropsRequests,
    /// Who was declined cannot ask again.
    DeclinedForGood,
    /// Who is barred from requesting cannot accept.
    BarredCannotAccept,
    /// A name that joins again has the mode that it had.
    ModeStays,
    /// An acceptance does not look for room on the friend lists.
    AcceptAsksNoLimit,
}

impl Fault {
    /// Every fault, and the rule that it breaks.
    const RULES: [(Self, Rule); 12] = [
        (Self::EitherLifts, Rule::R1),
        (Self::BatchStops, Rule::R14),
        (Self::BatchRollsBack, Rule::R14),
        (Self::BatchDropsRepeats, Rule::R14),
        (Self::BlocksStay, Rule::Users),
        (Self::BlockLimitTooLow, Rule::R15),
        (Self::RequestsTakeRoom, Rule::R15),
        (Self::NobodyDropsRequests, Rule::R11),
        (Self::DeclinedForGood, Rule::Requests),
        (Self::BarredCannotAccept, Rule::R11),
        (Self::ModeStays, Rule::Users),
        (Self::AcceptAsksNoLimit, Rule::R15),
    ];
}

/// The engine with a fault, which says no reasons, and offers lists or does not.
struct Host {
    graph: SocialGraph,
    fault: Fault,
    offers_lists: bool,
    declined: BTreeSet<(String, String)>,
    /// What those had who left: their facts, and who blocked whom.
    facts: BTreeMap<String, UserFacts>,
    blocks: BTreeSet<(String, String)>,
}

impl Host {
    fn new(fault: Fault, offers_lists: bool) -> Self {
        let mut policy = config(Policy::tencent_rest()).policy;
        if fault == Fault::AcceptAsksNoLimit {
            policy.limits.friends = None;
        }
        let (declined, facts, blocks) = <_>::default();
        Self {
            graph: SocialGraph::new(policy),
            fault,
            offers_lists,
            declined,
            facts,
            blocks,
        }
    }

    fn length(graph: &SocialGraph, user: &str, list: List) -> usize {
        graph.list(user, list).map_or(0, |list| list.len())
    }

    /// Returns whether a friend list grows beyond two with so many more entries counted.
    fn outgrows(&self, after: &SocialGraph, user: &str, more: usize) -> bool {
        let [old, new] = [&self.graph, after].map(|graph| Self::length(graph, user, List::Friends));
        new > old && new + more > 2
    }

    /// Returns whether the fault makes the host refuse what the engine may allow.
    fn refuses(&self, action: Action, actor: &str, target: &str) -> bool {
        let mut after = self.graph.clone();
        let _ = after.apply(action, actor, target);
        let facts = self.graph.user_facts(actor);
        match self.fault {
            Fault::BlockLimitTooLow => {
                action == Action::Block && Self::length(&after, actor, List::Blocklist) == 2
            }
            Fault::RequestsTakeRoom => [actor, target].into_iter().any(|user| {
                self.outgrows(&after, user, Self::length(&after, user, List::RequestsIn))
            }),
            Fault::AcceptAsksNoLimit => {
                let befriends = [actor, target]
                    .into_iter()
                    .any(|it| self.outgrows(&after, it, 0));
                action != Action::AcceptRequest && befriends
            }
            Fault::DeclinedForGood => {
                let pair = (actor.to_owned(), target.to_owned());
                action == Action::SendRequest && self.declined.contains(&pair)
            }
            Fault::BarredCannotAccept => {
                let barred = facts.is_ok_and(|it| it.request_sending == RequestSending::Barred);
                action == Action::AcceptRequest && barred
            }
            _ => false,
        }
    }

    fn act(&mut self, action: Action, actor: &str, target: &str) -> bool {
        if self.refuses(action, actor, target) {
            return false;
        }
        let done = self.graph.apply(action, actor, target).is_ok();
        if done && action == Action::DeclineRequest {
            self.declined.insert((target.to_owned(), actor.to_owned()));
        }
        let lifts = self.fault == Fault::EitherLifts && action == Action::Unblock;
        done || lifts && self.graph.apply(action, target, actor).is_ok()
    }

    fn batch(&mut self, action: Action, actor: &str, targets: &[String]) -> Reply {
        if targets.len() > 6 {
            return false.into();
        }
        let before = self.graph.clone();
        let mut done: Vec<Answer> = Vec::new();
        for (place, target) in targets.iter().enumerate() {
            let first = targets
                .iter()
                .position(|other| other == target)
                .filter(|it| *it < place);
            let stopped = self.fault == Fault::BatchStops && done.contains(&Answer::REFUSED);
            done.push(match first {
                Some(first) if self.fault == Fault::BatchDropsRepeats => done[first],
                _ => (!stopped && self.act(action, actor, target)).into(),
            });
        }
        if self.fault == Fault::BatchRollsBack && done.contains(&Answer::REFUSED) {
            self.graph = before;
            done.fill(Answer::REFUSED);
        }
        Reply::Each(done)
    }

    fn names(&mut self, user: &str, list: List) -> Vec<String> {
        System::list(&mut self.graph, user, list).unwrap().unwrap()
    }

    fn leave(&mut self, name: &str) -> bool {
        let users = config(Policy::tencent_rest()).tuning.users();
        for pair in users
            .iter()
            .flat_map(|other| [(name, &**other), (other, name)])
        {
            if self
                .names(pair.0, List::Blocklist)
                .iter()
                .any(|entry| entry == pair.1)
            {
                self.blocks.insert((pair.0.to_owned(), pair.1.to_owned()));
            }
        }
        self.declined.retain(|(a, b)| a != name && b != name);
        self.facts.extend(
            self.graph
                .user_facts(name)
                .map(|facts| (name.to_owned(), facts)),
        );
        self.graph.remove_user(name).is_ok()
    }

    fn join(&mut self, name: &str) -> bool {
        let done = self.graph.add_user(name).is_ok();
        if let Some(facts) = self
            .facts
            .get(name)
            .filter(|_| self.fault == Fault::ModeStays && done)
        {
            let _ = self.graph.set_request_mode(name, facts.request_mode);
        }
        for (owner, entry) in self
            .blocks
            .iter()
            .filter(|_| self.fault == Fault::BlocksStay && done)
        {
            let _ = self.graph.add_to_blocklist(owner, entry);
        }
        done
    }
}

impl System for Host {
    type Error = Infallible;

    fn reset(&mut self) -> Result<(), Infallible> {
        *self = Self::new(self.fault, self.offers_lists);
        Ok(())
    }

    fn apply(&mut self, operation: &Operation) -> Result<Reply, Infallible> {
        Ok(match operation {
            Operation::AddUser { name } => self.join(name).into(),
            Operation::RemoveUser { name } => self.leave(name).into(),
            Operation::Act {
                action,
                actor,
                target,
            } => self.act(*action, actor, target).into(),
            Operation::ActOnMany {
                action,
                actor,
                targets,
            } => self.batch(*action, actor, targets),
            Operation::SetRequestMode { user, mode } => {
                if (self.fault, *mode) == (Fault::NobodyDropsRequests, RequestMode::Nobody) {
                    for sender in self.names(user, List::RequestsIn) {
                        let _ = self.graph.apply(Action::DeclineRequest, user, &sender);
                    }
                }
                operation.apply_to(&mut self.graph).is_done().into()
            }
            Operation::SetRequestSending { .. } => {
                operation.apply_to(&mut self.graph).is_done().into()
            }
        })
    }

    fn can_message(&mut self, actor: &str, target: &str) -> Result<Answer, Infallible> {
        Ok(self.graph.can_message(actor, target).is_allowed().into())
    }

    fn can_send_friend_request(&mut self, actor: &str, target: &str) -> Result<Answer, Infallible> {
        let may = self
            .graph
            .can_send_friend_request(actor, target)
            .is_allowed();
        Ok((may && !self.refuses(Action::SendRequest, actor, target)).into())
    }

    fn list(&mut self, user: &str, list: List) -> Result<Option<Vec<String>>, Infallible> {
        Ok(self.offers_lists.then(|| self.names(user, list)))
    }
}

fn thorough() -> Config {
    let mut config = config(Policy::tencent_rest());
    config.logs = 256;
    config
}

fn find(fault: Fault, offers_lists: bool) -> Finding {
    let mut host = Host::new(fault, offers_lists);
    *conformance::compare(&mut host, &thorough()).expect_err("a fault that is found")
}

#[test]
fn a_fault_is_told_by_the_rule_that_it_breaks() {
    for (fault, rule) in Fault::RULES {
        for offers_lists in [true, false] {
            let finding = find(fault, offers_lists);
            assert_eq!(
                finding.rule(),
                Some(rule),
                "{fault:?}, {offers_lists}:\n{finding}"
            );
        }
    }
}

/// What is found of a batch is found again, with the same rule.
#[test]
fn a_log_that_ends_in_a_batch_is_judged_alike_when_it_is_replayed() {
    let finding = find(Fault::BatchStops, true);
    let mut host = Host::new(Fault::BatchStops, true);
    let again = *conformance::replay(&mut host, &finding.log, &thorough()).unwrap_err();
    assert_eq!(again, finding);
}

/// Requests that were only needed to make friends are told as plain entries.
#[test]
fn a_log_is_short_of_what_has_simpler_steps() {
    let finding = find(Fault::AcceptAsksNoLimit, true);
    // Four who join, two entries, a request, and the acceptance that has no room.
    assert_eq!(finding.log.len(), 8, "{finding}");
    let text = finding.to_string();
    assert_eq!(text.matches("one-way friend\n").count(), 2, "{text}");
    assert!(text.contains("friend list is full"), "{text}");
}

/// Each log but for its last act is done by both; the last the engine refuses.
#[test]
fn what_is_done_though_it_is_refused_has_the_rule_of_the_reason() {
    use Action::{AcceptRequest, Block, CancelRequest, DeclineRequest, SendRequest, Unblock};
    let (add, remove) = (
        Action::AddFriend(Ways::TwoWay),
        Action::RemoveFriend(Ways::OneWay),
    );
    let does = |action| act(action, "ann", "ben");
    let by_ben = |action| act(action, "ben", "ann");
    let closed = Operation::SetRequestMode {
        user: "ben".into(),
        mode: RequestMode::Nobody,
    };
    let barred = Operation::SetRequestSending {
        user: "ann".into(),
        sending: RequestSending::Barred,
    };
    let config = config(Policy::tencent_rest());
    for (rule, operations) in [
        (Rule::R9, vec![act(Block, "ann", "ann")]),
        (Rule::R9, vec![act(Block, "ann", "nobody")]),
        (Rule::R4, vec![does(Block), does(SendRequest)]),
        (Rule::R11, vec![closed, does(SendRequest)]),
        (Rule::R11, vec![barred, does(SendRequest)]),
        (Rule::R8, vec![does(Block), does(Block)]),
        (Rule::R8, vec![does(Unblock)]),
        (Rule::R1, vec![by_ben(Block), does(Unblock)]),
        (Rule::Requests, vec![does(AcceptRequest)]),
        (Rule::Requests, vec![does(DeclineRequest)]),
        (Rule::Requests, vec![does(CancelRequest)]),
        (
            Rule::R3,
            vec![
                does(SendRequest),
                does(Block),
                does(Unblock),
                by_ben(AcceptRequest),
            ],
        ),
        (
            Rule::R3,
            vec![
                does(SendRequest),
                does(Block),
                does(Unblock),
                does(CancelRequest),
            ],
        ),
        (Rule::Friends, vec![does(remove)]),
        (
            Rule::R2,
            vec![does(add), does(Block), does(Unblock), does(remove)],
        ),
    ] {
        let mut heedless = altered(|graph, operation| {
            let _ = System::apply(graph, operation);
            true.into()
        });
        let log = log(operations);
        let finding = conformance::replay(&mut heedless, &log, &config).unwrap_err();
        assert_eq!(
            (finding.rule(), finding.log.len()),
            (Some(rule), log.len()),
            "{finding}"
        );
    }
}
