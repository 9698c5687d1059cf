//! Systems that agree with the engine, and how much is compared.

use socialgraph::{Action, List, Policy, Ways};
use socialgraph_testkit::conformance::{self, Agreement, Config, Rule, Step, System};

use super::{act, altered, config, engine, is, join, log, mutual, refusing, rest};

#[test]
fn the_engine_agrees_with_itself_under_every_profile() {
    for &(name, policy) in Policy::PROFILES {
        let agreement = conformance::compare(&mut engine(policy), &config(policy)).unwrap();
        assert_eq!(agreement.logs, 24, "{name}");

        let Agreement {
            operations,
            concurrent,
            questions,
            lists,
            pages,
            ..
        } = agreement;
        let counts = [operations, concurrent, questions, lists, pages];
        assert!(counts.iter().all(|count| *count > 0), "{name}: {agreement}");
        assert_eq!(questions % 5, 0, "five questions on each pair: {agreement}");
        assert_eq!(agreement.interactions, questions / 5 * 3, "{agreement}");
    }
}

/// Ann has six lists at first, and then both have; two more names and an unknown one are asked about, too.
#[test]
fn an_agreement_says_how_much_was_compared() {
    let config = config(Policy::tencent_rest());
    let log = log([act(Action::Block, "ann", "ben")]);
    let agreement = conformance::replay(&mut rest(), &log, &config).unwrap();

    let expected = "1 log, 3 operations (0 at once with another), 375 questions \
                    (14 allowed, 75 about requests, 225 about calls, invitations or presence), \
                    30 lists, 30 pages";
    assert_eq!(agreement.to_string(), expected);
}

#[test]
fn the_same_seed_gives_the_same_finding_and_another_seed_gives_other_logs() {
    let mut config = config(Policy::tencent_rest());
    let find = |config: &Config| *conformance::compare(&mut mutual(), config).unwrap_err();
    assert_eq!(find(&config), find(&config));

    let agree = |config: &Config| conformance::compare(&mut rest(), config).unwrap();
    let before = agree(&config);
    assert_eq!(before, agree(&config));

    config.seed = 1;
    assert_ne!(before, agree(&config));
}

/// A race contains no action without a weight either.
#[test]
fn actions_without_a_weight_never_come() {
    let mut config = config(Policy::tencent_rest());
    config.tuning.weights.block = 0;
    config.tuning.weights.batch = 0;

    let mut no_blocks = altered(|engine, operation| {
        assert!(!is(operation, Action::Block), "{operation}");
        engine.apply(operation).unwrap()
    });
    assert_eq!(conformance::compare(&mut no_blocks, &config).err(), None);
}

/// If only one-way friends have a share, then a race contains no two-way friends either.
#[test]
fn ways_without_a_share_never_come() {
    let mut config = config(Policy::tencent_rest());
    let weights = &mut config.tuning.weights;
    (weights.block, weights.unblock, weights.batch) = (0, 0, 0);
    (weights.send_request, weights.accept_request) = (0, 0);
    (weights.decline_request, weights.cancel_request) = (0, 0);
    weights.one_way_percent = 100;

    let mut one_way_alone = refusing(|operation| {
        is(operation, Action::AddFriend(Ways::TwoWay))
            || is(operation, Action::RemoveFriend(Ways::TwoWay))
    });
    let agreement = conformance::compare(&mut one_way_alone, &config).unwrap();
    assert!(agreement.operations > 0, "{agreement}");

    let agreement = conformance::compare(&mut rest(), &config).unwrap();
    assert!(agreement.concurrent > 0, "{agreement}");
}

/// A log of your own may name any users.
#[test]
fn a_replayed_log_is_asked_about_under_its_own_names() {
    let config = config(Policy::tencent_rest());
    let block = act(Action::Block, "alice", "bob");
    let log = [join("alice"), join("bob"), block].map(Step::One);

    let finding = conformance::replay(&mut mutual(), &log, &config).unwrap_err();
    assert_eq!(finding.rule(), Some(Rule::R5), "{finding}");
    assert_eq!(finding.log.len(), 3, "{finding}");
    let text = finding.to_string();
    assert!(text.contains("may alice message bob?"), "{text}");

    let agreement = conformance::replay(&mut rest(), &log, &config).unwrap();
    // Four users of the tuning, an unknown name, and one user of the log after another.
    assert_eq!(agreement.questions, 5 * (6 * 6 + 7 * 7 + 7 * 7));
    assert_eq!(agreement.lists, (1 + 2 + 2) * List::ALL.len() as u64);
}

#[test]
fn a_log_of_any_length_is_generated_without_overflow() {
    let mut config = config(Policy::tencent_rest());
    (config.logs, config.tuning.operations) = (1, usize::MAX);
    let agreement = conformance::compare(&mut rest(), &config).unwrap();
    assert_eq!(agreement.logs, 1);
}
