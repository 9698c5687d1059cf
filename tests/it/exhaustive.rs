//! The rules over all of their inputs.
//!
//! The inputs are all 64 relations, every action and request mode, with and without the bar, at
//! and below the limits. Laws of the profiles are checked for these, other laws for all policies.

use std::collections::HashSet;

use socialgraph::{
    Action, Change, Effect, Fact, Facts, Limits, Notice, Policy, Reason, Relation, Relations,
    RequestMode, RequestSending, Sides, UserFacts, Verdict,
};

use crate::fixtures::policy_of;

const ONE: Limits = Limits {
    blocked: Some(1),
    friends: Some(1),
    requests_in: Some(1),
    batch: None,
};

/// Each profile without limits, and with limits that the facts below reach.
fn profiles() -> impl Iterator<Item = (&'static str, Policy)> {
    Policy::PROFILES.into_iter().flat_map(|(name, profile)| {
        [Limits::NONE, ONE].map(|limits| {
            let mut policy = profile;
            policy.limits = limits;
            (name, policy)
        })
    })
}

/// Every policy without limits.
fn policies() -> impl Iterator<Item = Policy> {
    let combinations = Sides::ALL.len().pow(5);
    (0..combinations).flat_map(|number| {
        // Two bits of the number for each part.
        let sides = std::array::from_fn(|part| Sides::ALL[number >> (2 * part) & 3]);
        [Notice::Silent, Notice::Told].map(|notice| policy_of(sides, notice, Limits::NONE))
    })
}

/// A user in every state that a rule reads: mode, bar, and lists empty or at the limit of one.
fn users() -> impl Iterator<Item = UserFacts> + Clone {
    RequestMode::ALL.into_iter().flat_map(|mode| {
        RequestSending::ALL
            .into_iter()
            .flat_map(move |request_sending| {
                [0, 1].map(|n| UserFacts {
                    request_sending,
                    blocked: n,
                    friends: n,
                    requests_in: n,
                    ..UserFacts::new(mode)
                })
            })
    })
}

fn all_facts() -> impl Iterator<Item = Facts> {
    Relation::all().flat_map(|relation| {
        users().flat_map(move |actor| {
            users().map(move |target| Facts {
                relation,
                actor,
                target,
            })
        })
    })
}

fn plain(relation: Relation, mode: RequestMode) -> Facts {
    let user = UserFacts::new(mode);
    Facts {
        relation,
        actor: user,
        target: user,
    }
}

#[test]
fn there_are_2048_policies_without_limits() {
    assert_eq!(policies().collect::<HashSet<_>>().len(), 2048);
}

#[test]
fn a_decision_and_an_application_agree() {
    let mut refused = 0;
    for (name, policy) in profiles() {
        for facts in all_facts() {
            for action in Action::ALL {
                let decision = policy.decide(action, &facts);
                let applied = policy.apply(action, &facts);
                assert_eq!(
                    decision.is_allowed(),
                    applied.is_ok(),
                    "{name} {action:?} {facts:?}"
                );
                refused += usize::from(applied.is_err());
                match applied {
                    Ok(change) => assert_sound(change, action, &facts),
                    Err(refusal) => assert_eq!(refusal.reasons(), decision.reasons()),
                }
            }
        }
    }

    assert!(refused > 10_000, "the facts reach refusals");
}

/// Asserts that a change begins at the facts, and that its effects lead to its end.
fn assert_sound(change: Change, action: Action, facts: &Facts) {
    assert_eq!((change.action, change.before), (action, facts.relation));
    assert_ne!(change.before, change.after, "{change:?}");

    let replayed = change
        .effects()
        .iter()
        .fold(change.before, |relation, effect| match effect {
            Effect::ActorBlockAdded => relation.with(Fact::ActorBlocks),
            Effect::ActorBlockLifted => relation.without(Fact::ActorBlocks),
            Effect::TargetBlockLifted => relation.without(Fact::TargetBlocks),
            Effect::ActorFriendAdded => relation.with(Fact::ActorLists),
            Effect::TargetFriendAdded => relation.with(Fact::TargetLists),
            Effect::ActorFriendRemoved => relation.without(Fact::ActorLists),
            Effect::TargetFriendRemoved => relation.without(Fact::TargetLists),
            Effect::ActorRequestSent => relation.with(Fact::ActorRequested),
            Effect::ActorRequestCancelled => relation.without(Fact::ActorRequested),
            Effect::TargetRequestCancelled
            | Effect::TargetRequestAccepted
            | Effect::TargetRequestDeclined => relation.without(Fact::TargetRequested),
        });
    assert_eq!(replayed, change.after, "{change:?}");
}

/// A host may give any counts, and nothing overflows.
#[test]
fn no_count_is_too_large() {
    for (name, policy) in profiles() {
        for facts in all_facts().step_by(7) {
            let mut facts = facts;
            for user in [&mut facts.actor, &mut facts.target] {
                (user.blocked, user.friends, user.requests_in) = (u32::MAX, u32::MAX, u32::MAX);
            }

            for action in Action::ALL {
                if let Ok(change) = policy.apply(action, &facts) {
                    let after = facts.after(change.after);
                    assert_eq!(after.relation, change.after, "{name}");
                    assert_eq!(after.flip(), facts.flip().after(change.after.flip()));
                }
            }
        }
    }
}

#[test]
fn only_the_owner_moves_a_block_and_only_by_blocking_and_unblocking() {
    for policy in policies() {
        for relation in Relation::all() {
            for mode in RequestMode::ALL {
                for action in Action::ALL {
                    let Ok(change) = policy.apply(action, &plain(relation, mode)) else {
                        continue;
                    };
                    let kept = |fact| relation.holds(fact) == change.after.holds(fact);
                    assert!(kept(Fact::TargetBlocks), "{change:?}");
                    let moves = matches!(action, Action::Block | Action::Unblock);
                    assert_eq!(kept(Fact::ActorBlocks), !moves, "{change:?}");
                }
            }
        }
    }
}

#[test]
fn a_block_never_turns_a_refused_message_or_request_into_an_allowed_one() {
    for policy in policies() {
        for relation in Relation::all() {
            for block in [Fact::ActorBlocks, Fact::TargetBlocks] {
                let blocked = relation.with(block);
                let (before, after) = (
                    policy.decide_message(relation),
                    policy.decide_message(blocked),
                );
                assert!(
                    before.reasons().is_subset(after.reasons()),
                    "{relation} and {block:?}"
                );
                for mode in RequestMode::ALL {
                    let ask = |relation| policy.decide(Action::SendRequest, &plain(relation, mode));
                    assert!(ask(relation).reasons().is_subset(ask(blocked).reasons()));
                }
            }
        }
    }
}

#[test]
fn blocking_forbids_no_less_afterwards_under_every_profile() {
    for (name, policy) in profiles() {
        for relation in Relation::all() {
            let Ok(change) = policy.apply(Action::Block, &plain(relation, RequestMode::Anyone))
            else {
                continue;
            };

            for (before, after) in [
                (relation, change.after),
                (relation.flip(), change.after.flip()),
            ] {
                let may = |relation| policy.decide_message(relation).is_allowed();
                assert!(may(before) || !may(after), "{name}: {before} to {after}");
                for mode in RequestMode::ALL {
                    let ask = |relation| policy.decide(Action::SendRequest, &plain(relation, mode));
                    assert!(ask(before).is_allowed() || !ask(after).is_allowed());
                }
            }
        }
    }
}

#[test]
fn unblocking_creates_no_edge_under_any_policy() {
    for policy in policies() {
        for relation in Relation::all() {
            let facts = plain(relation, RequestMode::Anyone);
            if let Ok(change) = policy.apply(Action::Unblock, &facts) {
                assert_eq!(change.after, relation.without(Fact::ActorBlocks));
            }
        }
    }
}

#[test]
fn a_silently_refused_message_looks_as_if_there_were_no_block() {
    for policy in policies() {
        for relation in Relation::all() {
            let unblocked = relation
                .without(Fact::ActorBlocks)
                .without(Fact::TargetBlocks);
            let decision = policy.decide_message(relation);
            let plain = policy.decide_message(unblocked);

            match policy.notice_of_blocked_message {
                Notice::Silent => assert_eq!(decision.visible(), plain),
                Notice::Told => assert_eq!(decision.visible(), decision),
            }

            if decision.verdict() == Verdict::RefusedSilently {
                assert!(decision.reasons().iter().all(Reason::is_block) && plain.is_allowed());
            }
        }
    }
}

#[test]
fn the_reachable_relations_are_closed_and_mirrored_under_every_policy() {
    for policy in policies() {
        let reachable = policy.reachable_relations();
        assert!(reachable.contains(Relation::STRANGERS));

        for relation in reachable {
            assert!(reachable.contains(relation.flip()));
            let requested = [Fact::ActorRequested, Fact::TargetRequested];
            assert!(
                !requested.into_iter().all(|fact| relation.holds(fact)),
                "R10: {relation}"
            );
            assert!(!relation.are_friends() || !requested.into_iter().any(|f| relation.holds(f)));
            for action in Action::ALL {
                for mode in RequestMode::ALL {
                    if let Ok(change) = policy.apply(action, &plain(relation, mode)) {
                        assert!(reachable.contains(change.after), "{change:?}");
                    }
                }
            }
        }
    }
}

/// Failure class 1: friends, or a request, across a block.
#[test]
fn no_profile_reaches_what_its_rules_forbid() {
    let across = |relations: Relations, facts: [Fact; 2]| {
        let mut blocked = relations.iter().filter(|relation| relation.is_blocked());
        blocked.any(|relation| facts.into_iter().any(|fact| relation.holds(fact)))
    };

    for (name, policy) in Policy::PROFILES {
        let reachable = policy.reachable_relations();
        let keeps = name == "tencent_keep_friends";
        assert_eq!(reachable.len(), if keeps { 22 } else { 13 }, "{name}");
        assert!(
            !across(reachable, [Fact::ActorRequested, Fact::TargetRequested]),
            "{name}"
        );
        assert_eq!(
            across(reachable, [Fact::ActorLists, Fact::TargetLists]),
            keeps,
            "{name}"
        );
    }
}

#[test]
fn every_reason_and_effect_of_the_rules_occurs() {
    let mut reasons = socialgraph::Reasons::EMPTY;
    let mut effects = socialgraph::Effects::EMPTY;

    for policy in profiles().map(|(_, policy)| policy).chain(policies()) {
        for relation in policy.reachable_relations() {
            reasons = reasons.union(policy.decide_message(relation).reasons());
        }
    }

    for (_, policy) in profiles() {
        let reachable = policy.reachable_relations();
        for facts in all_facts().filter(|facts| reachable.contains(facts.relation)) {
            for action in Action::ALL {
                match policy.apply(action, &facts) {
                    Ok(change) => effects = effects.union(change.effects()),
                    Err(refusal) => reasons = reasons.union(refusal.reasons()),
                }
            }
        }
    }

    // The graph gives these reasons: for such pairs there are no facts.
    let graphs = [
        Reason::SameUser,
        Reason::UnknownActor,
        Reason::UnknownTarget,
    ];
    let rules = Reason::ALL
        .into_iter()
        .filter(|reason| !graphs.contains(reason));
    assert_eq!(reasons, rules.collect());

    let removal = Effect::TargetBlockLifted;
    assert_eq!(
        effects,
        Effect::ALL
            .into_iter()
            .filter(|effect| *effect != removal)
            .collect()
    );
}
