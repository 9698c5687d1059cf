//! Replies and answers of every form.

use std::convert::Infallible;

use socialgraph::operation::{AddUser, RemoveUser, SetRequestMode, SetRequestSending};
use socialgraph::{Action, Notice, Notices, Operation, OwnList, Policy, Reason, Reasons};
use socialgraph::{RequestMode, RequestSending};
use socialgraph_testkit::conformance::{self, Answer, Cause, Engine, Reply, Rule, Step, System};

use super::{Altered, act, altered, config, engine, join, log, mutual, willing};

/// A system that answers a single operation as if it were a batch, with this many answers.
fn repeating(answers: usize) -> impl System<Error = Infallible> {
    altered(
        move |engine, operation| match engine.apply(operation).unwrap() {
            Reply::Whole(answer) => Reply::Each(vec![answer; answers]),
            other => other,
        },
    )
}

#[test]
fn a_single_operation_may_be_answered_as_a_batch_of_one() {
    let mut config = config(Policy::tencent_rest());
    // As many as a batch may name, so that none is refused whole.
    config.tuning.targets = 6;
    let agreement = conformance::compare(&mut repeating(1), &config).unwrap();
    assert_eq!(agreement.logs, 24);
}

#[test]
fn several_answers_or_none_to_a_single_operation_are_a_misuse() {
    let config = config(Policy::tencent_rest());
    for (answers, expected) in [(0, "0 results"), (2, "2 results")] {
        let finding = *conformance::compare(&mut repeating(answers), &config).unwrap_err();
        assert_eq!((finding.rule(), finding.log.len()), (None, 1), "{finding}");
        assert!(matches!(&finding.cause, Cause::Misused { reply, .. } if reply == expected));

        let text = format!("the reply is none to this: {expected}");
        assert!(finding.to_string().ends_with(&text), "{finding}");
    }
}

#[test]
fn a_batch_has_an_answer_for_each_target() {
    let config = config(Policy::tencent_rest());
    let mut short = altered(|engine, operation| match engine.apply(operation).unwrap() {
        Reply::Each(answers) => Reply::Each(answers.into_iter().take(1).collect()),
        other => other,
    });

    let twice = Operation::act_on_many(Action::Block, "ann", ["ben", "ben"]);
    let finding = conformance::replay(&mut short, &log([twice]), &config).unwrap_err();
    assert_eq!(finding.rule(), Some(Rule::R14), "{finding}");
}

/// A target of a batch is answered as a single action is.
#[test]
fn a_batch_may_show_success_for_a_silent_refusal_and_for_no_other() {
    for (notice, rule) in [
        (Notice::Silent, None),
        (Notice::Neutral, Some(Rule::R14)),
        (Notice::Told, Some(Rule::R14)),
    ] {
        let mut policy = Policy::tencent_rest();
        policy.request.notice = Notices::both(notice);
        let config = config(policy);

        let mut feigning = Altered {
            engine: engine(policy),
            apply: |engine: &mut Engine, operation: &Operation| match engine
                .apply(operation)
                .unwrap()
            {
                Reply::Each(answers) => Reply::Each(vec![Answer::ALLOWED; answers.len()]),
                other => other,
            },
        };
        let log = log([
            join("cyd"),
            act(Action::Block, "ann", "ben"),
            Operation::act_on_many(Action::SendRequest, "ben", ["ann", "cyd"]),
        ]);
        let finding = conformance::replay(&mut feigning, &log, &config).err();
        assert_eq!(finding.as_ref().and_then(|it| it.rule()), rule);
        let Some(finding) = finding else { continue };
        assert!(finding.to_string().contains("target 1:"), "{finding}");
    }
}

/// Replays an operation on a system that reports it as done; returns the engine's answer.
fn refusal(operation: Operation) -> String {
    let config = config(Policy::tencent_rest());
    let log = [Step::One(operation)];
    let finding = conformance::replay(&mut willing(), &log, &config).unwrap_err();
    let Cause::Differs(difference) = finding.cause else {
        panic!("{log:?}")
    };
    assert_eq!(&*difference.system, "done");
    difference.engine.into()
}

#[test]
fn every_operation_that_the_engine_refuses_is_printed_as_refused() {
    let name = || "ann".to_owned();
    let nameless = Operation::AddUser(AddUser {
        name: String::new(),
    });
    assert_eq!(refusal(nameless), "refused: the name is empty");

    for operation in [
        Operation::RemoveUser(RemoveUser { name: name() }),
        Operation::SetRequestMode(SetRequestMode {
            user: name(),
            mode: RequestMode::Nobody,
        }),
        Operation::SetRequestSending(SetRequestSending {
            user: name(),
            sending: RequestSending::Barred,
        }),
        Operation::act_on_many(Action::Block, name(), vec![name(); 7]),
        Operation::many_act(Action::Block, vec![name(); 7], name()),
        Operation::rename_user(name(), "ben"),
        Operation::merge_users(name(), "ben"),
        Operation::clear_list(name(), OwnList::Blocklist),
    ] {
        assert!(refusal(operation).starts_with("refused: "));
    }

    let unknown = "refused: ann is not a known user; ben is not a known user";
    assert_eq!(refusal(act(Action::Block, "ann", "ben")), unknown);
}

/// A system without an operation is compared in all else, and the engine does not do it either.
#[test]
fn an_operation_that_is_not_offered_is_done_by_neither() {
    let is_offered = |operation: &Operation| match operation {
        Operation::ManyAct(_)
        | Operation::AdoptPolicy(_)
        | Operation::RenameUser(_)
        | Operation::ClearList(_)
        | Operation::MergeUsers(_) => false,
        Operation::AddUser(_)
        | Operation::RemoveUser(_)
        | Operation::Act(_)
        | Operation::ActOnMany(_)
        | Operation::SetRequestMode(_)
        | Operation::SetRequestSending(_) => true,
    };
    let mut few = altered(move |engine, operation| {
        if is_offered(operation) {
            engine.apply(operation).unwrap()
        } else {
            Reply::NotOffered
        }
    });

    let operations = [
        act(Action::Block, "ann", "ben"),
        Operation::clear_list("ann", OwnList::Blocklist),
        Operation::rename_user("ann", "ann2"),
        Operation::merge_users("ann", "ben"),
        Operation::adopt_policy(Policy::tencent_mutual()),
        Operation::many_act(Action::Unblock, ["ann", "ben"], "ben"),
        act(Action::Unblock, "ann", "ben"),
    ];
    let config = config(Policy::tencent_rest());
    let agreement = conformance::replay(&mut few, &log(operations), &config).unwrap();
    assert_eq!((agreement.operations, agreement.not_offered), (4, 5));
    assert!(
        agreement
            .to_string()
            .ends_with("; 5 operations not offered")
    );

    // What is not offered once is not drawn again.
    let agreement = conformance::compare(&mut few, &config).unwrap();
    assert!(
        agreement.operations > 10 * agreement.not_offered,
        "{agreement}"
    );
}

/// A system that has lost something when it says that it offers nothing is found out.
#[test]
fn an_operation_that_is_not_offered_must_change_nothing() {
    let mut sly = altered(|engine, operation| {
        let reply = engine.apply(operation).unwrap();
        match operation {
            Operation::MergeUsers(_) => Reply::NotOffered,
            _ => reply,
        }
    });
    let config = config(Policy::tencent_rest());
    let log = log([Operation::merge_users("ann", "ben")]);
    assert!(conformance::replay(&mut sly, &log, &config).is_err());
}

/// A system around another system reads its answers.
#[test]
fn the_parts_of_an_answer_can_be_read() {
    let mut system = mutual();
    for step in log([act(Action::Block, "ben", "ann")]) {
        let reply = system.apply(step.operations()[0]).unwrap();
        assert!(matches!(reply, Reply::Whole(answer) if answer.is_allowed()));
    }

    let answer = system.can_message("ann", "ben").unwrap();
    assert!(!answer.is_allowed());
    assert_eq!(answer.notice(), Some(Notice::Silent));
    assert_eq!(answer.reasons(), Some(Reason::TargetBlocks.into()));
    assert_eq!(Answer::ALLOWED.notice(), None);
    assert_eq!(Answer::ALLOWED.reasons(), None);
}

#[test]
fn a_refusal_prints_its_reasons() {
    let blocked = Answer::REFUSED.with_reasons(Reason::TargetBlocks.into());
    assert_eq!(blocked.to_string(), "refused: the target blocks the actor");
    let no_reason = Answer::REFUSED.with_reasons(Reasons::EMPTY);
    assert_eq!(no_reason.to_string(), "refused");
}
