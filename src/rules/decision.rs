//! The rules' answer to a question.

use std::fmt;

use super::{Notice, Question, Reason, Reasons};
use crate::text::{Explanation, Phrase, write_joined};

/// What a server does with a message or an action.
///
/// Exhaustive on purpose: a server has to handle each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Do it.
    Allowed,
    /// Do not do it, and show the actor success (R13).
    RefusedSilently,
    /// Do not do it, and tell the actor the reasons of [`Decision::visible`].
    Refused,
}

/// The rules' answer: allowed, or refused with every reason in order.
///
/// It is 16 bytes, `Copy`, and allocates nothing. Its reasons are complete, for logs and
/// support. [`visible`](Self::visible) keeps only those that the actor may learn.
///
/// ```
/// use socialgraph::{Fact, Policy, Reason, Relation, Verdict};
///
/// let policy = Policy::tencent_rest();
/// let blocked = Relation::STRANGERS.with(Fact::TargetBlocks);
/// let decision = policy.decide_message(blocked);
///
/// assert_eq!(decision.verdict(), Verdict::RefusedSilently);
/// assert_eq!(decision.reasons().first(), Some(Reason::TargetBlocks));
/// assert!(decision.visible().is_allowed());
/// assert_eq!(
///     decision.explain("bob", "alice").to_string(),
///     "bob may not message alice, and is not told: alice blocks bob",
/// );
/// ```
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decision {
    reasons: Reasons,
    question: Question,
    /// Whether the actor learns of blocks.
    blocks: Notice,
}

impl Decision {
    /// Returns the decision with these reasons and this notice of blocks.
    ///
    /// For a host that gets decisions from elsewhere, for example from another process; the rules'
    /// own are made by [`Policy::decide`](super::Policy::decide).
    ///
    /// ```
    /// use socialgraph::{Decision, Notice, Question, Reason, Verdict};
    ///
    /// let reasons = Reason::TargetBlocks.into();
    /// let decision = Decision::new(Question::Message, reasons, Notice::Silent);
    /// assert_eq!(decision.verdict(), Verdict::RefusedSilently);
    /// ```
    #[inline]
    pub const fn new(question: Question, reasons: Reasons, blocks: Notice) -> Self {
        Self {
            reasons,
            question,
            blocks,
        }
    }

    /// Returns a decision whose reasons the actor may all see.
    pub(crate) const fn told(question: Question, reasons: Reasons) -> Self {
        Self::new(question, reasons, Notice::Told)
    }

    /// Returns what a server has to do.
    #[must_use]
    pub fn verdict(self) -> Verdict {
        if self.is_allowed() {
            Verdict::Allowed
        } else if self.visible().is_allowed() {
            Verdict::RefusedSilently
        } else {
            Verdict::Refused
        }
    }

    /// Returns whether there is no reason to refuse.
    #[must_use]
    #[inline]
    pub const fn is_allowed(self) -> bool {
        self.reasons.is_empty()
    }

    /// Returns the question.
    #[must_use]
    pub const fn question(self) -> Question {
        self.question
    }

    /// Returns every reason to refuse; none if it is allowed (R16).
    #[must_use]
    #[inline]
    pub const fn reasons(self) -> Reasons {
        self.reasons
    }

    /// Returns the decision as the actor may see it.
    ///
    /// If the policy keeps blocks silent, a decision about a message loses its blocks here. The
    /// rest is the decision that the actor would get if neither user blocked the other (R13), so
    /// a refusal for another reason does not reveal a block. A decision about an action keeps
    /// all reasons: as in the vendor's API, a refused friend request names the block, even to
    /// the blocked user. A server that hides blocks there too replaces reasons that
    /// [are blocks](Reason::is_block) by a neutral text of its own.
    ///
    /// ```
    /// use socialgraph::{Fact, Policy, Relation, Sides};
    ///
    /// let mut policy = Policy::tencent_rest();
    /// policy.message_needs_listing_by = Sides::Target;
    /// let blocked = policy.decide_message(Relation::STRANGERS.with(Fact::TargetBlocks));
    /// let stranger = policy.decide_message(Relation::STRANGERS);
    /// assert_eq!(blocked.visible(), stranger);
    /// ```
    pub fn visible(self) -> Self {
        Self {
            reasons: self.reasons.difference(self.hidden()),
            ..self
        }
    }

    /// Returns a refusal as an error, silent or not.
    ///
    /// ```
    /// use socialgraph::{Fact, Policy, Reason, Relation};
    ///
    /// let blocked = Relation::STRANGERS.with(Fact::TargetBlocks);
    /// let refusal = Policy::tencent_rest().decide_message(blocked).into_result().unwrap_err();
    /// assert_eq!(refusal.reasons(), Reason::TargetBlocks.into());
    /// ```
    ///
    /// # Errors
    /// Fails if the decision is not [`Verdict::Allowed`].
    pub fn into_result(self) -> Result<(), Refusal> {
        if self.is_allowed() {
            Ok(())
        } else {
            Err(Refusal {
                reasons: self.reasons,
            })
        }
    }

    /// Returns the decision as a sentence with the names of the actor and the target in it.
    #[must_use]
    pub fn explain<'a>(self, actor: &'a str, target: &'a str) -> Explanation<'a, Self> {
        self.with_names(actor, target)
    }

    fn hidden(self) -> Reasons {
        match self.blocks {
            Notice::Told => Reasons::EMPTY,
            Notice::Silent => self
                .reasons
                .iter()
                .filter(|reason| reason.is_block())
                .collect(),
        }
    }
}

impl Phrase for Decision {
    fn write(self, f: &mut fmt::Formatter<'_>, actor: &str, target: &str) -> fmt::Result {
        let verdict = self.verdict();
        let may = if self.is_allowed() { "may" } else { "may not" };
        write!(f, "{actor} {may} ")?;
        self.question.write(f, target)?;

        match verdict {
            Verdict::Allowed => return Ok(()),
            Verdict::RefusedSilently => f.write_str(", and is not told: ")?,
            Verdict::Refused => f.write_str(": ")?,
        }

        // If the refusal is told, it names its silent blocks as such.
        let is_told = verdict == Verdict::Refused;
        write_joined(f, self.reasons, "; ", |f, reason| {
            reason.write(f, actor, target)?;
            let is_hidden = is_told && self.hidden().contains(reason);
            f.write_str(if is_hidden { " (not told)" } else { "" })
        })
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_unnamed(f)
    }
}

/// The error of an operation that the rules refuse: it has changed nothing.
///
/// ```
/// use socialgraph::{Policy, Reason, SocialGraph};
///
/// let mut graph = SocialGraph::new(Policy::tencent_rest());
/// graph.add_user("alice")?;
/// let refusal = graph.add_to_blocklist("alice", "nobody").unwrap_err();
/// assert!(refusal.reasons().contains(Reason::UnknownTarget));
/// assert_eq!(refusal.to_string(), "the target is not a known user");
/// # Ok::<(), socialgraph::AddUserError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Refusal {
    reasons: Reasons,
}

impl Refusal {
    pub(crate) const fn of(reasons: Reasons) -> Self {
        Self { reasons }
    }

    /// Returns the refusal with these reasons, or `None` if there are none.
    ///
    /// For a host that gets reasons from elsewhere, for example from another process.
    ///
    /// ```
    /// use socialgraph::{Reason, Reasons, Refusal};
    ///
    /// assert_eq!(Refusal::new(Reasons::EMPTY), None);
    /// assert_eq!(Refusal::new(Reason::NotBlocked.into()), Some(Reason::NotBlocked.into()));
    /// ```
    #[must_use]
    pub fn new(reasons: Reasons) -> Option<Self> {
        (!reasons.is_empty()).then_some(Self { reasons })
    }

    /// Returns every reason, at least one, in a fixed order (R16).
    #[must_use]
    pub const fn reasons(self) -> Reasons {
        self.reasons
    }

    /// Returns the reasons as text with the names of the actor and the target in it.
    #[must_use]
    pub fn explain<'a>(self, actor: &'a str, target: &'a str) -> Explanation<'a, Self> {
        self.with_names(actor, target)
    }
}

impl From<Reason> for Refusal {
    fn from(reason: Reason) -> Self {
        Self::of(reason.into())
    }
}

impl Phrase for Refusal {
    fn write(self, f: &mut fmt::Formatter<'_>, actor: &str, target: &str) -> fmt::Result {
        self.reasons.write(f, actor, target)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_unnamed(f)
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Refusal({:?})", self.reasons)
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use super::{Decision, Verdict};
    use crate::{Action, Notice, Question, Reason, Reasons};

    fn message(reasons: impl IntoIterator<Item = Reason>, blocks: Notice) -> Decision {
        Decision::new(Question::Message, reasons.into_iter().collect(), blocks)
    }

    #[test]
    fn r13_a_silent_block_leaves_the_answer_of_no_block() {
        use Reason::{NotListedByTarget, TargetBlocks};
        let silent = message([TargetBlocks], Notice::Silent);
        assert_eq!(silent.verdict(), Verdict::RefusedSilently);
        assert_eq!(silent.visible().verdict(), Verdict::Allowed);
        let both = message([TargetBlocks, NotListedByTarget], Notice::Silent);
        assert_eq!(both.verdict(), Verdict::Refused);
        assert_eq!(both.visible().reasons(), Reasons::from(NotListedByTarget));
        let told = message([TargetBlocks], Notice::Told);
        assert_eq!((told.verdict(), told.visible()), (Verdict::Refused, told));
    }

    #[test]
    fn texts_say_who_may_what_and_why() {
        use Reason::{ActorBarred, NotListedByTarget, TargetBlocks};
        let text = |decision: Decision| decision.explain("bob", "alice").to_string();
        assert_eq!(text(message([], Notice::Silent)), "bob may message alice");
        assert_eq!(
            text(message([NotListedByTarget, TargetBlocks], Notice::Silent)),
            "bob may not message alice: alice blocks bob (not told); \
             bob is not on alice's friend list"
        );
        let request = Decision::told(Action::SendRequest.into(), ActorBarred.into());
        assert_eq!(
            request.to_string(),
            "the actor may not send the target a friend request: \
             the actor is barred from sending friend requests"
        );
    }

    #[test]
    fn a_refusal_holds_and_prints_every_reason() {
        let silent = message([Reason::TargetBlocks, Reason::ActorBlocks], Notice::Silent);
        let refusal = silent.into_result().unwrap_err();
        assert_eq!(refusal.reasons(), silent.reasons(), "silent or not");
        assert_eq!(
            refusal.to_string(),
            "the actor blocks the target; the target blocks the actor"
        );
        assert_eq!(
            refusal.explain("a", "b").to_string(),
            "a blocks b; b blocks a"
        );
        assert_eq!(
            format!("{refusal:?}"),
            "Refusal({ActorBlocks, TargetBlocks})"
        );
        assert_eq!(message([], Notice::Silent).into_result(), Ok(()));
    }

    #[test]
    fn a_decision_fits_two_words() {
        assert!(size_of::<Decision>() <= 16);
    }
}
