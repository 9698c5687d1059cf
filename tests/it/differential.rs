//! The engine against the reference model, after every operation of random logs.

use std::panic::{AssertUnwindSafe, catch_unwind};

use proptest::prelude::*;
use socialgraph::{Action, Limits, List, Operation, RequestMode};
use socialgraph_testkit::strategies::{self, TIGHT_LIMITS, Tuning, UNKNOWN_NAME};

use socialgraph_testkit::reference::twins::{By, Twins};

fn apply(twins: &mut Twins, by: By, operation: &Operation) {
    match operation {
        Operation::AddUser { name } => twins.add(name),
        Operation::RemoveUser { name } => twins.remove(name),
        Operation::Act {
            action,
            actor,
            target,
        } => twins.act(by, *action, actor, target),
        Operation::ActOnMany {
            action,
            actor,
            targets,
        } => {
            let targets: Vec<_> = targets.iter().map(String::as_str).collect();
            twins.act_many(by, *action, actor, &targets);
        }
        Operation::SetRequestMode { user, mode } => twins.set_mode(user, *mode),
        Operation::SetRequestSending { user, sending } => twins.set_sending(user, *sending),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn the_engine_and_the_model_agree(
        (profile, policy) in strategies::profiles(&Tuning::default()),
        log in strategies::logs(&Tuning::default()),
    ) {
        let users = Tuning::default().users();
        let names: Vec<_> = users.iter().map(String::as_str).chain([UNKNOWN_NAME]).collect();
        let mut twins = Twins::new(profile, policy.limits);
        for (operation, by) in log.iter().zip([By::Name, By::Handle].into_iter().cycle()) {
            apply(&mut twins, by, operation);
            twins.compare(&names);
        }
        let crowd = names.repeat(4);
        for name in &names {
            twins.compare_audience(name, &crowd);
            for list in List::ALL {
                twins.compare_pages(name, list, 2);
            }
        }
        twins.compare_limits(TIGHT_LIMITS, &names);
    }
}

/// The comparison can fail: what one of the two alone has gone through is found.
#[test]
fn a_difference_is_found() {
    let differences: [fn(&mut Twins) -> bool; 5] = [
        |twins| twins.graph.apply(Action::Block, "ann", "ben").is_ok(),
        |twins| twins.graph.apply(Action::SendRequest, "ann", "ben").is_ok(),
        |twins| {
            twins
                .graph
                .set_request_mode("ann", RequestMode::Nobody)
                .is_ok()
        },
        |twins| twins.graph.remove_user("ann").is_ok(),
        |twins| twins.graph.add_user("cyd").is_ok(),
    ];
    let names = ["ann", "ben", "cyd"];
    for make_difference in differences {
        let mut twins = Twins::new("tencent_rest", Limits::TENCENT);
        for name in &names[..2] {
            twins.add(name);
        }
        twins.compare(&names);
        assert!(make_difference(&mut twins));
        assert!(catch_unwind(AssertUnwindSafe(|| twins.compare(&names))).is_err());
    }
}
