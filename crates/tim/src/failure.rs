//! Why a request, or one item of it, is not carried out.

use std::borrow::Cow;
use std::fmt;

use super::wire::{ActionStatus, Envelope};
use super::{Area, Code, Command};
use socialgraph::{Reason, Reasons, Refusal};

/// The most characters of a detail, which may quote what the caller sent.
const MAX_DETAIL_CHARS: usize = 200;

/// Why a request was not carried out; nothing has changed.
///
/// The code and the info are what the caller gets; the detail is for the host's own log, and
/// says what the vendor's texts leave out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Failure {
    code: Code,
    info: Cow<'static, str>,
    detail: String,
}

impl Failure {
    pub(super) fn new(
        code: Code,
        info: impl Into<Cow<'static, str>>,
        detail: impl Into<String>,
    ) -> Self {
        let detail = detail.into().chars().take(MAX_DETAIL_CHARS).collect();
        Self {
            code,
            info: info.into(),
            detail,
        }
    }

    /// Returns the failure of a body whose fields are not those of the command.
    pub(super) fn decode(command: Command, detail: impl Into<String>) -> Self {
        let (code, info) = match command.area() {
            Area::Account => (Code::InvalidAccountParameter, "invalid parameter"),
            Area::Profile => (Code::InvalidProfile, "Err_Profile_Comm_Decode_Fail"),
            Area::Sns => (Code::InvalidParameter, "SNS_DECODE_ERR"),
            Area::Message => (
                Code::MalformedMessage,
                "Fail to Parse json data of body, Please check it",
            ),
        };
        Self::new(code, info, detail)
    }

    /// Returns the failure of a whole request, where items would fail one by one.
    pub(super) fn of(cause: &Cause, command: Command, detail: impl Into<String>) -> Self {
        Self::new(cause.code(command), cause.info(command), detail)
    }

    /// Returns the failure of more items than fit.
    pub(super) fn too_many_items(command: Command, detail: String) -> Self {
        let info = format!("Err_SNS_{}_Item_Num_Exceed_Threshold", command.camel_case());
        Self::new(Code::InvalidParameter, info, detail)
    }

    /// Returns the failure of a user who calls without an account.
    pub(super) fn unknown_caller(identifier: &str) -> Self {
        let detail = format!("identifier {identifier:?} is not imported");
        Self::new(Code::AccountNotImported, "account not imported", detail)
    }

    /// Returns the code.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// Returns the text to the code, as the caller gets it.
    #[must_use]
    pub fn info(&self) -> &str {
        &self.info
    }

    /// Returns what went wrong, for the host's own log.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Returns the response that tells it, in the form of a service, where one was reached.
    pub(super) fn envelope(&self, area: Option<Area>) -> Envelope {
        Envelope {
            action_status: ActionStatus::Fail,
            error_code: self.code.number(),
            error_info: self.info.to_string(),
            error_display: error_display(area),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.code.number(), self.info, self.detail)
    }
}

impl std::error::Error for Failure {}

/// Returns what every response says that is carried out.
pub(super) fn success(command: Command) -> Envelope {
    Envelope {
        action_status: ActionStatus::Ok,
        error_code: 0,
        error_info: String::new(),
        error_display: error_display(Some(command.area())),
    }
}

/// Returns the field that friend lists and profiles have, and accounts and messages lack.
fn error_display(area: Option<Area>) -> Option<String> {
    matches!(area, Some(Area::Sns | Area::Profile)).then(String::new)
}

/// Why one item of a request is not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// The host's app denied it beforehand.
    Denied { code: u32, info: String },
    /// The account is another app's.
    Foreign,
    /// The account is not imported.
    Unknown,
    /// No more accounts fit.
    AccountsFull,
    /// Both accounts are one.
    SameAccount,
    /// The asking user blocks the target.
    ActorBlocks,
    /// The target blocks the asking user.
    TargetBlocks,
    /// The asking user is barred.
    Barred,
    /// The target takes no requests.
    TakesNoRequests,
    /// The request waits for an answer.
    Pending,
    /// No such request waits.
    NoRequest,
    /// The target is a friend already.
    AlreadyFriend,
    /// The target is no friend.
    NotFriend,
    /// The target is blocked already.
    AlreadyBlocked,
    /// The target is not blocked.
    NotBlocked,
    /// The asking user's friend list is full.
    FriendsFull,
    /// The target's friend list is full.
    PeerFriendsFull,
    /// No more requests may wait for the target's answer.
    RequestsFull,
    /// The blocklist is full.
    BlocklistFull,
    /// There is no room for another friend list by name.
    GroupsFull,
    /// A field that is kept with a friend is malformed.
    Illegal(Field),
}

/// A field that is kept with a friend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    /// Where the friend was found.
    Source,
    /// What the friend is called.
    Remark,
    /// What was said in asking.
    Wording,
    /// The name of a friend list.
    Group,
    /// A field of the app's own.
    Custom,
    /// A tag that cannot be set.
    Tag,
}

impl Cause {
    /// Returns the number that an item carries.
    pub(super) fn number(&self, command: Command) -> u32 {
        match self {
            Self::Denied { code, .. } => *code,
            _ => self.code(command).number(),
        }
    }

    /// Returns the text that an item carries.
    pub(super) fn info(&self, command: Command) -> String {
        if let Some(text) = self.vendors_own(command) {
            return text.to_owned();
        }
        if let Self::Denied { info, .. } = self {
            return info.clone();
        }
        let family = if command.area() == Area::Profile {
            "Profile"
        } else {
            "SNS"
        };
        format!("Err_{family}_{}_{}", command.camel_case(), self.suffix())
    }

    /// Returns the texts of the vendor's samples that do not follow the pattern.
    fn vendors_own(&self, command: Command) -> Option<&'static str> {
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

    /// Returns the code that an item carries.
    pub(super) fn code(&self, command: Command) -> Code {
        match self {
            Self::Foreign | Self::Unknown if command.area() == Area::Profile => {
                Code::UnknownProfile
            }
            Self::Unknown if command.area() == Area::Account => Code::AccountNotImported,
            Self::Foreign => Code::ForeignAccount,
            Self::Unknown => Code::UnknownAccount,
            Self::AccountsFull => Code::AccountsFull,
            Self::ActorBlocks => Code::InOwnBlocklist,
            Self::TargetBlocks => Code::InPeersBlocklist,
            Self::Barred => Code::RequestsForbidden,
            Self::TakesNoRequests => Code::RequestsDenied,
            Self::Pending => Code::RequestPending,
            Self::NoRequest => Code::NoRequest,
            Self::FriendsFull => Code::FriendsFull,
            Self::PeerFriendsFull => Code::PeerFriendsFull,
            Self::RequestsFull => Code::RequestsFull,
            Self::BlocklistFull => Code::BlocklistFull,
            Self::GroupsFull => Code::GroupsFull,
            Self::NotFriend if command == Command::FriendDelete => Code::NotFriends,
            Self::NotFriend if command == Command::GroupAdd => Code::GroupMemberNotFriend,
            Self::Denied { .. }
            | Self::SameAccount
            | Self::AlreadyFriend
            | Self::NotFriend
            | Self::AlreadyBlocked
            | Self::NotBlocked
            | Self::Illegal(_) => Code::InvalidParameter,
        }
    }

    /// Returns the end of the text, after the command's name.
    fn suffix(&self) -> &'static str {
        match self {
            Self::Denied { .. } => "Denied",
            Self::Foreign => "SdkAppId_Illegal",
            Self::Unknown => "Account_Not_Exist",
            Self::AccountsFull => "Account_Num_Exceed_Threshold",
            Self::SameAccount => "Same_Account",
            Self::ActorBlocks => "In_Self_Black_List",
            Self::TargetBlocks => "In_Peer_Black_List",
            Self::Barred => "Admin_Forbid",
            Self::TakesNoRequests => "Friend_Allow_Type_Forbid",
            Self::Pending => "Friend_Allow_Type_Need_Confirm",
            Self::NoRequest => "Pendency_Not_Exist",
            Self::AlreadyFriend => "Friend_Exist",
            Self::NotFriend => "Friend_Not_Exist",
            Self::AlreadyBlocked => "Already_Exist",
            Self::NotBlocked => "Not_Exist",
            Self::FriendsFull => "My_Friend_Num_Exceed_Threshold",
            Self::PeerFriendsFull => "Peer_Friend_Num_Exceed_Threshold",
            Self::RequestsFull => "Pendency_Num_Exceed_Threshold",
            Self::BlocklistFull => "Black_List_Num_Exceed_Threshold",
            Self::GroupsFull => "Group_Num_Exceed_Threshold",
            Self::Illegal(Field::Source) => "Source_Illegal",
            Self::Illegal(Field::Remark) => "Remark_Illegal",
            Self::Illegal(Field::Wording) => "Wording_Illegal",
            Self::Illegal(Field::Group) => "GroupName_Illegal",
            Self::Illegal(Field::Custom) => "Custom_Illegal",
            Self::Illegal(Field::Tag) => "Tag_Illegal",
        }
    }
}

impl From<Refusal> for Cause {
    fn from(refusal: Refusal) -> Self {
        Self::of(refusal.reasons())
    }
}

impl Cause {
    /// Returns the cause that an item carries: the first of the engine's reasons (R16).
    #[allow(
        clippy::match_wildcard_for_single_variants,
        clippy::wildcard_in_or_patterns,
        reason = "the wildcard is for later reasons"
    )]
    pub(super) fn of(reasons: Reasons) -> Self {
        let Some(reason) = reasons.first() else {
            return Self::SameAccount;
        };
        match reason {
            Reason::ActorBlocks => Self::ActorBlocks,
            Reason::TargetBlocks => Self::TargetBlocks,
            Reason::UnknownActor | Reason::UnknownTarget => Self::Unknown,
            Reason::ActorBarred => Self::Barred,
            Reason::TargetTakesNoRequests => Self::TakesNoRequests,
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
            // The enum may grow; a test asks for an arm for each of its other reasons.
            Reason::SameUser | _ => Self::SameAccount,
        }
    }

    /// Returns the same cause seen from the other side.
    pub(super) fn flip(self) -> Self {
        match self {
            Self::ActorBlocks => Self::TargetBlocks,
            Self::TargetBlocks => Self::ActorBlocks,
            Self::FriendsFull => Self::PeerFriendsFull,
            Self::PeerFriendsFull => Self::FriendsFull,
            other => other,
        }
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
