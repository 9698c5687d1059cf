//! Policies with another value of one part, which may explain what a system does.

use super::Rule;
use socialgraph::{Action, Crossed, Granted, Interaction, Limits, Policy, Question, Sides};

/// Returns the policy with another value of one part, and without limits, for each such rule.
pub(super) fn other_policies(policy: &Policy) -> [(Rule, Policy); 2] {
    let policy = Policy {
        limits: Limits::NONE,
        ..*policy
    };
    let (mut crossed, mut makes) = (policy, policy);
    crossed.request.crossed = match policy.request.crossed {
        Crossed::Accepts => Crossed::Waits,
        Crossed::Waits => Crossed::Accepts,
    };
    makes.request.makes = match policy.request.makes {
        Granted::Friendship => Granted::Follow,
        Granted::Follow => Granted::Friendship,
    };
    [(Rule::R10, crossed), (Rule::R18, makes)]
}

/// Returns the policies in which one part of a question's gate has another value.
///
/// A message has none here. It is the interaction that is compared first, so its own rules tell
/// more.
pub(super) fn other_gates(policy: &Policy, question: Question) -> Vec<Policy> {
    let parts: &[fn(&mut Policy) -> &mut Sides] = match question {
        Question::Reach(Interaction::Call) => &[
            |it| &mut it.call.stopped_by,
            |it| &mut it.call.needs_listing_by,
        ],
        Question::Reach(Interaction::GroupInvitation) => &[
            |it| &mut it.group_invitation.stopped_by,
            |it| &mut it.group_invitation.needs_listing_by,
        ],
        Question::Reach(Interaction::Presence) => &[
            |it| &mut it.presence.stopped_by,
            |it| &mut it.presence.needs_listing_by,
        ],
        Question::Act(Action::SendRequest) => &[
            |it| &mut it.request.stopped_by,
            |it| &mut it.request.accept_stopped_by,
        ],
        Question::Act(Action::AcceptRequest) => &[|it| &mut it.request.accept_stopped_by],
        Question::Act(Action::AddFriend(_)) => &[|it| &mut it.request.add_stopped_by],
        Question::Reach(Interaction::Message) | Question::Act(_) => &[],
    };

    let mut others = Vec::new();
    for part in parts {
        for sides in Sides::ALL {
            let mut other = *policy;
            *part(&mut other) = sides;
            others.push(other);
        }
    }
    others
}
