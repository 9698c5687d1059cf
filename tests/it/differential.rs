//! The engine against the reference model, after every operation of random logs.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use socialgraph::{Action, List, Policy, RequestMode, SocialGraph};
use socialgraph_testkit::reference::{AddressBy, SideBySide};
use socialgraph_testkit::strategies::{self, TIGHT_LIMITS, Tuning, UNKNOWN_NAME};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn the_engine_and_the_model_agree(
        policy in strategies::policies(&Tuning::default()),
        log in strategies::logs(&Tuning::default()),
    ) {
        let valid = Tuning::default().valid_names();
        let mut names: Vec<_> = valid.iter().map(String::as_str).collect();
        // A name that the log does not give is like the unknown one.
        names.retain(|name| log.iter().any(|operation| operation.names().contains(name)));
        names.push(UNKNOWN_NAME);
        let mut both = SideBySide::new(policy);

        for (operation, by) in log.iter().zip([AddressBy::Name, AddressBy::Handle].into_iter().cycle()) {
            both.apply(by, operation).unwrap();
            both.compare(&names).unwrap();
        }

        let crowd = names.repeat(4);
        for name in &names {
            both.compare_audience(name, &crowd).unwrap();
            for list in List::ALL {
                both.compare_pages(name, list, 2).unwrap();
            }
        }

        both.compare_limits(TIGHT_LIMITS, &names).unwrap();
    }
}

/// An operation on the engine alone makes the comparison fail.
#[test]
fn a_difference_is_found() {
    let differences: [fn(&mut SideBySide) -> bool; 7] = [
        |both| both.graph.apply(Action::Block, "ann", "ben").is_ok(),
        |both| both.graph.apply(Action::SendRequest, "ann", "ben").is_ok(),
        |both| {
            both.graph
                .set_request_mode("ann", RequestMode::Nobody)
                .is_ok()
        },
        |both| both.graph.remove_user("ann").is_ok(),
        |both| both.graph.add_user("cyd").is_ok(),
        |both| both.graph.rename_user("ann", "anna").is_ok(),
        |both| both.graph.merge_users("ann", "ben").is_ok(),
    ];
    let names = ["ann", "ben", "cyd"];

    for make_difference in differences {
        let mut both = SideBySide::new(Policy::tencent_rest());
        for name in &names[..2] {
            both.add(name).unwrap();
        }
        both.compare(&names).unwrap();
        assert!(make_difference(&mut both));
        assert!(both.compare(&names).is_err());
    }
}

/// Returns the policy with one part of another.
fn with_part(policy: Policy, path: &str, other: Policy) -> Policy {
    let pointer = format!("/{}", path.replace('.', "/"));
    let [mut value, other] = [policy, other].map(|it| serde_json::to_value(it).unwrap());
    *value.pointer_mut(&pointer).unwrap() = other.pointer(&pointer).unwrap().clone();
    serde_json::from_value(value).unwrap()
}

/// If the engine has another value of one part than the model, the comparison fails on some log.
#[test]
fn each_part_of_a_policy_makes_a_difference() {
    let mut tuning = Tuning::default();
    // Engine and model would go on under one policy.
    tuning.weights.adopt_policy = 0;
    let (policies, logs) = (strategies::policies(&tuning), strategies::logs(&tuning));
    let users = tuning.valid_names();
    let names: Vec<_> = users.iter().map(String::as_str).collect();
    let mut runner = TestRunner::deterministic();
    let paths: Vec<_> = Policy::tencent_rest()
        .parts()
        .map(|(path, _)| path)
        .collect();
    assert_eq!(paths.len(), 30);

    for path in paths {
        let is_found = (0..500).any(|_| {
            let mut draw = || policies.new_tree(&mut runner).unwrap().current();
            let (policy, other) = (draw(), draw());
            let mut both = SideBySide::new(policy);
            both.graph = SocialGraph::new(with_part(policy, path, other));

            let log = logs.new_tree(&mut runner).unwrap().current();
            let mut played = log.iter().map(|it| both.apply(AddressBy::Name, it));
            let agree = played.all(|outcome| outcome.is_ok());
            *both.graph.policy() != policy && (!agree || both.compare(&names).is_err())
        });
        assert!(is_found, "{path}");
    }
}
