//! The always-properties: what each says, and whose duty it is.

use std::fmt;

/// Something that must hold of every state or every operation.
///
/// Each is judged by itself: what it needs to know of a relation it reads off the facts that
/// hold, and never off the rules' own notion of what is legal.
///
/// ```
/// use socialgraph_analysis::checker::{Duty, Property};
///
/// let property = Property::NoEntryAcrossBlock;
/// assert_eq!(property.duty(), Duty::Policy);
/// assert_eq!(property.rules(), "R4");
/// assert_eq!(property.to_string(), "no friend-list entry comes about across a block");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
// May grow: a failure class that is met later becomes a property of its own.
#[non_exhaustive]
pub enum Property {
    /// No friend-list entry comes about while either blocks the other.
    NoEntryAcrossBlock,
    /// Friend lists that a block clears hold nobody across it.
    NoClearedEntryAcrossBlock,
    /// No friend request is pending while either blocks the other.
    NoRequestAcrossBlock,
    /// Whoever is blocked cannot message the one who blocks them.
    NoMessageToBlocker,
    /// A block does what the policy says, and nothing else.
    BlockDoesWhatItSays,
    /// Nobody but the owner of a blocklist changes it, and by (un)blocking alone.
    BlocksAreTheirOwners,
    /// Lifting a block changes nothing but the block.
    UnblockCreatesNothing,
    /// Two opposite friend requests are never pending at once.
    NoOppositeRequests,
    /// No friend request is pending between two who list each other.
    NoRequestBetweenFriends,
    /// A friendship comes about on both lists or on neither.
    FriendshipIsWhole,
    /// Request modes and bars decide what a friend request becomes.
    RequestModesAreHeeded,
    /// Taking away works wherever there is something to take.
    RemovalAlwaysWorks,
    /// What is done already, or has nothing to act on, is refused for just that.
    RepeatsAreRefused,
    /// No list is longer than the policy allows.
    ListsAreWithinLimits,
    /// Either side's view of a pair is the other's flip, and so are counts.
    BothSidesAgree,
    /// An operation changes the pair, or is refused for the reasons of its decision.
    OutcomeMatchesDecision,
    /// Every reason that is given is true of the two users.
    ReasonsAreTrue,
    /// An operation is refused for what the policy says speaks against it, and nothing else.
    RefusalsFollowThePolicy,
    /// Effects are exactly what changed.
    EffectsAreTheChange,
    /// A message is judged by the relation alone, and as the policy says.
    MessagesFollowThePolicy,
    /// A refusal that is kept silent looks as if nobody blocked.
    SilenceGivesNothingAway,
}

/// Whose fault it is where a property does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
// Exhaustive on purpose: whoever reads a report acts on either.
pub enum Duty {
    /// The policy's: its parts, put together in this way, let the failure come about.
    Policy,
    /// The engine's: it holds of every policy, and a failure is a bug of this crate.
    Engine,
}

impl Property {
    /// Every property, the policy's duties first.
    pub const ALL: [Self; 21] = [
        Self::NoEntryAcrossBlock,
        Self::NoClearedEntryAcrossBlock,
        Self::NoRequestAcrossBlock,
        Self::NoMessageToBlocker,
        Self::BlockDoesWhatItSays,
        Self::BlocksAreTheirOwners,
        Self::UnblockCreatesNothing,
        Self::NoOppositeRequests,
        Self::NoRequestBetweenFriends,
        Self::FriendshipIsWhole,
        Self::RequestModesAreHeeded,
        Self::RemovalAlwaysWorks,
        Self::RepeatsAreRefused,
        Self::ListsAreWithinLimits,
        Self::BothSidesAgree,
        Self::OutcomeMatchesDecision,
        Self::ReasonsAreTrue,
        Self::RefusalsFollowThePolicy,
        Self::EffectsAreTheChange,
        Self::MessagesFollowThePolicy,
        Self::SilenceGivesNothingAway,
    ];

    /// Returns whose duty it is that the property holds.
    #[must_use]
    pub const fn duty(self) -> Duty {
        match self {
            Self::NoEntryAcrossBlock
            | Self::NoClearedEntryAcrossBlock
            | Self::NoRequestAcrossBlock
            | Self::NoMessageToBlocker => Duty::Policy,
            _ => Duty::Engine,
        }
    }

    /// Returns the rules of `docs/semantics.md` that the property is about.
    #[must_use]
    pub const fn rules(self) -> &'static str {
        match self {
            Self::NoEntryAcrossBlock => "R4",
            Self::NoClearedEntryAcrossBlock => "R2, R4",
            Self::NoRequestAcrossBlock => "R3, R4",
            Self::NoMessageToBlocker => "R5, R6",
            Self::BlockDoesWhatItSays => "R1, R2, R3",
            Self::BlocksAreTheirOwners => "R1",
            Self::UnblockCreatesNothing => "R7",
            Self::NoOppositeRequests => "R10",
            Self::NoRequestBetweenFriends => "R10, corners",
            Self::FriendshipIsWhole => "R15, corners",
            Self::RequestModesAreHeeded => "R10, R11",
            Self::RemovalAlwaysWorks => "R1, R7, corners",
            Self::RepeatsAreRefused => "R8, corners",
            Self::ListsAreWithinLimits => "R15",
            Self::BothSidesAgree => "R2, R15",
            Self::OutcomeMatchesDecision | Self::ReasonsAreTrue => "R16",
            Self::RefusalsFollowThePolicy => "R4, R11, R16",
            Self::EffectsAreTheChange => "effects",
            Self::MessagesFollowThePolicy => "R5, R6, R12",
            Self::SilenceGivesNothingAway => "R13",
        }
    }

    const fn sentence(self) -> &'static str {
        match self {
            Self::NoEntryAcrossBlock => "no friend-list entry comes about across a block",
            Self::NoClearedEntryAcrossBlock => {
                "a friend list that a block clears holds nobody across it"
            }
            Self::NoRequestAcrossBlock => "no friend request is pending across a block",
            Self::NoMessageToBlocker => "whoever is blocked may not message the blocker",
            Self::BlockDoesWhatItSays => "a block does what the policy says, and nothing else",
            Self::BlocksAreTheirOwners => "nobody changes a blocklist but its owner, by its acts",
            Self::UnblockCreatesNothing => "lifting a block changes nothing but the block",
            Self::NoOppositeRequests => "two opposite friend requests are never pending at once",
            Self::NoRequestBetweenFriends => "no friend request is pending between friends",
            Self::FriendshipIsWhole => "a friendship comes about on both lists or on neither",
            Self::RequestModesAreHeeded => "a request becomes what request mode and bar say",
            Self::RemovalAlwaysWorks => "taking away works where there is something to take",
            Self::RepeatsAreRefused => "a repeated or pointless act is refused for just that",
            Self::ListsAreWithinLimits => "no list is longer than the policy allows",
            Self::BothSidesAgree => "either side's view is the other's flip, counts included",
            Self::OutcomeMatchesDecision => "an act changes the pair or is refused as was decided",
            Self::ReasonsAreTrue => "every reason that is given is true",
            Self::RefusalsFollowThePolicy => "an act is refused for what the policy says alone",
            Self::EffectsAreTheChange => "effects are exactly what changed",
            Self::MessagesFollowThePolicy => "the relation alone decides a message, by policy",
            Self::SilenceGivesNothingAway => "a silent refusal looks as if nobody blocked",
        }
    }
}

impl fmt::Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.sentence())
    }
}

#[cfg(test)]
mod tests {
    use super::{Duty, Property};

    #[test]
    fn all_lists_every_property_in_its_order_with_a_sentence_of_its_own() {
        assert!(Property::ALL.is_sorted());
        let sentences: std::collections::BTreeSet<_> =
            Property::ALL.iter().map(ToString::to_string).collect();
        assert_eq!(sentences.len(), Property::ALL.len());
        assert!(Property::ALL.is_sorted_by_key(|property| property.duty() == Duty::Engine));
    }
}
