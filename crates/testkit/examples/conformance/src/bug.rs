//! The bugs that can be planted: one row each, by class of failure in real systems.

use socialgraph::{Crossed, Policy, Sides};
use socialgraph_testkit::conformance::Rule;
use socialgraph_testkit::strategies::TIGHT_LIMITS;

/// Declares the bugs: the rule that each breaks, and what the server does wrong.
macro_rules! bugs {
    ($($class:literal, $name:literal {
        $($bug:ident ($rule:ident): $sentence:literal,)+
    })+) => {
        /// A bug that is planted in the server.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Bug {
            $($(#[doc = $sentence] $bug,)+)+
        }

        impl Bug {
            /// Every bug, by class.
            pub const ALL: &[Self] = &[$($(Self::$bug,)+)+];

            /// Returns the bug's name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $($(Self::$bug => stringify!($bug),)+)+
                }
            }

            /// Returns the number and the name of the bug's class of failure.
            #[must_use]
            pub const fn class(self) -> (u8, &'static str) {
                match self {
                    $($(Self::$bug)|+ => ($class, $name),)+
                }
            }

            /// Returns what the server does wrong.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self {
                    $($(Self::$bug => $sentence,)+)+
                }
            }

            /// Returns the rule that the bug breaks.
            #[must_use]
            pub const fn rule(self) -> Rule {
                match self {
                    $($(Self::$bug => Rule::$rule,)+)+
                }
            }
        }
    };
}

bugs! {
    1, "friend and blocked" {
        BlockKeepsFriends (R2): "a block leaves the friend lists alone",
        BlockKeepsOwnRequest (R3): "a block cancels the other's request, and not one's own",
    }
    2, "the wrong direction" {
        MessageChecksSendersBlocklist (R5): "a message is checked with the sender's blocklist",
        UnblockLiftsBoth (R1): "lifting a block lifts the other's as well",
        BlockLiftsTheOther (R1): "blocking back lifts the other's block",
        BlocksCancelOut (R6): "where each blocks the other, both may message",
    }
    3, "a way round" {
        ImportIgnoresBlocks (R4): "an import of friends does not look for blocks",
        RequestIgnoresOwnBlock (R4): "a request looks at the target's blocklist alone",
        BatchIgnoresLimit (R15): "a batch does not look for room on the list",
        BarIsIgnored (R11): "who is barred from requesting still requests",
        AcceptIgnoresBlocks (R4): "an acceptance does not look for blocks",
        AcceptHasGateOfRequests (R4): "an acceptance is stopped by the blocks that stop a request",
        AddHasGateOfAccepting (R4): "an import is stopped by the blocks that stop an acceptance",
        CrossedSkipsGateOfAccepting (R4): "a request that accepts passes the gate of requests alone",
    }
    4, "races" {
        AcceptRacesBlock (R2): "an acceptance is checked before a block, and written after it",
        RequestsRace (R10): "two opposite requests are both checked before either is written",
    }
    5, "duplicate, absent, self" {
        RepeatedBlockSucceeds (R8): "blocking again is reported as done",
        NeedlessUnblockSucceeds (R8): "lifting a block that is not there is reported as done",
        SelfBlockSucceeds (R9): "one can block oneself",
        UnknownIsBlocked (R9): "a name that nobody has can be blocked",
    }
    6, "lists by the page" {
        PagesByOffset (Paging): "a page begins at a place in the list, not after an entry",
        FirstPageIsTheLast (Paging): "the first page says that it is the last",
    }
    7, "unblock surprises" {
        UnblockRestoresFriends (R7): "a block hides friends, and lifting it shows them again",
        UnblockRevivesRequests (R7): "lifting a block brings the cancelled request back",
    }
    8, "two halves that disagree" {
        BlockClearsOneHalf (R2): "a block clears the blocker's friend list alone",
        CancelClearsOneHalf (Requests): "a cancelled request stays in the other's inbox",
        RemovalLeavesEntries (Users): "who is removed stays on others' friend lists",
        BlockersLeaveOutTheBlocked (R30): "who blocks a user is not told if the user blocks back",
    }
    9, "telling who is blocked" {
        SilentRefusalIsTold (R13): "the sender learns of a refusal that is to be silent",
        NeutralRefusalNamesBlock (R13): "a refusal that is to be neutral names the block",
        OwnBlockIsSilent (R13): "the sender sees success, and does not learn of their own block",
        RequestAcrossOwnBlockIsSilent (R13): "a request looks sent in spite of the own block",
        RequestNamesTheBlock (R13): "a request that is to be refused silently is refused openly",
    }
    10, "stale answers" {
        BlockKeepsCachedAnswers (R5): "answers are kept, and a block does not clear them",
    }
    11, "batches that are not each one's own" {
        BatchStopsAtRefusal (R14): "a batch ends with the first target that is refused",
        RaidSkipsTheLast (R25): "the last of many who block one user is reported and skipped",
    }
    12, "more ways to reach somebody" {
        CallAsksNobody (R17): "a call never asks the rules",
        InvitationHasGateOfMessage (R17): "an invitation is stopped by the blocks that stop a message",
        PresenceChecksOwnBlocklist (R17): "presence is checked with the blocklist of who appears",
    }
    13, "another system's requests" {
        FollowMakesFriends (R18): "a granted request to follow makes the two friends",
        GrantIsOneWay (R18): "a granted request lists the friend at the requester alone",
        CrossedRequestWaits (R10): "two opposite requests both wait",
        CrossedRequestAccepts (R10): "a request accepts the other's where both are to wait",
    }
    14, "users who change" {
        RenameKeepsTheName (R27): "the name that a user had before is never free again",
        RenameLosesBlocks (R27): "whoever is renamed is off the blocklists of others",
        MergeLetsFriendsWin (R29): "a merge lifts the block if one of the accounts is a friend",
        MergeForgetsTheBar (R29): "a merge forgets that the removed user was barred",
    }
    15, "everything at once" {
        ClearingLeavesOne (R28): "a cleared list keeps its last entry",
        AdoptingEndsNothing (R26): "another policy leaves friends whom its blocks would end",
    }
    16, "names taken for one another" {
        JoiningFoldsCase (Users): "who differs from another user in case alone cannot join",
        MessageCutsNames (R5): "a message is checked with the first eight bytes of the names",
        RemovalTrimsNames (Users): "who is removed is looked for without the spaces of the name",
        BlockComposesLetters (R1): "a letter with a combining mark is taken for one character",
    }
}

impl Bug {
    /// Returns the rules under which the bug shows, with limits that a few users reach.
    ///
    /// Their name is that of a profile, or says how they differ from one.
    #[must_use]
    pub fn policy(self) -> (&'static str, Policy) {
        let (name, policy) = match self {
            Self::AcceptIgnoresBlocks
            | Self::AcceptHasGateOfRequests
            | Self::RequestAcrossOwnBlockIsSilent
            | Self::RequestNamesTheBlock => profile("wire"),
            Self::AddHasGateOfAccepting => profile("wildfire"),
            Self::NeutralRefusalNamesBlock | Self::OwnBlockIsSilent => profile("xep_0191"),
            Self::FollowMakesFriends => profile("mastodon"),
            Self::CrossedRequestAccepts => profile("openim"),

            Self::CrossedSkipsGateOfAccepting => {
                let (_, mut policy) = profile("openim");
                policy.request.crossed = Crossed::Accepts;
                policy.request.accept_stopped_by = Sides::Actor;
                (
                    "openim, if a crossed request accepts and the own block stops it",
                    policy,
                )
            }
            Self::InvitationHasGateOfMessage => {
                let (_, mut policy) = profile("tencent_rest");
                policy.group_invitation.stopped_by = Sides::Both;
                ("tencent_rest, if either block stops invitations", policy)
            }
            _ => profile("tencent_rest"),
        };
        let limits = TIGHT_LIMITS;
        (name, Policy { limits, ..policy })
    }
}

/// Returns a profile with its name.
fn profile(name: &'static str) -> (&'static str, Policy) {
    // A name that no profile has would show in the tests: the bug is then not found.
    let named = Policy::named(name);
    (name, named.unwrap_or(Policy::tencent_rest()))
}
