//! Which answers of a policy the cells of its profile confirm.

use std::collections::{BTreeSet, HashSet};

use socialgraph::operation::{Act, ActOnMany, ManyAct};
use socialgraph::{
    Action, Decision, Effects, Facts, Interaction, Operation, PartValue, Policy, Question, Reasons,
    Relation, RequestMode, RequestSending, UserFacts, Verdict,
};

use super::cell_story::playable;
use super::{Cell, Feature, Profile};
use crate::story::{Line, LineResult, PlayedLine, Story};

/// Whether the cells of a profile confirm a line of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// Every policy that agrees with the cells gives the same answer.
    Confirmed,
    /// Policies that agree with the cells give different answers, or the system documents
    /// nothing of the kind.
    NotConfirmed,
    /// The system has no such thing, or something that the story did before.
    NotApplicable,
}

/// The policies that agree with every cell of a profile.
///
/// A policy is total, and a system's documentation is not. A part can have any value that no cell
/// contradicts. An answer is confirmed if it is the same for all of these values.
#[derive(Clone, Debug)]
pub struct Plausible {
    profile: &'static Profile,
    /// The parts that can have several values, each with all of them.
    open: Vec<OpenPart>,
    /// The parts that make no difference under the policy, limits among them.
    idle: Vec<&'static str>,
}

/// A part, and the values that it can have.
type OpenPart = (&'static str, Vec<PartValue>);

impl Profile {
    /// Returns the policies that agree with every cell of the profile.
    ///
    /// It plays each cell under each other value of each part, which takes some milliseconds.
    #[must_use]
    pub fn plausible(&'static self) -> Plausible {
        let policy = self.policy();
        let stories: Vec<_> = self
            .cells
            .iter()
            .filter_map(|it| CellStory::of(self, it))
            .collect();

        let (mut open, mut idle) = (Vec::new(), Vec::new());
        for (path, value) in policy.parts() {
            let mut values = value.choices();
            values.retain(|choice| {
                let changed = policy.with_part(path, *choice);
                *choice == value || changed.is_some_and(|changed| differ(&policy, &changed))
            });
            if values.len() == 1 {
                idle.push(path);
            }

            values.retain(|choice| {
                let changed = policy.with_part(path, *choice);
                let agrees = |changed| stories.iter().all(|it| it.agrees(&changed));
                *choice == value || changed.is_some_and(agrees)
            });
            if values.len() > 1 && !self.lacks_part(path) {
                open.push((path, values));
            }
        }
        Plausible {
            profile: self,
            open,
            idle,
        }
    }

    /// Returns whether a part is about something that the system does not have.
    fn lacks_part(&self, path: &str) -> bool {
        self.lacks.iter().any(|feature| is_about(path, *feature))
    }
}

/// A cell with its story.
struct CellStory<'c> {
    cell: &'c Cell,
    story: Story,
    /// Whether the profile's own policy contradicts the cell.
    is_contradicted: bool,
}

impl<'c> CellStory<'c> {
    fn of(profile: &Profile, cell: &'c Cell) -> Option<Self> {
        let story = profile.story(cell)?;
        let is_contradicted = !story.play(&profile.policy_for(cell)).failures().is_empty();
        Some(Self {
            cell,
            story,
            is_contradicted,
        })
    }

    /// Returns whether a policy says what the cell says. A contradicted cell tells nothing.
    fn agrees(&self, policy: &Policy) -> bool {
        let policy = playable(*policy, self.cell);
        self.is_contradicted || self.story.play(&policy).failures().is_empty()
    }
}

impl Plausible {
    /// Returns the parts that can have other values, each with all that it can have.
    ///
    /// A part of a thing that the system lacks is not among them, and neither is a limit.
    #[must_use]
    pub fn open_parts(&self) -> Vec<(&'static str, Vec<PartValue>)> {
        self.open.clone()
    }

    /// Returns whether the cells confirm the value that the policy has in a part.
    ///
    /// Nothing can confirm a part that makes no difference under the policy.
    ///
    /// ```
    /// use socialgraph_analysis::profile::Profile;
    ///
    /// let discord = Profile::named("discord").unwrap().plausible();
    /// assert!(discord.confirms("block.clears_friends_of"));
    /// assert!(!discord.confirms("message.notice.other"));
    /// ```
    #[must_use]
    pub fn confirms(&self, path: &str) -> bool {
        if path.starts_with("limits.") {
            return self.profile.cell(path).is_some();
        }
        let is_open = self.open.iter().any(|(open, _)| *open == path);
        !is_open && !self.idle.contains(&path) && !self.profile.lacks_part(path)
    }

    /// Returns whether each line of a story is confirmed.
    ///
    /// A comment is always confirmed.
    #[must_use]
    pub fn certainties(&self, story: &Story) -> Vec<Certainty> {
        let mut certainties = self.by_rules(story);

        for (index, certainty) in certainties.iter_mut().enumerate() {
            if *certainty == Certainty::Confirmed && !self.is_reach_confirmed(story, index) {
                *certainty = Certainty::NotConfirmed;
            }
        }
        certainties
    }

    /// Returns the certainty of the last line.
    #[must_use]
    pub fn certainty(&self, story: &Story) -> Certainty {
        let certainties = self.certainties(story);
        certainties.last().copied().unwrap_or(Certainty::Confirmed)
    }

    /// Judges every line as far as requests and blocks matter.
    fn by_rules(&self, story: &Story) -> Vec<Certainty> {
        let mut certainties = self.by_features(story);
        let is_open = |certainty: &Certainty| *certainty == Certainty::Confirmed;
        let judged = certainties
            .iter()
            .rposition(is_open)
            .map_or(0, |last| last + 1);
        let start = story.lines().iter().take(judged).cloned().collect();
        let mut plays = self.plays(&start).into_iter();
        let expected = plays.next().map(|play| play.shown).unwrap_or_default();
        for (certainty, shown) in certainties.iter_mut().zip(&expected) {
            if *certainty == Certainty::Confirmed && !self.has_cell_for(*shown) {
                *certainty = Certainty::NotConfirmed;
            }
        }

        for play in plays {
            let lines = expected.iter().zip(&play.shown);
            for (certainty, (one, other)) in certainties.iter_mut().zip(lines) {
                if one != other && *certainty == Certainty::Confirmed {
                    *certainty = Certainty::NotConfirmed;
                }
            }
        }
        certainties
    }

    /// Returns whether a cell says what the system answers to an action that changes nothing.
    pub(super) fn has_cell_for(&self, shown: Shown) -> bool {
        let Shown::Answer(_, reasons) = shown else {
            return true;
        };
        let mut asked = reasons.iter().filter_map(Profile::cell_of_refusal);
        asked.all(|path| self.profile.cell(path).is_some())
    }

    /// Judges every line by what the system has, lacks, and documents.
    fn by_features(&self, story: &Story) -> Vec<Certainty> {
        let mut before = Certainty::Confirmed;
        let mut certainties = Vec::new();

        for line in story.lines() {
            let here = self.certainty_of_feature(line);
            let is_reach = matches!(
                line,
                Line::Question {
                    question: Question::Reach(_),
                    ..
                }
            );

            // A question about an interaction changes nothing for the lines behind it.
            certainties.push(before.max(here));
            if !is_reach {
                before = before.max(here);
            }
        }
        certainties
    }

    /// Returns whether the system has, and documents, what a line alone takes for granted.
    ///
    /// ```
    /// use socialgraph::Action;
    /// use socialgraph_analysis::profile::{Certainty, Profile};
    /// use socialgraph_analysis::story::Line;
    ///
    /// let lemmy = Profile::named("lemmy").unwrap().plausible();
    /// let request = Line::question("ann", Action::SendRequest, "ben");
    /// assert_eq!(lemmy.certainty_of_feature(&request), Certainty::NotApplicable);
    /// ```
    #[must_use]
    pub fn certainty_of_feature(&self, line: &Line) -> Certainty {
        match feature_of(line) {
            Some(feature) if self.profile.lacks.contains(&feature) => Certainty::NotApplicable,
            Some(feature) if !self.profile.has.contains(&feature) => Certainty::NotConfirmed,
            _ => Certainty::Confirmed,
        }
    }

    /// Plays a story under policies that agree with the cells, the profile's own first.
    ///
    /// It changes one open part after the other, and goes on from each policy under which
    /// anything in the story changes: an answer, a reason that only the host sees, or a relation.
    /// Only `crossed` and `accept_stopped_by` can hide each other, so that it changes them
    /// together, too.
    fn plays(&self, story: &Story) -> Vec<Play> {
        let mut seen = HashSet::new();
        let mut plays = Vec::new();
        let mut policies = vec![self.profile.policy()];

        while let Some(policy) = policies.pop() {
            let play = Play::of(&policy, story);
            if !seen.insert(play.full.clone()) {
                continue;
            }
            plays.push(play);
            policies.extend(self.neighbours(&policy));
        }
        plays
    }

    /// Returns the policies that differ in one open part of the rules, or in two that can hide
    /// each other.
    pub(super) fn neighbours(&self, policy: &Policy) -> Vec<Policy> {
        let mut neighbours = Vec::new();
        for (path, values) in self.open.iter().filter(|(path, _)| is_of_rules(path)) {
            for value in values {
                neighbours.extend(policy.with_part(path, *value));
            }
        }

        for crossed in self.values_of("request.crossed") {
            for accept in self.values_of("request.accept_stopped_by") {
                let changed = policy.with_part("request.crossed", *crossed);
                let both =
                    changed.and_then(|it| it.with_part("request.accept_stopped_by", *accept));
                neighbours.extend(both);
            }
        }
        neighbours
    }

    /// Returns the values that a part can have; none if the cells leave it one.
    fn values_of(&self, path: &str) -> &[PartValue] {
        let open = self.open.iter().find(|(open, _)| *open == path);
        open.map_or(&[], |(_, values)| values)
    }

    /// Returns whether the answer is the same through every gate that the cells leave open, in
    /// every relation that the pair can be in.
    fn is_reach_confirmed(&self, story: &Story, index: usize) -> bool {
        let Some(Line::Question {
            actor,
            target,
            question: Question::Reach(interaction),
            ..
        }) = story.lines().get(index)
        else {
            return true;
        };

        let mut before: Vec<Line> = story.lines().iter().take(index).cloned().collect();
        before.push(Line::Now {
            first: actor.clone(),
            second: target.clone(),
            relation: None,
        });
        let mut relations = BTreeSet::new();
        for play in self.plays(&Story::new(before)) {
            if let Some(Shown::Now(Some(relation))) = play.shown.last() {
                relations.insert(*relation);
            }
        }

        self.is_same_at_gates(*interaction, &relations)
    }

    /// Returns whether the answer is the same in each of these relations, through every gate that
    /// the cells leave open.
    pub(super) fn is_same_at_gates(
        &self,
        interaction: Interaction,
        relations: &BTreeSet<Relation>,
    ) -> bool {
        let gates = self.gates(interaction);
        let mut answers = gates.iter().flat_map(|policy| {
            let relations = relations.iter();
            relations.map(|relation| Shown::answer(policy.can(interaction, *relation)))
        });
        let first = answers.next();
        answers.all(|answer| Some(answer) == first)
    }

    /// Returns the policy of the profile.
    pub(super) fn policy(&self) -> Policy {
        self.profile.policy()
    }

    /// Returns policies with every gate that the cells leave open for an interaction.
    fn gates(&self, interaction: Interaction) -> Vec<Policy> {
        let mut policies = vec![self.profile.policy()];
        let gate = gate_name(interaction);
        for (path, values) in self.open.iter().filter(|(path, _)| is_in(path, gate)) {
            let changed = policies.iter().flat_map(|policy| {
                let values = values.iter();
                values.filter_map(|value| policy.with_part(path, *value))
            });
            policies = changed.collect();
        }
        policies
    }
}

/// Returns whether two users who reach what the first policy lets them reach see a difference.
fn differ(policy: &Policy, other: &Policy) -> bool {
    if policy.request.initial_mode != other.request.initial_mode {
        return true;
    }
    let all = policy.reachable_relations().into_iter().flat_map(all_facts);
    all.into_iter().any(|facts| {
        Question::all().any(|question| {
            let [one, other] = [policy, other].map(|policy| {
                let after = match question {
                    Question::Act(action) => policy.apply(action, &facts).ok(),
                    Question::Reach(_) => None,
                };
                (Shown::answer(policy.decide(question, &facts)), after)
            });
            one != other
        })
    })
}

/// Returns the facts of a pair under every setting that matters to an answer.
fn all_facts(relation: Relation) -> Vec<Facts> {
    let mut all = Vec::new();
    for mode in RequestMode::ALL {
        for request_sending in RequestSending::ALL {
            let actor = UserFacts {
                request_sending,
                ..UserFacts::new(RequestMode::Confirm)
            };
            all.push(Facts {
                relation,
                actor,
                target: UserFacts::new(mode),
            });
        }
    }
    all
}

/// A story that was played under one policy.
struct Play {
    /// What each line shows to its actor.
    shown: Vec<Shown>,
    /// What each line does, for every reason.
    full: Vec<Full>,
}

impl Play {
    fn of(policy: &Policy, story: &Story) -> Self {
        let played = story.play(policy);
        let full: Vec<_> = played
            .lines()
            .iter()
            .map(PlayedLine::result)
            .map(full)
            .collect();
        Self {
            shown: full.iter().map(|(.., shown)| *shown).collect(),
            full,
        }
    }
}

/// What a line does: the reasons that the host sees, the effects, and what the actor sees.
pub(super) type Full = (Reasons, Effects, Shown);

/// Returns what a line does.
pub(super) fn full(result: &LineResult) -> Full {
    let shown = Shown::of(result);
    match result {
        LineResult::Outcome(outcome) => (outcome.reasons(), outcome.effects(), shown),
        LineResult::Answer(answer) => (answer.reasons(), Effects::EMPTY, shown),
        LineResult::Nothing | LineResult::Now(_) => (Reasons::EMPTY, Effects::EMPTY, shown),
    }
}

/// What a line shows to its actor, and of the relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Shown {
    Nothing,
    Done(bool),
    Answer(Verdict, Reasons),
    Now(Option<Relation>),
}

impl Shown {
    fn of(result: &LineResult) -> Self {
        match result {
            LineResult::Nothing => Self::Nothing,
            LineResult::Outcome(outcome) => Self::Done(outcome.is_done()),
            LineResult::Answer(answer) => Self::answer(*answer),
            LineResult::Now(relation) => Self::Now(*relation),
        }
    }

    fn answer(answer: Decision) -> Self {
        Self::Answer(answer.verdict(), answer.visible().reasons())
    }
}

/// Returns what a line takes for granted that the system has.
fn feature_of(line: &Line) -> Option<Feature> {
    match line {
        Line::Operation(
            Operation::Act(Act { action, .. })
            | Operation::ActOnMany(ActOnMany { action, .. })
            | Operation::ManyAct(ManyAct { action, .. }),
        )
        | Line::Question {
            question: Question::Act(action),
            ..
        } => feature_of_action(*action),
        Line::Operation(Operation::SetRequestMode(_) | Operation::SetRequestSending(_)) => {
            Some(Feature::Requests)
        }
        Line::Question {
            question: Question::Reach(interaction),
            ..
        } => Some(Feature::Interaction(*interaction)),
        Line::Operation(_) | Line::Comment(_) | Line::Now { .. } => None,
    }
}

const fn feature_of_action(action: Action) -> Option<Feature> {
    match action {
        Action::Block | Action::Unblock => None,
        Action::SendRequest
        | Action::AcceptRequest
        | Action::DeclineRequest
        | Action::CancelRequest => Some(Feature::Requests),
        Action::AddFriend(_) | Action::RemoveFriend(_) => Some(Feature::FriendLists),
    }
}

/// Returns the name of an interaction's gate in the paths of parts and cells.
#[must_use]
pub const fn gate_name(interaction: Interaction) -> &'static str {
    match interaction {
        Interaction::Message => "message",
        Interaction::Call => "call",
        Interaction::GroupInvitation => "group_invitation",
        Interaction::Presence => "presence",
    }
}

/// Returns whether a part is one of requests or blocks.
fn is_of_rules(path: &str) -> bool {
    is_in(path, "request") || is_in(path, "block")
}

fn is_in(path: &str, group: &str) -> bool {
    path.split('.').next() == Some(group)
}

/// Returns whether a part is about something that a system may lack.
fn is_about(path: &str, feature: Feature) -> bool {
    match feature {
        Feature::Interaction(interaction) => is_in(path, gate_name(interaction)),
        Feature::Requests => is_in(path, "request") || path == "block.cancels_requests_of",
        Feature::FriendLists => {
            path == "block.clears_friends_of"
                || path == "request.makes"
                || path.ends_with(".needs_listing_by")
        }
        Feature::Imports => path == "request.add_stopped_by",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{Play, is_of_rules};
    use crate::profile::Profile;
    use crate::story;

    /// Changing one part after the other finds every answer that any combination gives.
    #[test]
    fn no_combination_of_open_parts_gives_another_answer() {
        let stories = story::shown().unwrap();
        let mut compared = 0;

        for profile in Profile::ALL {
            let plausible = profile.plausible();
            let open = plausible.open.iter().filter(|(path, _)| is_of_rules(path));
            let mut policies = vec![profile.policy()];
            for (path, values) in open {
                let changed = policies.iter().flat_map(|policy| {
                    values
                        .iter()
                        .filter_map(|value| policy.with_part(path, *value))
                });
                policies = changed.collect();
            }
            if policies.len() > 400 {
                continue;
            }

            for (name, story) in &stories {
                let all = policies.iter().map(|policy| Play::of(policy, story).shown);
                let found = plausible.plays(story).into_iter().map(|play| play.shown);
                let (all, found): (HashSet<_>, HashSet<_>) = (all.collect(), found.collect());
                assert_eq!(all, found, "{}: {name}", profile.name);
                compared += policies.len();
            }
        }
        assert!(compared > 5000, "{compared}");
    }
}
