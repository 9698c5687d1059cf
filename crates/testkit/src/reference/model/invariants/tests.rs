//! The model's invariants say exactly what a policy rules out.

use std::collections::BTreeSet;

use proptest::prelude::*;
use socialgraph::{Action, Crossed, Granted, Limits, Policy, RequestMode};

use crate::reference::Model;
use crate::strategies::{self, Tuning};

const PAIR: [(&str, &str); 2] = [("ann", "ben"), ("ben", "ann")];

/// Returns the relations that two users reach in the model, seen from the first.
///
/// Checks the invariants in each.
fn reached(policy: Policy) -> BTreeSet<String> {
    let mut start = Model::new(policy);
    assert_eq!(start.add_user("ann").and(start.add_user("ben")), Ok(()));
    let mut reached = BTreeSet::from(["-".to_owned()]);
    let mut models = vec![start];

    while let Some(model) = models.pop() {
        assert_eq!(model.check_invariants(), Ok(()), "{policy:?}");
        for (next, relation) in next(&model) {
            if reached.insert(relation) {
                models.push(next);
            }
        }
    }
    reached
}

/// Returns the model after each action of either user, under each request mode.
fn next(model: &Model) -> Vec<(Model, String)> {
    let mut next = Vec::new();
    for mode in RequestMode::ALL {
        for (actor, target) in PAIR {
            for action in Action::ALL {
                let mut model = model.clone();
                assert!(model.set_mode(target, mode).is_some());
                if model.apply(action, actor, target).is_ok() {
                    let relation = model.relation("ann", "ben").unwrap_or_default();
                    next.push((model, relation));
                }
            }
        }
    }
    next
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn the_model_reaches_the_relations_of_the_engine(
        policy in strategies::policies(&Tuning::default()),
    ) {
        let policy = Policy { limits: Limits::NONE, ..policy };
        let mut expected = BTreeSet::new();
        for relation in policy.reachable_relations() {
            expected.insert(format!("{relation:#}"));
        }
        prop_assert_eq!(reached(policy), expected);
    }

    #[test]
    fn what_the_invariants_allow_can_happen(policy in strategies::policies(&Tuning::default())) {
        let policy = Policy { limits: Limits::NONE, ..policy };
        let (model, reached) = (Model::new(policy), reached(policy));
        // Letters are in a fixed order, and each relation is there from both sides.
        let happens = |letters: [char; 2]| {
            let mut relations = reached.iter();
            relations.any(|relation| letters.iter().all(|letter| relation.contains(*letter)))
        };
        let crossed_waits = policy.request.crossed == Crossed::Waits;
        let makes_follow = policy.request.makes == Granted::Follow;

        prop_assert_eq!(happens(['r', 'R']), crossed_waits);
        prop_assert_eq!(happens(['b', 'r']), model.may_wait_across_requesters_block());
        prop_assert_eq!(happens(['B', 'r']), model.may_wait_across_recipients_block());
        prop_assert_eq!(happens(['b', 'l']), model.may_list_across_own_block());
        prop_assert_eq!(happens(['B', 'l']), model.may_list_across_others_block());
        prop_assert_eq!(happens(['l', 'r']), !makes_follow);
        prop_assert!(happens(['L', 'r']), "the other's entry settles no request");
    }
}
