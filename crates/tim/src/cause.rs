//! The reason for which one item of a request is not carried out.

use socialgraph::{PairError, Reason, Reasons, Refusal};

use crate::{Area, Code, Command};

/// Defines [`Cause`]. A row has a cause, the end of its text, and its code.
macro_rules! causes {
    ($($(#[$doc:meta])* $cause:ident: $suffix:literal $code:ident,)*) => {
        /// The reason for which one item of a request is not carried out.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Cause {
            $($(#[$doc])* $cause,)*
        }

        impl Cause {
            /// Returns the end of the text, after the command's name.
            const fn suffix(self) -> &'static str {
                match self { $(Self::$cause => $suffix,)* }
            }

            /// Returns the code for most commands.
            const fn usual_code(self) -> Code {
                match self { $(Self::$cause => Code::$code,)* }
            }
        }
    };
}

causes! {
    /// The account is another app's.
    Foreign: "SdkAppId_Illegal" ForeignAccount,
    /// The account is not imported.
    Unknown: "Account_Not_Exist" UnknownAccount,
    /// No more accounts fit.
    AccountsFull: "Account_Num_Exceed_Threshold" AccountsFull,
    /// Both accounts are the same.
    SameAccount: "Same_Account" InvalidParameter,
    /// The actor blocks the target.
    ActorBlocks: "In_Self_Black_List" InOwnBlocklist,
    /// The target blocks the actor.
    TargetBlocks: "In_Peer_Black_List" InPeersBlocklist,
    /// The actor is barred from sending friend requests.
    Barred: "Admin_Forbid" RequestsForbidden,
    /// The target takes no friend requests, or a block stops it that is not named.
    TakesNoRequests: "Friend_Allow_Type_Forbid" RequestsDenied,
    /// The friend request waits for an answer.
    Pending: "Friend_Allow_Type_Need_Confirm" RequestPending,
    /// No such friend request is pending.
    NoRequest: "Pendency_Not_Exist" NoRequest,
    /// The target is already a friend.
    AlreadyFriend: "Friend_Exist" InvalidParameter,
    /// The target is not a friend.
    NotFriend: "Friend_Not_Exist" InvalidParameter,
    /// The target is already blocked.
    AlreadyBlocked: "Already_Exist" InvalidParameter,
    /// The target is not blocked.
    NotBlocked: "Not_Exist" InvalidParameter,
    /// The actor's friend list is full.
    FriendsFull: "My_Friend_Num_Exceed_Threshold" FriendsFull,
    /// The target's friend list is full.
    PeerFriendsFull: "Peer_Friend_Num_Exceed_Threshold" PeerFriendsFull,
    /// No more friend requests may wait for the target's answer.
    RequestsFull: "Pendency_Num_Exceed_Threshold" RequestsFull,
    /// The blocklist is full.
    BlocklistFull: "Black_List_Num_Exceed_Threshold" BlocklistFull,
    /// The user has no room for another group of friends.
    GroupsFull: "Group_Num_Exceed_Threshold" GroupsFull,
    /// The account keeps as many bytes of fields as it may, or all accounts do.
    FieldsFull: "Field_Size_Exceed_Threshold" InvalidParameter,
    /// A friend's source is malformed.
    IllegalSource: "Source_Illegal" InvalidParameter,
    /// A friend's remark is malformed.
    IllegalRemark: "Remark_Illegal" InvalidParameter,
    /// The wording of a friend request is malformed.
    IllegalWording: "Wording_Illegal" InvalidParameter,
    /// The name of a group of friends is malformed.
    IllegalGroup: "GroupName_Illegal" InvalidParameter,
    /// A custom field of a friend is malformed.
    IllegalCustomField: "Custom_Illegal" InvalidParameter,
    /// A tag of a friend cannot be set.
    IllegalTag: "Tag_Illegal" InvalidParameter,
}

impl Cause {
    /// Returns the cause for the first of the engine's reasons (R16), but a friendship before the
    /// target's mode.
    #[allow(
        clippy::match_wildcard_for_single_variants,
        clippy::wildcard_in_or_patterns,
        reason = "the wildcard is for reasons that the engine may add"
    )]
    pub(crate) fn of(reasons: Reasons) -> Self {
        let Some(reason) = reasons.first() else {
            return Self::SameAccount;
        };

        match reason {
            Reason::ActorBlocks => Self::ActorBlocks,
            Reason::TargetBlocks => Self::TargetBlocks,
            Reason::UnknownActor | Reason::UnknownTarget => Self::Unknown,
            Reason::ActorBarred => Self::Barred,
            // A client that asks a friend again is to learn that they are friends.
            Reason::TargetTakesNoRequests if reasons.contains(Reason::AlreadyFriends) => {
                Self::AlreadyFriend
            }
            Reason::TargetTakesNoRequests | Reason::Unavailable => Self::TakesNoRequests,
            Reason::AlreadyBlocked => Self::AlreadyBlocked,
            Reason::NotBlocked => Self::NotBlocked,
            Reason::AlreadyRequested => Self::Pending,
            Reason::NoRequestFromActor | Reason::NoRequestFromTarget => Self::NoRequest,
            Reason::AlreadyFriends | Reason::AlreadyListed => Self::AlreadyFriend,
            Reason::NotListedByActor | Reason::NotListedByTarget => Self::NotFriend,
            Reason::ActorBlocklistFull => Self::BlocklistFull,
            Reason::ActorFriendsFull => Self::FriendsFull,
            Reason::TargetFriendsFull => Self::PeerFriendsFull,
            Reason::TargetRequestsFull => Self::RequestsFull,
            // A test fails if another reason ends up here.
            Reason::SameUser | _ => Self::SameAccount,
        }
    }

    /// Returns the code that an item of the command carries.
    pub(crate) fn code(self, command: Command) -> Code {
        match (self, command.area(), command) {
            (Self::Foreign | Self::Unknown, Area::Profile, _) => Code::UnknownProfile,
            (Self::FieldsFull, Area::Profile, _) => Code::InvalidProfile,
            (Self::FieldsFull, Area::Account, _) => Code::AccountsFull,
            (Self::Unknown, Area::Account, _) => Code::AccountNotImported,
            (Self::NotFriend, _, Command::FriendDelete) => Code::NotFriends,
            (Self::NotFriend, _, Command::GroupAdd) => Code::GroupMemberNotFriend,
            _ => self.usual_code(),
        }
    }

    /// Returns the text that an item of the command carries.
    pub(crate) fn info(self, command: Command) -> String {
        if let Some(text) = self.irregular_info(command) {
            return text.to_owned();
        }

        let family = command.area().family();
        format!("Err_{family}_{}_{}", command.camel_case(), self.suffix())
    }

    /// Returns the text of the vendor's samples if it does not follow the pattern.
    const fn irregular_info(self, command: Command) -> Option<&'static str> {
        match (self, command) {
            (Self::Foreign, Command::FriendUpdate) => Some("Err_SNS_FriendImport_SdkAppId_Illegal"),
            (Self::Foreign, Command::GroupAdd) => Some("ERR_SDKAPPID_ILLEGAL"),
            (Self::NotFriend, Command::GroupAdd) => Some("Err_SNS_GroupAdd_ToTinyId_Not_Friend"),
            (Self::NotFriend, Command::FriendDelete) => Some("Err_SNS_FriendDelete_Not_Friend"),
            (Self::Unknown, Command::AccountDelete) => {
                Some("Err_TLS_PT_Open_Login_Account_Not_Exist")
            }
            _ => None,
        }
    }

    /// Returns the cause with actor and target exchanged.
    pub(crate) const fn flip(self) -> Self {
        match self {
            Self::ActorBlocks => Self::TargetBlocks,
            Self::TargetBlocks => Self::ActorBlocks,
            Self::FriendsFull => Self::PeerFriendsFull,
            Self::PeerFriendsFull => Self::FriendsFull,
            other => other,
        }
    }
}

impl From<PairError> for Cause {
    fn from(error: PairError) -> Self {
        error.refusal.into()
    }
}

impl From<Refusal> for Cause {
    fn from(refusal: Refusal) -> Self {
        Self::of(refusal.reasons())
    }
}

#[cfg(test)]
mod tests {
    use socialgraph::{Reason, Reasons};

    use super::Cause;

    #[test]
    fn each_reason_has_a_cause_of_its_own_kind() {
        for reason in Reason::ALL {
            let is_same = matches!(Cause::of(Reasons::from(reason)), Cause::SameAccount);
            assert_eq!(is_same, reason == Reason::SameUser, "{reason}");
        }
    }
}
