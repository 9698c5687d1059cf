//! The rules over all of their inputs.
//!
//! The inputs are all 64 relations, every action and request mode, with and without the bar, at
//! and below the limits. Laws of the profiles are checked for these, and other laws for policies
//! with every choice of the parts that actions read.

use std::collections::{HashMap, HashSet};

use socialgraph::{
    Action, Change, Crossed, Effect, Fact, Facts, Granted, Interaction, Limits, Notice, Policy,
    Question, Reason, Relation, Relations, RequestMode, RequestSending, Sides, UserFacts, Verdict,
};

use crate::fixtures::{POLICIES, policy_of};

const ONE: Limits = Limits {
    blocked: Some(1),
    friends: Some(1),
    requests_in: Some(1),
    batch: None,
};

/// Each profile without limits, and with limits that the facts below reach.
fn profiles() -> impl Iterator<Item = (&'static str, Policy)> {
    Policy::PROFILES
        .iter()
        .copied()
        .flat_map(|(name, profile)| {
            [Limits::NONE, ONE].map(|limits| {
                let mut policy = profile;
                policy.limits = limits;
                (name, policy)
            })
        })
}

/// Policies without limits, with every choice of the parts that actions read.
fn policies() -> impl Iterator<Item = Policy> {
    (0..POLICIES).map(policy_of)
}

/// The questions that a block can be a reason against.
fn stoppable() -> impl Iterator<Item = Question> + Clone {
    Question::all().filter(|question| {
        use Action::{AcceptRequest, AddFriend, SendRequest};
        match question {
            Question::Reach(_) => true,
            Question::Act(action) => {
                matches!(action, SendRequest | AcceptRequest | AddFriend(_))
            }
        }
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

/// The policies cover the parts that actions read, and each two values of any two parts.
#[test]
fn each_two_parts_of_the_policies_meet_in_every_combination() {
    let policies: HashSet<Policy> = policies().collect();
    assert_eq!(policies.len(), POLICIES);

    let mut values: HashMap<_, HashSet<_>> = HashMap::new();
    let mut pairs: HashMap<_, HashSet<_>> = HashMap::new();
    for policy in &policies {
        // The limits have tests of their own.
        let parts = || {
            policy
                .parts()
                .filter(|(path, _)| !path.starts_with("limits"))
        };
        for (path, value) in parts() {
            values.entry(path).or_default().insert(value);
            for (other, its_value) in parts().filter(|(other, _)| path < *other) {
                let pair = pairs.entry((path, other)).or_default();
                pair.insert((value, its_value));
            }
        }
    }

    assert_eq!((values.len(), pairs.len()), (26, 26 * 25 / 2));
    for ((path, other), combinations) in pairs {
        let all = values[path].len() * values[other].len();
        assert_eq!(combinations.len(), all, "{path} and {other}");
    }
    let count = |path| values[path].len();
    assert_eq!(count("call.stopped_by"), Sides::ALL.len());
    assert_eq!(count("presence.notice.other"), Notice::ALL.len());
    assert_eq!(count("request.initial_mode"), RequestMode::ALL.len());
    assert_eq!(count("request.crossed"), Crossed::ALL.len());
    assert_eq!(count("request.makes"), Granted::ALL.len());
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
            Effect::TargetBlockAdded => relation.with(Fact::TargetBlocks),
            Effect::TargetRequestSent => relation.with(Fact::TargetRequested),
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
fn a_block_never_turns_a_refusal_into_an_allowance() {
    for policy in policies() {
        for relation in Relation::all() {
            for block in [Fact::ActorBlocks, Fact::TargetBlocks] {
                for mode in RequestMode::ALL {
                    for question in stoppable() {
                        let ask = |relation| policy.decide(question, &plain(relation, mode));
                        let (before, after) = (ask(relation), ask(relation.with(block)));
                        assert!(
                            before.reasons().is_subset(after.reasons()),
                            "{question:?}: {relation} and {block:?}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn blocking_forbids_no_less_afterwards_under_every_profile() {
    for (name, policy) in profiles() {
        // If a block cancels a request and does not stop the next one, there can be a new one.
        let stops_requests = policy.request.stopped_by == Sides::Both;
        assert!(stops_requests || !name.starts_with("tencent"));

        for relation in Relation::all() {
            let Ok(change) = policy.apply(Action::Block, &plain(relation, RequestMode::Anyone))
            else {
                continue;
            };

            for (before, after) in [
                (relation, change.after),
                (relation.flip(), change.after.flip()),
            ] {
                for interaction in Interaction::ALL {
                    let may = |relation| policy.can(interaction, relation).is_allowed();
                    assert!(may(before) || !may(after), "{name}: {before} to {after}");
                }
                for mode in RequestMode::ALL.into_iter().filter(|_| stops_requests) {
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

/// R13: what an actor sees is the answer without the blocks that are not told. If that is a yes,
/// a neutral block leaves a refusal without a reason.
#[test]
fn a_block_that_is_not_told_looks_as_if_there_were_none() {
    let mut verdicts = HashSet::new();
    for policy in policies() {
        for (relation, question) in
            Relation::all().flat_map(|relation| stoppable().map(move |it| (relation, it)))
        {
            let notices = match question {
                Question::Reach(interaction) => policy.gate(interaction).notice,
                Question::Act(_) => policy.request.notice,
            };
            let ask = |relation| policy.decide(question, &plain(relation, RequestMode::Confirm));
            let decision = ask(relation);

            let mut seen = relation;
            let mut is_neutral = false;
            for (fact, block, notice) in [
                (Fact::ActorBlocks, Reason::ActorBlocks, notices.own),
                (Fact::TargetBlocks, Reason::TargetBlocks, notices.other),
            ] {
                if notice != Notice::Told {
                    seen = seen.without(fact);
                }
                let stops = decision.reasons().contains(block);
                is_neutral |= stops && notice == Notice::Neutral;
            }

            let mut expected = ask(seen).reasons();
            if expected.is_empty() && is_neutral {
                expected = Reason::Unavailable.into();
            }
            assert_eq!(
                decision.visible().reasons(),
                expected,
                "{question:?} {relation}"
            );

            let verdict = match (decision.is_allowed(), expected.is_empty()) {
                (true, _) => Verdict::Allowed,
                (false, true) => Verdict::RefusedSilently,
                (false, false) => Verdict::Refused,
            };
            assert_eq!(decision.verdict(), verdict, "{question:?} {relation}");
            verdicts.insert((question, verdict));
        }
    }
    assert_eq!(verdicts.len(), 3 * stoppable().count());
}

#[test]
fn the_reachable_relations_are_closed_and_mirrored_under_every_policy() {
    for policy in policies() {
        let reachable = policy.reachable_relations();
        assert!(reachable.contains(Relation::STRANGERS));
        assert_requests_settle(&policy, reachable);

        for relation in reachable {
            assert!(reachable.contains(relation.flip()));
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

/// Asserts R10 and R18: opposite requests meet only if they wait beside each other, and no request
/// is pending for what is there.
fn assert_requests_settle(policy: &Policy, reachable: Relations) {
    let opposite = Relation::STRANGERS
        .with(Fact::ActorRequested)
        .with(Fact::TargetRequested);
    let waits = policy.request.crossed == Crossed::Waits;
    assert_eq!(reachable.contains(opposite), waits, "R10");

    for relation in reachable {
        assert!(
            waits
                || relation.without(Fact::ActorRequested) == relation
                || relation.without(Fact::TargetRequested) == relation,
            "R10: {relation}"
        );
        let is_there = match policy.request.makes {
            Granted::Friendship => relation.are_friends(),
            Granted::Follow => relation.holds(Fact::ActorLists),
        };
        assert!(
            !is_there || !relation.holds(Fact::ActorRequested),
            "R18: {relation}"
        );
    }
}

/// Failure class 1: friends, or a request, across a block.
#[test]
fn no_policy_reaches_what_its_rules_forbid() {
    let across = |relations: Relations, facts: [Fact; 2]| {
        let mut blocked = relations.iter().filter(|relation| relation.is_blocked());
        blocked.any(|relation| facts.into_iter().any(|fact| relation.holds(fact)))
    };

    let named = Policy::PROFILES.iter().copied().map(|(_, policy)| policy);
    let mut sealed = 0;
    for policy in named.chain(policies()) {
        let (request, block) = (policy.request, policy.block);
        let both = |sides| sides == Sides::Both;
        let no_requests = both(request.stopped_by) && both(block.cancels_requests_of);
        let no_friends = both(request.stopped_by)
            && both(request.accept_stopped_by)
            && both(request.add_stopped_by)
            && both(block.clears_friends_of);

        let reachable = policy.reachable_relations();
        let requests = [Fact::ActorRequested, Fact::TargetRequested];
        assert_eq!(across(reachable, requests), !no_requests, "{policy:?}");
        let friends = across(reachable, [Fact::ActorLists, Fact::TargetLists]);
        assert!(!no_friends || !friends, "{policy:?}");
        sealed += usize::from(no_requests && no_friends);
    }
    assert!(sealed >= 8, "{sealed}");

    let lengths = ["tencent_rest", "tencent_mutual", "tencent_keep_friends"]
        .map(|name| Policy::named(name).unwrap().reachable_relations().len());
    assert_eq!(lengths, [13, 13, 22]);
}

#[test]
fn every_reason_and_effect_of_the_rules_occurs() {
    let mut reasons = socialgraph::Reasons::EMPTY;
    let mut effects = socialgraph::Effects::EMPTY;

    for policy in profiles().map(|(_, policy)| policy).chain(policies()) {
        for relation in policy.reachable_relations() {
            for interaction in Interaction::ALL {
                reasons = reasons.union(policy.can(interaction, relation).reasons());
            }
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

    // The graph gives the first three, because for such pairs there are no facts. The last only
    // takes the place of a reason.
    let others = [
        Reason::SameUser,
        Reason::UnknownActor,
        Reason::UnknownTarget,
        Reason::Unavailable,
    ];
    let rules = Reason::ALL
        .into_iter()
        .filter(|reason| !others.contains(reason));
    assert_eq!(reasons, rules.collect());

    // A removal and a merge have these, and no action.
    let others = [
        Effect::TargetBlockLifted,
        Effect::TargetBlockAdded,
        Effect::TargetRequestSent,
    ];
    assert_eq!(
        effects,
        Effect::ALL
            .into_iter()
            .filter(|effect| !others.contains(effect))
            .collect()
    );
}
