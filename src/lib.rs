// The first definition of a link wins. In these pages the links lead to items, in README to files.
//! [semantics]: crate::_documentation::semantics
//! [architecture]: crate::_documentation::architecture
//! [design]: crate::_documentation::design
//! [hosts]: crate::_documentation::hosts
//! [performance]: crate::_documentation::performance
//! [verification]: crate::_documentation::verification
//! [analysis]: https://docs.rs/socialgraph-analysis
//! [testkit]: https://docs.rs/socialgraph-testkit
//! [tim]: https://docs.rs/socialgraph-tim
//! [server]: https://docs.rs/crate/socialgraph-server
//! [cli]: https://docs.rs/crate/socialgraph-cli
//! [wasm]: https://docs.rs/crate/socialgraph-wasm
#![doc = include_str!("../README.md")]

mod clauses;
mod error_code;
mod event;
mod facts;
mod graph;
mod names;
pub mod operation;
mod rules;
mod sealed;
mod set;
mod shared;
#[cfg(feature = "serde")]
mod snapshot;
mod text;

pub use error_code::ErrorCode;
pub use event::{Event, EventUser};
pub use facts::{
    Fact, Facts, ParseRelationError, Relation, Relations, RequestMode, RequestSending, UserFacts,
};
pub use graph::{
    AddUserError, BatchOutcome, BatchTooLarge, Cleared, Conflicts, Cursor, GotOrAdded,
    InvariantViolation, List, Listing, ListingIter, Lost, MAX_NAME_BYTES, MergeUsersError,
    MergedUsers, Migration, NameError, OwnList, Page, PairChange, PairError, PartsError, Permitted,
    RefusedUsers, RemovedUser, RenameUserError, SocialGraph, UnknownUser, UserId, UserParts,
    UserRef, UserRefBuf,
};
pub use names::UnknownValue;
pub use operation::{Name, Operation, Outcome, ParseOperationError};
pub use rules::{
    Action, BlockRules, Change, Crossed, Decision, Effect, Effects, Gate, Granted, Interaction,
    Limits, Notice, Notices, Notification, NotificationText, ParsePolicyError, PartValue, Policy,
    Question, Reason, Reasons, Refusal, RequestRules, Sides, UnknownPolicy, Verdict, Viewer, Ways,
};
pub use set::{Element, Members, SmallSet};
pub use shared::{Reader, Shared, SharedGraph, StaleVersion};
#[cfg(feature = "serde")]
pub use snapshot::{Snapshot, SnapshotError};
pub use text::{Explanation, Quoted};

/// The pages of `docs/`, to be read beside the interface.
pub mod _documentation {
    #[doc = include_str!("../docs/semantics.md")]
    pub mod semantics {}

    #[doc = include_str!("../docs/architecture.md")]
    pub mod architecture {}

    #[doc = include_str!("../docs/design.md")]
    pub mod design {}

    #[doc = include_str!("../docs/hosts.md")]
    pub mod hosts {}

    #[doc = include_str!("../docs/performance.md")]
    pub mod performance {}

    #[doc = "[runs]: crate::_documentation::runs"]
    #[doc = include_str!("../docs/verification.md")]
    pub mod verification {}

    #[doc = include_str!("../docs/runs.md")]
    pub mod runs {}
}
