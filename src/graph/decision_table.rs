//! A policy's decisions about interactions and friend requests, computed once.

use crate::facts::{Facts, Relation, RequestMode, RequestSending, UserFacts};
use crate::rules::{Action, Decision, Interaction, Limits, Notices, Policy, Question, judge};

/// A policy's decisions about interactions and friend requests, by relation and settings.
///
/// A table lookup has no data-dependent branch. Evaluating the rules mispredicts on random pairs.
pub(super) struct DecisionTable {
    limits: Limits,
    /// The smallest limit of a list that a friend request adds to.
    smallest_limit: u32,
    /// By interaction.
    interactions: [Decisions; INTERACTIONS],
    /// By request mode, permission and relation: the bits of the decision about a request, except
    /// for limits, and the relation after it.
    requests: [[[(u64, Relation); RELATIONS]; SENDINGS]; MODES],
    notice_of_requests: Notices,
}

/// A policy's decisions about one interaction, by relation.
#[derive(Debug)]
pub(super) struct Decisions([Decision; RELATIONS]);

const INTERACTIONS: usize = Interaction::ALL.len();
const MODES: usize = RequestMode::ALL.len();
const SENDINGS: usize = RequestSending::ALL.len();
const RELATIONS: usize = Relation::COUNT as usize;

impl DecisionTable {
    /// Computes every decision.
    pub(super) fn of(policy: &Policy) -> Self {
        let interactions = Interaction::ALL.map(|interaction| {
            let mut decisions = [policy.can(interaction, Relation::STRANGERS); RELATIONS];
            for (relation, decision) in Relation::all().zip(&mut decisions) {
                *decision = policy.can(interaction, relation);
            }
            Decisions(decisions)
        });

        let mut requests = [[[Default::default(); RELATIONS]; SENDINGS]; MODES];
        for (mode, requests) in RequestMode::ALL.into_iter().zip(&mut requests) {
            for (sending, requests) in RequestSending::ALL.into_iter().zip(requests) {
                for (relation, request) in Relation::all().zip(requests) {
                    *request = judge_request(policy, relation, sending, mode);
                }
            }
        }

        let limits = [policy.limits.friends, policy.limits.requests_in];
        Self {
            limits: policy.limits,
            smallest_limit: limits.into_iter().flatten().min().unwrap_or(u32::MAX),
            interactions,
            requests,
            notice_of_requests: policy.request.notice,
        }
    }

    /// Returns the decisions about an interaction.
    #[inline]
    pub(super) const fn about(&self, interaction: Interaction) -> &Decisions {
        let [messages, calls, group_invitations, presence] = &self.interactions;
        match interaction {
            Interaction::Message => messages,
            Interaction::Call => calls,
            Interaction::GroupInvitation => group_invitations,
            Interaction::Presence => presence,
        }
    }

    /// Returns the decision of [`Policy::decide`] about a friend request.
    #[inline]
    pub(super) fn request(&self, facts: &Facts) -> Decision {
        let of_mode = self.requests.get(facts.target.request_mode as usize);
        let of_sending =
            of_mode.and_then(|of_mode| of_mode.get(facts.actor.request_sending as usize));
        let of_relation = of_sending.and_then(|all| all.get(usize::from(facts.relation.to_bits())));
        let (bits, after) = of_relation.copied().unwrap_or_default();
        let decision = Decision::from_known_bits(Question::Act(Action::SendRequest), bits);

        // Few users are near a limit.
        let (actor, target) = (&facts.actor, &facts.target);
        let longest = actor.friends.max(target.friends).max(target.requests_in);
        if longest < self.smallest_limit {
            return decision;
        }
        let reasons = decision.reasons() | self.limits.exceeded(facts, after);
        Decision::new(decision.question(), reasons, self.notice_of_requests)
    }
}

impl Decisions {
    /// Returns the decision of [`Policy::can`].
    #[inline]
    pub(super) fn of(&self, relation: Relation) -> Decision {
        // The compiler sees that the index is below 64 only where the relation is made.
        let [strangers, ..] = &self.0;
        let decision = self.0.get(usize::from(relation.to_bits()));
        *decision.unwrap_or(strangers)
    }

    /// Returns whether the interaction is allowed.
    #[inline]
    pub(super) fn allow(&self, relation: Relation) -> bool {
        self.of(relation).is_allowed()
    }

    /// Returns the question that the decisions answer.
    #[inline]
    pub(super) fn question(&self) -> Question {
        self.of(Relation::STRANGERS).question()
    }
}

/// Returns the bits of the decision about a friend request, except for limits, and the relation
/// after it.
fn judge_request(
    policy: &Policy,
    relation: Relation,
    request_sending: RequestSending,
    request_mode: RequestMode,
) -> (u64, Relation) {
    let target = UserFacts::new(request_mode);
    let actor = UserFacts {
        request_sending,
        ..target
    };
    let facts = Facts {
        relation,
        actor,
        target,
    };
    let (reasons, after) = judge(policy, Action::SendRequest, &facts);
    let decision = Decision::new(Action::SendRequest, reasons, policy.request.notice);
    (decision.to_bits(), after)
}

#[cfg(test)]
mod tests {
    use super::DecisionTable;
    use crate::{
        Action, Facts, Interaction, Limits, Policy, Relation, RequestMode, RequestSending,
        UserFacts,
    };

    /// Settings and counts, about the limits of the policy below.
    fn users() -> impl Iterator<Item = UserFacts> + Clone {
        RequestMode::ALL.into_iter().flat_map(|mode| {
            RequestSending::ALL
                .into_iter()
                .flat_map(move |request_sending| {
                    let user = UserFacts {
                        request_sending,
                        ..UserFacts::new(mode)
                    };
                    (0..9).map(move |n| UserFacts {
                        friends: n / 3,
                        requests_in: n % 3,
                        ..user
                    })
                })
        })
    }

    #[test]
    fn decisions_are_those_of_the_policy() {
        let few = Limits {
            friends: Some(2),
            requests_in: Some(1),
            ..Limits::NONE
        };
        for policy in Policy::names().filter_map(|name| Policy::named(name).ok()) {
            let policy = Policy {
                limits: few,
                ..policy
            };
            let table = DecisionTable::of(&policy);
            for interaction in Interaction::ALL {
                for relation in Relation::all() {
                    let expected = policy.can(interaction, relation);
                    assert_eq!(
                        table.about(interaction).of(relation),
                        expected,
                        "{relation:#}"
                    );
                }
            }

            for (actor, target) in users().flat_map(|a| users().map(move |b| (a, b))) {
                for relation in Relation::all() {
                    let facts = Facts {
                        relation,
                        actor,
                        target,
                    };
                    let expected = policy.decide(Action::SendRequest, &facts);
                    assert_eq!(table.request(&facts), expected, "{facts:?}");
                }
            }
        }
    }
}
