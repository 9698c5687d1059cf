//! Which of the minimal stories a comparison lists.

use std::collections::HashSet;

use socialgraph::{Interaction, Policy, Question, Reasons};

use super::answer::Shown;
use super::answer_table::{AnswerTable, Entry};
use super::distinction::Distinction;
use super::joint_state::{JointState, Step, Tables};
use super::search::{Differing, Search};
use super::user::User;

/// A question with its two answers, as far as they tell differences apart.
type Difference = (Question, [(Reasons, Shown); 2]);

/// The stories found so far, and the differences that they show.
struct Listing<'a> {
    tables: &'a Tables,
    shown: HashSet<Difference>,
    stories: Vec<Distinction>,
}

/// Returns the first minimal story of each difference, the shortest first, and the number of
/// joint states.
pub(super) fn stories(one: &Policy, other: &Policy) -> (Vec<Distinction>, usize) {
    let tables = Tables::new([one, other].map(AnswerTable::new));
    let search = Search::new(&tables);
    let mut found = Listing {
        tables: &tables,
        shown: HashSet::new(),
        stories: Vec::new(),
    };
    search.for_each_minimal(|state, way, minimal| found.add(state, way, minimal));
    (found.stories, search.state_count())
}

impl Listing<'_> {
    /// Adds a story for each of these questions whose difference no story shows yet.
    fn add(&mut self, state: JointState, way: &[Step], minimal: Differing) {
        for asker in User::ALL {
            let [one, other] = self.tables.answers(state, asker);
            for (index, (one_answer, other_answer)) in one.iter().zip(other).enumerate() {
                let pair = [*one_answer, *other_answer];
                let is_new = minimal.has(asker, index) && self.shown.insert(difference(pair));
                if is_new {
                    let alike = self.show_alike(pair, [one, other]);
                    self.stories.push(Distinction {
                        steps: way.iter().map(|step| step.operation()).collect(),
                        asker,
                        question: question(*one_answer),
                        answers: pair.map(|entry| entry.answer),
                        alike,
                    });
                }
            }
        }
    }

    /// Returns the other interactions with the same two answers, whose difference counts as shown.
    fn show_alike(&mut self, answers: [Entry; 2], all: [&[Entry]; 2]) -> Vec<Interaction> {
        let [entry, _] = answers;
        if !matches!(question(entry), Question::Reach(_)) {
            return Vec::new();
        }

        let mut alike = Vec::new();
        let [one, other] = all;
        for (one, other) in one.iter().zip(other) {
            if let Question::Reach(interaction) = question(*one)
                && question(*one) != question(entry)
                && [*one, *other].map(told) == answers.map(told)
            {
                alike.push(interaction);
                self.shown.insert(difference([*one, *other]));
            }
        }
        alike
    }
}

fn question(entry: Entry) -> Question {
    entry.answer.decision().question()
}

fn difference(answers: [Entry; 2]) -> Difference {
    let [one, _] = answers;
    (question(one), answers.map(told))
}

/// Returns what tells an answer from others.
fn told(entry: Entry) -> (Reasons, Shown) {
    (entry.answer.decision().reasons(), entry.shown)
}
