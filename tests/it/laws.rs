//! Laws of every graph after every log.

use proptest::prelude::*;
use socialgraph::operation::Act;
use socialgraph::{
    Action, Fact, Interaction, Operation, Outcome, OwnList, PairChange, Policy, Question, Reason,
    Refusal, Relation, SmallSet, SocialGraph, Ways,
};
use socialgraph_testkit::strategies::{self, UNKNOWN_NAME};

use crate::fixtures::{logs, policies, tuning};

/// A graph in any state, under any policy.
fn graphs() -> impl Strategy<Value = SocialGraph> {
    policies().prop_flat_map(|policy| strategies::graphs(policy, &tuning(40)))
}

fn names() -> impl Strategy<Value = String> {
    let [valid, unknown] = [tuning(0).valid_names(), vec![UNKNOWN_NAME.to_owned()]];
    proptest::sample::select([valid, unknown].concat())
}

fn pairs() -> impl Strategy<Value = (String, String)> {
    (names(), names())
}

/// A name that no user of a log has.
const FRESH: &str = "zed";

/// Applies an action; a batch has its result without the users' names.
fn single(
    graph: &mut SocialGraph,
    action: Action,
    actor: &str,
    target: &str,
) -> Result<PairChange, Refusal> {
    Ok(graph.apply(action, actor, target)?)
}

/// Returns the blocks of a relation.
fn blocks(relation: Relation) -> SmallSet<Fact> {
    let facts = relation.facts().iter();
    facts
        .filter(|fact| matches!(fact, Fact::ActorBlocks | Fact::TargetBlocks))
        .collect()
}

fn actions() -> impl Strategy<Value = Action> {
    proptest::sample::select(Action::ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn invariants_hold_after_every_operation(policy in policies(), log in logs(40)) {
        let mut graph = SocialGraph::new(policy);
        for op in &log {
            let _ = op.apply_to(&mut graph);
            prop_assert_eq!(graph.check_invariants(), Ok(()), "after {}", op);
        }
    }

    #[test]
    fn a_decision_predicts_the_operation(graph in graphs(), (a, b) in pairs(), act in actions()) {
        let decision = graph.decide(act, &a, &b);
        let mut after = graph.clone();

        match after.apply(act, &a, &b) {
            Ok(change) => {
                prop_assert!(decision.is_allowed());
                prop_assert_eq!(graph.relation(&a, &b), Ok(change.before));
                prop_assert_eq!(after.relation(&a, &b), Ok(change.after));
                prop_assert_eq!(after.relation(&b, &a), Ok(change.after.flip()));
            }
            Err(refusal) => {
                prop_assert_eq!(decision.reasons(), refusal.reasons());
                prop_assert_eq!(after, graph, "a refusal changes nothing");
            }
        }
    }

    #[test]
    fn an_operation_changes_no_other_pair(graph in graphs(), (a, b) in pairs(), act in actions()) {
        let mut after = graph.clone();
        let _ = after.apply(act, &a, &b);
        for (x, y) in tuning(0).pairs() {
            if (&x, &y) != (&a, &b) && (&x, &y) != (&b, &a) {
                prop_assert_eq!(graph.relation(&x, &y), after.relation(&x, &y));
            }
        }
    }

    #[test]
    fn a_block_is_idempotent_and_directional(mut graph in graphs(), (a, b) in pairs()) {
        let theirs = graph.relation(&b, &a).map(|relation| relation.holds(Fact::ActorBlocks));
        let before = graph.clone();

        if graph.add_to_blocklist(&a, &b).is_ok() {
            let once = graph.clone();
            let again = graph.add_to_blocklist(&a, &b).unwrap_err();
            prop_assert!(again.reasons().contains(Reason::AlreadyBlocked));
            prop_assert_eq!(&graph, &once);
        } else {
            prop_assert_eq!(&graph, &before);
        }

        let now = graph.relation(&b, &a).map(|relation| relation.holds(Fact::ActorBlocks));
        prop_assert_eq!(now, theirs, "a block says nothing of the other's");
    }

    #[test]
    fn a_block_ends_and_stops_what_the_policy_says(mut graph in graphs(), (a, b) in pairs()) {
        let Ok(change) = graph.add_to_blocklist(&a, &b) else { return Ok(()) };
        let Policy { request, block, .. } = *graph.policy();

        let (clears, cancels) = (block.clears_friends_of, block.cancels_requests_of);
        for (fact, ends) in [
            (Fact::ActorLists, clears.has_actor()),
            (Fact::TargetLists, clears.has_target()),
            (Fact::ActorRequested, cancels.has_actor()),
            (Fact::TargetRequested, cancels.has_target()),
        ] {
            prop_assert_eq!(change.after.holds(fact), change.before.holds(fact) && !ends);
        }

        let gates = Interaction::ALL.map(|interaction| {
            (Question::from(interaction), graph.policy().gate(interaction).stopped_by)
        });
        let actions = [
            (Action::SendRequest.into(), request.stopped_by),
            (Action::AcceptRequest.into(), request.accept_stopped_by),
            (Action::AddFriend(Ways::OneWay).into(), request.add_stopped_by),
            (Action::AddFriend(Ways::TwoWay).into(), request.add_stopped_by),
        ];
        for (question, stopped_by) in gates.into_iter().chain(actions) {
            let by_own = graph.decide(question, &a, &b).reasons().contains(Reason::ActorBlocks);
            prop_assert!(by_own || !stopped_by.has_actor(), "{question:?}");
            let by_others = graph.decide(question, &b, &a).reasons().contains(Reason::TargetBlocks);
            prop_assert!(by_others || !stopped_by.has_target(), "{question:?}");
        }
    }

    #[test]
    fn unblocking_creates_no_edge(mut graph in graphs(), (a, b) in pairs()) {
        if let Ok(change) = graph.remove_from_blocklist(&a, &b) {
            prop_assert_eq!(change.after, change.before.without(Fact::ActorBlocks));
        }
    }

    #[test]
    fn a_batch_is_the_fold_of_its_operations(
        graph in graphs(),
        actor in names(),
        targets in proptest::collection::vec(names(), 0..7),
        act in actions(),
    ) {
        let mut one_by_one = graph.clone();
        let singles: Vec<_> =
            targets.iter().map(|target| single(&mut one_by_one, act, &actor, target)).collect();
        let mut at_once = graph.clone();

        match at_once.apply_many(act, &actor, &targets) {
            Ok(batch) => {
                prop_assert_eq!(batch.outcomes(), singles);
                prop_assert_eq!(at_once, one_by_one);
                prop_assert_eq!(
                    batch.failed().count() + batch.succeeded().count(),
                    targets.len()
                );
            }
            Err(error) => {
                prop_assert!(error.len > error.limit as usize);
                prop_assert_eq!(at_once, graph);
            }
        }
    }

    #[test]
    fn a_batch_of_many_actors_is_the_fold_of_its_operations(
        graph in graphs(),
        actors in proptest::collection::vec(names(), 0..7),
        target in names(),
        act in actions(),
    ) {
        let mut one_by_one = graph.clone();
        let singles: Vec<_> =
            actors.iter().map(|actor| single(&mut one_by_one, act, actor, &target)).collect();
        let mut at_once = graph.clone();

        match at_once.apply_by_many(act, &actors, &target) {
            Ok(batch) => {
                prop_assert_eq!(batch.outcomes(), singles);
                prop_assert_eq!(at_once, one_by_one);
            }
            Err(error) => {
                prop_assert!(error.len > error.limit as usize);
                prop_assert_eq!(at_once, graph);
            }
        }
    }

    #[test]
    fn clearing_a_list_is_the_fold_of_its_operations(graph in graphs(), user in names()) {
        for list in OwnList::ALL {
            let mut at_once = graph.clone();
            let Ok(cleared) = at_once.clear_list(&user, list) else {
                prop_assert!(!graph.contains_user(&user));
                continue;
            };

            let mut one_by_one = graph.clone();
            let mut singles = Vec::new();
            for other in graph.list(&user, list.list()).unwrap() {
                singles.push(one_by_one.apply(list.action(), &user, other).unwrap());
            }
            prop_assert_eq!(cleared.changes, singles);
            prop_assert!(at_once.list(&user, list.list()).unwrap().is_empty());
            prop_assert_eq!(at_once, one_by_one);
        }
    }

    #[test]
    fn a_rename_changes_no_answer_by_handle_and_back_it_is_nothing(
        graph in graphs(),
        user in names(),
    ) {
        let mut renamed = graph.clone();
        let Ok(before) = renamed.rename_user(&user, FRESH) else {
            prop_assert!(!graph.contains_user(&user));
            return Ok(());
        };
        prop_assert_eq!(&before, &user);
        prop_assert_eq!(renamed.user_id(FRESH), graph.user_id(&user));
        prop_assert!(!renamed.contains_user(&user));

        for (a, _) in graph.users() {
            prop_assert_eq!(renamed.user_facts(a), graph.user_facts(a));
            for (b, _) in graph.users() {
                prop_assert_eq!(renamed.relation(a, b), graph.relation(a, b));
                for question in Question::all() {
                    prop_assert_eq!(renamed.decide(question, a, b), graph.decide(question, a, b));
                }
            }
        }

        prop_assert_eq!(renamed.rename_user(FRESH, &user), Ok(FRESH.to_owned()));
        prop_assert_eq!(renamed, graph);
    }

    #[test]
    fn adopting_the_own_policy_changes_nothing(graph in graphs()) {
        let mut adopted = graph.clone();
        let migration = adopted.adopt_policy(*graph.policy());
        prop_assert_eq!(migration.ended, []);
        prop_assert_eq!(adopted, graph);
    }

    #[test]
    fn a_planned_migration_is_the_adoption(graph in graphs(), policy in policies()) {
        let before = graph.clone();
        let plan = graph.plan_migration(policy);
        prop_assert_eq!(&graph, &before);

        let mut adopted = graph.clone();
        let migration = adopted.adopt_policy(policy);
        prop_assert_eq!(&plan, &migration);
        for ended in &plan.ended {
            prop_assert!(ended.actor < ended.target && ended.action.is_none());
            prop_assert_eq!(graph.relation(ended.actor, ended.target), Ok(ended.before));
            prop_assert_eq!(adopted.relation(ended.actor, ended.target), Ok(ended.after));
        }
    }

    #[test]
    fn adopting_policies_adds_no_fact_and_ends_no_block(
        graph in graphs(),
        policies in [policies(), policies()],
    ) {
        let mut adopted = graph.clone();
        for policy in policies {
            let _ = adopted.adopt_policy(policy);
        }

        prop_assert!(adopted.users().eq(graph.users()));
        for (a, _) in graph.users() {
            for (b, _) in graph.users() {
                let (Ok(before), Ok(after)) = (graph.relation(a, b), adopted.relation(a, b)) else {
                    continue;
                };
                prop_assert!(after.facts().is_subset(before.facts()), "{before:#} {after:#}");
                prop_assert!(blocks(before).is_subset(after.facts()), "{before:#} {after:#}");
            }
        }
    }

    #[test]
    fn a_merge_drops_no_block(graph in graphs(), (from, into) in pairs()) {
        let mut merged = graph.clone();
        if merged.merge_users(&from, &into).is_err() {
            prop_assert_eq!(merged, graph);
            return Ok(());
        }
        prop_assert_eq!(merged.check_invariants(), Ok(()));

        for (peer, name) in graph.users() {
            if name == from || name == into {
                continue;
            }
            let both = [&from, &into].map(|user| blocks(graph.relation(user, peer).unwrap()));
            let after = merged.relation(&into, peer).unwrap();
            prop_assert!(both[0].union(both[1]).is_subset(after.facts()), "{name}: {after:#}");
        }
    }

    /// A user who is merged into a new one is as if they were renamed, but for the handle.
    #[test]
    fn a_merge_into_a_new_user_is_a_rename(graph in graphs(), user in names()) {
        let Ok(facts) = graph.user_facts(&user) else { return Ok(()) };
        let mut renamed = graph.clone();
        prop_assert_eq!(renamed.rename_user(&user, FRESH), Ok(user.clone()));

        let mut merged = graph.clone();
        let fresh = merged.add_user(FRESH).unwrap();
        prop_assert!(merged.set_request_mode(fresh, facts.request_mode).is_ok());
        let outcome = merged.merge_users(&user, fresh).unwrap();
        prop_assert_eq!(outcome.lost, []);

        prop_assert_eq!(merged.user_count(), graph.user_count());
        prop_assert_eq!(merged.user_facts(fresh), renamed.user_facts(FRESH));
        for (_, other) in renamed.users() {
            prop_assert_eq!(merged.relation(FRESH, other).is_ok(), other != FRESH);
            for question in Question::all() {
                for (a, b) in [(FRESH, other), (other, FRESH)] {
                    prop_assert_eq!(merged.decide(question, a, b), renamed.decide(question, a, b));
                }
            }
        }
    }

    #[test]
    fn a_log_gives_the_same_graph_every_time(policy in policies(), log in logs(40)) {
        let [mut one, mut other] = [SocialGraph::new(policy), SocialGraph::new(policy)];
        for op in &log {
            prop_assert_eq!(op.apply_to(&mut one), op.apply_to(&mut other));
        }
        prop_assert_eq!(one, other);
    }

    /// Metamorphic: the same log with two names swapped gives the answers swapped.
    #[test]
    fn swapping_names_swaps_answers(
        policy in policies(),
        log in logs(40),
        x in proptest::sample::select(tuning(0).users()),
        y in proptest::sample::select(tuning(0).users()),
    ) {
        let swap = |name: &str| {
            if name == x { &*y } else if name == y { &*x } else { name }.to_owned()
        };
        let mut plain = SocialGraph::new(policy);
        let mut swapped = plain.clone();

        for op in &log {
            let mirrored: Operation = op.map_names(swap);
            let (outcome, mirror) = (op.apply_to(&mut plain), mirrored.apply_to(&mut swapped));
            prop_assert_eq!(outcome.is_done(), mirror.is_done());
            // The rest of an outcome is handles, which differ.
            let relations = |outcome: &Outcome| {
                let items = outcome.items().into_iter();
                items.map(|item| item.map(PairChange::change)).collect::<Vec<_>>()
            };
            prop_assert_eq!(relations(&outcome), relations(&mirror));
            prop_assert_eq!(outcome.effects(), mirror.effects());
        }

        for (a, b) in tuning(0).pairs() {
            let (c, d) = (swap(&a), swap(&b));
            for question in Question::all() {
                let (decision, mirror) =
                    (plain.decide(question, &a, &b), swapped.decide(question, &c, &d));
                prop_assert_eq!(decision, mirror);
            }
            let relation = plain.relation(&a, &b).map_err(Refusal::from);
            prop_assert_eq!(relation, swapped.relation(&c, &d).map_err(Refusal::from));
        }
    }

    #[test]
    fn a_clone_never_changes(graph in graphs(), log in logs(40)) {
        let before = format!("{:?}", contents(&graph));
        let mut written = graph.clone();
        for op in &log {
            let _ = op.apply_to(&mut written);
        }
        prop_assert_eq!(before, format!("{:?}", contents(&graph)));
        prop_assert_eq!(graph.check_invariants(), Ok(()));
    }

    /// A graph under another policy decides as that policy, from its cached table too.
    #[test]
    fn a_graph_under_another_policy_decides_as_that_policy(graph in graphs(), policy in policies()) {
        let mut moved = graph.clone();
        let migration = moved.adopt_policy(policy);
        prop_assert_eq!(moved.policy(), &policy);
        prop_assert_eq!(moved.check_invariants(), Ok(()));

        let names = tuning(0).valid_names();
        for (a, b) in tuning(0).pairs() {
            let Ok(facts) = moved.facts(&a, &b) else { continue };
            let ids = [&a, &b].map(|name| moved.user_id(name).unwrap());
            let has_ended = |it: &PairChange| ids.contains(&it.actor) && ids.contains(&it.target);
            if !migration.ended.iter().any(has_ended) {
                prop_assert_eq!(graph.relation(&a, &b), Ok(facts.relation));
            }

            for question in Question::all() {
                prop_assert_eq!(moved.decide(question, &a, &b), policy.decide(question, &facts));
            }
            for interaction in Interaction::ALL {
                let decision = policy.can(interaction, facts.relation);
                prop_assert_eq!(moved.can(interaction, &a, &b), decision);
                let is_recipient = moved.audience(interaction, &a, &names).any(|user| *user == b);
                prop_assert_eq!(is_recipient, decision.is_allowed());
            }
        }
    }

    /// A host with relations and counts in its own database gets the decisions of the graph.
    #[test]
    fn facts_updated_by_changes_are_those_of_the_graph(policy in policies(), log in logs(40)) {
        let mut graph = SocialGraph::new(policy);
        for op in &log {
            let Operation::Act(Act { action, actor, target }) = op else {
                let _ = op.apply_to(&mut graph);
                continue;
            };
            let before = graph.facts(actor, target);
            let policy = *graph.policy();

            if let [Ok(change)] = op.apply_to(&mut graph).items()[..] {
                let before = before.unwrap();
                prop_assert_eq!(policy.apply(*action, &before).ok(), change.change());
                let after = graph.facts(actor, target).unwrap();
                prop_assert_eq!(before.after(change.after), after);
            }
        }
    }
}

/// Returns all users, settings and relations of a graph.
fn contents(graph: &SocialGraph) -> impl std::fmt::Debug {
    let users: Vec<_> = graph
        .users()
        .map(|(id, name)| (id, name.to_owned(), graph.user_facts(id)))
        .collect();
    let relations: Vec<_> = users
        .iter()
        .flat_map(|(a, ..)| users.iter().map(move |(b, ..)| graph.relation(*a, *b)))
        .collect();
    (users, relations)
}
