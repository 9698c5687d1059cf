//! Who is blocked does not learn of it, but for what `docs/semantics.md` says ("What is told to
//! whom": R13, R31).
//!
//! Two graphs differ only in whether B blocks A. All that A can ask, list or receive is compared,
//! at the time of the block and after each of the operations that follow.

mod view;

use std::cell::RefCell;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use socialgraph::operation::{Act, ActOnMany, ManyAct};
use socialgraph::{
    Action, Decision, Effect, Event, Fact, Interaction, List, Notice, Notification, Operation,
    Outcome, Policy, Question, Reason, Reasons, Relation, Sides, SocialGraph, UserId, Viewer,
};
use socialgraph_testkit::strategies;

use crate::fixtures::{logs, policies, tuning};
use view::{Answer, SYSTEM, System, list_changes};

/// What the cases have tested.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    cases: u32,
    /// The cases with a block.
    blocks: u32,
    /// The blocks that ended an entry or a request.
    ending: u32,
    operations: u32,
    /// The operations of which the block refused something.
    refusing: u32,
    migrations: u32,
    /// The merges of the blocker or the blocked.
    merges: u32,
    /// The merges that fill no list, so that everybody else's relations are compared, too.
    compared: u32,
    /// The merges and migrations of which the blocked user is told something else.
    told_apart: u32,
    /// The answers across a block that is silent, neutral and told.
    silent: u32,
    neutral: u32,
    told: u32,
    /// The interactions of the blocker that do not reach the blocked user.
    stopped: u32,
}

/// Two graphs that differ only in whether one user blocks another.
struct Pair {
    /// The user whose block it is.
    owner: UserId,
    blocked: UserId,
    with_block: SocialGraph,
    without: SocialGraph,
}

impl Pair {
    /// Lifts the block in a clone, which restores nothing (R7). `None` if there is no block.
    fn new(with_block: SocialGraph, owner: UserId, blocked: UserId) -> Option<Self> {
        let mut without = with_block.clone();
        without.apply(Action::Unblock, owner, blocked).ok()?;
        Some(Self {
            owner,
            blocked,
            with_block,
            without,
        })
    }

    /// Returns the operation without the items that the block refused.
    ///
    /// An action that a block refuses does nothing, and may be shown as a success. Without the
    /// block it would change lists, the actor's own among them, and what comes later: that much
    /// a user can tell, even of a silent refusal. So these actions are left out of the graph
    /// without the block. Everything else has to be as if they had never been tried.
    fn heeded(&self, operation: &Operation, outcome: &Outcome) -> Operation {
        let items = outcome.items();
        let mut items = items.iter();
        // A batch that is refused whole has no items.
        let mut keeps = |action, actor: &str, target: &str| {
            let is_done = items.next().is_none_or(Result::is_ok);
            is_done || !self.may_refuse(action, actor, target)
        };

        match operation.clone() {
            Operation::Act(Act {
                action,
                actor,
                target,
            }) if !keeps(action, &actor, &target) => Operation::act_on_many(action, actor, [""; 0]),
            Operation::ActOnMany(mut batch) => {
                let ActOnMany { action, actor, .. } = &batch;
                let (action, actor) = (*action, actor.clone());
                batch.targets.retain(|target| keeps(action, &actor, target));
                batch.into()
            }
            Operation::ManyAct(mut batch) => {
                let ManyAct { action, target, .. } = &batch;
                let (action, target) = (*action, target.clone());
                batch.actors.retain(|actor| keeps(action, actor, &target));
                batch.into()
            }
            operation => operation,
        }
    }

    /// Returns whether the block may refuse an action.
    ///
    /// It is one between the two users, or a block by the blocker, whose list it makes longer.
    fn may_refuse(&self, action: Action, actor: &str, target: &str) -> bool {
        let [actor, target] = [actor, target].map(|name| self.with_block.user_id(name));
        let [owner, blocked] = [self.owner, self.blocked].map(Some);
        let is_between = [actor, target] == [owner, blocked] || [target, actor] == [owner, blocked];
        is_between || (action == Action::Block && actor == owner)
    }

    /// Returns the two users after an operation: the remaining user of a merge stands in.
    fn after(&self, operation: &Operation) -> (UserId, UserId) {
        let Some((from, into)) = self.merged(operation) else {
            return (self.owner, self.blocked);
        };
        let remaining = |user| if user == from { into } else { user };
        (remaining(self.owner), remaining(self.blocked))
    }

    /// Returns the users that an operation merges.
    fn merged(&self, operation: &Operation) -> Option<(UserId, UserId)> {
        let Operation::MergeUsers(merge) = operation else {
            return None;
        };
        let from = self.with_block.user_id(&*merge.from)?;
        let into = self.with_block.user_id(&*merge.into)?;
        (from != into).then_some((from, into))
    }

    /// Returns whether an operation judges the relation of the two anew (R26, R29).
    fn is_upheaval(&self, operation: &Operation) -> bool {
        let merges = self.merged(operation).is_some_and(|(from, into)| {
            [from, into].contains(&self.owner) || [from, into].contains(&self.blocked)
        });
        merges || matches!(operation, Operation::AdoptPolicy(_))
    }
}

/// A graph before and after an operation.
struct Step<'a> {
    before: &'a SocialGraph,
    after: SocialGraph,
    outcome: Outcome,
}

impl<'a> Step<'a> {
    fn new(operation: &Operation, before: &'a SocialGraph) -> Self {
        let mut after = before.clone();
        let outcome = operation.apply_to(&mut after);
        Self {
            before,
            after,
            outcome,
        }
    }

    /// Returns what a user is told of it.
    fn told(&self, system: System, user: UserId) -> Vec<(Notification, UserId)> {
        let events = self.outcome.events(&self.after);
        system.notifications(&events, user, self.after.policy())
    }

    /// Checks that a user is told what comes on the user's lists or leaves them, and no more.
    fn check_lists(&self, system: System, user: UserId) -> Result<(), TestCaseError> {
        let mut told = self.told(system, user);
        told.sort_unstable();
        let expected = list_changes(self.before, &self.after, user);
        prop_assert_eq!(told, expected, "{} is told", user);
        Ok(())
    }
}

/// A system under test, and what has been tested of it.
struct Check {
    system: System,
    tally: RefCell<Tally>,
}

impl Check {
    fn count(&self, count: impl FnOnce(&mut Tally)) {
        count(&mut self.tally.borrow_mut());
    }

    fn case(&self, case: &Case) -> Result<(), TestCaseError> {
        self.count(|tally| tally.cases += 1);
        let mut graph = SocialGraph::new(case.policy);
        for operation in &case.log {
            let _ = operation.apply_to(&mut graph);
        }
        let Some((owner, blocked)) = case.choice.users(&graph) else {
            return Ok(());
        };

        let mut pair = self.block(graph, owner, blocked)?;
        for (operation, aim) in &case.later {
            let Some(before) = &pair else { break };
            pair = self.operation(before, &aim.at(operation, before))?;
        }
        Ok(())
    }

    /// Lets one user block the other, and checks what the other is told and sees.
    fn block(
        &self,
        mut graph: SocialGraph,
        owner: UserId,
        blocked: UserId,
    ) -> Result<Option<Pair>, TestCaseError> {
        let _ = graph.apply(Action::Unblock, owner, blocked);
        let [owner_name, peer_name] = [owner, blocked].map(|id| graph.name(id).unwrap().to_owned());
        let block = Step::new(
            &Operation::act(Action::Block, owner_name, peer_name),
            &graph,
        );
        block.check_lists(self.system, blocked)?;
        let ends = !list_changes(&graph, &block.after, blocked).is_empty();

        let pair = Pair::new(block.after, owner, blocked);
        if let Some(pair) = &pair {
            self.count(|tally| tally.blocks += 1);
            self.count(|tally| tally.ending += u32::from(ends));
            self.views(pair)?;
        }
        Ok(pair)
    }

    /// Performs an operation on both graphs. Returns them, or `None` if the block is gone.
    fn operation(&self, pair: &Pair, operation: &Operation) -> Result<Option<Pair>, TestCaseError> {
        self.count(|tally| tally.operations += 1);
        let after = if pair.is_upheaval(operation) {
            self.upheaval(pair, operation)?
        } else {
            self.ordinary(pair, operation)?
        };
        if let Some(pair) = &after {
            self.views(pair)?;
        }
        Ok(after)
    }

    /// Checks that all but what the block refuses is done, and told, as without the block.
    fn ordinary(&self, pair: &Pair, operation: &Operation) -> Result<Option<Pair>, TestCaseError> {
        let step = Step::new(operation, &pair.with_block);
        let heeded = pair.heeded(operation, &step.outcome);
        let expected = Step::new(&heeded, &pair.without);
        self.count(|tally| tally.refusing += u32::from(heeded != *operation));

        let [told, other] = [&step, &expected].map(|it| it.told(self.system, pair.blocked));
        prop_assert_eq!(told, other, "{} is told of: {}", pair.blocked, operation);

        let after = Pair::new(step.after.clone(), pair.owner, pair.blocked);
        let lifted = after.as_ref().map_or(&step.after, |pair| &pair.without);
        prop_assert_eq!(lifted, &expected.after, "{}", operation);
        Ok(after)
    }

    /// Checks a merge or a migration: each block is made anew (R26, R29).
    ///
    /// What ends, or is not carried over, because of the block is seen in the lists of the two
    /// users. The blocked user is told that much. All else is as without the block.
    fn upheaval(&self, pair: &Pair, operation: &Operation) -> Result<Option<Pair>, TestCaseError> {
        let step = Step::new(operation, &pair.with_block);
        let expected = Step::new(operation, &pair.without);
        let (owner, blocked) = pair.after(operation);
        for user in [pair.blocked, blocked] {
            step.check_lists(self.system, user)?;
            expected.check_lists(self.system, user)?;
        }
        self.count_upheaval(operation, &step, &expected, blocked);

        let after = Pair::new(step.after.clone(), owner, blocked);
        let stands_in_both = Pair::new(expected.after.clone(), owner, blocked).is_some();
        if after.is_none() || stands_in_both {
            // The two have become one, or the other of two merged users has the block as well.
            prop_assert_eq!(&step.after, &expected.after, "{}", operation);
            return Ok(None);
        }
        if has_room(step.after.policy(), operation) {
            self.count_compared(operation);
            let users = (owner, blocked);
            prop_assert_eq!(apart(&step.after, users), apart(&expected.after, users));
            self.told_of_others(&step, &expected, pair.blocked, users)?;
            self.told_of_others(&step, &expected, blocked, users)?;
        }
        Ok(after)
    }

    /// Checks that a user is told of all but the blocker as without the block.
    fn told_of_others(
        &self,
        step: &Step<'_>,
        expected: &Step<'_>,
        user: UserId,
        (owner, blocked): (UserId, UserId),
    ) -> Result<(), TestCaseError> {
        let [told, other] = [step, expected].map(|it| {
            let mut told = it.told(self.system, user);
            told.retain(|(_, other)| user != blocked || *other != owner);
            told
        });
        prop_assert_eq!(told, other, "{} is told of others", user);
        Ok(())
    }

    fn count_upheaval(
        &self,
        operation: &Operation,
        step: &Step<'_>,
        expected: &Step<'_>,
        user: UserId,
    ) {
        let [told, other] = [step, expected].map(|it| it.told(self.system, user));
        self.count(|tally| match operation {
            Operation::MergeUsers(_) => tally.merges += 1,
            _ => tally.migrations += 1,
        });
        self.count(|tally| tally.told_apart += u32::from(told != other));
    }

    fn count_compared(&self, operation: &Operation) {
        let is_merge = matches!(operation, Operation::MergeUsers(_));
        self.count(|tally| tally.compared += u32::from(is_merge));
    }

    /// Compares what the blocked user sees of the two graphs.
    fn views(&self, pair: &Pair) -> Result<(), TestCaseError> {
        let [seen, expected] =
            [&pair.with_block, &pair.without].map(|graph| self.system.view(graph, pair.blocked));
        prop_assert_eq!(seen.facts, expected.facts, "the facts show the block");
        prop_assert_eq!(seen.lists, expected.lists, "a list shows the block");
        prop_assert_eq!(seen.conflicts, expected.conflicts, "a room shows the block");

        prop_assert_eq!(seen.answers.len(), expected.answers.len());
        for (answer, other) in seen.answers.iter().zip(&expected.answers) {
            self.answer(pair, answer, other)?;
        }
        for ((interaction, senders), (_, mut expected)) in
            seen.senders.into_iter().zip(expected.senders)
        {
            self.leave_out_stopped(pair, interaction, &mut expected);
            prop_assert_eq!(senders, expected, "{} senders show the block", interaction);
        }
        Ok(())
    }

    /// Removes the blocker from senders if the blocker's own block stops what they send.
    fn leave_out_stopped(&self, pair: &Pair, interaction: Interaction, senders: &mut Vec<UserId>) {
        let gate = pair.with_block.policy().gate(interaction);
        if gate.stopped_by.has_actor() {
            let before = senders.len();
            senders.retain(|sender| *sender != pair.owner);
            self.count(|tally| tally.stopped += u32::from(senders.len() < before));
        }
    }

    /// Checks that an answer shows what the notice says, and that its text says no more.
    fn answer(&self, pair: &Pair, answer: &Answer, other: &Answer) -> Result<(), TestCaseError> {
        let Answer {
            question, target, ..
        } = *answer;
        prop_assert_eq!((question, target), (other.question, other.target));
        let decision = pair.with_block.decide(question, pair.blocked, target);
        let refuses = target == pair.owner && decision.reasons().contains(Reason::TargetBlocks);
        let expected = if refuses {
            self.shown_across_block(notice(pair.with_block.policy(), question), other.shown)
        } else {
            other.shown
        };
        prop_assert_eq!(
            answer.shown,
            expected,
            "{} shows the block: {}",
            question,
            answer.text
        );

        let bits = expected.to_bits();
        let text = Decision::from_bits(question, bits | bits << 32).unwrap();
        let [actor, target] = [pair.blocked, target].map(|id| pair.with_block.name(id).unwrap());
        let text = text.explain(actor, target).to_string();
        prop_assert_eq!(&answer.text, &text, "the text shows the block");
        Ok(())
    }

    /// Returns what is shown of a refusal by the target's block and other reasons (R13).
    fn shown_across_block(&self, notice: Notice, without: Reasons) -> Reasons {
        self.count(|tally| match notice {
            Notice::Silent => tally.silent += 1,
            Notice::Neutral => tally.neutral += 1,
            Notice::Told => tally.told += 1,
        });
        let unavailable = Reasons::from(Reason::Unavailable);
        match notice {
            Notice::Neutral if without.is_empty() => unavailable,
            Notice::Silent | Notice::Neutral => without,
            // Beside a reason that is told, nothing is called unavailable.
            Notice::Told => (without - unavailable).union(Reason::TargetBlocks.into()),
        }
    }
}

/// Returns the notice of the target's block.
fn notice(policy: &Policy, question: Question) -> Notice {
    match question {
        Question::Reach(interaction) => policy.gate(interaction).notice.other,
        Question::Act(_) => policy.request.notice.other,
    }
}

/// Returns whether an operation fills no list.
///
/// In a merge, what a block keeps off a full list leaves room there for somebody else.
fn has_room(policy: &Policy, operation: &Operation) -> bool {
    let limits = [policy.limits.friends, policy.limits.requests_in];
    let users = u32::from(tuning(0).users);
    matches!(operation, Operation::AdoptPolicy(_))
        || limits
            .iter()
            .all(|limit| limit.is_none_or(|limit| limit > 2 * users))
}

/// Returns all relations but that of two users.
fn apart(graph: &SocialGraph, (one, other): (UserId, UserId)) -> Vec<(UserId, UserId, Relation)> {
    let mut relations = Vec::new();
    for (user, _) in graph.users() {
        for (peer, _) in graph.users().filter(|(peer, _)| user < *peer) {
            if [user, peer] != [one, other] && [peer, user] != [one, other] {
                relations.push((user, peer, graph.relation(user, peer).unwrap()));
            }
        }
    }
    relations
}

/// A policy, a log, who blocks whom, and what comes later.
#[derive(Clone, Debug)]
struct Case {
    policy: Policy,
    log: Vec<Operation>,
    choice: Choice,
    later: Vec<(Operation, Aim)>,
}

/// Which users of a graph the blocker and the blocked are.
#[derive(Clone, Debug)]
struct Choice {
    pair: Index,
    /// Whether the two have something between them, if any two have.
    are_related: bool,
}

impl Choice {
    /// Returns two different users, or `None` if there are fewer.
    fn users(&self, graph: &SocialGraph) -> Option<(UserId, UserId)> {
        let mut pairs = Vec::new();
        for (one, _) in graph.users() {
            let others = graph.users().filter(|(other, _)| *other != one);
            pairs.extend(others.map(|(other, _)| (one, other)));
        }

        let mut related = pairs.clone();
        // A block alone is nothing: it is lifted, and made anew.
        related.retain(|(one, other)| {
            let relation = graph.relation(*one, *other).unwrap();
            relation.without(Fact::ActorBlocks) != Relation::STRANGERS
        });
        if self.are_related && !related.is_empty() {
            pairs = related;
        }
        (!pairs.is_empty()).then(|| *self.pair.get(&pairs))
    }
}

/// Which users take the place of the first and of the last name in an operation.
#[derive(Clone, Copy, Debug)]
struct Aim([Option<Viewer>; 2]);

impl Aim {
    fn at(self, operation: &Operation, pair: &Pair) -> Operation {
        let is_of_names = matches!(operation, Operation::AddUser(_) | Operation::RenameUser(_));
        let names = operation.names();
        let (false, Some(first), Some(last)) = (is_of_names, names.first(), names.last()) else {
            return operation.clone();
        };
        let name = |aim, drawn: &str| match aim {
            Some(Viewer::Actor) => pair.with_block.name(pair.owner).unwrap().to_owned(),
            Some(_) => pair.with_block.name(pair.blocked).unwrap().to_owned(),
            None => drawn.to_owned(),
        };
        operation.map_names(|drawn| match drawn {
            drawn if drawn == *first => name(self.0[0], drawn),
            drawn if drawn == *last => name(self.0[1], drawn),
            drawn => drawn.to_owned(),
        })
    }
}

fn cases() -> impl Strategy<Value = Case> {
    let choices = (any::<Index>(), prop::bool::weighted(0.7))
        .prop_map(|(pair, are_related)| Choice { pair, are_related });
    let roles = [None, Some(Viewer::Actor), Some(Viewer::Target)];
    let role = prop::sample::select(roles.to_vec());
    let aims = [role.clone(), role].prop_map(Aim);

    let mut tuning = tuning(0);
    // Often enough for each to be tested.
    (tuning.weights.merge_users, tuning.weights.adopt_policy) = (14, 8);
    let later = prop::collection::vec((strategies::operations(&tuning), aims), 0..=10);
    (policies(), logs(40), choices, later).prop_map(|(policy, log, choice, later)| Case {
        policy,
        log,
        choice,
        later,
    })
}

/// Returns what is found in a number of cases, or what they have tested.
fn found(system: System, cases_to_try: u32, seed: u8) -> Result<Tally, String> {
    let config = Config {
        cases: cases_to_try,
        failure_persistence: None,
        max_shrink_iters: 0,
        ..Config::default()
    };
    let seed = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(config, seed);
    let check = Check {
        system,
        tally: RefCell::default(),
    };
    let result = runner.run(&cases(), |case| check.case(&case));
    result.map_err(|error| error.to_string())?;
    Ok(check.tally.into_inner())
}

/// Checks that most cases test something, and that each part of the property is tested often.
fn check_tally(tally: Tally) {
    let Tally { cases, blocks, .. } = tally;
    assert!(blocks * 10 >= cases * 9, "{tally:?}");
    assert!(tally.operations >= cases * 3, "{tally:?}");
    for (part, least_percent) in [
        (tally.ending, 15),
        (tally.refusing, 50),
        (tally.migrations, 15),
        (tally.merges, 7),
        (tally.compared, 3),
        (tally.told_apart, 3),
        (tally.silent, 500),
        (tally.neutral, 500),
        (tally.told, 500),
        (tally.stopped, 200),
    ] {
        assert!(part * 100 >= cases * least_percent, "{part}: {tally:?}");
    }
}

#[test]
fn r31_a_blocked_user_sees_no_more_of_a_block_than_the_policy_says() {
    check_tally(found(SYSTEM, 2048, 0).unwrap());
}

#[test]
#[ignore = "two minutes: docs/verification.md has the command"]
fn r31_a_blocked_user_sees_no_more_of_a_block_in_many_cases() {
    for seed in 1..=4 {
        check_tally(found(SYSTEM, 20_000, seed).unwrap());
    }
}

/// Checks that a leak is found, in these words.
fn is_found(system: System, words: &str) {
    let leak = found(system, 256, 0).unwrap_err();
    assert!(leak.contains(words), "{leak}");
}

#[test]
fn a_leak_in_a_list_is_found() {
    let lists = |_: &Policy| List::ALL.to_vec();
    is_found(System { lists, ..SYSTEM }, "a list shows the block");
}

#[test]
fn a_leak_in_an_event_is_found() {
    let told = |event: &Event, user, policy: &Policy| {
        let owner = event.owner().id;
        event
            .seen_by(user, policy)
            .or_else(|| event.seen_by(owner, policy))
    };
    is_found(System { told, ..SYSTEM }, "is told");
}

#[test]
fn a_leak_to_every_blocked_user_is_found() {
    // Strangers, too, are told that a request has ended.
    let told = |event: &Event, user, policy: &Policy| {
        let is_block = event.effect == Effect::ActorBlockAdded;
        let told = event.seen_by(user, policy);
        told.or(is_block.then_some(Notification::RequestEnded))
    };
    is_found(System { told, ..SYSTEM }, "is told");
}

#[test]
fn a_leak_of_a_lifted_block_is_found() {
    let told = |event: &Event, user, policy: &Policy| {
        let is_lifted = event.action == Some(Action::Unblock);
        let told = event.seen_by(user, policy);
        told.or(is_lifted.then_some(Notification::BlockLifted))
    };
    is_found(System { told, ..SYSTEM }, "is told of");
}

#[test]
fn a_leak_in_a_merge_is_found() {
    let told = |event: &Event, user, policy: &Policy| {
        let is_merged = event.effect == Effect::TargetBlockAdded;
        let told = event.seen_by(user, policy);
        told.or(is_merged.then_some(Notification::RequestEnded))
    };
    is_found(System { told, ..SYSTEM }, "is told");
}

#[test]
fn a_leak_in_the_text_of_a_refusal_is_found() {
    let text =
        |decision: Decision, actor: &str, target: &str| decision.explain(actor, target).to_string();
    is_found(System { text, ..SYSTEM }, "the text shows the block");
}

#[test]
fn a_leak_in_the_text_under_a_neutral_notice_is_found() {
    let text = |decision: Decision, actor: &str, target: &str| {
        let visible = decision.visible();
        let is_neutral = visible.reasons() == Reason::Unavailable.into();
        let is_by_target = decision.reasons() == Reason::TargetBlocks.into();
        let shown = if is_neutral && is_by_target {
            decision
        } else {
            visible
        };
        shown.explain(actor, target).to_string()
    };
    is_found(System { text, ..SYSTEM }, "the text shows the block");
}

#[test]
fn a_leak_to_the_sender_in_a_room_is_found() {
    let left_out = |decision| decision;
    is_found(System { left_out, ..SYSTEM }, "shows the block");
}

#[test]
fn a_leak_to_a_newcomer_to_a_room_is_found() {
    let conflict = |_: Sides| true;
    is_found(System { conflict, ..SYSTEM }, "a room shows the block");
}
