//! Users: names, handles, removal, and any input from outside.

use std::borrow::Cow;
use std::sync::Arc;

use socialgraph::{
    Action, AddUserError, Effect, Fact, GotOrAdded, MAX_NAME_BYTES, NameError, Policy, Reason,
    Reasons, Relation, RequestMode, SocialGraph, UnknownUser, UserFacts, UserId, UserRefBuf, Ways,
};

fn graph<const N: usize>(names: [&str; N]) -> (SocialGraph, [UserId; N]) {
    let mut graph = SocialGraph::new(Policy::tencent_rest());
    let ids = names.map(|name| graph.add_user(name).unwrap());
    (graph, ids)
}

#[test]
fn names_have_1_to_3071_bytes() {
    let (mut graph, []) = graph([]);
    let longest = "ß".repeat(1535) + "x";
    assert_eq!(longest.len(), MAX_NAME_BYTES);

    let id = graph.add_user(&longest).unwrap();
    assert_eq!(graph.name(id), Some(&*longest));
    assert_eq!(graph.add_user(""), Err(NameError::Empty.into()));

    let too_long = graph.add_user(&(longest + "x")).unwrap_err();
    assert_eq!(too_long, NameError::TooLong { len: 3072 }.into());
    assert_eq!(
        too_long.to_string(),
        "the name is 3072 bytes long, and at most 3071 fit"
    );
    assert_eq!(graph.user_id(&"x".repeat(1 << 20)), None);

    for odd in [" ", "\0", "\u{202e}", "A", "a", "\r\n"] {
        graph.add_user(odd).unwrap();
    }

    assert_eq!(graph.user_count(), 7);
    graph.check_invariants().unwrap();
}

#[test]
fn a_taken_name_names_its_owner_and_cannot_steer_a_terminal() {
    let (mut graph, [id]) = graph(["\u{1b}[2J"]);
    let error = graph.add_user("\u{1b}[2J").unwrap_err();
    assert_eq!(
        error,
        AddUserError::from(NameError::Taken {
            name: "\u{1b}[2J".into(),
            id
        })
    );
    assert_eq!(
        error.to_string(),
        r"the name `\u{1b}[2J` is taken by user #0"
    );
    assert_eq!(graph.get_or_add_user("\u{1b}[2J"), Ok(GotOrAdded::Got(id)));
}

#[test]
fn names_and_handles_are_one_user() {
    let (mut graph, [ann, ben]) = graph(["ann", "ben"]);
    graph.add_to_blocklist("ann", ben).unwrap();
    graph.add_to_blocklist(&String::from("ben"), ann).unwrap();
    assert_eq!(graph.relation(ann, ben), graph.relation("ann", "ben"));
    assert_eq!(
        graph.users().collect::<Vec<_>>(),
        [(ann, "ann"), (ben, "ben")]
    );

    let kinds = (
        Arc::<str>::from("ann"),
        Box::<str>::from("ben"),
        Cow::Borrowed("ann"),
    );
    assert_eq!(
        graph.relation(&kinds.0, &kinds.1).unwrap(),
        graph.relation(&kinds.2, "ben").unwrap()
    );
    assert!(format!("{graph:?}").ends_with(r#"relations: ["ann" bB "ben"] }"#));
}

#[test]
fn removing_a_user_ends_all_their_relations() {
    let (mut graph, [ann, ben, cyd, dot, eve]) = graph(["ann", "ben", "cyd", "dot", "eve"]);
    graph.add_to_blocklist(ann, ben).unwrap();
    graph.add_to_blocklist(cyd, ann).unwrap();
    graph.add_friend(dot, ann, Ways::TwoWay).unwrap();
    graph.send_friend_request(eve, ann).unwrap();

    let removed = graph.remove_user("ann").unwrap();
    assert_eq!((removed.id, &*removed.name), (ann, "ann"));
    assert_eq!(removed.facts.friends, 1);
    let ended: Vec<_> = removed
        .ended
        .iter()
        .map(|ended| (ended.target, ended.effects().len()))
        .collect();
    assert_eq!(ended, [(ben, 1), (cyd, 1), (dot, 2), (eve, 1)]);
    assert!(
        removed.ended[1]
            .effects()
            .contains(Effect::TargetBlockLifted)
    );
    assert!(
        removed.ended[3]
            .effects()
            .contains(Effect::TargetRequestCancelled)
    );

    for other in [ben, cyd, dot, eve] {
        assert_eq!(
            graph.user_facts(other).unwrap(),
            UserFacts::new(RequestMode::Confirm)
        );
        assert!(graph.requests_out(other).unwrap().is_empty());
    }
    graph.check_invariants().unwrap();
}

#[test]
fn a_stale_handle_never_names_a_newer_user() {
    let (mut graph, [ann, ben]) = graph(["ann", "ben"]);
    graph.add_to_blocklist(ann, ben).unwrap();
    graph.remove_user(ben).unwrap();
    let again = graph.add_user("ben").unwrap();
    assert_ne!(again, ben);
    assert_eq!(graph.relation(ann, again), Ok(Relation::STRANGERS));

    let unknown = Reasons::from(Reason::UnknownTarget);
    assert_eq!(graph.can_message(ann, ben).reasons(), unknown);
    assert_eq!(
        graph.can_message(ben, again).reasons(),
        Reason::UnknownActor.into()
    );
    for action in Action::ALL {
        assert_eq!(
            graph.apply(action, ann, ben).unwrap_err().reasons(),
            unknown
        );
    }
    assert_eq!(graph.name(ben), None);
    let unknown = UnknownUser {
        user: UserRefBuf::Id(ben),
    };
    assert_eq!(unknown.to_string(), "there is no user #1");
    assert_eq!(graph.remove_user(ben), Err(unknown.clone()));
    assert_eq!(
        graph.set_request_mode(ben, RequestMode::Anyone),
        Err(unknown.clone())
    );
    assert_eq!(graph.user_facts(ben), Err(unknown));
}

#[test]
fn a_handle_of_any_number_is_safe_to_use() {
    let (mut graph, [ann]) = graph(["ann"]);
    for number in [1, 2, u32::MAX - 1, u32::MAX] {
        let handle = UserId::from_u32(number);
        assert!(!graph.can_message(ann, handle).is_allowed());
        assert!(!graph.can_message(handle, handle).is_allowed());
        assert!(graph.add_to_blocklist(handle, ann).is_err());
        assert!(graph.blocklist(handle).is_err());
    }
    assert!(UserId::from_u32(ann.to_u32()) == ann && graph.check_invariants().is_ok());
}

#[test]
fn relation_is_seen_from_the_actor() {
    let (mut graph, [ann, ben]) = graph(["ann", "ben"]);
    graph.send_friend_request(ann, ben).unwrap();
    let relation = graph.relation(ann, ben).unwrap();
    assert!(relation.holds(Fact::ActorRequested));
    assert_eq!(graph.relation(ben, ann), Ok(relation.flip()));
    assert_eq!(
        graph.facts(ann, ben).unwrap().flip(),
        graph.facts(ben, ann).unwrap()
    );
}

/// A clone gives out handles by itself, so a new handle belongs to one of the two graphs.
#[test]
fn handles_from_before_a_clone_mean_the_same_in_both() {
    let (mut graph, [ann]) = graph(["ann"]);
    let mut clone = graph.clone();
    let (ben, cyd) = (
        graph.add_user("ben").unwrap(),
        clone.add_user("cyd").unwrap(),
    );

    assert_eq!(
        (graph.name(ann), clone.name(ann)),
        (Some("ann"), Some("ann"))
    );
    assert_eq!(ben, cyd, "as the documentation of handles says");
}

#[test]
fn graphs_are_equal_if_policy_users_and_relations_are() {
    let (base, [ann, ben]) = graph(["ann", "ben"]);
    assert_eq!(base, base.clone());
    let mut blocking = base.clone();
    blocking.add_to_blocklist(ann, ben).unwrap();
    assert_ne!(base, blocking);
    blocking.remove_from_blocklist(ann, ben).unwrap();
    assert_eq!(base, blocking);
    assert_ne!(base, graph(["ann", "bob"]).0);
    let mut mutual = base.clone();
    let _ = mutual.adopt_policy(Policy::tencent_mutual());
    assert_ne!(base, mutual);
}
