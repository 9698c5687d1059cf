//! The engine against the reference model, after every operation of random logs.

use proptest::prelude::*;
use socialgraph::{Action, Limits, List, Operation, RequestMode};
use socialgraph_testkit::reference::{AddressBy, Difference, SideBySide};
use socialgraph_testkit::strategies::{self, TIGHT_LIMITS, Tuning, UNKNOWN_NAME};

fn apply(both: &mut SideBySide, by: AddressBy, operation: &Operation) -> Result<(), Difference> {
    match operation {
        Operation::AddUser { name } => both.add(name),
        Operation::RemoveUser { name } => both.remove(name),
        Operation::Act {
            action,
            actor,
            target,
        } => both.act(by, *action, actor, target),
        Operation::ActOnMany {
            action,
            actor,
            targets,
        } => {
            let targets: Vec<_> = targets.iter().map(String::as_str).collect();
            both.act_many(by, *action, actor, &targets)
        }
        Operation::SetRequestMode { user, mode } => both.set_mode(user, *mode),
        Operation::SetRequestSending { user, sending } => both.set_sending(user, *sending),
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
        let mut both = SideBySide::new(profile, policy.limits).unwrap();

        for (operation, by) in log.iter().zip([AddressBy::Name, AddressBy::Handle].into_iter().cycle()) {
            apply(&mut both, by, operation).unwrap();
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
    let differences: [fn(&mut SideBySide) -> bool; 5] = [
        |both| both.graph.apply(Action::Block, "ann", "ben").is_ok(),
        |both| both.graph.apply(Action::SendRequest, "ann", "ben").is_ok(),
        |both| {
            both.graph
                .set_request_mode("ann", RequestMode::Nobody)
                .is_ok()
        },
        |both| both.graph.remove_user("ann").is_ok(),
        |both| both.graph.add_user("cyd").is_ok(),
    ];
    let names = ["ann", "ben", "cyd"];

    for make_difference in differences {
        let mut both = SideBySide::new("tencent_rest", Limits::TENCENT).unwrap();
        for name in &names[..2] {
            both.add(name).unwrap();
        }
        both.compare(&names).unwrap();
        assert!(make_difference(&mut both));
        assert!(both.compare(&names).is_err());
    }
}
