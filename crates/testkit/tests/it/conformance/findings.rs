//! What is reported: a log that is short, and what goes with it.

use std::ops::ControlFlow;

use socialgraph::{Action, Policy};
use socialgraph_testkit::conformance::{self, Step};

use super::{act, config, engine, mutual};

#[test]
fn no_single_step_of_a_finding_can_be_left_out() {
    let config = config(Policy::tencent_rest());
    let mut keeping = engine(Policy::tencent_keep_friends());
    let finding = conformance::compare(&mut keeping, &config).unwrap_err();

    for index in 0..finding.log.len() {
        let mut shorter = finding.log.clone();
        shorter.remove(index);
        let found = conformance::replay(&mut keeping, &shorter, &config).err();
        assert_eq!(found, None, "{finding}");
    }

    let again = conformance::replay(&mut keeping, &finding.log, &config).unwrap_err();
    assert_eq!(again, finding);
}

#[test]
fn attempts_bound_the_shrinking_of_a_log() {
    let mut config = config(Policy::tencent_rest());
    config.findings = 1;
    let mut length = |attempts| {
        config.attempts = attempts;
        let finding = conformance::compare(&mut mutual(), &config).unwrap_err();
        finding.log.len()
    };

    let (long, bounded, short) = (length(0), length(1), length(1000));
    assert!(long >= bounded && bounded > 3, "{long}, and then {bounded}");
    assert_eq!(short, 3);
}

#[test]
fn steps_come_back_from_json() {
    let block = act(Action::Block, "ann", "ben");
    let accept = act(Action::AcceptRequest, "ben", "ann");
    let log = vec![Step::One(block.clone()), Step::Concurrent(block, accept)];

    let text = serde_json::to_string(&log).unwrap();
    assert!(text.contains(r#"{"at_once":["#), "{text}");
    assert_eq!(serde_json::from_str::<Vec<Step>>(&text).unwrap(), log);
}

/// `unwrap` and `expect` print it.
#[test]
fn a_finding_that_is_unwrapped_prints_its_sentences() {
    let config = config(Policy::tencent_rest());
    let finding = conformance::compare(&mut mutual(), &config).unwrap_err();
    assert_eq!(format!("{finding:?}"), format!("\n{finding}"));
    assert_eq!(format!("{finding:#?}"), format!("\n{finding}"));
}

/// The comparison ends where its observer breaks, and keeps what it has found.
#[test]
fn a_comparison_that_is_broken_off_reports_what_it_has() {
    let config = config(Policy::tencent_rest());
    let mut attempts = 0;
    let finding = conformance::compare_with(&mut mutual(), &config, &mut |progress| {
        assert!(progress.agreement.logs + progress.findings <= progress.logs);
        attempts = progress.shrinking.map_or(attempts, |it| it.attempts);
        match progress.shrinking {
            Some(shrinking) if shrinking.attempts == 5 => ControlFlow::Break(()),
            None if progress.findings > 0 => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    });
    let finding = finding.unwrap_err();
    assert_eq!(attempts, 5);
    assert!(finding.log.len() > 3, "{finding}");

    let compare = conformance::compare_with;
    let agreement = compare(&mut mutual(), &config, &mut |_| ControlFlow::Break(()));
    assert_eq!(agreement.unwrap().logs, 0);
}
