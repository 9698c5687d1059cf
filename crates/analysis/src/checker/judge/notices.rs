//! The judge of what an actor learns of a refusal.

use socialgraph::{
    Decision, Fact, Facts, Notice, Notices, Policy, Question, Reason, Reasons, Verdict,
};

use super::decisions::adds;
use super::gate;

/// Checks what is visible of a decision, and that untold blocks leave the rest as it would be.
pub(super) fn notices_are_obeyed(policy: &Policy, facts: &Facts, decision: Decision) -> bool {
    let notices = notices(policy, decision.question());
    let (given, visible) = (decision.reasons(), decision.visible().reasons());

    is_shown_as_said(notices, given, visible)
        && decision.verdict() == expected_verdict(given, visible)
        && untold_blocks_add_nothing(policy, facts, decision)
}

/// Each block is shown if it is told. Each other reason is shown. A neutral block shows that the
/// target is not available, but only if nothing else is shown. So a neutral refusal is the same
/// for the actor's block and for the target's.
fn is_shown_as_said(notices: Notices, given: Reasons, visible: Reasons) -> bool {
    let mut shown = Vec::new();
    let mut has_neutral = false;
    for reason in given {
        match notice_of(reason, notices) {
            Notice::Silent => {}
            Notice::Neutral => has_neutral = true,
            Notice::Told => shown.push(reason),
        }
    }

    if shown.is_empty() && has_neutral {
        shown.push(Reason::Unavailable);
    }
    !given.contains(Reason::Unavailable) && visible.iter().eq(shown)
}

/// Returns the notice of a reason. A reason that is no block is told.
const fn notice_of(reason: Reason, notices: Notices) -> Notice {
    match reason {
        Reason::ActorBlocks => notices.own,
        Reason::TargetBlocks => notices.other,
        _ => Notice::Told,
    }
}

fn expected_verdict(given: Reasons, visible: Reasons) -> Verdict {
    if given.is_empty() {
        Verdict::Allowed
    } else if visible.is_empty() {
        Verdict::RefusedSilently
    } else {
        Verdict::Refused
    }
}

/// Decides again about the pair without the blocks that are not told.
///
/// If that is refused, the actor sees that refusal. If it is allowed, the actor sees success, or
/// that the target is not available.
fn untold_blocks_add_nothing(policy: &Policy, facts: &Facts, decision: Decision) -> bool {
    let question = decision.question();
    if let Question::Act(action) = question
        && !adds(action)
    {
        return true;
    }

    let notices = notices(policy, question);
    let mut relation = facts.relation;
    for (block, notice) in [
        (Fact::ActorBlocks, notices.own),
        (Fact::TargetBlocks, notices.other),
    ] {
        if notice != Notice::Told {
            relation = relation.without(block);
        }
    }

    let without_blocks = policy.decide(question, &Facts { relation, ..*facts });
    let visible = decision.visible().reasons();
    if without_blocks.is_allowed() {
        visible.is_empty() || visible == Reason::Unavailable.into()
    } else {
        visible == without_blocks.reasons()
    }
}

/// Returns the notices of a question. All actions have those of requests.
const fn notices(policy: &Policy, question: Question) -> Notices {
    match question {
        Question::Reach(interaction) => gate(policy, interaction).notice,
        Question::Act(_) => policy.request.notice,
    }
}
