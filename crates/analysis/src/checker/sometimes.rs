//! The sometimes-properties: what some state must show, or a rule is never used.

use std::fmt;

use socialgraph::{Decision, Effect, Effects, Interaction, Question, Reason, Reasons, Verdict};

/// A sometimes-property: a verdict, a reason or an effect that some state should show.
///
/// ```
/// use socialgraph_analysis::checker::Sometimes;
/// use socialgraph::Reason;
///
/// let full = Sometimes::Reason(Reason::ActorBlocklistFull);
/// assert!(Sometimes::all().any(|property| property == full));
/// assert_eq!(full.to_string(), "the reason `ActorBlocklistFull`");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
// May grow: the rules may get another kind of answer.
#[non_exhaustive]
pub enum Sometimes {
    /// An interaction gets this verdict.
    Interaction(Interaction, Verdict),
    /// An interaction is refused, and the actor sees only that the target is not available.
    Neutral(Interaction),
    /// An interaction or an action is refused for this reason.
    Reason(Reason),
    /// An action has this effect.
    Effect(Effect),
}

const VERDICTS: [Verdict; 3] = [Verdict::Allowed, Verdict::RefusedSilently, Verdict::Refused];

impl Sometimes {
    /// Returns every verdict of each interaction, reason and effect that the rules can give.
    ///
    /// Reasons about unknown users are missing, and so is the effect of removing a user: only
    /// the graph gives those. No refusal is for the reason `Unavailable`, which a neutral
    /// refusal shows instead of its own.
    pub fn all() -> impl Iterator<Item = Self> {
        let interactions = Interaction::ALL.into_iter().flat_map(Self::of_interaction);
        let reasons = Reason::ALL.into_iter().map(Self::Reason);
        let effects = Effect::ALL.into_iter().map(Self::Effect);

        interactions
            .chain(reasons)
            .chain(effects)
            .filter(|property| property.is_given_by_rules())
    }

    fn of_interaction(interaction: Interaction) -> impl Iterator<Item = Self> {
        let verdicts = VERDICTS.into_iter();
        verdicts
            .map(move |verdict| Self::Interaction(interaction, verdict))
            .chain([Self::Neutral(interaction)])
    }

    const fn is_given_by_rules(self) -> bool {
        !matches!(
            self,
            Self::Reason(
                Reason::SameUser
                    | Reason::UnknownActor
                    | Reason::UnknownTarget
                    | Reason::Unavailable
            ) | Self::Effect(
                Effect::TargetBlockLifted | Effect::TargetBlockAdded | Effect::TargetRequestSent
            )
        )
    }
}

impl fmt::Display for Sometimes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interaction(interaction, verdict) => {
                write!(f, "{} that is `{verdict:?}`", noun(*interaction))
            }
            Self::Neutral(interaction) => {
                write!(f, "{} that is refused neutrally", noun(*interaction))
            }
            Self::Reason(reason) => write!(f, "the reason `{reason:?}`"),
            Self::Effect(effect) => write!(f, "the effect `{effect:?}`"),
        }
    }
}

const fn noun(interaction: Interaction) -> &'static str {
    match interaction {
        Interaction::Message => "a message",
        Interaction::Call => "a call",
        Interaction::GroupInvitation => "a group invitation",
        Interaction::Presence => "presence",
    }
}

/// The sometimes-properties that the search has witnessed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Witnesses {
    /// The verdicts of interactions, and the neutral refusals.
    interactions: Vec<Sometimes>,
    reasons: Reasons,
    effects: Effects,
}

impl Witnesses {
    /// Adds the verdict and the reasons of a decision on an interaction.
    pub(super) fn add_interaction(&mut self, decision: Decision) {
        self.add_reasons(decision.reasons());

        let Question::Reach(interaction) = decision.question() else {
            return;
        };
        self.add_answer(Sometimes::Interaction(interaction, decision.verdict()));
        if decision.visible().reasons() == Reason::Unavailable.into() {
            self.add_answer(Sometimes::Neutral(interaction));
        }
    }

    fn add_answer(&mut self, answer: Sometimes) {
        if !self.interactions.contains(&answer) {
            self.interactions.push(answer);
        }
    }

    pub(super) fn add_reasons(&mut self, reasons: Reasons) {
        self.reasons = self.reasons.union(reasons);
    }

    pub(super) fn add_effects(&mut self, effects: Effects) {
        self.effects = self.effects.union(effects);
    }

    pub(super) fn contains(&self, property: Sometimes) -> bool {
        match property {
            Sometimes::Interaction(..) | Sometimes::Neutral(_) => {
                self.interactions.contains(&property)
            }
            Sometimes::Reason(reason) => self.reasons.contains(reason),
            Sometimes::Effect(effect) => self.effects.contains(effect),
        }
    }
}
