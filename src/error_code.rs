//! A number and a name for each error that crosses a border.

use crate::facts::ParseRelationError;
use crate::graph::{
    AddUserError, BatchTooLarge, InvariantViolation, MergeUsersError, NameError, PairError,
    PartsError, RenameUserError, UnknownUser,
};
use crate::names::{UnknownValue, by_name, named};
use crate::operation::ParseOperationError;
use crate::rules::{ParsePolicyError, Reason, Reasons, Refusal, UnknownPolicy};
use crate::shared::StaleVersion;
#[cfg(feature = "serde")]
use crate::snapshot::SnapshotError;

/// Declares [`ErrorCode`]. A row has a code, its number and its name.
macro_rules! codes {
    ($( $(#[$doc:meta])* $code:ident = $number:literal $name:literal, )+) => {
        /// The code of an error: a number and a name that stay, for logs and other languages.
        ///
        /// Codes are only ever appended. `docs/hosts.md` lists them.
        ///
        /// ```
        /// use socialgraph::{ErrorCode, Policy, SocialGraph};
        ///
        /// let mut graph = SocialGraph::new(Policy::tencent_rest());
        /// let code = graph.remove_user("nobody").unwrap_err().code();
        /// assert_eq!(code, ErrorCode::UnknownUser);
        /// assert_eq!((code.to_u16(), code.name()), (5, "unknown_user"));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
        #[non_exhaustive]
        pub enum ErrorCode {
            $( $(#[$doc])* $code, )+
        }

        impl ErrorCode {
            /// Returns the number.
            #[must_use]
            pub const fn to_u16(self) -> u16 {
                match self { $( Self::$code => $number, )+ }
            }

            /// Returns the code with a number, or `None` if there is none.
            #[must_use]
            pub const fn from_u16(number: u16) -> Option<Self> {
                match number { $( $number => Some(Self::$code), )+ _ => None }
            }
        }

        named! {
            ErrorCode: "error code" { $($code = $name,)+ }
        }
    };
}

by_name!(ErrorCode: "error code");

codes! {
    /// A name has no bytes.
    EmptyName = 1 "empty_name",
    /// A name is too long.
    NameTooLong = 2 "name_too_long",
    /// A user has the name.
    NameTaken = 3 "name_taken",
    /// All handles have been given out.
    NoHandleLeft = 4 "no_handle_left",
    /// There is no such user.
    UnknownUser = 5 "unknown_user",
    /// Both users are the same.
    SameUser = 6 "same_user",
    /// The rules refuse the action: the reasons say why.
    Refused = 7 "refused",
    /// A batch names too many users.
    BatchTooLarge = 8 "batch_too_large",

    /// A version of a shared graph is not above the latest.
    StaleVersion = 9 "stale_version",

    /// Parts: a handle is out of order or out of range.
    Handle = 20 "handle",
    /// Parts: a pair does not name the lower handle first.
    Reversed = 21 "reversed",
    /// Parts: a pair comes twice or out of order.
    PairOrder = 22 "pair_order",
    /// Parts: the relations changed between two readings.
    Changed = 23 "changed",

    /// A relation is not reachable under the policy.
    IllegalRelation = 40 "illegal_relation",
    /// The two ends of a relation differ.
    HalvesDisagree = 41 "halves_disagree",
    /// A count differs from the entries that it counts.
    WrongCount = 42 "wrong_count",
    /// A user has a relation with themselves.
    OwnPeer = 43 "own_peer",
    /// A user has a relation with an unknown user.
    UnknownPeer = 44 "unknown_peer",
    /// The container's indices hold different users.
    Indices = 45 "indices",
    /// A name does not lead to its user.
    Directory = 46 "directory",

    /// A snapshot's version is unknown.
    UnknownVersion = 60 "unknown_version",
    /// A snapshot's list is out of order.
    ListOrder = 61 "list_order",

    /// No policy has the name.
    UnknownPolicy = 80 "unknown_policy",
    /// A text names no value of its kind.
    UnknownName = 81 "unknown_name",
    /// A text is no relation.
    ParseRelation = 82 "parse_relation",
    /// A text is no policy.
    ParsePolicy = 83 "parse_policy",
    /// A text is no operation.
    ParseOperation = 84 "parse_operation",
}

/// Implements `code` for errors.
macro_rules! coded {
    ($( $error:ty: |$it:ident| $code:expr; )+) => {$(
        impl $error {
            /// Returns the error's code, which stays.
            #[must_use]
            pub fn code(&self) -> ErrorCode {
                let $it = self;
                $code
            }
        }
    )+};
}

coded! {
    NameError: |it| match it {
        NameError::Empty => ErrorCode::EmptyName,
        NameError::TooLong { .. } => ErrorCode::NameTooLong,
        NameError::Taken { .. } => ErrorCode::NameTaken,
    };
    AddUserError: |it| match it {
        AddUserError::Name(error) => error.code(),
        AddUserError::NoHandleLeft => ErrorCode::NoHandleLeft,
    };
    RenameUserError: |it| match it {
        RenameUserError::UnknownUser(error) => error.code(),
        RenameUserError::Name(error) => error.code(),
    };
    MergeUsersError: |it| match it {
        MergeUsersError::UnknownUser(error) => error.code(),
        MergeUsersError::SameUser { .. } => ErrorCode::SameUser,
    };
    UnknownUser: |_it| ErrorCode::UnknownUser;
    Refusal: |it| code_of(it.reasons());
    PairError: |it| code_of(it.reasons());
    BatchTooLarge: |_it| ErrorCode::BatchTooLarge;
    UnknownPolicy: |_it| ErrorCode::UnknownPolicy;
    UnknownValue: |_it| ErrorCode::UnknownName;
    ParseRelationError: |_it| ErrorCode::ParseRelation;
    ParsePolicyError: |it| match it {
        ParsePolicyError::Name(error) => error.code(),
        _ => ErrorCode::ParsePolicy,
    };
    ParseOperationError: |it| match it {
        ParseOperationError::Policy(error) => error.code(),
        ParseOperationError::Sentence { .. } => ErrorCode::ParseOperation,
    };
    StaleVersion: |_it| ErrorCode::StaleVersion;
    PartsError: |it| match it {
        PartsError::Name { error, .. } => error.code(),
        PartsError::Handle { .. } => ErrorCode::Handle,
        PartsError::SameUser { .. } => ErrorCode::SameUser,
        PartsError::Reversed { .. } => ErrorCode::Reversed,
        PartsError::PairOrder { .. } => ErrorCode::PairOrder,
        PartsError::UnknownUser { .. } => ErrorCode::UnknownUser,
        PartsError::Changed => ErrorCode::Changed,
        PartsError::Invariant(violation) => violation.code(),
    };
    InvariantViolation: |it| match it {
        InvariantViolation::IllegalRelation { .. } => ErrorCode::IllegalRelation,
        InvariantViolation::HalvesDisagree { .. } => ErrorCode::HalvesDisagree,
        InvariantViolation::WrongCount { .. } => ErrorCode::WrongCount,
        InvariantViolation::OwnPeer { .. } => ErrorCode::OwnPeer,
        InvariantViolation::UnknownPeer { .. } => ErrorCode::UnknownPeer,
        InvariantViolation::Indices => ErrorCode::Indices,
        InvariantViolation::Directory { .. } => ErrorCode::Directory,
    };
}

#[cfg(feature = "serde")]
coded! {
    SnapshotError: |it| match it {
        SnapshotError::UnknownVersion { .. } => ErrorCode::UnknownVersion,
        SnapshotError::Name { error, .. } => error.code(),
        SnapshotError::Handle { .. } => ErrorCode::Handle,
        SnapshotError::ListOrder { .. } => ErrorCode::ListOrder,
        SnapshotError::Invariant(violation) => violation.code(),
    };
}

/// Returns the code of a refusal.
fn code_of(reasons: Reasons) -> ErrorCode {
    if reasons.contains(Reason::UnknownActor) || reasons.contains(Reason::UnknownTarget) {
        ErrorCode::UnknownUser
    } else if reasons.contains(Reason::SameUser) {
        ErrorCode::SameUser
    } else {
        ErrorCode::Refused
    }
}

#[cfg(test)]
mod tests {
    use super::ErrorCode;

    #[test]
    fn numbers_and_names_lead_back_to_their_codes() {
        assert!(ErrorCode::ALL.is_sorted_by_key(|code| code.to_u16()));
        for code in ErrorCode::ALL {
            assert_eq!(ErrorCode::from_u16(code.to_u16()), Some(code));
            let same = ErrorCode::ALL
                .into_iter()
                .filter(|other| other.name() == code.name());
            assert_eq!(same.count(), 1, "{code:?}");
        }
        assert_eq!(ErrorCode::from_u16(0), None);
    }
}
