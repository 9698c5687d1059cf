//! Single operations and questions.

use std::fmt::Debug;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
use socialgraph::{Action, Interaction, Operation, OwnList, Question, RequestSending, Ways};

use super::names::invalid_names;
use super::{Tuning, Weights, names, policies};

/// Makes actions, as often as the weights of the tuning say.
///
/// ```
/// use proptest::prelude::*;
/// use socialgraph::Action;
/// use socialgraph_testkit::strategies::{self, Tuning};
///
/// proptest!(|(action in strategies::actions(&Tuning::default()))| {
///     prop_assert!(Action::ALL.contains(&action));
/// });
/// ```
pub fn actions(tuning: &Tuning) -> impl Strategy<Value = Action> + Clone + use<> {
    let weights = &tuning.weights;
    weighted([
        action(weights, Action::Block),
        action(weights, Action::Unblock),
        action(weights, Action::SendRequest),
        action(weights, Action::AcceptRequest),
        action(weights, Action::DeclineRequest),
        action(weights, Action::CancelRequest),
        (
            weights.add_friend,
            either_way(Action::AddFriend, |ways| weights.percent_added(ways)),
        ),
        (
            weights.remove_friend,
            either_way(Action::RemoveFriend, |ways| weights.percent_removed(ways)),
        ),
    ])
}

/// A strategy and how often it is drawn from.
type Weighted<T> = (u16, BoxedStrategy<T>);

fn action(weights: &Weights, action: Action) -> Weighted<Action> {
    (weights.of(action), Just(action).boxed())
}

/// Makes an action that is one-way or two-way.
fn either_way(action: fn(Ways) -> Action, percent: impl Fn(Ways) -> u16) -> BoxedStrategy<Action> {
    let ways = [Ways::OneWay, Ways::TwoWay];
    let weighted_ways = ways.map(|ways| (percent(ways), Just(ways).boxed()));
    weighted(weighted_ways).prop_map(action).boxed()
}

/// Makes interactions, all equally often.
///
/// ```
/// use proptest::prelude::*;
/// use socialgraph::{Policy, Relation};
/// use socialgraph_testkit::strategies;
///
/// proptest!(|(interaction in strategies::interactions())| {
///     prop_assert!(Policy::tencent_rest().can(interaction, Relation::FRIENDS).is_allowed());
/// });
/// ```
pub fn interactions() -> impl Strategy<Value = Interaction> + Clone {
    select(&Interaction::ALL[..])
}

/// Makes questions: half about an interaction, half about an action by the tuning's weights.
///
/// ```
/// use proptest::prelude::*;
/// use socialgraph::{Policy, SocialGraph};
/// use socialgraph_testkit::strategies::{self, Tuning};
///
/// let graph = SocialGraph::new(Policy::tencent_rest());
/// proptest!(|(question in strategies::questions(&Tuning::default()))| {
///     prop_assert!(!graph.decide(question, "nobody", "anybody").is_allowed());
/// });
/// ```
pub fn questions(tuning: &Tuning) -> impl Strategy<Value = Question> + Clone + use<> {
    prop_oneof![
        interactions().prop_map(Question::from),
        actions(tuning).prop_map(Question::from),
    ]
}

/// Makes operations, as often as the weights of the tuning say.
///
/// ```
/// use proptest::prelude::*;
/// use socialgraph_testkit::strategies::{self, Tuning};
/// use socialgraph::{Policy, SocialGraph};
///
/// proptest!(|(operation in strategies::operations(&Tuning::default()))| {
///     let mut graph = SocialGraph::new(Policy::tencent_rest());
///     let _ = operation.apply_to(&mut graph);
///     prop_assert_eq!(graph.check_invariants(), Ok(()));
/// });
/// ```
pub fn operations(tuning: &Tuning) -> impl Strategy<Value = Operation> + Clone + use<> {
    let mut choices = choices_under_one_policy(tuning);
    choices.push((tuning.weights.adopt_policy, adopt_policy(tuning)));
    weighted(choices)
}

/// Makes operations, but none that puts the graph under another policy.
pub(super) fn operations_under_one_policy(
    tuning: &Tuning,
) -> impl Strategy<Value = Operation> + Clone + use<> {
    weighted(choices_under_one_policy(tuning))
}

fn choices_under_one_policy(tuning: &Tuning) -> Vec<Weighted<Operation>> {
    let weights = &tuning.weights;
    vec![
        (weights.of_actions(), act(tuning)),
        (weights.with_actions(weights.batch), act_on_many(tuning)),
        (weights.request_mode, set_request_mode(tuning)),
        (weights.request_sending, set_request_sending(tuning)),
        (weights.add_user, add_user(select(tuning.users()))),
        (weights.add_invalid, add_user(invalid_names())),
        (weights.remove_user, remove_user(tuning)),
        (
            weights.with_actions(weights.batch_by_many),
            many_act(tuning),
        ),
        (weights.of_clearing(), clear_list(tuning)),
        (weights.rename_user, rename_user(tuning)),
        (weights.merge_users, merge_users(tuning)),
    ]
}

fn act(tuning: &Tuning) -> BoxedStrategy<Operation> {
    (actions(tuning), names(tuning), names(tuning))
        .prop_map(|(action, actor, target)| Operation::act(action, actor, target))
        .boxed()
}

fn act_on_many(tuning: &Tuning) -> BoxedStrategy<Operation> {
    (actions(tuning), names(tuning), batch(tuning))
        .prop_map(|(action, actor, targets)| Operation::act_on_many(action, actor, targets))
        .boxed()
}

fn many_act(tuning: &Tuning) -> BoxedStrategy<Operation> {
    (actions(tuning), batch(tuning), names(tuning))
        .prop_map(|(action, actors, target)| Operation::many_act(action, actors, target))
        .boxed()
}

/// Makes the users whom a batch names.
fn batch(tuning: &Tuning) -> impl Strategy<Value = Vec<String>> + use<> {
    proptest::collection::vec(names(tuning), tuning.batch_lengths())
}

fn set_request_mode(tuning: &Tuning) -> BoxedStrategy<Operation> {
    (names(tuning), select(tuning.modes()))
        .prop_map(|(user, mode)| Operation::set_request_mode(user, mode))
        .boxed()
}

fn set_request_sending(tuning: &Tuning) -> BoxedStrategy<Operation> {
    (names(tuning), select(&RequestSending::ALL[..]))
        .prop_map(|(user, sending)| Operation::set_request_sending(user, sending))
        .boxed()
}

fn add_user(names: impl Strategy<Value = String> + 'static) -> BoxedStrategy<Operation> {
    names.prop_map(Operation::add_user).boxed()
}

fn remove_user(tuning: &Tuning) -> BoxedStrategy<Operation> {
    names(tuning).prop_map(Operation::remove_user).boxed()
}

/// Makes renames: half of them to a new name, and most others to a name that is taken.
///
/// A name that is not valid never comes if no user is added by one.
fn rename_user(tuning: &Tuning) -> BoxedStrategy<Operation> {
    // The names are none if no operation renames users, unless all weights are 0.
    let new_names = [tuning.new_names(), tuning.users()].concat();
    let choices = [
        (16, select(new_names).boxed()),
        (2, select(tuning.users()).boxed()),
        (tuning.weights.add_invalid.min(2), invalid_names().boxed()),
    ];
    (names(tuning), weighted(choices))
        .prop_map(|(user, name)| Operation::rename_user(user, name))
        .boxed()
}

fn merge_users(tuning: &Tuning) -> BoxedStrategy<Operation> {
    (names(tuning), names(tuning))
        .prop_map(|(from, into)| Operation::merge_users(from, into))
        .boxed()
}

fn clear_list(tuning: &Tuning) -> BoxedStrategy<Operation> {
    let mut lists = tuning.weights.cleared_lists();
    if lists.is_empty() {
        lists.extend(OwnList::ALL);
    }
    (names(tuning), select(lists))
        .prop_map(|(user, list)| Operation::clear_list(user, list))
        .boxed()
}

fn adopt_policy(tuning: &Tuning) -> BoxedStrategy<Operation> {
    policies(tuning).prop_map(Operation::adopt_policy).boxed()
}

/// Makes one of the choices, as often as its weight says; if all weights are 0, each counts as 1.
fn weighted<T: Debug>(choices: impl IntoIterator<Item = Weighted<T>>) -> Union<BoxedStrategy<T>> {
    let choices: Vec<_> = choices.into_iter().collect();
    let all_zero = choices.iter().all(|(weight, _)| *weight == 0);

    // A union takes no weight of 0.
    let mut possible = Vec::new();
    for (weight, choice) in choices {
        if all_zero {
            possible.push((1, choice));
        } else if weight > 0 {
            possible.push((u32::from(weight), choice));
        }
    }
    Union::new_weighted(possible)
}
