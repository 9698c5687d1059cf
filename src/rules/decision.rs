//! The rules' answer to a question.

use std::cmp::Ordering;
use std::fmt;

use super::{Action, Notice, Notices, Policy, Question, Reason, Reasons, Viewer};
use crate::names::names;
use crate::text::{Explanation, Phrase, write_joined};

names! {
    /// What a server does with a message or an action.
    ///
    /// Exhaustive on purpose: a server has to handle each.
    pub enum Verdict: "verdict" {
        /// Do it.
        Allowed = "allowed",
        /// Do not do it, and show the actor success (R13).
        RefusedSilently = "refused_silently",
        /// Do not do it, and tell the actor the reasons of [`Decision::visible`].
        Refused = "refused",
    }
}

/// The rules' answer: allowed, or refused with every reason in order.
///
/// It is 16 bytes, `Copy`, and allocates nothing. Its reasons are complete, for logs and
/// support. [`visible`](Self::visible) keeps only those that the actor may learn. Decisions are
/// equal if they have the same question, reasons and visible reasons.
///
/// ```
/// use socialgraph::{Fact, Policy, Reason, Relation, Verdict};
///
/// let policy = Policy::tencent_rest();
/// let blocked = Relation::STRANGERS.with(Fact::TargetBlocks);
/// let decision = policy.can_message(blocked);
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
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(into = "Plain", try_from = "Plain"))]
pub struct Decision {
    /// The bits of the reasons, and above them those of the reasons that the actor may learn.
    bits: u64,
    question: Question,
}

/// The number of bits for each of a decision's two sets of reasons.
const HALF: u32 = 32;

/// The bits of the reasons.
const LOW: u64 = (1 << HALF) - 1;

impl Decision {
    /// Returns the decision with these reasons and notices of blocks.
    ///
    /// For a host that gets decisions from elsewhere, for example from another process; the rules'
    /// own are made by [`Policy::decide`](super::Policy::decide).
    ///
    /// ```
    /// use socialgraph::{Decision, Interaction, Notice, Notices, Reason, Verdict};
    ///
    /// let reasons = Reason::TargetBlocks.into();
    /// let decision =
    ///     Decision::new(Interaction::Message, reasons, Notices::both(Notice::Silent));
    /// assert_eq!(decision.verdict(), Verdict::RefusedSilently);
    /// ```
    #[inline]
    pub fn new(question: impl Into<Question>, reasons: Reasons, notices: Notices) -> Self {
        Self::with_visible(question.into(), reasons, visible_reasons(reasons, notices))
    }

    /// Returns the decision with these reasons and visible reasons.
    #[inline]
    const fn with_visible(question: Question, reasons: Reasons, visible: Reasons) -> Self {
        Self {
            bits: reasons.to_bits() | visible.to_bits() << HALF,
            question,
        }
    }

    /// Returns a decision whose reasons the actor may all see.
    pub(crate) fn told(question: impl Into<Question>, reasons: Reasons) -> Self {
        Self::new(question, reasons, Notices::both(Notice::Told))
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
        self.bits == 0
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
        Reasons::from_word(self.bits & LOW)
    }

    /// Returns the bits of the reasons, and 32 above them those of the visible reasons.
    ///
    /// They are stable across versions of this crate, so a host may store them beside the
    /// question. 0 is allowed.
    ///
    /// ```
    /// use socialgraph::{Decision, Fact, Interaction, Policy, Reason, Relation};
    ///
    /// let blocked = Relation::from(Fact::TargetBlocks);
    /// let silent = Policy::tencent_rest().can_message(blocked);
    /// assert_eq!(silent.to_bits(), 0b10);
    /// assert_eq!(Decision::from_bits(Interaction::Message, 0b10), Some(silent));
    /// ```
    #[must_use]
    #[inline]
    pub const fn to_bits(self) -> u64 {
        self.bits
    }

    /// Returns the decision with these bits.
    ///
    /// It is `None` if a bit is no reason's, or if no notices show the actor these visible reasons
    /// of these reasons.
    ///
    /// ```
    /// use socialgraph::{Decision, Interaction};
    ///
    /// // An allowed message for which the actor sees a block.
    /// assert_eq!(Decision::from_bits(Interaction::Message, 1 << 32), None);
    /// ```
    #[must_use]
    pub fn from_bits(question: impl Into<Question>, bits: u64) -> Option<Self> {
        let reasons = Reasons::from_bits(bits & LOW)?;
        let visible = Reasons::from_bits(bits >> HALF)?;
        Self::checked(question.into(), reasons, visible)
    }

    /// Returns the decision with the bits of another decision about the question.
    #[inline]
    pub(crate) const fn from_known_bits(question: Question, bits: u64) -> Self {
        Self { bits, question }
    }

    /// Returns the decision, or `None` if no notices lead from the one set to the other.
    fn checked(question: Question, reasons: Reasons, visible: Reasons) -> Option<Self> {
        let may_be = Notices::all().any(|notices| visible_reasons(reasons, notices) == visible);
        may_be.then_some(Self::with_visible(question, reasons, visible))
    }

    /// Returns the decision as the actor may see it (R13).
    ///
    /// Blocks are seen by the policy's [`Notices`]. A block that is told stays. If no other
    /// reason remains, a neutral block leaves [`Reason::Unavailable`]. A silent block leaves
    /// nothing. So a block that is not told adds nothing to a refusal for another reason: that
    /// refusal is the one that the actor would get without the block.
    ///
    /// ```
    /// use socialgraph::{Fact, Policy, Relation, Sides};
    ///
    /// let mut policy = Policy::tencent_rest();
    /// policy.message.needs_listing_by = Sides::Target;
    /// let blocked = policy.can_message(Relation::STRANGERS.with(Fact::TargetBlocks));
    /// let stranger = policy.can_message(Relation::STRANGERS);
    /// assert_eq!(blocked.visible(), stranger);
    /// ```
    pub fn visible(self) -> Self {
        let visible = self.visible_reasons();
        Self::with_visible(self.question, visible, visible)
    }

    /// Returns the decision behind an action's refusal under a policy: for what the actor may see.
    ///
    /// ```
    /// use socialgraph::{Action, Decision, Policy, SocialGraph, Verdict};
    ///
    /// let mut graph = SocialGraph::new(Policy::tencent_rest());
    /// graph.add_user("ann")?;
    /// graph.add_user("ben")?;
    /// graph.add_to_blocklist("ann", "ben")?;
    /// let error = graph.send_friend_request("ben", "ann").unwrap_err();
    /// let decision = Decision::of_refusal(Action::SendRequest, error.refusal, graph.policy());
    /// assert_eq!(decision, graph.decide(Action::SendRequest, "ben", "ann"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of_refusal(action: Action, refusal: Refusal, policy: &Policy) -> Self {
        Self::new(action, refusal.reasons(), policy.request.notice)
    }

    /// Returns the decision as a viewer may see it, or `None` if they learn nothing of it (R13).
    ///
    /// The actor sees [`visible`](Self::visible). Nobody else learns that the actor tried. The text
    /// is its [`explain`](Self::explain), the code its [`reasons`](Self::reasons).
    ///
    /// ```
    /// use socialgraph::{Fact, Policy, Relation, Viewer};
    ///
    /// let blocked = Relation::STRANGERS.with(Fact::TargetBlocks);
    /// let decision = Policy::tencent_rest().can_message(blocked);
    /// assert!(decision.seen_by(Viewer::Actor).is_some_and(|seen| seen.is_allowed()));
    /// assert_eq!(decision.seen_by(Viewer::Target), None);
    /// ```
    #[must_use]
    pub fn seen_by(self, viewer: Viewer) -> Option<Self> {
        (viewer == Viewer::Actor).then(|| self.visible())
    }

    /// Returns a refusal as an error, silent or not.
    ///
    /// ```
    /// use socialgraph::{Fact, Policy, Reason, Relation};
    ///
    /// let blocked = Relation::STRANGERS.with(Fact::TargetBlocks);
    /// let refusal = Policy::tencent_rest().can_message(blocked).into_result().unwrap_err();
    /// assert_eq!(refusal.reasons(), Reason::TargetBlocks.into());
    /// ```
    ///
    /// # Errors
    /// Fails if the decision is not [`Verdict::Allowed`].
    pub fn into_result(self) -> Result<(), Refusal> {
        if self.is_allowed() {
            Ok(())
        } else {
            Err(Refusal::of(self.reasons()))
        }
    }

    /// Returns the decision as a sentence with the names of the actor and the target in it.
    #[must_use]
    pub fn explain<'a>(self, actor: &'a str, target: &'a str) -> Explanation<'a, Self> {
        self.with_names(actor, target)
    }

    const fn visible_reasons(self) -> Reasons {
        Reasons::from_word(self.bits >> HALF)
    }
}

/// Returns the reasons that the actor may learn (R13).
#[inline]
fn visible_reasons(reasons: Reasons, notices: Notices) -> Reasons {
    let silent = blocks_with(Notice::Silent, reasons, notices);
    let neutral = blocks_with(Notice::Neutral, reasons, notices);

    let mut shown = reasons - (silent | neutral);
    shown.insert_if(shown.is_empty() & !neutral.is_empty(), Reason::Unavailable);
    shown
}

/// Returns the blocks that have this notice.
#[inline]
fn blocks_with(notice: Notice, reasons: Reasons, notices: Notices) -> Reasons {
    let mut blocks = Reasons::EMPTY;
    blocks.insert_if(notices.own == notice, Reason::ActorBlocks);
    blocks.insert_if(notices.other == notice, Reason::TargetBlocks);
    blocks & reasons
}

/// Decisions compare by question, then reasons, then visible reasons.
impl Ord for Decision {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |it: &Self| (it.question, it.reasons(), it.visible_reasons());
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for Decision {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[expect(
    clippy::missing_fields_in_debug,
    reason = "the bits are shown as the two sets"
)]
impl fmt::Debug for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decision")
            .field("question", &self.question)
            .field("reasons", &self.reasons())
            .field("visible", &self.visible_reasons())
            .finish()
    }
}

/// A decision as serde has it.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(rename = "Decision", deny_unknown_fields)]
struct Plain {
    question: Question,
    reasons: Reasons,
    visible: Reasons,
}

#[cfg(feature = "serde")]
impl From<Decision> for Plain {
    fn from(decision: Decision) -> Self {
        Self {
            question: decision.question,
            reasons: decision.reasons(),
            visible: decision.visible_reasons(),
        }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Plain> for Decision {
    type Error = &'static str;

    fn try_from(plain: Plain) -> Result<Self, &'static str> {
        Self::checked(plain.question, plain.reasons, plain.visible)
            .ok_or("no notices of blocks make these reasons visible of those")
    }
}

impl Phrase for Decision {
    fn write(self, f: &mut fmt::Formatter<'_>, actor: &str, target: &str) -> fmt::Result {
        let may = if self.is_allowed() { "may" } else { "may not" };
        write!(f, "{actor} {may} ")?;
        self.question.write(f, target)?;
        if self.is_allowed() {
            return Ok(());
        }

        let visible = self.visible_reasons();
        let shows_none = visible.intersection(self.reasons()).is_empty();
        f.write_str(match self.verdict() {
            Verdict::RefusedSilently => ", and is not told: ",
            _ if shows_none => ", and is not told why: ",
            _ => ": ",
        })?;

        // If the refusal shows some of its reasons, it names the others as hidden.
        write_joined(f, self.reasons(), "; ", |f, reason| {
            reason.write(f, actor, target)?;
            let is_hidden = !shows_none && !visible.contains(reason);
            f.write_str(if is_hidden { " (not told)" } else { "" })
        })
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_unnamed(f)
    }
}

/// The rules' refusal of an action, which has changed nothing.
///
/// The errors of a graph have it beside the names of the two users
/// ([`PairError`](crate::PairError)).
///
/// ```
/// use socialgraph::{Policy, Reason, SocialGraph};
///
/// let mut graph = SocialGraph::new(Policy::tencent_rest());
/// graph.add_user("alice")?;
/// let refusal = graph.add_to_blocklist("alice", "nobody").unwrap_err().refusal;
/// assert!(refusal.reasons().contains(Reason::UnknownTarget));
/// assert_eq!(refusal.to_string(), "the target is not a known user");
/// # Ok::<(), socialgraph::AddUserError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(into = "Reasons", try_from = "Reasons"))]
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

#[cfg(feature = "serde")]
impl TryFrom<Reasons> for Refusal {
    type Error = &'static str;

    fn try_from(reasons: Reasons) -> Result<Self, &'static str> {
        Self::new(reasons).ok_or("a refusal has at least one reason")
    }
}

impl From<Refusal> for Reasons {
    fn from(refusal: Refusal) -> Self {
        refusal.reasons
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
    #[cfg(feature = "serde")]
    use super::Refusal;
    use super::{Decision, Verdict};
    use crate::{Action, Interaction, Notice, Notices, Reason, Reasons};

    fn message(reasons: impl IntoIterator<Item = Reason>, notice: Notice) -> Decision {
        decided(reasons, notice, notice)
    }

    fn decided(reasons: impl IntoIterator<Item = Reason>, own: Notice, other: Notice) -> Decision {
        let reasons = reasons.into_iter().collect();
        Decision::new(Interaction::Message, reasons, Notices { own, other })
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
    fn r13_a_neutral_block_is_the_same_from_either_side() {
        use Reason::{ActorBlocks, NotListedByTarget, TargetBlocks, Unavailable};
        for blocks in [
            vec![ActorBlocks],
            vec![TargetBlocks],
            vec![ActorBlocks, TargetBlocks],
        ] {
            let neutral = message(blocks, Notice::Neutral);
            assert_eq!(neutral.verdict(), Verdict::Refused);
            assert_eq!(neutral.visible().reasons(), Reasons::from(Unavailable));
            assert_eq!(neutral.visible().visible(), neutral.visible());
        }
        let both = message([TargetBlocks, NotListedByTarget], Notice::Neutral);
        assert_eq!(both.visible().reasons(), Reasons::from(NotListedByTarget));
    }

    #[test]
    fn r13_each_side_learns_what_its_notice_says() {
        use Reason::{ActorBlocks, TargetBlocks, Unavailable};
        let seen = |reasons: &[Reason], own, other| {
            let decision = decided(reasons.iter().copied(), own, other);
            decision.visible().reasons().iter().collect::<Vec<_>>()
        };
        let both = [ActorBlocks, TargetBlocks];
        let (silent, neutral, told) = (Notice::Silent, Notice::Neutral, Notice::Told);

        assert_eq!(seen(&[ActorBlocks], told, silent), [ActorBlocks]);
        assert_eq!(seen(&[TargetBlocks], told, silent), []);
        assert_eq!(seen(&[ActorBlocks], neutral, silent), [Unavailable]);
        // The target's block adds nothing to what the actor learns of their own.
        assert_eq!(seen(&both, told, neutral), [ActorBlocks]);
        assert_eq!(seen(&both, told, silent), [ActorBlocks]);
        assert_eq!(seen(&both, neutral, told), [TargetBlocks]);
        assert_eq!(seen(&both, silent, neutral), [Unavailable]);
        assert_eq!(seen(&both, told, told), both);
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
        assert_eq!(
            text(message([TargetBlocks], Notice::Neutral)),
            "bob may not message alice, and is not told why: alice blocks bob"
        );
        assert_eq!(
            text(message([TargetBlocks], Notice::Neutral).visible()),
            "bob may not message alice: alice is not available to bob"
        );
        let request = Decision::told(Action::SendRequest, ActorBarred.into());
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
        assert_eq!(size_of::<Decision>(), 16);
    }

    /// Both blocks, a reason that is none, and the one that stands for blocks.
    fn sets() -> impl Iterator<Item = Reasons> {
        use Reason::{ActorBlocks, NotListedByTarget, TargetBlocks, Unavailable};
        let all = [ActorBlocks, TargetBlocks, NotListedByTarget, Unavailable];
        (0..16).map(move |number| {
            let chosen = all
                .iter()
                .enumerate()
                .filter(|(at, _)| number >> at & 1 == 1);
            chosen.map(|(_, reason)| *reason).collect()
        })
    }

    #[test]
    fn decisions_are_made_of_their_bits() {
        for reasons in sets() {
            for notices in Notices::all() {
                let decision = Decision::new(Action::Block, reasons, notices);
                let bits = decision.to_bits();
                assert_eq!(Decision::from_bits(Action::Block, bits), Some(decision));
                assert_eq!(bits & 0xffff_ffff, reasons.to_bits());
                assert_eq!(bits >> 32, decision.visible().reasons().to_bits());
                assert_eq!(decision.visible().visible(), decision.visible());
            }
        }
    }

    #[test]
    fn bits_that_no_notices_lead_to_are_no_decision() {
        let mut made = 0;
        for (reasons, visible) in sets().flat_map(|one| sets().map(move |other| (one, other))) {
            let bits = reasons.to_bits() | visible.to_bits() << 32;
            if let Some(decision) = Decision::from_bits(Interaction::Call, bits) {
                let shown = decision.visible().reasons();
                let hidden = reasons - shown;
                assert_eq!(decision.reasons(), reasons);
                assert!(hidden.into_iter().all(Reason::is_block), "{decision:?}");
                assert!((shown - reasons).is_subset(Reason::Unavailable.into()));
                made += 1;
            }
        }
        // Without a block; with one, beside another reason or alone; with both.
        assert_eq!(made, 4 + 12 + 6 + (12 + 5));
        for unknown in [31, 63] {
            assert_eq!(Decision::from_bits(Interaction::Call, 1 << unknown), None);
        }
    }

    #[cfg(feature = "serde")]
    #[test]
    fn decisions_and_refusals_are_checked_when_read() {
        let silent = message([Reason::TargetBlocks], Notice::Silent);
        let text = serde_json::to_string(&silent).unwrap();
        assert_eq!(
            text,
            r#"{"question":{"reach":"message"},"reasons":["target_blocks"],"visible":[]}"#
        );
        assert_eq!(serde_json::from_str::<Decision>(&text).unwrap(), silent);
        let forged = text.replace("target_blocks", "not_blocked");
        let error = serde_json::from_str::<Decision>(&forged).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no notices of blocks make these reasons visible of those"
        );

        let refusal = silent.into_result().unwrap_err();
        let text = serde_json::to_string(&refusal).unwrap();
        assert_eq!(text, r#"["target_blocks"]"#);
        assert_eq!(serde_json::from_str::<Refusal>(&text).unwrap(), refusal);
        let error = serde_json::from_str::<Refusal>("[]").unwrap_err();
        assert_eq!(error.to_string(), "a refusal has at least one reason");
    }
}
