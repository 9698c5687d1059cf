//! The logs: random operations of a few users, chosen by what they show.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use socialgraph::operation::Act;
use socialgraph::{Action, Interaction, Limits, Operation, Question, RequestMode, Ways};

use super::judge::Judge;
use super::line::Lines;
use super::state::State;
use crate::strategies::{self, Tuning};

/// The number of random logs of each kind to choose from.
const DRAWN_LOGS: usize = 80;

/// The number of users of a log that reaches limits: a user's lists hold up to four others.
const LIMIT_USERS: u8 = 5;

/// The number of kinds of lines that a log has to add.
const WORTH: usize = 3;

/// Which operations a log has.
#[derive(Clone, Copy)]
enum Kind {
    /// Actions on pairs, and settings: most servers have these.
    Pairs,
    /// Every kind of operation, but no other policy: a server has one.
    All,
    /// Actions of more users, who reach the limits of the policy.
    Limits,
}

impl Kind {
    const fn users(self) -> u8 {
        match self {
            Self::Pairs | Self::All => 3,
            Self::Limits => LIMIT_USERS,
        }
    }

    /// Returns the maximum number of logs in a file.
    const fn most(self) -> usize {
        match self {
            Self::Pairs => 2,
            Self::All | Self::Limits => 3,
        }
    }

    /// Returns the maximum number of operations in a log, after its users have joined.
    const fn operations(self) -> usize {
        match self {
            Self::Pairs => 16,
            Self::All => 20,
            Self::Limits => 30,
        }
    }
}

/// Writes random logs, each of which shows something that the lines before do not.
pub(super) fn write(lines: &mut Lines, judge: &Judge) {
    let mut kinds = vec![Kind::Pairs, Kind::All];
    if has_limit_within_reach(judge) {
        kinds.push(Kind::Limits);
    }

    let mut number = 0;
    for kind in kinds {
        let mut drawn = drawn(judge, kind);
        for _ in 0..kind.most() {
            let Some(log) = take_best(&mut drawn, lines) else {
                break;
            };
            number += 1;
            lines.begin_log(number);
            lines.append(log);
        }
    }
}

/// Returns whether a user can have more entries among a few users than a limit allows.
fn has_limit_within_reach(judge: &Judge) -> bool {
    let Limits {
        blocked,
        friends,
        requests_in,
        batch: _,
    } = judge.policy().limits;
    let limits = [blocked, friends, requests_in].into_iter().flatten();
    limits
        .min()
        .is_some_and(|least| least + 1 < u32::from(LIMIT_USERS))
}

/// Takes the log that shows the most beside these lines, if it shows enough.
fn take_best(drawn: &mut Vec<Lines>, lines: &Lines) -> Option<Lines> {
    let mut best = None;
    let mut most = WORTH - 1;
    for (index, log) in drawn.iter().enumerate() {
        let new = lines.news_in(log);
        if new > most {
            (best, most) = (Some(index), new);
        }
    }
    best.map(|index| drawn.remove(index))
}

fn drawn(judge: &Judge, kind: Kind) -> Vec<Lines> {
    // The seed is fixed: the same logs come every time.
    let mut runner = TestRunner::deterministic();
    let strategy = strategies::logs(&tuning(judge, kind));

    let mut drawn = Vec::new();
    for _ in 0..DRAWN_LOGS {
        // Only a strategy that filters its values fails.
        if let Ok(log) = strategy.new_tree(&mut runner) {
            drawn.push(played(judge, &log.current()));
        }
    }
    drawn
}

/// Returns the tuning of a log, without what the system does not have.
fn tuning(judge: &Judge, kind: Kind) -> Tuning {
    let mut tuning = Tuning {
        users: kind.users(),
        operations: kind.operations(),
        targets: 3,
        odd_names_percent: 0,
        ..Tuning::default()
    };

    let weights = &mut tuning.weights;
    (weights.adopt_policy, weights.add_invalid) = (0, 0);
    if let Kind::All = kind {
        // More often than in other logs: a few logs show all of them.
        (weights.batch, weights.batch_by_many) = (12, 12);
        (weights.clear_list, weights.merge_users, weights.rename_user) = (6, 6, 6);
    } else {
        (weights.batch, weights.batch_by_many, weights.clear_list) = (0, 0, 0);
        (weights.add_user, weights.remove_user) = (0, 0);
        (weights.rename_user, weights.merge_users) = (0, 0);
    }

    if !judge.has_question(Action::SendRequest.into()) {
        (weights.send_request, weights.accept_request) = (0, 0);
        (weights.decline_request, weights.cancel_request) = (0, 0);
        (weights.request_mode, weights.request_sending) = (0, 0);
    }
    if !judge.has_question(Action::AddFriend(Ways::TwoWay).into()) {
        (weights.add_friend, weights.remove_friend) = (0, 0);
    }
    tuning
}

/// Plays the operations of a log that are confirmed, and asks every question after them.
///
/// An operation that is not confirmed is left out: the log goes on as if it had never been there.
fn played(judge: &Judge, operations: &[Operation]) -> Lines {
    let (mut lines, mut state) = (Lines::default(), State::new(judge));
    for operation in operations {
        play(&mut lines, &mut state, operation);
        if let Operation::AddUser(it) = operation
            && judge.is_initial_mode_open()
        {
            let mode = Operation::set_request_mode(&it.name, RequestMode::Confirm);
            lines.play(&mut state, &mode);
        }
    }

    let users = state.graph().users().map(|(_, name)| name.to_owned());
    let users: Vec<_> = users.collect();
    for actor in &users {
        for target in users.iter().filter(|it| *it != actor) {
            for question in Question::all() {
                lines.ask(&state, question, actor, target);
            }
        }
    }
    lines
}

/// Plays an operation if it is confirmed. After an action, it asks about messages of the two.
fn play(lines: &mut Lines, state: &mut State<'_>, operation: &Operation) {
    let is_played = lines.play(state, operation);
    if let (true, Operation::Act(Act { actor, target, .. })) = (is_played, operation) {
        for (actor, target) in [(actor, target), (target, actor)] {
            lines.ask(state, Interaction::Message.into(), actor, target);
        }
    }
}
