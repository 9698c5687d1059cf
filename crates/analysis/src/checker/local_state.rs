//! The local state of a pair: everything the rules see of it, and what can be done there.

use socialgraph::{
    Action, Change, Decision, Fact, Facts, Interaction, Policy, Refusal, Relation, Relations,
    RequestMode, RequestSending, UserFacts,
};

/// The lengths of a user's three limited lists, in two bits each.
///
/// Four users have three peers each, so two bits are enough.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts(u8);

impl Counts {
    pub(super) const BITS: u32 = 6;

    /// Returns the entries that a relation, seen from the user, adds to the user's lists.
    pub(super) fn of(relation: Relation) -> Self {
        Self::new(
            u8::from(relation.holds(Fact::ActorBlocks)),
            u8::from(relation.holds(Fact::ActorLists)),
            u8::from(relation.holds(Fact::TargetRequested)),
        )
    }

    /// Returns every combination of counts from 0 to `highest`.
    pub(super) fn all(highest: u8) -> Vec<Self> {
        let mut all = Vec::new();
        for blocked in 0..=highest {
            for friends in 0..=highest {
                for requests_in in 0..=highest {
                    all.push(Self::new(blocked, friends, requests_in));
                }
            }
        }
        all
    }

    /// Returns the counts in the lowest bits of a word.
    pub(super) const fn lowest(word: usize) -> Self {
        let [byte, ..] = word.to_le_bytes();
        Self(byte & ((1 << Self::BITS) - 1))
    }

    pub(super) const fn bits(self) -> u8 {
        self.0
    }

    const fn new(blocked: u8, friends: u8, requests_in: u8) -> Self {
        Self(blocked | friends << 2 | requests_in << 4)
    }

    const fn blocked(self) -> u32 {
        (self.0 & 0b11) as u32
    }

    const fn friends(self) -> u32 {
        (self.0 >> 2 & 0b11) as u32
    }

    const fn requests_in(self) -> u32 {
        (self.0 >> 4 & 0b11) as u32
    }
}

/// One of the two users of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    First,
    Second,
}

impl Side {
    pub(super) const BOTH: [Self; 2] = [Self::First, Self::Second];

    /// Converts a relation between the first user's view and this side's view.
    pub(super) fn view(self, relation: Relation) -> Relation {
        match self {
            Self::First => relation,
            Self::Second => mirrored(relation),
        }
    }
}

/// Returns the relation seen from the other user, without a call of [`Relation::flip`].
pub(super) fn mirrored(relation: Relation) -> Relation {
    let swapped = [
        (Fact::ActorBlocks, Fact::TargetBlocks),
        (Fact::ActorLists, Fact::TargetLists),
        (Fact::ActorRequested, Fact::TargetRequested),
    ];

    let mut mirror = Relation::STRANGERS;
    for (actors, targets) in swapped {
        if relation.holds(targets) {
            mirror = mirror.with(actors);
        }
        if relation.holds(actors) {
            mirror = mirror.with(targets);
        }
    }
    mirror
}

/// A pair's relation, and the lengths of both users' lists without this pair's entries.
#[derive(Clone, Copy)]
pub(super) struct LocalState {
    /// Seen from the pair's first user.
    pub(super) relation: Relation,
    pub(super) first: Counts,
    pub(super) second: Counts,
}

/// The transitions out of a local state.
#[derive(Clone, Copy)]
pub(super) struct Transitions {
    /// The relations that one allowed action leads to, seen from the first user.
    pub(super) successors: Relations,
    /// The number of distinct triples of actor, action and successor.
    pub(super) count: u32,
}

impl LocalState {
    /// Returns all facts that the rules can be asked to judge in this local state.
    ///
    /// Each of the two users acts, under every combination of both users' settings. The
    /// combination that traces prefer comes first.
    pub(super) fn all_facts(self) -> Vec<(Side, Facts)> {
        let mut all = Vec::new();
        for side in Side::BOTH {
            for actor in all_settings() {
                for target in all_settings() {
                    all.push((side, self.facts(side, actor, target)));
                }
            }
        }
        all
    }

    /// Returns the transitions that the policy allows.
    pub(super) fn transitions(self, policy: &Policy) -> Transitions {
        let mut successors = Relations::EMPTY;
        let mut count = 0;
        let all_facts = self.all_facts();

        for acting in Side::BOTH {
            for action in Action::ALL {
                // Settings can change the outcome, but equal outcomes are one transition.
                let mut outcomes = Relations::EMPTY;
                for (side, facts) in &all_facts {
                    if *side == acting
                        && let Ok(change) = policy.apply(action, facts)
                    {
                        outcomes.insert(side.view(change.after));
                    }
                }

                successors = successors.union(outcomes);
                count += u32::try_from(outcomes.len()).unwrap_or(u32::MAX);
            }
        }
        Transitions { successors, count }
    }

    fn facts(self, side: Side, actor: UserFacts, target: UserFacts) -> Facts {
        let (actor_counts, target_counts) = match side {
            Side::First => (self.first, self.second),
            Side::Second => (self.second, self.first),
        };

        let relation = side.view(self.relation);
        Facts {
            relation,
            actor: with_counts(actor, actor_counts, relation),
            target: with_counts(target, target_counts, mirrored(relation)),
        }
    }
}

/// Returns a user's facts with the lengths of the lists, this pair's entries included.
fn with_counts(user: UserFacts, others: Counts, relation: Relation) -> UserFacts {
    let own = Counts::of(relation);
    UserFacts {
        blocked: others.blocked() + own.blocked(),
        friends: others.friends() + own.friends(),
        requests_in: others.requests_in() + own.requests_in(),
        ..user
    }
}

/// Returns a user under each combination of settings, the default settings first.
fn all_settings() -> impl Iterator<Item = UserFacts> {
    let modes = [
        RequestMode::Confirm,
        RequestMode::Anyone,
        RequestMode::Nobody,
    ];
    modes.into_iter().flat_map(|mode| {
        RequestSending::ALL.map(|request_sending| UserFacts {
            request_sending,
            ..UserFacts::new(mode)
        })
    })
}

/// An interaction, with the decision of the rules.
#[derive(Clone, Copy)]
pub(super) struct JudgedInteraction {
    pub(super) facts: Facts,
    pub(super) interaction: Interaction,
    pub(super) decision: Decision,
}

impl JudgedInteraction {
    pub(super) fn new(policy: &Policy, interaction: Interaction, facts: Facts) -> Self {
        Self {
            facts,
            interaction,
            decision: policy.decide(interaction, &facts),
        }
    }
}

/// An action, with the decision of the rules and the outcome.
#[derive(Clone, Copy)]
pub(super) struct JudgedAction {
    pub(super) facts: Facts,
    pub(super) action: Action,
    pub(super) decision: Decision,
    pub(super) outcome: Result<Change, Refusal>,
}

impl JudgedAction {
    pub(super) fn new(policy: &Policy, action: Action, facts: Facts) -> Self {
        Self {
            facts,
            action,
            decision: policy.decide(action, &facts),
            outcome: policy.apply(action, &facts),
        }
    }
}

#[cfg(test)]
mod tests {
    use socialgraph::{Fact, Relation, UserFacts};

    use super::{Counts, LocalState, mirrored};

    #[test]
    fn facts_count_the_pair_itself_and_the_others() {
        let relation = Relation::FRIENDS
            .with(Fact::ActorBlocks)
            .with(Fact::TargetRequested);
        let local_state = LocalState {
            relation,
            first: Counts::new(2, 1, 0),
            second: Counts::new(0, 0, 2),
        };
        let all_facts = local_state.all_facts();
        assert_eq!(all_facts.len(), 2 * 36);

        let counts = |user: UserFacts| (user.blocked, user.friends, user.requests_in);
        let (first_acts, second_acts) = (all_facts[0].1, all_facts[36].1);
        assert_eq!(counts(first_acts.actor), (3, 2, 1));
        assert_eq!(counts(first_acts.target), (0, 1, 2));
        assert_eq!(counts(second_acts.actor), (0, 1, 2));
        assert_eq!(counts(second_acts.target), (3, 2, 1));
        assert_eq!(second_acts.relation, relation.flip());
    }

    #[test]
    fn every_relation_is_mirrored_as_it_flips() {
        assert!(Relation::all().all(|relation| mirrored(relation) == relation.flip()));
    }

    #[test]
    fn counts_are_all_different() {
        let all: Vec<u8> = Counts::all(2).into_iter().map(Counts::bits).collect();
        assert_eq!(all.len(), 27);
        for (index, counts) in all.iter().enumerate() {
            assert!(!all[..index].contains(counts));
        }
    }
}
