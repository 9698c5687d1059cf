//! The rules R1 to R18 on a graph, each by its number.

use socialgraph::{
    Action, Crossed, Effect, Effects, Fact, Gate, Granted, Interaction, Limits, Notice, Notices,
    Policy, Reason, Reasons, Refusal, Relation, RequestMode, RequestSending, Sides, SocialGraph,
    Verdict, Ways,
};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn graph(policy: Policy) -> SocialGraph {
    let mut graph = SocialGraph::new(policy);
    for name in ["a", "b", "c", "d"] {
        graph.add_user(name).unwrap();
    }
    graph
}

fn tencent() -> SocialGraph {
    graph(Policy::tencent_rest())
}

fn limited(limits: Limits) -> SocialGraph {
    let mut policy = Policy::tencent_rest();
    policy.limits = limits;
    graph(policy)
}

fn reasons<const N: usize>(reasons: [Reason; N]) -> Reasons {
    reasons.into_iter().collect()
}

#[track_caller]
fn assert_refused<const N: usize, T: std::fmt::Debug>(
    outcome: Result<T, impl Into<Refusal>>,
    expected: [Reason; N],
) {
    let refusal: Refusal = outcome.err().unwrap().into();
    assert_eq!(refusal.reasons(), reasons(expected));
}

#[test]
fn r1_a_block_is_the_blockers_alone() -> Outcome {
    let mut graph = tencent();
    graph.add_to_blocklist("a", "b")?;
    assert!(graph.blocklist("b")?.is_empty());
    assert_refused(graph.remove_from_blocklist("b", "a"), [Reason::NotBlocked]);
    graph.add_to_blocklist("b", "a")?;
    graph.remove_from_blocklist("b", "a")?;
    assert!(graph.relation("a", "b")?.holds(Fact::ActorBlocks));
    Ok(())
}

#[test]
fn r2_a_block_ends_the_friendship_on_both_sides() -> Outcome {
    let mut graph = tencent();
    graph.add_friend("a", "b", Ways::TwoWay)?;
    graph.add_friend("c", "a", Ways::OneWay)?;
    let change = graph.add_to_blocklist("a", "b")?;
    let expected = [
        Effect::ActorBlockAdded,
        Effect::ActorFriendRemoved,
        Effect::TargetFriendRemoved,
    ];

    assert_eq!(change.effects(), Effects::from_iter(expected));
    assert!(graph.friends("a")?.is_empty() && graph.friends("b")?.is_empty());
    assert!(
        graph
            .add_to_blocklist("a", "c")?
            .effects()
            .contains(Effect::TargetFriendRemoved)
    );
    Ok(())
}

#[test]
fn r3_a_block_cancels_requests_in_either_direction() -> Outcome {
    for (sender, blocker, effect) in [
        ("a", "b", Effect::TargetRequestCancelled),
        ("b", "b", Effect::ActorRequestCancelled),
    ] {
        let (other, mut graph) = (if sender == "a" { "b" } else { "a" }, tencent());
        let blocked = if blocker == "a" { "b" } else { "a" };
        graph.send_friend_request(sender, other)?;
        let change = graph.add_to_blocklist(blocker, blocked)?;
        assert!(change.effects().contains(effect), "{change:?}");

        graph.remove_from_blocklist(blocker, blocked)?;
        assert_refused(
            graph.accept_friend_request(other, sender),
            [Reason::NoRequestFromTarget],
        );
        assert!(graph.requests_in(other)?.is_empty() && graph.requests_out(sender)?.is_empty());
    }
    Ok(())
}

#[test]
fn r4_no_action_makes_friends_across_a_block() -> Outcome {
    let actions = [
        Action::SendRequest,
        Action::AcceptRequest,
        Action::AddFriend(Ways::OneWay),
        Action::AddFriend(Ways::TwoWay),
    ];

    let stops_all = |policy: &Policy| {
        let rules = policy.request;
        [
            rules.stopped_by,
            rules.accept_stopped_by,
            rules.add_stopped_by,
        ] == [Sides::Both; 3]
    };
    let policies: Vec<_> = Policy::PROFILES.iter().map(|(_, policy)| *policy).collect();
    assert!(policies.iter().filter(|policy| stops_all(policy)).count() > 10);

    for policy in policies.into_iter().filter(stops_all) {
        for (blocker, blocked) in [("a", "b"), ("b", "a")] {
            let mut graph = graph(policy);
            graph.set_request_mode("a", RequestMode::Anyone)?;
            graph.set_request_mode("b", RequestMode::Anyone)?;
            graph.add_to_blocklist(blocker, blocked)?;
            for action in actions {
                for (actor, target) in [("a", "b"), ("b", "a")] {
                    let refusal = graph.apply(action, actor, target).unwrap_err();
                    let reason = if actor == blocker {
                        Reason::ActorBlocks
                    } else {
                        Reason::TargetBlocks
                    };
                    assert_eq!(refusal.reasons().first(), Some(reason), "{action:?}");
                }
            }
        }
    }
    Ok(())
}

/// A part of a policy that names sides.
type Part = fn(&mut Policy) -> &mut Sides;

/// Each of the three gates stops its own actions, for the sides that it names.
#[test]
fn r4_requesting_accepting_and_adding_have_a_gate_each() -> Outcome {
    let open = || {
        let mut policy = Policy::tencent_rest();
        policy.request.stopped_by = Sides::Neither;
        policy.request.accept_stopped_by = Sides::Neither;
        policy.request.add_stopped_by = Sides::Neither;
        policy.block.cancels_requests_of = Sides::Neither;
        policy
    };
    let gates: [(Part, &[Action]); 3] = [
        (
            |policy| &mut policy.request.stopped_by,
            &[Action::SendRequest],
        ),
        (
            |policy| &mut policy.request.accept_stopped_by,
            &[Action::AcceptRequest],
        ),
        (
            |policy| &mut policy.request.add_stopped_by,
            &[
                Action::AddFriend(Ways::OneWay),
                Action::AddFriend(Ways::TwoWay),
            ],
        ),
    ];

    for (gate, stopped) in gates {
        for sides in Sides::ALL {
            let mut policy = open();
            *gate(&mut policy) = sides;
            let mut graph = graph(policy);
            graph.send_friend_request("c", "a")?;
            graph.send_friend_request("a", "d")?;
            for other in ["b", "c", "d"] {
                graph.add_to_blocklist("a", other)?;
            }

            for action in gates.iter().flat_map(|(_, actions)| *actions) {
                let is_stopped = stopped.contains(action);
                let (by_own, by_others) = match action {
                    Action::AcceptRequest => (("a", "c"), ("d", "a")),
                    _ => (("a", "b"), ("b", "a")),
                };
                let decide = |(actor, target)| graph.decide(*action, actor, target).is_allowed();
                assert_eq!(decide(by_own), !(is_stopped && sides.has_actor()));
                assert_eq!(decide(by_others), !(is_stopped && sides.has_target()));
            }
        }
    }
    Ok(())
}

#[test]
fn r5_the_blocker_may_message_and_the_blocked_may_not() -> Outcome {
    let mut graph = tencent();
    graph.add_to_blocklist("a", "b")?;
    assert!(graph.can_message("a", "b").is_allowed());
    assert_eq!(
        graph.can_message("b", "a").reasons(),
        reasons([Reason::TargetBlocks])
    );
    Ok(())
}

#[test]
fn r6_two_blocks_stop_both() -> Outcome {
    let mut graph = tencent();
    graph.add_to_blocklist("a", "b")?;
    graph.add_to_blocklist("b", "a")?;
    assert_eq!(
        graph.can_message("a", "b").reasons(),
        reasons([Reason::TargetBlocks])
    );
    assert_eq!(
        graph.can_message("b", "a").reasons(),
        reasons([Reason::TargetBlocks])
    );

    graph.remove_from_blocklist("a", "b")?;
    assert!(
        !graph.can_message("a", "b").is_allowed(),
        "b's block still stands"
    );
    assert!(graph.can_message("b", "a").is_allowed());
    Ok(())
}

#[test]
fn r7_unblocking_brings_nothing_back() -> Outcome {
    let mut graph = tencent();
    graph.add_friend("a", "b", Ways::TwoWay)?;
    graph.add_to_blocklist("a", "b")?;
    assert_eq!(
        graph.remove_from_blocklist("a", "b")?.after,
        Relation::STRANGERS
    );
    assert!(graph.can_send_friend_request("b", "a").is_allowed());
    Ok(())
}

#[test]
fn r8_blocking_twice_and_unblocking_without_a_block_are_refused() -> Outcome {
    let mut graph = tencent();
    graph.add_to_blocklist("a", "b")?;
    let before = graph.clone();
    assert_refused(graph.add_to_blocklist("a", "b"), [Reason::AlreadyBlocked]);
    assert_refused(graph.remove_from_blocklist("a", "c"), [Reason::NotBlocked]);
    assert_eq!(graph, before);
    Ok(())
}

#[test]
fn r9_oneself_and_the_unknown_are_refused_in_every_call() {
    let mut graph = tencent();
    let before = graph.clone();

    for action in Action::ALL {
        assert_refused(graph.apply(action, "a", "a"), [Reason::SameUser]);
        assert_refused(graph.apply(action, "x", "a"), [Reason::UnknownActor]);
        assert_refused(graph.apply(action, "a", "x"), [Reason::UnknownTarget]);
        assert_refused(
            graph.apply(action, "x", "y"),
            [Reason::UnknownActor, Reason::UnknownTarget],
        );
    }

    let decision = graph
        .decide(Action::Unblock, "a", "x")
        .explain("a", "x")
        .to_string();
    assert_eq!(decision, "a may not unblock x: x is not a known user");

    let handle = socialgraph::UserId::from_u32(77);
    let unknown = [Reason::UnknownActor, Reason::UnknownTarget];
    assert_eq!(graph.can_message("x", "x").reasons(), reasons(unknown));
    assert_eq!(
        graph.can_message(handle, handle).reasons(),
        reasons(unknown)
    );

    let message = graph.can_message("a", "a");
    assert_eq!(
        (message.verdict(), message.reasons()),
        (Verdict::Refused, Reason::SameUser.into())
    );
    assert_eq!(
        graph.can_message("a", "x").reasons(),
        reasons([Reason::UnknownTarget])
    );
    assert_refused(graph.relation("a", "a"), [Reason::SameUser]);
    assert_refused(graph.facts("x", "a"), [Reason::UnknownActor]);
    assert_eq!(graph, before);
}

#[test]
fn r10_a_request_to_a_requester_accepts_theirs() -> Outcome {
    let mut graph = tencent();
    graph.send_friend_request("a", "b")?;
    graph.set_request_mode("a", RequestMode::Nobody)?;
    let change = graph.send_friend_request("b", "a")?;
    assert!(change.effects().contains(Effect::TargetRequestAccepted));
    assert_eq!(change.after, Relation::FRIENDS);
    Ok(())
}

/// A request that accepts the target's passes the gate of requests and that of accepting.
#[test]
fn r10_a_request_that_accepts_passes_two_gates() -> Outcome {
    for (request, accept, is_allowed) in [
        (Sides::Neither, Sides::Neither, true),
        (Sides::Actor, Sides::Neither, false),
        (Sides::Neither, Sides::Actor, false),
        (Sides::Target, Sides::Target, true),
    ] {
        let mut policy = Policy::tencent_rest();
        policy.request.stopped_by = request;
        policy.request.accept_stopped_by = accept;
        policy.block.cancels_requests_of = Sides::Neither;
        let mut graph = graph(policy);
        graph.send_friend_request("b", "a")?;
        graph.add_to_blocklist("a", "b")?;

        let decision = graph.can_send_friend_request("a", "b");
        assert_eq!(decision.is_allowed(), is_allowed, "{request:?} {accept:?}");
        let expected = if is_allowed {
            Reasons::EMPTY
        } else {
            Reason::ActorBlocks.into()
        };
        assert_eq!(decision.reasons(), expected);
    }
    Ok(())
}

#[test]
fn r10_a_request_may_wait_beside_the_targets() -> Outcome {
    let mut policy = Policy::tencent_rest();
    policy.request.crossed = Crossed::Waits;
    let mut graph = graph(policy);
    graph.send_friend_request("a", "b")?;
    let change = graph.send_friend_request("b", "a")?;
    assert_eq!(change.effects(), Effects::from(Effect::ActorRequestSent));

    let change = graph.accept_friend_request("a", "b")?;
    assert_eq!(change.after, Relation::FRIENDS, "neither request is left");
    let ended = [Effect::ActorRequestCancelled, Effect::TargetRequestAccepted];
    assert!(
        ended
            .into_iter()
            .all(|effect| change.effects().contains(effect))
    );

    // The target's mode counts, and their request ends as accepted.
    graph.send_friend_request("c", "d")?;
    graph.set_request_mode("c", RequestMode::Nobody)?;
    assert_refused(
        graph.send_friend_request("d", "c"),
        [Reason::TargetTakesNoRequests],
    );
    graph.set_request_mode("c", RequestMode::Anyone)?;
    let change = graph.send_friend_request("d", "c")?;
    assert_eq!(change.after, Relation::FRIENDS);
    assert!(change.effects().contains(Effect::TargetRequestAccepted));
    Ok(())
}

#[test]
fn r10_a_barred_user_accepts_but_sends_nothing() -> Outcome {
    let mut graph = tencent();
    graph.send_friend_request("a", "b")?;
    graph.set_request_sending("b", RequestSending::Barred)?;
    assert_refused(graph.send_friend_request("b", "a"), [Reason::ActorBarred]);
    assert!(graph.accept_friend_request("b", "a")?.after.are_friends());
    Ok(())
}

#[test]
fn r11_modes_decide_what_a_request_becomes() -> Outcome {
    let mut graph = tencent();
    graph.set_request_mode("b", RequestMode::Anyone)?;
    assert!(graph.send_friend_request("a", "b")?.after.are_friends());

    let change = graph.send_friend_request("a", "c")?;
    assert_eq!(change.effects(), Effects::from(Effect::ActorRequestSent));

    graph.set_request_mode("d", RequestMode::Nobody)?;
    assert_refused(
        graph.send_friend_request("a", "d"),
        [Reason::TargetTakesNoRequests],
    );
    Ok(())
}

#[test]
fn r11_a_change_of_settings_leaves_pending_requests() -> Outcome {
    let mut graph = tencent();
    graph.send_friend_request("a", "b")?;
    assert_eq!(
        graph.set_request_mode("b", RequestMode::Nobody)?,
        RequestMode::Confirm
    );

    let before = graph.set_request_sending("a", RequestSending::Barred)?;
    assert_eq!(before, RequestSending::Open);
    assert!(graph.accept_friend_request("b", "a")?.after.are_friends());
    Ok(())
}

#[test]
fn r11_sending_again_is_refused_in_every_mode() -> Outcome {
    let mut graph = tencent();
    graph.send_friend_request("a", "b")?;

    for mode in [RequestMode::Anyone, RequestMode::Confirm] {
        graph.set_request_mode("b", mode)?;
        assert_refused(
            graph.send_friend_request("a", "b"),
            [Reason::AlreadyRequested],
        );
    }
    Ok(())
}

#[test]
fn r12_a_policy_may_demand_friendship_to_message() -> Outcome {
    use Reason::{NotListedByActor, NotListedByTarget};
    assert!(tencent().can_message("a", "b").is_allowed());

    let both = reasons([NotListedByActor, NotListedByTarget]);
    for (needs, strangers, one_way, other_way) in [
        (
            Sides::Actor,
            reasons([NotListedByActor]),
            Reasons::EMPTY,
            reasons([NotListedByActor]),
        ),
        (
            Sides::Target,
            reasons([NotListedByTarget]),
            reasons([NotListedByTarget]),
            Reasons::EMPTY,
        ),
        (
            Sides::Both,
            both,
            reasons([NotListedByTarget]),
            reasons([NotListedByActor]),
        ),
    ] {
        let mut policy = Policy::tencent_rest();
        policy.message.needs_listing_by = needs;
        let mut graph = graph(policy);
        assert_eq!(graph.can_message("a", "b").reasons(), strangers);
        graph.add_friend("a", "b", Ways::OneWay)?;
        assert_eq!(graph.can_message("a", "b").reasons(), one_way);
        assert_eq!(graph.can_message("b", "a").reasons(), other_way);
        graph.add_friend("b", "a", Ways::OneWay)?;
        assert!(graph.can_message("a", "b").is_allowed());
    }
    Ok(())
}

#[test]
fn r13_silence_looks_like_no_block() -> Outcome {
    let mut policy = Policy::tencent_rest();
    policy.message.needs_listing_by = Sides::Both;
    let mut graph = graph(policy);
    let stranger = graph.can_message("c", "a");
    graph.add_to_blocklist("a", "b")?;
    let blocked = graph.can_message("b", "a");

    assert!(blocked.reasons().contains(Reason::TargetBlocks));
    assert_eq!(blocked.visible(), stranger.visible());
    assert_eq!(blocked.verdict(), stranger.verdict());
    Ok(())
}

#[test]
fn r13_a_policy_may_tell() -> Outcome {
    let mut policy = Policy::tencent_rest();
    policy.message.notice = Notices::both(Notice::Told);
    let mut graph = graph(policy);
    graph.add_to_blocklist("a", "b")?;
    let decision = graph.can_message("b", "a");

    assert_eq!(
        (decision.verdict(), decision.visible()),
        (Verdict::Refused, decision)
    );
    assert_eq!(tencent().can_message("b", "a").verdict(), Verdict::Allowed);
    Ok(())
}

#[test]
fn r13_a_neutral_block_is_a_refusal_without_a_reason() -> Outcome {
    let mut policy = Policy::tencent_rest();
    policy.message.notice = Notices::both(Notice::Neutral);
    let mut graph = graph(policy);
    graph.add_to_blocklist("a", "b")?;
    let decision = graph.can_message("b", "a");
    assert_eq!(decision.reasons(), Reason::TargetBlocks.into());
    assert_eq!(decision.visible().reasons(), Reason::Unavailable.into());
    assert_eq!(decision.verdict(), Verdict::Refused);
    Ok(())
}

/// The two blocks have a notice each.
#[test]
fn r13_an_actor_may_learn_of_their_own_block_alone() -> Outcome {
    let mut policy = Policy::tencent_mutual();
    policy.message.notice = Notices {
        own: Notice::Told,
        other: Notice::Silent,
    };
    let mut graph = graph(policy);
    graph.add_to_blocklist("a", "b")?;
    let own = graph.can_message("a", "b").visible().reasons();
    assert_eq!(own, Reason::ActorBlocks.into());
    assert!(graph.can_message("b", "a").visible().is_allowed());
    graph.add_to_blocklist("b", "a")?;
    let both = graph.can_message("a", "b").visible().reasons();
    assert_eq!(both, Reason::ActorBlocks.into());
    Ok(())
}

#[test]
fn r13_requesting_accepting_and_adding_have_one_notice() -> Outcome {
    for (notice, visible) in [
        (Notice::Silent, Reasons::EMPTY),
        (Notice::Neutral, Reason::Unavailable.into()),
        (Notice::Told, Reason::TargetBlocks.into()),
    ] {
        let mut policy = Policy::tencent_rest();
        policy.request.notice.other = notice;
        policy.block.cancels_requests_of = Sides::Neither;
        let mut graph = graph(policy);
        graph.send_friend_request("a", "b")?;
        graph.add_to_blocklist("a", "b")?;
        for action in [Action::AcceptRequest, Action::AddFriend(Ways::OneWay)] {
            let decision = graph.decide(action, "b", "a");
            assert_eq!(decision.visible().reasons(), visible, "{action:?}");
        }
        graph.add_to_blocklist("d", "c")?;
        let request = graph.can_send_friend_request("c", "d");
        assert_eq!(request.visible().reasons(), visible);
    }
    Ok(())
}

#[test]
fn r15_each_limit_refuses_exactly_the_one_that_does_not_fit() -> Outcome {
    let limits = Limits {
        blocked: Some(2),
        friends: Some(2),
        requests_in: Some(2),
        batch: None,
    };
    let mut graph = limited(limits);
    graph.add_to_blocklist("a", "b")?;
    graph.add_to_blocklist("a", "c")?;
    assert_refused(
        graph.add_to_blocklist("a", "d"),
        [Reason::ActorBlocklistFull],
    );
    graph.remove_from_blocklist("a", "b")?;
    graph.add_to_blocklist("a", "d")?;

    let mut graph = limited(limits);
    graph.add_friend("a", "b", Ways::OneWay)?;
    graph.add_friend("a", "c", Ways::OneWay)?;
    let one_way = Ways::OneWay;
    assert_refused(
        graph.add_friend("a", "d", one_way),
        [Reason::ActorFriendsFull],
    );
    assert_refused(
        graph.add_friend("d", "a", Ways::TwoWay),
        [Reason::TargetFriendsFull],
    );
    assert!(
        graph.friends("d")?.is_empty(),
        "the friend is added on neither side"
    );
    graph.add_friend("d", "a", one_way)?;

    let mut graph = limited(limits);
    graph.send_friend_request("b", "a")?;
    graph.send_friend_request("c", "a")?;
    assert_refused(
        graph.send_friend_request("d", "a"),
        [Reason::TargetRequestsFull],
    );
    assert!(
        graph.send_friend_request("a", "d").is_ok(),
        "one's own requests wait elsewhere"
    );
    Ok(())
}

#[test]
fn r15_what_takes_no_room_is_not_refused_for_room() -> Outcome {
    let limits = Limits {
        blocked: Some(1),
        friends: Some(1),
        requests_in: Some(1),
        batch: None,
    };
    let mut graph = limited(limits);
    graph.add_friend("a", "b", Ways::OneWay)?;
    assert!(
        graph.add_friend("a", "b", Ways::TwoWay).is_ok(),
        "a's half is there already"
    );
    assert_refused(
        graph.add_friend("a", "b", Ways::TwoWay),
        [Reason::AlreadyFriends],
    );

    graph.add_to_blocklist("c", "d")?;
    assert_refused(graph.add_to_blocklist("c", "d"), [Reason::AlreadyBlocked]);

    graph.send_friend_request("b", "c")?;
    assert_refused(
        graph.send_friend_request("b", "c"),
        [Reason::AlreadyRequested],
    );
    Ok(())
}

#[test]
fn r15_accepting_needs_room_on_both_friend_lists() -> Outcome {
    let mut graph = limited(Limits {
        friends: Some(1),
        ..Limits::NONE
    });
    graph.send_friend_request("a", "b")?;
    graph.add_friend("a", "c", Ways::OneWay)?;
    graph.add_friend("b", "d", Ways::OneWay)?;
    let full = [Reason::ActorFriendsFull, Reason::TargetFriendsFull];

    assert_refused(graph.accept_friend_request("b", "a"), full);
    assert_refused(graph.send_friend_request("b", "a"), full);
    assert!(
        graph.relation("a", "b")?.holds(Fact::ActorRequested),
        "the request still waits"
    );
    Ok(())
}

#[test]
fn r15_a_limit_of_none_and_of_zero() {
    let none = Limits {
        blocked: Some(0),
        friends: Some(0),
        requests_in: Some(0),
        batch: Some(0),
    };
    let mut graph = limited(none);

    assert_refused(
        graph.add_to_blocklist("a", "b"),
        [Reason::ActorBlocklistFull],
    );
    assert_refused(
        graph.send_friend_request("a", "b"),
        [Reason::TargetRequestsFull],
    );
    assert!(graph.add_many_to_blocklist("a", &["b"]).is_err());
    assert!(graph.add_many_to_blocklist("a", Vec::<&str>::new()).is_ok());
    graph.check_invariants().unwrap();
}

#[test]
fn r16_every_reason_is_reported_in_its_order() -> Outcome {
    let mut graph = limited(Limits {
        requests_in: Some(0),
        ..Limits::NONE
    });
    graph.add_to_blocklist("b", "a")?;
    graph.add_to_blocklist("a", "b")?;
    graph.set_request_sending("a", RequestSending::Barred)?;
    let decision = graph.can_send_friend_request("a", "b");
    let found: Vec<_> = decision.reasons().iter().collect();

    assert_eq!(
        found,
        [
            Reason::ActorBlocks,
            Reason::TargetBlocks,
            Reason::ActorBarred,
            Reason::TargetRequestsFull
        ]
    );
    Ok(())
}

#[test]
fn corner_a_two_way_friendship_leaves_no_request() -> Outcome {
    for ways in [Ways::OneWay, Ways::TwoWay] {
        let mut graph = tencent();
        graph.add_friend("b", "a", Ways::OneWay)?;
        graph.send_friend_request("a", "b")?;
        let change = graph.add_friend("a", "b", ways)?;
        assert_eq!(change.after, Relation::FRIENDS);
        assert!(change.effects().contains(Effect::ActorRequestCancelled));
    }
    Ok(())
}

#[test]
fn corner_friends_who_are_kept_can_be_removed_across_a_block() -> Outcome {
    let mut graph = graph(Policy::tencent_keep_friends());
    graph.add_friend("a", "b", Ways::TwoWay)?;
    graph.add_to_blocklist("a", "b")?;
    graph.remove_friend("b", "a", Ways::OneWay)?;
    let after = graph.remove_from_blocklist("a", "b")?.after;
    assert_eq!(after, Relation::STRANGERS.with(Fact::ActorLists));
    Ok(())
}

#[test]
fn corner_declining_and_cancelling_end_a_request() -> Outcome {
    let mut graph = tencent();
    graph.send_friend_request("a", "b")?;
    let declined = graph.decline_friend_request("b", "a")?;
    assert_eq!(
        declined.effects(),
        Effects::from(Effect::TargetRequestDeclined)
    );

    graph.send_friend_request("a", "b")?;
    let cancelled = graph.cancel_friend_request("a", "b")?;
    assert_eq!(
        cancelled.effects(),
        Effects::from(Effect::ActorRequestCancelled)
    );
    assert_refused(
        graph.cancel_friend_request("a", "b"),
        [Reason::NoRequestFromActor],
    );
    Ok(())
}

/// Each part of a gate concerns its own interaction.
#[test]
fn r17_each_interaction_has_a_gate_of_its_own() -> Outcome {
    for interaction in Interaction::ALL {
        let mut policy = Policy::tencent_rest();
        for other in Interaction::ALL {
            policy.gate_mut(other).stopped_by = Sides::Neither;
        }
        *policy.gate_mut(interaction) = Gate {
            stopped_by: Sides::Target,
            needs_listing_by: Sides::Actor,
            notice: Notices::both(Notice::Told),
        };
        let mut graph = graph(policy);
        graph.add_to_blocklist("a", "b")?;

        for asked in Interaction::ALL {
            let expected = if asked == interaction {
                reasons([Reason::TargetBlocks, Reason::NotListedByActor])
            } else {
                Reasons::EMPTY
            };
            let decision = graph.can(asked, "b", "a");
            assert_eq!(decision.reasons(), expected, "{asked:?}");
            assert_eq!(decision.visible(), decision);
        }
    }
    Ok(())
}

#[test]
fn r18_a_granted_request_makes_a_follow() -> Outcome {
    let mut policy = Policy::tencent_rest();
    policy.request.makes = Granted::Follow;
    let mut graph = graph(policy);

    graph.send_friend_request("a", "b")?;
    let change = graph.accept_friend_request("b", "a")?;
    assert_eq!(
        change.after.flip(),
        Relation::STRANGERS.with(Fact::ActorLists)
    );
    assert_refused(graph.send_friend_request("a", "b"), [Reason::AlreadyListed]);

    graph.set_request_mode("a", RequestMode::Anyone)?;
    let change = graph.send_friend_request("b", "a")?;
    assert_eq!(change.effects(), Effects::from(Effect::ActorFriendAdded));
    assert_eq!(change.after, Relation::FRIENDS);
    Ok(())
}

/// A request ends as soon as any action brings what it asks for.
#[test]
fn r18_a_request_ends_when_what_it_asks_for_is_there() -> Outcome {
    let mut policy = Policy::tencent_rest();
    policy.request.makes = Granted::Follow;
    policy.request.crossed = Crossed::Waits;
    let mut graph = graph(policy);
    graph.send_friend_request("a", "b")?;
    graph.send_friend_request("b", "a")?;

    let change = graph.add_friend("a", "b", Ways::OneWay)?;
    assert!(change.effects().contains(Effect::ActorRequestCancelled));
    assert!(change.after.holds(Fact::TargetRequested), "b still asks");
    let change = graph.accept_friend_request("a", "b")?;
    assert_eq!(change.after, Relation::FRIENDS);

    graph.send_friend_request("c", "d")?;
    graph.send_friend_request("d", "c")?;
    let change = graph.add_friend("c", "d", Ways::TwoWay)?;
    assert_eq!(change.after, Relation::FRIENDS, "both requests end");
    Ok(())
}

#[test]
fn r18_only_the_lists_that_a_request_adds_to_need_room() -> Outcome {
    let mut policy = Policy::tencent_rest();
    policy.request.makes = Granted::Follow;
    policy.limits.friends = Some(1);
    let mut graph = graph(policy);
    graph.add_friend("a", "c", Ways::OneWay)?;

    graph.send_friend_request("b", "a")?;
    graph.accept_friend_request("a", "b")?;
    assert!(graph.relation("b", "a")?.holds(Fact::ActorLists));

    graph.send_friend_request("a", "d")?;
    assert_refused(
        graph.accept_friend_request("d", "a"),
        [Reason::TargetFriendsFull],
    );
    Ok(())
}

#[test]
fn corner_a_refused_request_accepts_nothing() -> Outcome {
    let mut policy = Policy::tencent_rest();
    policy.request.makes = Granted::Follow;
    let mut graph = graph(policy);
    graph.add_friend("a", "b", Ways::OneWay)?;
    graph.send_friend_request("b", "a")?;
    assert_refused(graph.send_friend_request("a", "b"), [Reason::AlreadyListed]);

    graph.accept_friend_request("a", "b")?;
    assert_eq!(graph.relation("a", "b")?, Relation::FRIENDS);
    Ok(())
}
