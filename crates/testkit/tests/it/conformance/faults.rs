//! Faults of a host that gives no reasons: each is attributed to the rule that it breaks.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use socialgraph::operation::{
    Act, ActOnMany, AddUser, RemoveUser, SetRequestMode, SetRequestSending,
};
use socialgraph::{
    Action, List, Operation, Policy, RequestMode, RequestSending, SocialGraph, UserFacts, Ways,
};
use socialgraph_testkit::conformance::{
    self, Answer, Config, Engine, Extras, Finding, Reply, Rule, System,
};

use super::{act, config, log, willing};

/// Declares the faults, each with the rule that it breaks.
macro_rules! faults {
    ($($(#[$doc:meta])* $fault:ident: $rule:ident,)+) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        enum Fault {
            $($(#[$doc])* $fault,)+
        }

        impl Fault {
            /// Every fault, with the rule that it breaks.
            const RULES: &[(Self, Rule)] = &[$((Self::$fault, Rule::$rule)),+];
        }
    };
}

faults! {
    /// The blocked side can lift the other's block.
    EitherLifts: R1,
    /// A batch ends with the first refusal.
    BatchStops: R14,
    /// A refusal undoes the whole batch.
    BatchRollsBack: R14,
    /// A repeated name gets the result of its first turn.
    BatchDropsRepeats: R14,
    /// Blocks outlive the user.
    BlocksStay: Users,
    /// The blocklist is full one entry too early.
    BlockLimitTooLow: R15,
    /// Pending requests take room on the friend list.
    RequestsTakeRoom: R15,
    /// The mode `Nobody` drops the pending requests.
    NobodyDropsRequests: R11,
    /// A user whose request was declined cannot send another.
    DeclinedForGood: Requests,
    /// A user who is barred from requesting cannot accept.
    BarredCannotAccept: R11,
    /// A user who rejoins has the mode of before.
    ModeStays: Users,
    /// An acceptance ignores the limit of the friend lists.
    AcceptIgnoresLimit: R15,
}

/// An engine with a fault. It gives no reasons, and may offer lists.
struct Host {
    engine: Engine,
    fault: Fault,
    offers_lists: bool,
    /// Sender and recipient of every declined request.
    declined: BTreeSet<(String, String)>,
    /// The settings and counts of removed users.
    facts: BTreeMap<String, UserFacts>,
    /// The blocks of and against removed users: owner and entry.
    blocks: BTreeSet<(String, String)>,
}

impl Host {
    fn new(fault: Fault, offers_lists: bool) -> Self {
        let mut policy = config(Policy::tencent_rest()).policy;
        if fault == Fault::AcceptIgnoresLimit {
            policy.limits.friends = None;
        }

        Self {
            engine: Engine::new(policy),
            fault,
            offers_lists,
            declined: BTreeSet::new(),
            facts: BTreeMap::new(),
            blocks: BTreeSet::new(),
        }
    }

    /// Returns whether a friend list grows beyond two entries if `more` are added.
    fn outgrows(&self, after: &SocialGraph, user: &str, more: usize) -> bool {
        let [old, new] = [&self.engine.0, after].map(|graph| length(graph, user, List::Friends));
        new > old && new + more > 2
    }

    /// Returns whether the fault makes the host refuse what the engine may allow.
    fn refuses(&self, action: Action, actor: &str, target: &str) -> bool {
        let mut after = self.engine.0.clone();
        let _ = after.apply(action, actor, target);

        match self.fault {
            Fault::BlockLimitTooLow => {
                action == Action::Block && length(&after, actor, List::Blocklist) == 2
            }
            Fault::RequestsTakeRoom => [actor, target].into_iter().any(|user| {
                let pending = length(&after, user, List::RequestsIn);
                self.outgrows(&after, user, pending)
            }),
            Fault::AcceptIgnoresLimit => {
                let full = self.outgrows(&after, actor, 0) || self.outgrows(&after, target, 0);
                action != Action::AcceptRequest && full
            }
            Fault::DeclinedForGood => {
                let request = (actor.to_owned(), target.to_owned());
                action == Action::SendRequest && self.declined.contains(&request)
            }
            Fault::BarredCannotAccept => {
                let facts = self.engine.0.user_facts(actor);
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

        let done = self.engine.0.apply(action, actor, target).is_ok();
        if done && action == Action::DeclineRequest {
            self.declined.insert((target.to_owned(), actor.to_owned()));
        }
        if !done && self.fault == Fault::EitherLifts && action == Action::Unblock {
            return self.engine.0.apply(action, target, actor).is_ok();
        }
        done
    }

    fn batch(&mut self, action: Action, actor: &str, targets: &[String]) -> Reply {
        if targets.len() > 6 {
            return false.into();
        }

        let before = self.engine.clone();
        let mut answers: Vec<Answer> = Vec::new();
        for (index, target) in targets.iter().enumerate() {
            let first = targets.iter().position(|other| other == target).unwrap();
            let stopped = self.fault == Fault::BatchStops && answers.contains(&Answer::REFUSED);
            answers.push(if first < index && self.fault == Fault::BatchDropsRepeats {
                answers[first]
            } else {
                (!stopped && self.act(action, actor, target)).into()
            });
        }

        if self.fault == Fault::BatchRollsBack && answers.contains(&Answer::REFUSED) {
            self.engine = before;
            answers.fill(Answer::REFUSED);
        }
        Reply::Each(answers)
    }

    fn names(&mut self, user: &str, list: List) -> Vec<String> {
        self.engine.list(user, list).unwrap().unwrap()
    }

    fn remove(&mut self, name: &str) -> bool {
        for other in config(Policy::tencent_rest()).tuning.users() {
            for (owner, entry) in [(name, &*other), (&*other, name)] {
                let blocked = self.names(owner, List::Blocklist);
                if blocked.iter().any(|blocked| blocked == entry) {
                    self.blocks.insert((owner.to_owned(), entry.to_owned()));
                }
            }
        }
        if let Ok(facts) = self.engine.0.user_facts(name) {
            self.facts.insert(name.to_owned(), facts);
        }

        self.declined
            .retain(|(sender, recipient)| sender != name && recipient != name);
        self.engine.0.remove_user(name).is_ok()
    }

    fn join(&mut self, name: &str) -> bool {
        if self.engine.0.add_user(name).is_err() {
            return false;
        }

        if let Some(facts) = self.facts.get(name)
            && self.fault == Fault::ModeStays
        {
            let _ = self.engine.0.set_request_mode(name, facts.request_mode);
        }
        if self.fault == Fault::BlocksStay {
            for (owner, entry) in &self.blocks {
                let _ = self.engine.0.add_to_blocklist(owner, entry);
            }
        }
        true
    }

    fn drop_requests(&mut self, user: &str) {
        for sender in self.names(user, List::RequestsIn) {
            let _ = self.engine.0.apply(Action::DeclineRequest, user, &sender);
        }
    }
}

fn length(graph: &SocialGraph, user: &str, list: List) -> usize {
    graph.list(user, list).map_or(0, |entries| entries.len())
}

impl System for Host {
    type Error = Infallible;

    fn reset(&mut self) -> Result<(), Infallible> {
        *self = Self::new(self.fault, self.offers_lists);
        Ok(())
    }

    fn apply(&mut self, operation: &Operation) -> Result<Reply, Infallible> {
        let done = match operation {
            Operation::AddUser(AddUser { name }) => self.join(name),
            Operation::RemoveUser(RemoveUser { name }) => self.remove(name),
            Operation::Act(Act {
                action,
                actor,
                target,
            }) => self.act(*action, actor, target),
            Operation::ActOnMany(ActOnMany {
                action,
                actor,
                targets,
            }) => return Ok(self.batch(*action, actor, targets)),
            Operation::SetRequestMode(SetRequestMode { user, mode }) => {
                if self.fault == Fault::NobodyDropsRequests && *mode == RequestMode::Nobody {
                    self.drop_requests(user);
                }
                operation.apply_to(&mut self.engine.0).is_done()
            }
            Operation::SetRequestSending(_) => operation.apply_to(&mut self.engine.0).is_done(),
            Operation::ManyAct(_)
            | Operation::AdoptPolicy(_)
            | Operation::RenameUser(_)
            | Operation::ClearList(_)
            | Operation::MergeUsers(_) => return Ok(Reply::NotOffered),
        };
        Ok(done.into())
    }

    fn can_message(&mut self, actor: &str, target: &str) -> Result<Answer, Infallible> {
        let decision = self.engine.0.can_message(actor, target);
        Ok(decision.is_allowed().into())
    }

    fn extras(&mut self) -> Option<&mut dyn Extras<Error = Infallible>> {
        Some(self)
    }
}

impl Extras for Host {
    type Error = Infallible;

    fn can_send_friend_request(
        &mut self,
        actor: &str,
        target: &str,
    ) -> Result<Option<Answer>, Infallible> {
        let decision = self.engine.0.can_send_friend_request(actor, target);
        let refused = self.refuses(Action::SendRequest, actor, target);
        Ok(Some((decision.is_allowed() && !refused).into()))
    }

    fn list(&mut self, user: &str, list: List) -> Result<Option<Vec<String>>, Infallible> {
        Ok(self.offers_lists.then(|| self.names(user, list)))
    }
}

/// Returns the finding of a fault, after as many logs as the rarest fault needs.
fn find(fault: Fault, offers_lists: bool) -> Finding {
    let mut host = Host::new(fault, offers_lists);
    *conformance::compare(&mut host, &many_logs()).expect_err("a fault that is found")
}

fn many_logs() -> Config {
    let mut config = config(Policy::tencent_rest());
    config.logs = 256;
    config
}

#[test]
fn a_fault_is_attributed_to_the_rule_that_it_breaks() {
    for (fault, rule) in Fault::RULES {
        for offers_lists in [true, false] {
            let finding = find(*fault, offers_lists);
            let context = format!("{fault:?}, {offers_lists}:\n{finding}");
            assert_eq!(finding.rule(), Some(*rule), "{context}");
        }
    }
}

/// The replay of a finding is attributed to the same rule.
#[test]
fn a_log_that_ends_in_a_batch_has_the_same_rule_when_it_is_replayed() {
    let finding = find(Fault::BatchStops, true);
    let mut host = Host::new(Fault::BatchStops, true);
    let again = *conformance::replay(&mut host, &finding.log, &many_logs()).unwrap_err();
    assert_eq!(again, finding);
}

/// Requests that only serve to make friends are replaced by entries on friend lists.
#[test]
fn a_log_is_shrunk_to_simpler_steps() {
    let finding = find(Fault::AcceptIgnoresLimit, true);
    // Four users join. There are two entries, a request, and the acceptance without room.
    assert_eq!(finding.log.len(), 8, "{finding}");

    let text = finding.to_string();
    assert_eq!(text.matches("one-way friend\n").count(), 2, "{text}");
    assert!(text.contains("friend list is full"), "{text}");
}

/// Both sides apply each log except for its last action, which only the system does.
#[test]
fn an_action_that_the_engine_refuses_breaks_the_rule_of_the_reason() {
    use Action::{AcceptRequest, Block, CancelRequest, DeclineRequest, SendRequest, Unblock};

    let add = Action::AddFriend(Ways::TwoWay);
    let remove = Action::RemoveFriend(Ways::OneWay);
    let by_ann = |action| act(action, "ann", "ben");
    let by_ben = |action| act(action, "ben", "ann");
    let close_ben = Operation::SetRequestMode(SetRequestMode {
        user: "ben".into(),
        mode: RequestMode::Nobody,
    });
    let bar_ann = Operation::SetRequestSending(SetRequestSending {
        user: "ann".into(),
        sending: RequestSending::Barred,
    });
    let request_lost = [SendRequest, Block, Unblock].map(by_ann);
    let friend_lost = [add, Block, Unblock].map(by_ann);

    #[rustfmt::skip]
    let cases = [
        (Rule::R9, &[][..], act(Block, "ann", "ann")),
        (Rule::R9, &[], act(Block, "ann", "nobody")),
        (Rule::R4, &[by_ann(Block)], by_ann(SendRequest)),
        (Rule::R11, &[close_ben], by_ann(SendRequest)),
        (Rule::R11, &[bar_ann], by_ann(SendRequest)),
        (Rule::R8, &[by_ann(Block)], by_ann(Block)),
        (Rule::R8, &[], by_ann(Unblock)),
        (Rule::R1, &[by_ben(Block)], by_ann(Unblock)),
        (Rule::Requests, &[], by_ann(AcceptRequest)),
        (Rule::Requests, &[], by_ann(DeclineRequest)),
        (Rule::Requests, &[], by_ann(CancelRequest)),
        (Rule::R3, &request_lost, by_ben(AcceptRequest)),
        (Rule::R3, &request_lost, by_ann(CancelRequest)),
        (Rule::Friends, &[], by_ann(remove)),
        (Rule::R2, &friend_lost, by_ann(remove)),
    ];
    for (rule, setup, last) in cases {
        let log = log(setup.iter().cloned().chain([last]));
        let config = config(Policy::tencent_rest());
        let finding = conformance::replay(&mut willing(), &log, &config).unwrap_err();

        assert_eq!(finding.rule(), Some(rule), "{finding}");
        assert_eq!(finding.log.len(), log.len(), "{finding}");
    }
}
