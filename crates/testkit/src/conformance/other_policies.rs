//! Policies with another value of one part, which may explain what a system does.

use super::Rule;
use socialgraph::{Action, Crossed, Granted, Interaction, Policy, Question, Sides};

/// Returns the policy with another value of one part, for each such rule.
pub(super) fn other_policies(policy: &Policy) -> [(Rule, Policy); 2] {
    let (mut crossed, mut makes) = (*policy, *policy);
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
    let mut others = Vec::new();
    for index in 0..2 {
        for sides in Sides::ALL {
            let mut other = *policy;
            let [first, second] = gate_of(&mut other, question);
            let part = if index == 0 { first } else { second };

            if let Some(part) = part {
                *part = sides;
                others.push(other);
            }
        }
    }
    others
}

/// Returns the parts of a policy that say whose blocks and lists decide a question.
fn gate_of(policy: &mut Policy, question: Question) -> [Option<&mut Sides>; 2] {
    match question {
        Question::Reach(Interaction::Message) => [None, None],
        Question::Reach(interaction) => {
            let gate = policy.gate_mut(interaction);
            [Some(&mut gate.stopped_by), Some(&mut gate.needs_listing_by)]
        }
        Question::Act(action) => {
            let rules = &mut policy.request;
            match action {
                Action::SendRequest => [
                    Some(&mut rules.stopped_by),
                    Some(&mut rules.accept_stopped_by),
                ],
                Action::AcceptRequest => [Some(&mut rules.accept_stopped_by), None],
                Action::AddFriend(_) => [Some(&mut rules.add_stopped_by), None],
                _ => [None, None],
            }
        }
    }
}
