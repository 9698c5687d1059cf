//! Single operations.

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

use super::names::invalid_names;
use super::{Tuning, Weights, names};
use socialgraph::Operation;
use socialgraph::RequestSending;
use socialgraph::{Action, Ways};

/// Makes actions, as often as the tuning says.
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
    let weights = tuning.weights;
    let single = |action| (weights.of(action), Just(action).boxed());
    let either_way = |weight, action: fn(Ways) -> Action| {
        let ways =
            [Ways::OneWay, Ways::TwoWay].map(|ways| (weights.share(ways), Just(ways).boxed()));
        (weight, weighted(ways).prop_map(action).boxed())
    };
    weighted([
        single(Action::Block),
        single(Action::Unblock),
        single(Action::SendRequest),
        single(Action::AcceptRequest),
        single(Action::DeclineRequest),
        single(Action::CancelRequest),
        either_way(weights.add_friend, Action::AddFriend),
        either_way(weights.remove_friend, Action::RemoveFriend),
    ])
}

/// Makes operations, as often as the tuning says.
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
    let weights = &tuning.weights;
    weighted([
        (weights.acts(), act(tuning)),
        (weights.batches(), batch(tuning)),
        (weights.request_mode, request_mode(tuning)),
        (weights.request_sending, request_sending(tuning)),
        (
            weights.add_user,
            select(tuning.users())
                .prop_map(|name| Operation::AddUser { name })
                .boxed(),
        ),
        (
            weights.add_invalid,
            invalid_names()
                .prop_map(|name| Operation::AddUser { name })
                .boxed(),
        ),
        (
            weights.remove_user,
            names(tuning)
                .prop_map(|name| Operation::RemoveUser { name })
                .boxed(),
        ),
    ])
}

impl Weights {
    /// Returns how often an action comes.
    ///
    /// Of what is done one way or both, it is how often either comes, unless this one never does.
    pub(crate) const fn of(&self, action: Action) -> u16 {
        match action {
            Action::Block => self.block,
            Action::Unblock => self.unblock,
            Action::SendRequest => self.send_request,
            Action::AcceptRequest => self.accept_request,
            Action::DeclineRequest => self.decline_request,
            Action::CancelRequest => self.cancel_request,
            Action::AddFriend(ways) | Action::RemoveFriend(ways) if self.share(ways) == 0 => 0,
            Action::AddFriend(_) => self.add_friend,
            Action::RemoveFriend(_) => self.remove_friend,
        }
    }

    /// Returns of 100 friends who are added or removed, how many are so in this way.
    const fn share(&self, ways: Ways) -> u16 {
        let one_way = if self.one_way_percent > 100 {
            100
        } else {
            self.one_way_percent as u16
        };
        match ways {
            Ways::OneWay => one_way,
            Ways::TwoWay => 100 - one_way,
        }
    }

    /// Returns how often a batch comes: without an action there is nothing to do to many.
    fn batches(&self) -> u16 {
        if self.acts() == 0 { 0 } else { self.batch }
    }

    /// Returns how often a single action comes, of whichever kind.
    fn acts(&self) -> u16 {
        [
            self.block,
            self.unblock,
            self.send_request,
            self.accept_request,
            self.decline_request,
            self.cancel_request,
            self.add_friend,
            self.remove_friend,
        ]
        .into_iter()
        .fold(0, u16::saturating_add)
    }
}

fn act(tuning: &Tuning) -> BoxedStrategy<Operation> {
    (actions(tuning), names(tuning), names(tuning))
        .prop_map(|(action, actor, target)| Operation::Act {
            action,
            actor,
            target,
        })
        .boxed()
}

fn batch(tuning: &Tuning) -> BoxedStrategy<Operation> {
    let targets = proptest::collection::vec(names(tuning), tuning.batch_lengths());
    (actions(tuning), names(tuning), targets)
        .prop_map(|(action, actor, targets)| Operation::ActOnMany {
            action,
            actor,
            targets,
        })
        .boxed()
}

fn request_mode(tuning: &Tuning) -> BoxedStrategy<Operation> {
    (names(tuning), select(tuning.modes()))
        .prop_map(|(user, mode)| Operation::SetRequestMode { user, mode })
        .boxed()
}

fn request_sending(tuning: &Tuning) -> BoxedStrategy<Operation> {
    (names(tuning), select(&RequestSending::ALL[..]))
        .prop_map(|(user, sending)| Operation::SetRequestSending { user, sending })
        .boxed()
}

/// Makes one of these, as often as its weight says; each as often where all weights are 0.
fn weighted<T: std::fmt::Debug, const N: usize>(
    choices: [(u16, BoxedStrategy<T>); N],
) -> Union<BoxedStrategy<T>> {
    let none = choices.iter().all(|(weight, _)| *weight == 0);
    // A union takes no weight of 0.
    let choices = choices
        .into_iter()
        .filter(|(weight, _)| none || *weight > 0);
    Union::new_weighted(
        choices
            .map(|(weight, choice)| (u32::from(weight.max(1)), choice))
            .collect(),
    )
}
