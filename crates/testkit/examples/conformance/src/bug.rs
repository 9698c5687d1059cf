//! The bugs that can be planted, one for each way in which real systems fail.

use socialgraph_testkit::conformance::Rule;

/// A bug that is planted in the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bug {
    BlockKeepsFriends,
    BlockKeepsOwnRequest,
    MessageAsksTheWrongBlocklist,
    UnblockLiftsBoth,
    BlockLiftsTheOther,
    BlocksCancelOut,
    ImportAsksNoBlocklist,
    RequestAsksOneBlocklist,
    BatchAsksNoLimit,
    BarIsNotAsked,
    AcceptRacesBlock,
    RequestsRace,
    RepeatedBlockSucceeds,
    NeedlessUnblockSucceeds,
    SelfBlockSucceeds,
    UnknownIsBlocked,
    PagesByPlace,
    FirstPageIsTheLast,
    UnblockRestoresFriends,
    UnblockRevivesRequests,
    BlockClearsOneHalf,
    CancelClearsOneHalf,
    RemovalLeavesEntries,
    SilentRefusalTells,
    BlockLeavesAnswers,
    BatchStopsAtRefusal,
}

impl Bug {
    pub(crate) const ALL: [Self; 26] = [
        Self::BlockKeepsFriends,
        Self::BlockKeepsOwnRequest,
        Self::MessageAsksTheWrongBlocklist,
        Self::UnblockLiftsBoth,
        Self::BlockLiftsTheOther,
        Self::BlocksCancelOut,
        Self::ImportAsksNoBlocklist,
        Self::RequestAsksOneBlocklist,
        Self::BatchAsksNoLimit,
        Self::BarIsNotAsked,
        Self::AcceptRacesBlock,
        Self::RequestsRace,
        Self::RepeatedBlockSucceeds,
        Self::NeedlessUnblockSucceeds,
        Self::SelfBlockSucceeds,
        Self::UnknownIsBlocked,
        Self::PagesByPlace,
        Self::FirstPageIsTheLast,
        Self::UnblockRestoresFriends,
        Self::UnblockRevivesRequests,
        Self::BlockClearsOneHalf,
        Self::CancelClearsOneHalf,
        Self::RemovalLeavesEntries,
        Self::SilentRefusalTells,
        Self::BlockLeavesAnswers,
        Self::BatchStopsAtRefusal,
    ];

    /// Returns the number and name of the class of failure that the bug is of.
    pub(crate) const fn class(self) -> (u8, &'static str) {
        match self {
            Self::BlockKeepsFriends | Self::BlockKeepsOwnRequest => (1, "friend and blocked"),
            Self::MessageAsksTheWrongBlocklist
            | Self::UnblockLiftsBoth
            | Self::BlockLiftsTheOther
            | Self::BlocksCancelOut => (2, "the wrong direction"),
            Self::ImportAsksNoBlocklist
            | Self::RequestAsksOneBlocklist
            | Self::BatchAsksNoLimit
            | Self::BarIsNotAsked => (3, "a way round"),
            Self::AcceptRacesBlock | Self::RequestsRace => (4, "races"),
            Self::RepeatedBlockSucceeds
            | Self::NeedlessUnblockSucceeds
            | Self::SelfBlockSucceeds
            | Self::UnknownIsBlocked => (5, "duplicate, absent, self"),
            Self::PagesByPlace | Self::FirstPageIsTheLast => (6, "lists by the page"),
            Self::UnblockRestoresFriends | Self::UnblockRevivesRequests => (7, "unblock surprises"),
            Self::BlockClearsOneHalf | Self::CancelClearsOneHalf | Self::RemovalLeavesEntries => {
                (8, "two halves that disagree")
            }
            Self::SilentRefusalTells => (9, "telling who is blocked"),
            Self::BlockLeavesAnswers => (10, "stale answers"),
            Self::BatchStopsAtRefusal => (11, "batches that are not each one's own"),
        }
    }

    /// Returns what the server does wrong.
    pub(crate) const fn sentence(self) -> &'static str {
        match self {
            Self::BlockKeepsFriends => "a block leaves the friend lists alone",
            Self::BlockKeepsOwnRequest => "a block cancels the other's request, and not one's own",
            Self::MessageAsksTheWrongBlocklist => {
                "a message is checked with the sender's blocklist"
            }
            Self::UnblockLiftsBoth => "lifting a block lifts the other's as well",
            Self::BlockLiftsTheOther => "blocking back lifts the other's block",
            Self::BlocksCancelOut => "where each blocks the other, both may message",
            Self::ImportAsksNoBlocklist => "an import of friends does not look for blocks",
            Self::RequestAsksOneBlocklist => "a request looks at the target's blocklist alone",
            Self::BatchAsksNoLimit => "a batch does not look for room on the list",
            Self::BarIsNotAsked => "who is barred from requesting still requests",
            Self::AcceptRacesBlock => {
                "an acceptance is checked before a block, and written after it"
            }
            Self::RequestsRace => "two opposite requests are both checked before either is written",
            Self::RepeatedBlockSucceeds => "blocking again is reported as done",
            Self::NeedlessUnblockSucceeds => {
                "lifting a block that is not there is reported as done"
            }
            Self::SelfBlockSucceeds => "one can block oneself",
            Self::UnknownIsBlocked => "a name that nobody has can be blocked",
            Self::PagesByPlace => "a page begins at a place in the list, not after an entry",
            Self::FirstPageIsTheLast => "the first page says that it is the last",
            Self::UnblockRestoresFriends => {
                "a block hides friends, and lifting it shows them again"
            }
            Self::UnblockRevivesRequests => "lifting a block brings the cancelled request back",
            Self::BlockClearsOneHalf => "a block clears the blocker's friend list alone",
            Self::CancelClearsOneHalf => "a cancelled request stays in the other's inbox",
            Self::RemovalLeavesEntries => "who is removed stays on others' friend lists",
            Self::SilentRefusalTells => "the sender learns of a refusal that is to be silent",
            Self::BlockLeavesAnswers => "answers are kept, and a block does not clear them",
            Self::BatchStopsAtRefusal => "a batch ends with the first target that is refused",
        }
    }

    /// Returns the rule that the bug breaks.
    pub(crate) const fn rule(self) -> Rule {
        match self {
            Self::BlockKeepsFriends | Self::BlockClearsOneHalf | Self::AcceptRacesBlock => Rule::R2,
            Self::BlockKeepsOwnRequest => Rule::R3,
            Self::MessageAsksTheWrongBlocklist | Self::BlockLeavesAnswers => Rule::R5,
            Self::BlocksCancelOut => Rule::R6,
            Self::BarIsNotAsked => Rule::R11,
            Self::SilentRefusalTells => Rule::R13,
            Self::BatchStopsAtRefusal => Rule::R14,
            Self::UnblockLiftsBoth | Self::BlockLiftsTheOther => Rule::R1,
            Self::ImportAsksNoBlocklist | Self::RequestAsksOneBlocklist => Rule::R4,
            Self::BatchAsksNoLimit => Rule::R15,
            Self::RequestsRace => Rule::R10,
            Self::RepeatedBlockSucceeds | Self::NeedlessUnblockSucceeds => Rule::R8,
            Self::SelfBlockSucceeds | Self::UnknownIsBlocked => Rule::R9,
            Self::PagesByPlace | Self::FirstPageIsTheLast => Rule::Paging,
            Self::UnblockRestoresFriends | Self::UnblockRevivesRequests => Rule::R7,
            Self::CancelClearsOneHalf => Rule::Requests,
            Self::RemovalLeavesEntries => Rule::Users,
        }
    }
}
