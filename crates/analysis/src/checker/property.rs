//! The always-properties: the claim of each, and whose duty it is.

use std::fmt;

/// Declares the properties, a row each: documentation, variant, name, duty, rules and sentence.
macro_rules! properties {
    ($($(#[$doc:meta])+ $name:ident $text:literal: $duty:ident, $rules:literal, $sentence:literal;)+) => {
        /// An always-property: it must hold in every state and of every transition.
        ///
        /// Each property is judged by itself. It reads the single facts of a relation, and
        /// never uses the rules' own notion of a legal relation.
        ///
        /// ```
        /// use socialgraph_analysis::checker::{Duty, Property};
        ///
        /// let property = Property::NoEntryAcrossBlock;
        /// assert_eq!(property.duty(), Duty::Policy);
        /// assert_eq!(property.rules(), "R19");
        /// assert_eq!(property.to_string(), "no friend-list entry comes about across a block");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        // May grow: a failure class that is discovered later gets a property of its own.
        #[non_exhaustive]
        pub enum Property {
            $($(#[$doc])+ $name,)+
        }

        impl Property {
            /// Every property, the policy's duties first.
            pub const ALL: [Self; [$($rules),+].len()] = [$(Self::$name),+];

            /// Returns the name, in lower case and with hyphens.
            ///
            /// ```
            /// use socialgraph_analysis::checker::Property;
            ///
            /// assert_eq!(Property::NoEntryAcrossBlock.name(), "no-entry-across-block");
            /// ```
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }

            /// Returns the property of a name, or `None` if there is no such property.
            ///
            /// ```
            /// use socialgraph_analysis::checker::Property;
            ///
            /// let property = Property::named("reasons-are-true");
            /// assert_eq!(property, Some(Property::ReasonsAreTrue));
            /// assert_eq!(Property::named("reasons-are-false"), None);
            /// ```
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|property| property.name() == name)
            }

            /// Returns whose duty it is that the property holds.
            #[must_use]
            pub const fn duty(self) -> Duty {
                match self {
                    $(Self::$name => Duty::$duty,)+
                }
            }

            /// Returns the rules of `docs/semantics.md` that the property covers.
            #[must_use]
            pub const fn rules(self) -> &'static str {
                match self {
                    $(Self::$name => $rules,)+
                }
            }

            const fn sentence(self) -> &'static str {
                match self {
                    $(Self::$name => $sentence,)+
                }
            }
        }
    };
}

properties! {
    /// No friend-list entry is added while either user blocks the other.
    NoEntryAcrossBlock "no-entry-across-block": Policy, "R19",
        "no friend-list entry comes about across a block";
    /// A friend list that a block clears has no entry across the block.
    NoClearedEntryAcrossBlock "no-cleared-entry-across-block": Policy, "R20",
        "a friend list that a block clears holds nobody across it";
    /// No friend request is pending while either user blocks the other.
    NoRequestAcrossBlock "no-request-across-block": Policy, "R21",
        "no friend request is pending across a block";
    /// No interaction of a blocked user with the user who blocks them is allowed.
    BlockedCannotReachBlocker "blocked-cannot-reach-blocker": Policy, "R22",
        "a blocked user cannot reach the user who blocks them";
    /// Two opposite friend requests are never pending at once.
    NoOppositeRequests "no-opposite-requests": Policy, "R23",
        "two opposite friend requests are never pending at once";
    /// If a request is granted, each of the two users is on the other's friend list.
    GrantsMakeFriends "grants-make-friends": Policy, "R24",
        "a granted friend request makes friends of the two";
    /// A block has the effects that the policy lists, and no other effect.
    BlockDoesWhatItSays "block-does-what-it-says": Engine, "R1, R2, R3",
        "a block does what the policy says, and nothing else";
    /// Only the owner of a blocklist changes it, and only by blocking and unblocking.
    BlocksBelongToOwner "blocks-belong-to-owner": Engine, "R1",
        "nobody changes a blocklist but its owner, by its acts";
    /// Lifting a block changes nothing but the block.
    UnblockCreatesNothing "unblock-creates-nothing": Engine, "R7",
        "lifting a block changes nothing but the block";
    /// No request is pending for a friendship or a follow that is there already.
    NoRequestForWhatIsThere "no-request-for-what-is-there": Engine, "R18, corners",
        "no friend request is pending for what is there already";
    /// Accepting and adding make the entries that the policy says, and end the requests for them.
    EntriesFollowThePolicy "entries-follow-the-policy": Engine, "R15, R18, corners",
        "accepting and adding make the entries that they say";
    /// A request is sent, granted, or accepts the target's, by mode, bar and policy.
    RequestsFollowThePolicy "requests-follow-the-policy": Engine, "R10, R11, R18",
        "a request becomes what policy, mode and bar say";
    /// A removal succeeds if there is something to remove, and removes nothing else.
    RemovalAlwaysWorks "removal-always-works": Engine, "R1, R7, corners",
        "taking away works if there is something to take";
    /// A repeated action, or one that has nothing to act on, is refused for that reason.
    RepeatsAreRefused "repeats-are-refused": Engine, "R8, R18, corners",
        "a repeated or pointless act is refused for just that";
    /// No list is longer than the policy allows.
    ListsAreWithinLimits "lists-are-within-limits": Engine, "R15",
        "no list is longer than the policy allows";
    /// Each user's view of the pair is the flip of the other's view, counts included.
    BothSidesAgree "both-sides-agree": Engine, "R2, R15",
        "either side's view is the other's flip, counts included";
    /// An action changes the pair, or is refused for the reasons of its decision.
    OutcomeMatchesDecision "outcome-matches-decision": Engine, "R16",
        "an act changes the pair or is refused as was decided";
    /// Every reason given is true of the two users.
    ReasonsAreTrue "reasons-are-true": Engine, "R16",
        "every reason that is given is true";
    /// An action is refused only for reasons that the policy gives against it.
    RefusalsFollowThePolicy "refusals-follow-the-policy": Engine, "R4, R10, R11, R16",
        "an act is refused for what the policy says alone";
    /// The effects describe exactly the change of the relation.
    EffectsAreTheChange "effects-are-the-change": Engine, "effects",
        "effects are exactly what changed";
    /// The gate of an interaction decides it, by the relation alone.
    InteractionsFollowThePolicy "interactions-follow-the-policy": Engine, "R5, R6, R12, R17",
        "each interaction is decided by its gate and the relation";
    /// A refused actor learns of blocks what the policy's notices say, and no more.
    NoticesAreObeyed "notices-are-obeyed": Engine, "R13",
        "a refused actor learns what the notices say, and no more";
}

/// Whose fault a failing property is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
// Exhaustive on purpose: the reader of a report handles both.
pub enum Duty {
    /// The policy's: this combination of its parts permits the failure.
    Policy,
    /// The engine's: the property holds under every policy, so a failure is a bug of `socialgraph`.
    Engine,
}

impl fmt::Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.sentence())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Duty, Property};

    #[test]
    fn the_policys_duties_come_first_and_each_property_has_a_sentence_and_a_name_of_its_own() {
        let sentences: BTreeSet<String> = Property::ALL.iter().map(ToString::to_string).collect();
        let names: BTreeSet<&str> = Property::ALL.iter().map(|it| it.name()).collect();

        assert_eq!(sentences.len(), Property::ALL.len());
        assert_eq!(names.len(), Property::ALL.len());
        for property in Property::ALL {
            let variant = format!("{property:?}").to_lowercase();
            assert_eq!(property.name().replace('-', ""), variant);
        }
        assert!(Property::ALL.is_sorted_by_key(|property| property.duty() == Duty::Engine));
    }
}
