//! Every answer of one policy about two users, computed once.

use socialgraph::{Facts, Policy, Question, Relation, RequestMode, RequestSending, UserFacts};

use super::answer::{Answer, Shown};

/// What an answer depends on, beside the policy and the question.
///
/// No answer depends on the actor's own mode or on the target's bar. Two users have nobody else
/// on their lists, so the counts are those of the relation: an entry that is added is the first.
#[derive(Clone, Copy)]
pub(super) struct Case {
    /// Seen from the actor.
    pub(super) relation: Relation,
    pub(super) target_mode: RequestMode,
    pub(super) actor_sending: RequestSending,
}

/// One answer, with what users see of it.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) answer: Answer,
    pub(super) shown: Shown,
}

/// The answers of a policy in every case.
pub(super) struct AnswerTable {
    initial_mode: RequestMode,
    /// The answers to all questions in the first case, then those in the second, and so on.
    entries: Vec<Entry>,
    question_count: usize,
}

impl AnswerTable {
    pub(super) fn new(policy: &Policy) -> Self {
        let mut entries = Vec::new();
        for case in Case::all() {
            for question in Question::all() {
                let answer = Answer::of(policy, question, &case.facts());
                let shown = answer.shown();
                entries.push(Entry { answer, shown });
            }
        }
        Self {
            initial_mode: policy.request.initial_mode,
            entries,
            question_count: Question::all().count(),
        }
    }

    /// Returns the mode that users join with.
    pub(super) const fn initial_mode(&self) -> RequestMode {
        self.initial_mode
    }

    /// Returns the answers to all questions, in the order of [`Question::all`].
    #[inline]
    pub(super) fn answers(&self, case: Case) -> &[Entry] {
        let start = case.number() * self.question_count;
        let entries = self.entries.get(start..start + self.question_count);
        entries.unwrap_or_default()
    }
}

impl Case {
    /// Returns all cases, in the order of their numbers.
    fn all() -> impl Iterator<Item = Self> {
        Relation::all().flat_map(|relation| {
            RequestMode::ALL.into_iter().flat_map(move |target_mode| {
                RequestSending::ALL.map(|actor_sending| Self {
                    relation,
                    target_mode,
                    actor_sending,
                })
            })
        })
    }

    #[inline]
    fn number(self) -> usize {
        let modes = usize::from(self.relation.to_bits()) * RequestMode::ALL.len();
        let sendings = (modes + self.target_mode as usize) * RequestSending::ALL.len();
        sendings + self.actor_sending as usize
    }

    /// Returns the facts of the case. The settings that matter to no answer are arbitrary.
    const fn facts(self) -> Facts {
        let mut actor = UserFacts::new(RequestMode::Confirm);
        actor.request_sending = self.actor_sending;
        Facts {
            relation: self.relation,
            actor,
            target: UserFacts::new(self.target_mode),
        }
    }
}

#[cfg(test)]
mod tests {
    use socialgraph::{Policy, Question, RequestMode, RequestSending};

    use super::{Answer, AnswerTable, Case};

    #[test]
    fn each_case_has_the_answers_that_the_policy_gives_whatever_else_is_set() {
        for (name, policy) in Policy::PROFILES {
            let table = AnswerTable::new(policy);
            for (number, case) in Case::all().enumerate() {
                assert_eq!(case.number(), number);

                let mut facts = case.facts();
                for mode in RequestMode::ALL {
                    for sending in RequestSending::ALL {
                        facts.actor.request_mode = mode;
                        facts.target.request_sending = sending;
                        let answers = table.answers(case).iter().map(|entry| entry.answer);
                        let asked = Question::all().map(|one| Answer::of(policy, one, &facts));
                        assert!(answers.eq(asked), "{name}: {facts:?}");
                    }
                }
            }
        }
    }
}
