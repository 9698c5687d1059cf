//! The sometimes-properties: what has to come about somewhere, lest a rule be idle.

use std::fmt;

use socialgraph::{Decision, Effect, Effects, Reason, Reasons, Verdict};

/// Something that may come about in some state: a verdict, a reason or an effect.
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
// May grow: the rules may come to answer in another way.
#[non_exhaustive]
pub enum Sometimes {
    /// A message is answered so.
    Message(Verdict),
    /// A message or an operation is refused for this.
    Reason(Reason),
    /// An operation has this effect.
    Effect(Effect),
}

impl Sometimes {
    /// Returns everything that the rules can answer.
    ///
    /// That is all but what the graph alone says: reasons about unknown users, and the effect
    /// that only the removal of a user has.
    pub fn all() -> impl Iterator<Item = Self> {
        let graphs = [
            Reason::SameUser,
            Reason::UnknownActor,
            Reason::UnknownTarget,
        ];
        let reasons = Reason::ALL
            .into_iter()
            .filter(move |reason| !graphs.contains(reason));
        let effects = Effect::ALL
            .into_iter()
            .filter(|it| *it != Effect::TargetBlockLifted);
        VERDICTS
            .into_iter()
            .map(Self::Message)
            .chain(reasons.map(Self::Reason))
            .chain(effects.map(Self::Effect))
    }
}

const VERDICTS: [Verdict; 3] = [Verdict::Allowed, Verdict::RefusedSilently, Verdict::Refused];

impl fmt::Display for Sometimes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message(verdict) => write!(f, "a message that is `{verdict:?}`"),
            Self::Reason(reason) => write!(f, "the reason `{reason:?}`"),
            Self::Effect(effect) => write!(f, "the effect `{effect:?}`"),
        }
    }
}

/// What has come about so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Witnesses {
    messages: Vec<Verdict>,
    reasons: Reasons,
    effects: Effects,
}

impl Witnesses {
    pub(super) fn message(&mut self, decision: Decision) {
        if !self.messages.contains(&decision.verdict()) {
            self.messages.push(decision.verdict());
        }
        self.reasons(decision.reasons());
    }

    pub(super) fn reasons(&mut self, reasons: Reasons) {
        self.reasons = self.reasons.union(reasons);
    }

    pub(super) fn effects(&mut self, effects: Effects) {
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
