//! A story that grows, and which questions at its end the cells confirm.

use std::collections::{BTreeSet, HashMap, HashSet};

use socialgraph::{Policy, Question, SocialGraph};

use super::plausible::{Certainty, Full, Plausible, Shown, full};
use crate::story::Line;

/// A story that grows line by line, and the certainty of what is asked at its end.
///
/// Its answers are those of [`Plausible::certainty`], for a story in which users join by lines.
/// It keeps the graph of every policy that it has looked at, so it plays no line twice.
///
/// ```
/// use socialgraph::{Interaction, Operation};
/// use socialgraph_analysis::profile::{Certainty, JudgedStory, Profile};
/// use socialgraph_analysis::story::Line;
///
/// let discord = Profile::named("discord").unwrap();
/// let mut story = JudgedStory::new(discord.plausible());
/// for sentence in ["ann joins", "ben joins", "ann blocks ben"] {
///     story.push(Line::Operation(sentence.parse()?));
/// }
/// let question = Line::question("ben", Interaction::Message, "ann");
/// assert_eq!(story.certainty(&question), Certainty::NotConfirmed);
/// # Ok::<(), socialgraph::ParseOperationError>(())
/// ```
#[derive(Clone, Debug)]
pub struct JudgedStory {
    plausible: Plausible,
    lines: Vec<Line>,
    /// The certainty that the lines leave to the lines behind them.
    before: Certainty,
    /// Every policy that was looked at, after the lines.
    states: HashMap<Policy, State>,
    /// The number of each history: that of the history before its last line, and this line's
    /// result.
    histories: HashMap<(History, Full), History>,
}

/// The number of a history: what every line has come to under a policy.
type History = usize;

/// The start of every history.
const START: History = 0;

/// A policy after the lines.
#[derive(Clone, Debug)]
struct State {
    graph: SocialGraph,
    /// Policies with the same history have given the same answers so far.
    history: History,
}

impl JudgedStory {
    /// Starts a story without lines.
    #[must_use]
    pub fn new(plausible: Plausible) -> Self {
        Self {
            plausible,
            lines: Vec::new(),
            before: Certainty::Confirmed,
            states: HashMap::new(),
            histories: HashMap::new(),
        }
    }

    /// Adds a line.
    pub fn push(&mut self, line: Line) {
        self.before = self.certainty_behind(&line);
        for state in self.states.values_mut() {
            state.play(&line, &mut self.histories);
        }
        self.lines.push(line);
    }

    /// Returns the certainty of a question, or of a line about a relation, at the end.
    pub fn certainty(&mut self, line: &Line) -> Certainty {
        let certainty = self.before.max(self.plausible.certainty_of_feature(line));
        if certainty != Certainty::Confirmed {
            return certainty;
        }
        if self.is_confirmed_by_rules(line) && self.is_reach_confirmed(line) {
            Certainty::Confirmed
        } else {
            Certainty::NotConfirmed
        }
    }

    /// Returns the certainty that a line leaves to the lines behind it.
    fn certainty_behind(&self, line: &Line) -> Certainty {
        match line {
            // A question about an interaction changes nothing for the lines behind it.
            Line::Question {
                question: Question::Reach(_),
                ..
            } => self.before,
            line => self.before.max(self.plausible.certainty_of_feature(line)),
        }
    }

    /// Returns whether the line shows the same under every policy, as far as requests and blocks
    /// matter.
    fn is_confirmed_by_rules(&mut self, line: &Line) -> bool {
        let shown = self.shown(line);
        let Some((first, others)) = shown.split_first() else {
            return true;
        };
        self.plausible.has_cell_for(*first) && others.iter().all(|other| other == first)
    }

    /// Returns whether the answer is the same through every gate that the cells leave open, in
    /// every relation that the pair can be in.
    fn is_reach_confirmed(&mut self, line: &Line) -> bool {
        let Line::Question {
            actor,
            target,
            question: Question::Reach(interaction),
            ..
        } = line
        else {
            return true;
        };

        let relation = Line::Now {
            first: actor.clone(),
            second: target.clone(),
            relation: None,
        };
        let mut relations = BTreeSet::new();
        for shown in self.shown(&relation) {
            if let Shown::Now(Some(relation)) = shown {
                relations.insert(relation);
            }
        }
        self.plausible.is_same_at_gates(*interaction, &relations)
    }

    /// Returns what a line at the end shows under the policies that agree with the cells, the
    /// profile's own first. The search is that of [`Plausible::plays`].
    fn shown(&mut self, line: &Line) -> Vec<Shown> {
        let mut seen = HashSet::new();
        let mut all = Vec::new();
        let mut policies = vec![self.plausible.policy()];

        while let Some(policy) = policies.pop() {
            let state = self.state(policy);
            let history = state.history;
            // A line that asks leaves the graph as it is.
            let found = full(&line.play(&mut state.graph));
            let (.., shown) = found;
            if seen.insert((history, found)) {
                all.push(shown);
                policies.extend(self.plausible.neighbours(&policy));
            }
        }
        all
    }

    /// Returns a policy after the lines.
    fn state(&mut self, policy: Policy) -> &mut State {
        let (lines, histories) = (&self.lines, &mut self.histories);
        self.states.entry(policy).or_insert_with(|| {
            let mut state = State {
                graph: SocialGraph::new(policy),
                history: START,
            };
            for line in lines {
                state.play(line, histories);
            }
            state
        })
    }
}

impl State {
    fn play(&mut self, line: &Line, histories: &mut HashMap<(History, Full), History>) {
        let result = full(&line.play(&mut self.graph));
        let next = START + 1 + histories.len();
        self.history = *histories.entry((self.history, result)).or_insert(next);
    }
}

#[cfg(test)]
mod tests {
    use socialgraph::{Action, Interaction, Operation, Question};

    use super::JudgedStory;
    use crate::profile::Profile;
    use crate::story::{self, Line, Story};

    const ASKED: [Question; 4] = [
        Question::Reach(Interaction::Message),
        Question::Reach(Interaction::Presence),
        Question::Act(Action::SendRequest),
        Question::Act(Action::AcceptRequest),
    ];

    #[test]
    fn a_story_that_grows_is_judged_as_a_whole_one() {
        let mut compared = 0;
        for profile in Profile::ALL {
            let plausible = profile.plausible();
            for (name, shown) in story::shown().unwrap() {
                let joins = shown.users().into_iter().map(Operation::add_user);
                let joins: Vec<Line> = joins.map(Line::Operation).collect();
                let mut judged = JudgedStory::new(plausible.clone());
                let mut lines = Vec::new();

                for line in joins.iter().chain(shown.lines()) {
                    lines.push(line.clone());
                    judged.push(line.clone());
                    let relation = Line::Now {
                        first: "ann".to_owned(),
                        second: "ben".to_owned(),
                        relation: None,
                    };
                    let asked = ASKED.into_iter().flat_map(|question| {
                        [("ann", "ben"), ("ben", "ann")]
                            .map(|(actor, target)| Line::question(actor, question, target))
                    });
                    for asked in asked.chain([relation]) {
                        let whole = lines.iter().chain([&asked]).cloned().collect::<Story>();
                        let expected = plausible.certainty(&whole);
                        assert_eq!(
                            judged.certainty(&asked),
                            expected,
                            "{}, {name}: {whole}",
                            profile.name
                        );
                        compared += 1;
                    }
                }
            }
        }
        assert!(compared > 5_000, "{compared}");
    }
}
