//! The rules behind a reason.

use socialgraph::{Action, Interaction, Question, Reason};

use super::Rule;

/// Returns the rules by which a question is refused for a reason.
///
/// ```
/// use socialgraph::{Action, Interaction, Reason};
/// use socialgraph_analysis::rulebook::{Rule, rules_of_reason};
///
/// let reason = Reason::TargetBlocks;
/// assert_eq!(rules_of_reason(Action::SendRequest, reason), [Rule::R4]);
/// assert_eq!(rules_of_reason(Interaction::Call, reason), [Rule::R5, Rule::R6, Rule::R17]);
/// ```
#[must_use]
pub fn rules_of_reason(question: impl Into<Question>, reason: Reason) -> &'static [Rule] {
    use Rule::{Friends, R4, R5, R6, R8, R9, R11, R12, R13, R15, R17, R18, Requests};

    let question = question.into();
    match reason {
        Reason::ActorBlocks | Reason::TargetBlocks => match question {
            Question::Reach(Interaction::Message) => &[R5, R6],
            Question::Reach(_) => &[R5, R6, R17],
            Question::Act(_) => &[R4],
        },
        Reason::AlreadyBlocked | Reason::NotBlocked => &[R8],
        Reason::SameUser | Reason::UnknownActor | Reason::UnknownTarget => &[R9],
        Reason::ActorBarred | Reason::TargetTakesNoRequests => &[R11],

        Reason::AlreadyRequested | Reason::NoRequestFromActor | Reason::NoRequestFromTarget => {
            &[Requests]
        }
        Reason::AlreadyFriends | Reason::AlreadyListed => match question {
            Question::Act(Action::AddFriend(_)) => &[Friends],
            _ => &[R18],
        },
        Reason::NotListedByActor | Reason::NotListedByTarget => match question {
            Question::Reach(Interaction::Message) => &[R12],
            Question::Reach(_) => &[R12, R17],
            Question::Act(_) => &[Friends],
        },

        Reason::ActorBlocklistFull
        | Reason::ActorFriendsFull
        | Reason::TargetFriendsFull
        | Reason::TargetRequestsFull => &[R15],
        Reason::Unavailable => &[R13],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use socialgraph::{
        Facts, PartValue, Policy, Question, Reason, Relation, RequestMode, RequestSending,
        UserFacts,
    };

    use super::rules_of_reason;
    use crate::rulebook::rules_of_part;

    #[test]
    fn every_reason_has_a_rule() {
        for reason in Reason::ALL {
            for question in Question::all() {
                let rules = rules_of_reason(question, reason);
                assert!(!rules.is_empty(), "{question}: {reason}");
                assert!(rules.is_sorted(), "{question}: {reason}");
            }
        }
    }

    /// If another value of a part takes a reason away, the part's rules are rules of the reason.
    #[test]
    fn the_rules_of_a_reason_are_those_of_the_parts_that_give_it() {
        let mut seen = BTreeSet::new();
        for (_, policy) in Policy::PROFILES {
            for (path, value) in policy.parts() {
                for choice in choices(value) {
                    let changed = policy.with_part(path, choice).unwrap();
                    for facts in facts() {
                        for question in Question::all() {
                            let [before, after] = [policy, &changed]
                                .map(|policy| policy.decide(question, &facts).reasons());
                            for reason in before.difference(after) {
                                let rules = rules_of_reason(question, reason);
                                let of_part = rules_of_part(path);
                                // A follow and a friendship are there already in different cases,
                                // and a crossed request has the reasons of accepting.
                                let is_of_kind =
                                    path.starts_with("request.") && !path.ends_with("stopped_by");
                                assert!(
                                    is_of_kind || of_part.iter().all(|it| rules.contains(it)),
                                    "{path}, {question}: {reason}"
                                );
                                seen.insert((path, reason));
                            }
                        }
                    }
                }
            }
        }
        assert!(seen.len() > 20, "{seen:?}");
    }

    fn choices(value: PartValue) -> Vec<PartValue> {
        match value {
            PartValue::Limit(_) => [None, Some(0)].map(PartValue::Limit).to_vec(),
            value => value.choices(),
        }
    }

    fn facts() -> impl Iterator<Item = Facts> {
        Relation::all().flat_map(|relation| {
            RequestSending::ALL.map(|sending| {
                let mut actor = UserFacts::new(RequestMode::Confirm);
                actor.request_sending = sending;
                Facts {
                    relation,
                    actor,
                    target: UserFacts::new(RequestMode::Confirm),
                }
            })
        })
    }
}
