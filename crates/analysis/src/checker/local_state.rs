//! All that the rules see of one pair in a state, and what can be done there.

use socialgraph::{
    Action, Change, Decision, Fact, Facts, Policy, Question, Refusal, Relation, Relations,
    RequestMode, RequestSending, UserFacts,
};

/// How many entries a user has on each limited list, in two bits each.
///
/// Four users have three peers each, so two bits are enough.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts(u8);

impl Counts {
    pub(super) const BITS: u32 = 6;

    /// Returns what a relation, seen from the user, adds to the user's counts.
    pub(super) fn of(relation: Relation) -> Self {
        let one = |fact| u8::from(relation.holds(fact));
        Self::new(
            one(Fact::ActorBlocks),
            one(Fact::ActorLists),
            one(Fact::TargetRequested),
        )
    }

    /// Returns every combination of counts up to the highest.
    pub(super) fn all(highest: u8) -> impl Iterator<Item = Self> + Clone {
        let up_to = move || 0..=highest;
        up_to().flat_map(move |blocked| {
            up_to().flat_map(move |friends| {
                up_to().map(move |requests_in| Self::new(blocked, friends, requests_in))
            })
        })
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

    fn field(self, place: u32) -> u32 {
        u32::from(self.0 >> (2 * place) & 0b11)
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

    /// Returns the relation as this side sees it, from how the first sees it, and back.
    pub(super) fn view(self, relation: Relation) -> Relation {
        match self {
            Self::First => relation,
            Self::Second => mirrored(relation),
        }
    }
}

/// Returns the relation seen from the other side, without asking [`Relation::flip`].
pub(super) fn mirrored(relation: Relation) -> Relation {
    let swapped = [
        (Fact::ActorBlocks, Fact::TargetBlocks),
        (Fact::ActorLists, Fact::TargetLists),
        (Fact::ActorRequested, Fact::TargetRequested),
    ];
    let halves = swapped.into_iter().flat_map(|(actors, targets)| {
        [
            relation.holds(targets).then_some(actors),
            relation.holds(actors).then_some(targets),
        ]
    });
    halves.flatten().collect()
}

/// A pair's relation, and how many entries both users have with others.
#[derive(Clone, Copy)]
pub(super) struct LocalState {
    /// Seen from the pair's first user.
    pub(super) relation: Relation,
    pub(super) first: Counts,
    pub(super) second: Counts,
}

impl LocalState {
    /// Returns everything that the rules may be asked to judge here.
    ///
    /// Both users act, under all combinations of their settings, the plainest first.
    pub(super) fn all_facts(self) -> impl Iterator<Item = (Side, Facts)> {
        Side::BOTH.into_iter().flat_map(move |side| {
            settings().flat_map(move |actor| {
                settings().map(move |target| (side, self.facts(side, actor, target)))
            })
        })
    }

    /// Returns every relation that one allowed operation leads to, seen from the first user,
    /// and how many transitions that are: whoever acts, what they do and what it leads to.
    pub(super) fn successors(self, policy: &Policy) -> (Relations, u32) {
        let mut all = Relations::EMPTY;
        let mut transitions = 0;
        for side in Side::BOTH {
            let mut found = [Relations::EMPTY; Action::ALL.len()];
            for (_, facts) in self.all_facts().filter(|(actor, _)| *actor == side) {
                for (action, afters) in Action::ALL.into_iter().zip(&mut found) {
                    if let Ok(change) = policy.apply(action, &facts) {
                        afters.insert(side.view(change.after));
                    }
                }
            }
            for afters in found {
                all = all.union(afters);
                transitions += u32::try_from(afters.len()).unwrap_or(u32::MAX);
            }
        }
        (all, transitions)
    }

    fn facts(self, side: Side, actor: UserFacts, target: UserFacts) -> Facts {
        let (actors, targets) = match side {
            Side::First => (self.first, self.second),
            Side::Second => (self.second, self.first),
        };
        let relation = side.view(self.relation);
        Facts {
            relation,
            actor: counted(actor, actors, relation),
            target: counted(target, targets, mirrored(relation)),
        }
    }
}

/// Returns a user's facts with the entries that are there, this pair's among them.
fn counted(user: UserFacts, others: Counts, relation: Relation) -> UserFacts {
    let own = Counts::of(relation);
    let count = |place| others.field(place) + own.field(place);
    UserFacts {
        blocked: count(0),
        friends: count(1),
        requests_in: count(2),
        ..user
    }
}

/// Returns a user under each combination of settings, the plainest first.
fn settings() -> impl Iterator<Item = UserFacts> {
    [
        RequestMode::Confirm,
        RequestMode::Anyone,
        RequestMode::Nobody,
    ]
    .into_iter()
    .flat_map(|mode| {
        RequestSending::ALL.map(|request_sending| UserFacts {
            request_sending,
            ..UserFacts::new(mode)
        })
    })
}

/// The question of a message, and what the rules answer.
#[derive(Clone, Copy)]
pub(super) struct JudgedMessage {
    pub(super) facts: Facts,
    pub(super) decision: Decision,
}

impl JudgedMessage {
    pub(super) fn new(policy: &Policy, facts: Facts) -> Self {
        Self {
            facts,
            decision: policy.decide(Question::Message, &facts),
        }
    }
}

/// An operation, whether it may be done, and what doing it makes of the pair.
#[derive(Clone, Copy)]
pub(super) struct JudgedAction {
    pub(super) facts: Facts,
    pub(super) action: Action,
    pub(super) decision: Decision,
    pub(super) outcome: Result<Change, Refusal>,
}

impl JudgedAction {
    pub(super) fn new(policy: &Policy, action: Action, facts: Facts) -> Self {
        let decision = policy.decide(action, &facts);
        Self {
            facts,
            action,
            decision,
            outcome: policy.apply(action, &facts),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Counts, LocalState, mirrored};
    use socialgraph::{Fact, Relation};

    #[test]
    fn facts_count_the_pair_itself_and_the_others() {
        let relation = Relation::FRIENDS
            .with(Fact::ActorBlocks)
            .with(Fact::TargetRequested);
        let (first, second) = (Counts::new(2, 1, 0), Counts::new(0, 0, 2));
        let local_state = LocalState {
            relation,
            first,
            second,
        };
        assert_eq!(local_state.all_facts().count(), 2 * 36);
        let counts = |user: socialgraph::UserFacts| (user.blocked, user.friends, user.requests_in);
        let facts: Vec<_> = local_state.all_facts().map(|(_, facts)| facts).collect();
        assert_eq!(
            (counts(facts[0].actor), counts(facts[0].target)),
            ((3, 2, 1), (0, 1, 2))
        );
        assert_eq!(
            (counts(facts[36].actor), counts(facts[36].target)),
            ((0, 1, 2), (3, 2, 1))
        );
        assert_eq!(facts[36].relation, relation.flip());
    }

    #[test]
    fn every_relation_is_mirrored_as_it_flips() {
        assert!(Relation::all().all(|relation| mirrored(relation) == relation.flip()));
    }

    #[test]
    fn counts_are_all_different() {
        let all: Vec<_> = Counts::all(2).map(Counts::bits).collect();
        assert_eq!(all.len(), 27);
        assert!((1..27).all(|place| !all[..place].contains(&all[place])));
    }
}
