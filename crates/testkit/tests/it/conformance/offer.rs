//! What a host does not have is never drawn, and no log shrinks to it.

use std::collections::BTreeSet;
use std::convert::Infallible;

use socialgraph::operation::{
    Act, ActOnMany, AddUser, ClearList, ManyAct, MergeUsers, RemoveUser, RenameUser,
};
use socialgraph::{Action, MAX_NAME_BYTES, Operation, Policy, Sides, Ways};
use socialgraph_testkit::conformance::{self, Answer, Config, Engine, Extras, Reply, Rule, System};
use socialgraph_testkit::strategies::Weights;

use super::{config, engine, rest};

/// Something that a host may lack: how a configuration says so, and which operations it is.
type Lack = (
    &'static str,
    fn(&mut Config),
    fn(&Joined, &Operation) -> bool,
);

/// The names that a log has given so far.
#[derive(Default)]
struct Joined {
    names: BTreeSet<String>,
    /// Whether nothing but joining has happened.
    is_start: bool,
}

const LACKS: &[Lack] = &[
    (
        "block",
        |it| it.tuning.weights.block = 0,
        |_, it| has(it, &[Action::Block]),
    ),
    (
        "unblock",
        |it| it.tuning.weights.unblock = 0,
        |_, it| has(it, &[Action::Unblock]),
    ),
    (
        "send_request",
        |it| it.tuning.weights.send_request = 0,
        |_, it| has(it, &[Action::SendRequest]),
    ),
    (
        "accept_request",
        |it| it.tuning.weights.accept_request = 0,
        |_, it| has(it, &[Action::AcceptRequest]),
    ),
    (
        "decline_request",
        |it| it.tuning.weights.decline_request = 0,
        |_, it| has(it, &[Action::DeclineRequest]),
    ),
    (
        "cancel_request",
        |it| it.tuning.weights.cancel_request = 0,
        |_, it| has(it, &[Action::CancelRequest]),
    ),
    (
        "add_friend",
        |it| it.tuning.weights.add_friend = 0,
        |_, it| {
            has(
                it,
                &[
                    Action::AddFriend(Ways::OneWay),
                    Action::AddFriend(Ways::TwoWay),
                ],
            )
        },
    ),
    (
        "remove_friend",
        |it| it.tuning.weights.remove_friend = 0,
        |_, it| {
            has(
                it,
                &[
                    Action::RemoveFriend(Ways::OneWay),
                    Action::RemoveFriend(Ways::TwoWay),
                ],
            )
        },
    ),
    (
        "one-way friends",
        |it| it.tuning.weights.one_way_percent = 0,
        |_, it| {
            has(
                it,
                &[
                    Action::AddFriend(Ways::OneWay),
                    Action::RemoveFriend(Ways::OneWay),
                ],
            )
        },
    ),
    (
        "two-way friends",
        |it| it.tuning.weights.one_way_percent = 100,
        |_, it| {
            has(
                it,
                &[
                    Action::AddFriend(Ways::TwoWay),
                    Action::RemoveFriend(Ways::TwoWay),
                ],
            )
        },
    ),
    (
        "batch",
        |it| it.tuning.weights.batch = 0,
        |_, it| matches!(it, Operation::ActOnMany(_)),
    ),
    (
        "batch_by_many",
        |it| it.tuning.weights.batch_by_many = 0,
        |_, it| matches!(it, Operation::ManyAct(_)),
    ),
    (
        "request_mode",
        |it| it.tuning.weights.request_mode = 0,
        |_, it| matches!(it, Operation::SetRequestMode(_)),
    ),
    (
        "request_sending",
        |it| it.tuning.weights.request_sending = 0,
        |_, it| matches!(it, Operation::SetRequestSending(_)),
    ),
    ("add_user", |it| it.tuning.weights.add_user = 0, joins_late),
    (
        "add_invalid",
        |it| it.tuning.weights.add_invalid = 0,
        |_, it| gives(it).is_some_and(|name| !(1..=MAX_NAME_BYTES).contains(&name.len())),
    ),
    (
        "remove_user",
        |it| it.tuning.weights.remove_user = 0,
        |_, it| matches!(it, Operation::RemoveUser(_)),
    ),
    (
        "clear_list",
        |it| it.tuning.weights.clear_list = 0,
        |_, it| matches!(it, Operation::ClearList(_)),
    ),
    (
        "rename_user",
        |it| it.tuning.weights.rename_user = 0,
        |_, it| matches!(it, Operation::RenameUser(_)),
    ),
    (
        "merge_users",
        |it| it.tuning.weights.merge_users = 0,
        |_, it| matches!(it, Operation::MergeUsers(_)),
    ),
    (
        "adopt_policy",
        |it| it.tuning.weights.adopt_policy = 0,
        |_, it| matches!(it, Operation::AdoptPolicy(_)),
    ),
    (
        "unknown names",
        |it| it.tuning.unknown_percent = 0,
        names_unknown,
    ),
];

/// Returns whether an operation applies one of these actions, or clears a list by it.
fn has(operation: &Operation, actions: &[Action]) -> bool {
    let action = match operation {
        Operation::Act(Act { action, .. })
        | Operation::ActOnMany(ActOnMany { action, .. })
        | Operation::ManyAct(ManyAct { action, .. }) => *action,
        Operation::ClearList(ClearList { list, .. }) => list.action(),
        _ => return false,
    };
    actions.contains(&action)
}

/// Returns the name that an operation gives to a user.
fn gives(operation: &Operation) -> Option<&String> {
    match operation {
        Operation::AddUser(AddUser { name }) | Operation::RenameUser(RenameUser { name, .. }) => {
            Some(name)
        }
        _ => None,
    }
}

/// Returns whether a user joins again, or later than at the start of a log.
fn joins_late(joined: &Joined, operation: &Operation) -> bool {
    match operation {
        Operation::AddUser(AddUser { name }) => !joined.is_start || joined.names.contains(name),
        _ => false,
    }
}

fn names_unknown(joined: &Joined, operation: &Operation) -> bool {
    let names: Vec<&String> = match operation {
        Operation::AddUser(_) => Vec::new(),
        Operation::RenameUser(RenameUser { user, .. }) => vec![user],
        Operation::RemoveUser(RemoveUser { name }) => vec![name],
        Operation::MergeUsers(MergeUsers { from, into }) => vec![from, into],
        _ => {
            return operation
                .names()
                .iter()
                .any(|name| !joined.names.contains(*name));
        }
    };
    names.iter().any(|name| !joined.names.contains(*name))
}

/// A host that cannot do without panicking what it lacks.
struct Lacking {
    engine: Engine,
    lacks: fn(&Joined, &Operation) -> bool,
    joined: Joined,
    /// The operations that it lacks and was given.
    given: Vec<Operation>,
}

impl Lacking {
    fn new(policy: Policy, lacks: fn(&Joined, &Operation) -> bool) -> Self {
        Self {
            engine: engine(policy),
            lacks,
            joined: Joined::default(),
            given: Vec::new(),
        }
    }
}

impl System for Lacking {
    type Error = Infallible;

    forward!(engine: can_message);

    fn reset(&mut self) -> Result<(), Infallible> {
        self.joined = Joined {
            names: BTreeSet::new(),
            is_start: true,
        };
        self.engine.reset()
    }

    fn apply(&mut self, operation: &Operation) -> Result<Reply, Infallible> {
        if (self.lacks)(&self.joined, operation) {
            self.given.push(operation.clone());
            panic!("the host has no such operation");
        }
        self.joined.names.extend(gives(operation).cloned());
        self.joined.is_start &= matches!(operation, Operation::AddUser(_));
        self.engine.apply(operation)
    }

    fn extras(&mut self) -> Option<&mut dyn Extras<Error = Infallible>> {
        self.engine.extras()
    }
}

/// Policies unlike the expected one, so that most logs differ and shrink.
fn hosts() -> [Policy; 3] {
    let [mut requests, mut lists] = [Policy::tencent_rest(); 2];
    requests.request.stopped_by = Sides::Neither;
    requests.request.accept_stopped_by = Sides::Neither;
    lists.block.clears_friends_of = Sides::Neither;
    lists.block.cancels_requests_of = Sides::Neither;
    [Policy::tencent_mutual(), requests, lists]
}

#[test]
fn what_a_host_lacks_is_never_drawn_and_no_log_shrinks_to_it() {
    for (name, leave_out, lacks) in LACKS {
        let mut shrunk = 0;
        for policy in hosts() {
            let mut config = config(Policy::tencent_rest());
            leave_out(&mut config);
            let mut host = Lacking::new(policy, *lacks);
            let compared = conformance::compare(&mut host, &config);

            assert_eq!(host.given, [], "{name}");
            shrunk += usize::from(compared.is_err_and(|finding| finding.rule().is_some()));
        }
        // Without blocks, nothing differs.
        assert_eq!(shrunk > 0, *name != "block", "{name}");
    }
}

/// With it, each comes: the test above tests something.
#[test]
fn what_a_host_has_comes() {
    for (name, _, lacks) in LACKS {
        let mut config = config(Policy::tencent_rest());
        config.tuning.weights.add_invalid = 1;
        config.findings = 1;
        config.attempts = 0;
        let mut host = Lacking::new(Policy::tencent_rest(), *lacks);
        let finding = conformance::compare(&mut host, &config).unwrap_err();
        assert!(!host.given.is_empty(), "{name}: {finding}");
    }
}

/// An import of friends stands for a request in a shorter log only if the host has it.
#[test]
fn a_log_without_imports_keeps_its_requests() {
    let mut policy = Policy::tencent_rest();
    policy.block.clears_friends_of = Sides::Neither;
    let mut config = config(Policy::tencent_rest());
    config.tuning.weights.batch = 0;

    let steps = |config: &Config| {
        let finding = conformance::compare(&mut engine(policy), config).unwrap_err();
        assert_eq!(finding.rule(), Some(Rule::R2), "{finding}");
        finding.log
    };
    assert_eq!(steps(&config).len(), 4);

    config.tuning.weights.add_friend = 0;
    let requests = steps(&config);
    assert_eq!(requests.len(), 5, "{requests:?}");
}

/// A host that forgets no block, and that lets two users alone message across one.
///
/// Most logs show the first fault. As they get shorter, the second one comes up.
struct TwoFaults {
    engine: Engine,
    blocks: BTreeSet<(String, String)>,
}

impl System for TwoFaults {
    type Error = Infallible;

    fn reset(&mut self) -> Result<(), Infallible> {
        self.blocks.clear();
        self.engine.reset()
    }

    fn apply(&mut self, operation: &Operation) -> Result<Reply, Infallible> {
        if let Operation::Act(Act {
            action: Action::Block,
            actor,
            target,
        }) = operation
        {
            self.blocks.insert((actor.clone(), target.clone()));
        }
        self.engine.apply(operation)
    }

    fn can_message(&mut self, actor: &str, target: &str) -> Result<Answer, Infallible> {
        let graph = &self.engine.0;
        if graph.user_count() == 2 && graph.relation(actor, target).is_ok() {
            return Ok(Answer::ALLOWED);
        }
        let was_blocked = self.blocks.contains(&(target.to_owned(), actor.to_owned()));
        let allowed = graph.can_message(actor, target).is_allowed();
        Ok((allowed && !was_blocked).into())
    }
}

#[test]
fn a_log_does_not_shrink_to_another_fault() {
    let mut config = config(Policy::tencent_rest());
    config.tuning.weights = Weights::NONE;
    config.tuning.weights.block = 2;
    config.tuning.weights.unblock = 2;
    let mut host = TwoFaults {
        engine: rest(),
        blocks: BTreeSet::new(),
    };

    let finding = conformance::compare(&mut host, &config).unwrap_err();
    let text = finding.to_string();
    assert_eq!(finding.rule(), Some(Rule::R7), "{text}");
    assert!(text.contains("answered: refused"), "{text}");
    assert_eq!(finding.log.len(), 5, "{finding}");
}
