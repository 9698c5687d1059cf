//! The rule that a finding names.

use std::convert::Infallible;

use socialgraph::operation::Act;
use socialgraph::{
    Action, List, Notice, Notices, Operation, Policy, Relation, RequestMode, Sides, Ways,
};
use socialgraph_testkit::conformance::{self, Answer, Engine, Extras, Reply, Rule, Step, System};

use super::{act, altered, config, engine, is, join, log, refusing, rest};

fn has_name(rule: Rule, name: &str) -> bool {
    rule.to_string().starts_with(&format!("{name}: "))
}

/// The kit's sentences are those of the page, to the letter.
#[test]
fn rules_are_as_the_page_has_them() {
    let page = include_str!("../../../../../docs/semantics.md");
    let mut rows = Vec::new();
    for line in page.lines() {
        let Some((name, rest)) = line
            .strip_prefix("| ")
            .and_then(|row| row.split_once(" | "))
        else {
            continue;
        };
        if Rule::ALL.iter().any(|rule| has_name(*rule, name)) {
            rows.push(format!("{name}: {}", rest.split(" |").next().unwrap()));
        }
    }
    assert_eq!(Rule::ALL.map(|rule| rule.to_string()).as_slice(), rows);
}

/// A policy that differs in one part is found by the rule of that part.
#[test]
fn every_part_of_a_policy_is_compared() {
    type Change = fn(&mut Policy);
    #[rustfmt::skip]
    let parts: [(Change, Rule, Option<usize>); 9] = [
        (|it| it.message.stopped_by = Sides::Both, Rule::R5, Some(3)),
        (|it| it.message.needs_listing_by = Sides::Actor, Rule::R12, Some(2)),
        (|it| it.message.notice = Notices::both(Notice::Told), Rule::R13, Some(3)),
        (|it| it.request.stopped_by = Sides::Actor, Rule::R4, Some(3)),
        (|it| it.block.clears_friends_of = Sides::Actor, Rule::R2, Some(4)),
        (|it| it.block.cancels_requests_of = Sides::Target, Rule::R3, Some(4)),
        (|it| it.request.initial_mode = RequestMode::Anyone, Rule::R11, Some(3)),
        (|it| it.limits.friends = Some(1), Rule::R15, None),
        (|it| it.limits.batch = Some(1), Rule::R14, Some(1)),
    ];

    for (change, rule, length) in parts {
        let config = config(Policy::tencent_rest());
        let mut policy = config.policy;
        change(&mut policy);
        let mut other = Engine::new(policy);
        let finding = conformance::compare(&mut other, &config).unwrap_err();
        assert_eq!(finding.rule(), Some(rule), "{finding}");
        if let Some(length) = length {
            assert_eq!(finding.log.len(), length, "{finding}");
        }
    }
}

/// A rule's sentence is that of `tencent_rest`; a finding says how the policy differs from it.
#[test]
fn a_finding_says_how_the_policy_differs_from_the_sentence() {
    type Change = fn(&mut Policy);
    let block = || act(Action::Block, "ann", "ben");
    let request = || act(Action::SendRequest, "ben", "ann");
    let add = || act(Action::AddFriend(Ways::OneWay), "ann", "ben");
    let block_cy = || act(Action::Block, "ann", "cy");

    let messages: Change = |policy| policy.message.stopped_by = Sides::Both;
    let clears: Change = |policy| policy.block.clears_friends_of = Sides::Neither;
    let stops: Change = |policy| policy.request.stopped_by = Sides::Target;
    let adds: Change = |policy| policy.request.add_stopped_by = Sides::Target;
    let limit: Change = |policy| policy.limits.blocked = Some(1);
    #[rustfmt::skip]
    let cases = [
        (messages, vec![block()], Rule::R5, "`message.stopped_by` is both"),
        (clears, vec![add(), block()], Rule::R2, "`block.clears_friends_of` is neither"),
        (stops, vec![block()], Rule::R4, "`request.stopped_by` is target"),
        (adds, vec![request(), block(), add()], Rule::R4, "`request.add_stopped_by` is target"),
        (limit, vec![join("cy"), block(), block_cy()], Rule::R15, "`limits.blocked` is 1\n"),
    ];
    for (change, operations, rule, here) in cases {
        let mut config = config(Policy::tencent_rest());
        change(&mut config.policy);
        let log = log(operations);
        let finding = conformance::replay(&mut rest(), &log, &config).unwrap_err();

        assert_eq!(finding.rule(), Some(rule), "{finding}");
        let text = finding.to_string();
        let expected = format!("\n{rule}\n  here: {here}");
        assert!(text.contains(&expected), "{text}");
    }
}

/// A system that refuses an operation without a reason breaks the operation's own rule.
#[test]
fn an_operation_that_is_always_refused_has_its_own_rule() {
    type Refuses = fn(&Operation) -> bool;
    #[rustfmt::skip]
    let cases: [(Refuses, Rule, Option<usize>); 18] = [
        (|it| matches!(it, Operation::AddUser(_)), Rule::Users, Some(1)),
        (|it| matches!(it, Operation::RemoveUser(_)), Rule::Users, Some(2)),
        (|it| matches!(it, Operation::SetRequestMode(_)), Rule::R11, Some(2)),
        (|it| matches!(it, Operation::SetRequestSending(_)), Rule::R11, Some(2)),
        (|it| matches!(it, Operation::ActOnMany(_)), Rule::R14, None),
        (|it| matches!(it, Operation::AdoptPolicy(_)), Rule::R26, Some(1)),
        (|it| matches!(it, Operation::RenameUser(_)), Rule::R27, Some(2)),
        (|it| matches!(it, Operation::ClearList(_)), Rule::R28, Some(2)),
        (|it| matches!(it, Operation::MergeUsers(_)), Rule::R29, Some(3)),
        // A batch that is refused whole is a matter of its size.
        (|it| matches!(it, Operation::ManyAct(_)), Rule::R14, Some(1)),
        (|it| is(it, Action::Block), Rule::R1, Some(3)),
        (|it| is(it, Action::Unblock), Rule::R1, Some(4)),
        (|it| is(it, Action::SendRequest), Rule::R11, Some(3)),
        (|it| is(it, Action::AcceptRequest), Rule::Requests, Some(4)),
        (|it| is(it, Action::DeclineRequest), Rule::Requests, Some(4)),
        (|it| is(it, Action::CancelRequest), Rule::Requests, Some(4)),
        (|it| is(it, Action::AddFriend(Ways::OneWay)), Rule::Friends, Some(3)),
        (|it| is(it, Action::RemoveFriend(Ways::TwoWay)), Rule::Friends, Some(4)),
    ];

    let mut config = config(Policy::tencent_rest());
    config.logs = 96;
    for (refuses, rule, length) in cases {
        let finding = conformance::compare(&mut refusing(refuses), &config).unwrap_err();
        let last = finding.log.last().unwrap();
        assert!(refuses(last.operations()[0]), "{finding}");
        assert_eq!(finding.rule(), Some(rule), "{finding}");
        if let Some(length) = length {
            assert_eq!(finding.log.len(), length, "{finding}");
        }
    }
}

/// A system that keeps requests across a block, and says no more than it must.
struct KeepsRequests {
    engine: Engine,
    /// Sender and recipient of every request ever sent.
    requests: Vec<(String, String)>,
}

impl KeepsRequests {
    /// Accepts a request that the engine has cancelled, if there is no block now.
    fn accept_late(&mut self, actor: &str, target: &str) -> bool {
        let graph = &mut self.engine.0;
        let blocked = graph
            .relation(actor, target)
            .is_ok_and(Relation::is_blocked);
        let request = (target.to_owned(), actor.to_owned());
        let kept = self.requests.contains(&request);
        kept && !blocked && graph.add_friend(actor, target, Ways::TwoWay).is_ok()
    }
}

impl System for KeepsRequests {
    type Error = Infallible;

    fn reset(&mut self) -> Result<(), Infallible> {
        self.requests.clear();
        self.engine.reset()
    }

    fn apply(&mut self, operation: &Operation) -> Result<Reply, Infallible> {
        let mut done = operation.apply_to(&mut self.engine.0).is_done();
        if let Operation::Act(Act {
            action,
            actor,
            target,
        }) = operation
        {
            match action {
                Action::SendRequest if done => self.requests.push((actor.clone(), target.clone())),
                Action::AcceptRequest if !done => done = self.accept_late(actor, target),
                _ => {}
            }
        }
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

impl Extras for KeepsRequests {
    type Error = Infallible;

    fn can_send_friend_request(&mut self, a: &str, b: &str) -> Result<Option<Answer>, Infallible> {
        let decision = self.engine.0.can_send_friend_request(a, b);
        Ok(Some(decision.is_allowed().into()))
    }
}

/// Without lists the fault shows only later, but its rule is still that of the block.
#[test]
fn a_request_that_outlives_a_block_breaks_the_rule_of_the_block() {
    let mut system = KeepsRequests {
        engine: rest(),
        requests: Vec::new(),
    };
    let log: Vec<Step> = log([
        act(Action::SendRequest, "ann", "ben"),
        act(Action::Block, "ann", "ben"),
        act(Action::Unblock, "ann", "ben"),
        act(Action::AcceptRequest, "ben", "ann"),
    ]);
    let config = config(Policy::tencent_rest());
    let finding = conformance::replay(&mut system, &log, &config).unwrap_err();

    assert_eq!(finding.rule(), Some(Rule::R3), "{finding}");
    assert_eq!(finding.log.len(), 6, "{finding}");
    let text = finding.to_string();
    assert!(text.contains("expected: refused: no friend request from ann to ben is pending"));
    assert!(
        text.contains("answered: done\nR3: A block cancels"),
        "{text}"
    );
    let earlier = "the incoming requests of ben after step 4";
    let lists: Vec<String> = finding.earlier().iter().map(ToString::to_string).collect();
    assert_eq!(lists, [earlier]);
    assert!(text.ends_with(&format!("a list may show it earlier: {earlier}")));
}

/// A system that refuses a second request of a log, even if the first is gone.
fn with_memory() -> impl System<Error = Infallible> {
    let mut has_requested = false;
    altered(move |engine, operation| {
        let is_request = is(operation, Action::SendRequest);
        if is_request && has_requested {
            return false.into();
        }
        has_requested |= is_request;
        engine.apply(operation).unwrap()
    })
}

/// A bare refusal may come of the block or of the request that it should have cancelled. But if
/// the block still stood, the message after step 5 would have been refused.
#[test]
fn a_list_that_an_answer_refutes_is_not_named() {
    let mut refusing = with_memory();
    let log: Vec<Step> = log([
        act(Action::SendRequest, "ann", "ben"),
        act(Action::Block, "ben", "ann"),
        act(Action::Unblock, "ben", "ann"),
        act(Action::SendRequest, "ann", "ben"),
    ]);
    let config = config(Policy::tencent_rest());
    let finding = conformance::replay(&mut refusing, &log, &config).unwrap_err();
    assert_eq!(finding.rule(), Some(Rule::R3), "{finding}");
    assert!(
        finding
            .to_string()
            .ends_with("a list may show it earlier: the incoming requests of ben after step 4"),
        "{finding}"
    );
}

/// A fault that shows in its own step, or on a list that is offered, would not show earlier.
#[test]
fn a_fault_that_no_list_would_show_earlier_has_no_such_list() {
    let config = config(Policy::tencent_rest());
    for policy in [Policy::tencent_mutual(), Policy::tencent_keep_friends()] {
        let finding = conformance::compare(&mut engine(policy), &config).unwrap_err();
        assert_eq!(finding.earlier(), [], "{finding}");
    }

    // Without lists, the friends that a block kept show when they are removed.
    let mut unlisted = Unlisted(engine(Policy::tencent_keep_friends()));
    let finding = conformance::compare(&mut unlisted, &config).unwrap_err();
    let earlier = finding.earlier();
    assert!(!earlier.is_empty(), "{finding}");
    for it in earlier {
        assert_eq!(it.list, List::Friends, "{finding}");
        assert!(it.step < finding.log.len(), "{finding}");
    }
}

/// An engine without lists.
struct Unlisted(Engine);

impl System for Unlisted {
    type Error = Infallible;

    forward!(0: reset, apply, can_message);
}
