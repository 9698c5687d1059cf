//! The states of two users under two policies at once, and the steps between them.

use socialgraph::operation::{SetRequestMode, SetRequestSending};
use socialgraph::{Action, Operation, Question, Relation, RequestMode, RequestSending};

use super::answer::Answer;
use super::answer_table::{AnswerTable, Case, Entry};
use super::user::User;

/// The state of two users under two policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct JointState {
    /// The relation under each policy, seen from ann.
    relations: [Relation; 2],
    /// Ann's settings, then ben's.
    settings: [Settings; 2],
}

/// A user's settings under both policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Settings {
    /// `None` if each policy's initial mode stands and the two are not the same.
    mode: Option<RequestMode>,
    sending: RequestSending,
}

/// One thing that a user can do, or that can be set for a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) user: User,
    pub(super) deed: Deed,
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// The action, and its place in [`Question::all`].
    Act(Action, usize),
    SetMode(RequestMode),
    SetSending(RequestSending),
}

/// The two policies, by their answers.
pub(super) struct Tables([AnswerTable; 2]);

impl JointState {
    /// More than the number of any state.
    pub(super) const LIMIT: usize = 1 << (6 + 6 + 2 * 3);

    /// Returns a number that no other state has.
    #[inline]
    pub(super) fn number(self) -> usize {
        let mut number = 0;
        for relation in self.relations {
            number = number << 6 | usize::from(relation.to_bits());
        }
        for settings in self.settings {
            let mode = settings.mode.map_or(3, |mode| mode as usize);
            number = number << 3 | mode << 1 | settings.sending as usize;
        }
        number
    }

    /// Returns the state with ann and ben exchanged.
    pub(super) fn mirrored(self) -> Self {
        let [ann, ben] = self.settings;
        Self {
            relations: self.relations.map(Relation::flip),
            settings: [ben, ann],
        }
    }

    /// Returns the settings of a user, then those of the other.
    #[inline]
    const fn settings_from(self, user: User) -> [Settings; 2] {
        let [ann, ben] = self.settings;
        match user {
            User::Ann => [ann, ben],
            User::Ben => [ben, ann],
        }
    }

    #[inline]
    const fn settings_mut(&mut self, user: User) -> &mut Settings {
        let [ann, ben] = &mut self.settings;
        match user {
            User::Ann => ann,
            User::Ben => ben,
        }
    }
}

impl Tables {
    pub(super) const fn new(tables: [AnswerTable; 2]) -> Self {
        Self(tables)
    }

    /// Returns the state of two users who have just joined.
    pub(super) fn start(&self) -> JointState {
        let [one, other] = &self.0;
        let initial = one.initial_mode();
        let settings = Settings {
            mode: (initial == other.initial_mode()).then_some(initial),
            sending: RequestSending::Open,
        };
        JointState {
            relations: [Relation::STRANGERS; 2],
            settings: [settings; 2],
        }
    }

    /// Returns each policy's answers to all questions of a user about the other.
    #[inline]
    pub(super) fn answers(&self, state: JointState, actor: User) -> [&[Entry]; 2] {
        let [one, other] = &self.0;
        let [relation, other_relation] = state.relations;
        [
            one.answers(case(one, relation, state, actor)),
            other.answers(case(other, other_relation, state, actor)),
        ]
    }

    /// Returns the state after a step. A step that a policy refuses changes nothing under it.
    #[inline]
    pub(super) fn after(&self, mut state: JointState, step: Step) -> JointState {
        match step.deed {
            Deed::SetMode(mode) => state.settings_mut(step.user).mode = Some(mode),
            Deed::SetSending(sending) => state.settings_mut(step.user).sending = sending,
            Deed::Act(_, question) => {
                let answers = self.answers(state, step.user);
                for (relation, answers) in state.relations.iter_mut().zip(answers) {
                    let answer = answers.get(question).map(|entry| entry.answer);
                    if let Some(change) = answer.and_then(Answer::change) {
                        *relation = seen_by_ann(change.after, step.user);
                    }
                }
            }
        }
        state
    }
}

/// Returns the case that a user's questions meet under one policy.
#[inline]
fn case(table: &AnswerTable, relation: Relation, state: JointState, actor: User) -> Case {
    let [own, others] = state.settings_from(actor);
    Case {
        relation: seen_by_ann(relation, actor),
        target_mode: others.mode.unwrap_or(table.initial_mode()),
        actor_sending: own.sending,
    }
}

/// Returns a relation as ann sees it, from how `user` sees it, or the reverse.
#[inline]
const fn seen_by_ann(relation: Relation, user: User) -> Relation {
    match user {
        User::Ann => relation,
        User::Ben => relation.flip(),
    }
}

impl Step {
    /// Returns every step, ann's first, and of each user the actions first.
    pub(super) fn all() -> Vec<Self> {
        let mut deeds = Vec::new();
        for (index, question) in Question::all().enumerate() {
            if let Question::Act(action) = question {
                deeds.push(Deed::Act(action, index));
            }
        }
        deeds.extend(RequestMode::ALL.map(Deed::SetMode));
        deeds.extend(RequestSending::ALL.map(Deed::SetSending));

        let mut steps = Vec::new();
        for user in User::ALL {
            steps.extend(deeds.iter().map(|&deed| Self { user, deed }));
        }
        steps
    }

    /// Returns the step as an operation on a graph.
    pub(super) fn operation(self) -> Operation {
        let user = self.user.name().to_owned();
        match self.deed {
            Deed::Act(action, _) => Operation::act(action, user, self.user.other().name()),
            Deed::SetMode(mode) => Operation::SetRequestMode(SetRequestMode { user, mode }),
            Deed::SetSending(sending) => {
                Operation::SetRequestSending(SetRequestSending { user, sending })
            }
        }
    }
}
