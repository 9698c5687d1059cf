//! The sometimes-properties: what some state must show, or a rule is never used.

use std::fmt;

use socialgraph::{Decision, Effect, Effects, Reason, Reasons, Verdict};

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
    /// A message gets this verdict.
    Message(Verdict),
    /// A message or an action is refused for this reason.
    Reason(Reason),
    /// An action has this effect.
    Effect(Effect),
}

const VERDICTS: [Verdict; 3] = [Verdict::Allowed, Verdict::RefusedSilently, Verdict::Refused];

impl Sometimes {
    /// Returns every verdict, reason and effect that the rules can give.
    ///
    /// Reasons about unknown users are missing, and so is the effect of removing a user: only
    /// the graph gives those.
    pub fn all() -> impl Iterator<Item = Self> {
        let messages = VERDICTS.into_iter().map(Self::Message);
        let reasons = Reason::ALL.into_iter().map(Self::Reason);
        let effects = Effect::ALL.into_iter().map(Self::Effect);

        messages
            .chain(reasons)
            .chain(effects)
            .filter(|property| property.is_given_by_rules())
    }

    const fn is_given_by_rules(self) -> bool {
        !matches!(
            self,
            Self::Reason(Reason::SameUser | Reason::UnknownActor | Reason::UnknownTarget)
                | Self::Effect(Effect::TargetBlockLifted)
        )
    }
}

impl fmt::Display for Sometimes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message(verdict) => write!(f, "a message that is `{verdict:?}`"),
            Self::Reason(reason) => write!(f, "the reason `{reason:?}`"),
            Self::Effect(effect) => write!(f, "the effect `{effect:?}`"),
        }
    }
}

/// The sometimes-properties that the search has witnessed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Witnesses {
    messages: Vec<Verdict>,
    reasons: Reasons,
    effects: Effects,
}

impl Witnesses {
    pub(super) fn add_message(&mut self, decision: Decision) {
        if !self.messages.contains(&decision.verdict()) {
            self.messages.push(decision.verdict());
        }
        self.add_reasons(decision.reasons());
    }

    pub(super) fn add_reasons(&mut self, reasons: Reasons) {
        self.reasons = self.reasons.union(reasons);
    }

    pub(super) fn add_effects(&mut self, effects: Effects) {
        self.effects = self.effects.union(effects);
    }

    pub(super) fn contains(&self, property: Sometimes) -> bool {
        match property {
            Sometimes::Message(verdict) => self.messages.contains(&verdict),
            Sometimes::Reason(reason) => self.reasons.contains(reason),
            Sometimes::Effect(effect) => self.effects.contains(effect),
        }
    }
}
