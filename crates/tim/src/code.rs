//! The codes that replies carry.

use serde::{Deserialize, Serialize};

/// Defines [`Code`]. A row has a code and its number.
macro_rules! codes {
    ($($(#[$doc:meta])* $code:ident = $number:literal,)*) => {
        /// A code of a reply: of the whole or of one item.
        ///
        /// The meanings are the vendor's. The README of the crate says when each is sent.
        /// Its serde form is its number.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(into = "u32", try_from = "u32")]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$doc])* $code,)*
        }

        impl Code {
            /// Every code, in the order of numbers.
            pub const ALL: [Self; [$($number),*].len()] = [$(Self::$code),*];

            /// Returns the number of the code.
            #[must_use]
            pub const fn number(self) -> u32 {
                match self { $(Self::$code => $number),* }
            }
        }
    };
}

codes! {
    /// Carried out.
    Ok = 0,
    /// The sender or the receiver of a message is invalid, or a block that is not named stops it.
    MessageParties = 20003,
    /// A block stops the message; the text says whose.
    MessageBlocked = 20007,
    /// The sender or the receiver of a message is another app's.
    MessageForeign = 20008,
    /// Neither lists the other, and messages need a friendship.
    MessageNotFriends = 20009,
    /// The receiver does not list the sender.
    MessageNotPeersFriend = 20010,
    /// The sender does not list the receiver.
    MessagePeerNotFriend = 20011,
    /// A parameter is wrong, or the change is already made; the text says which.
    InvalidParameter = 30001,
    /// The account is another app's.
    ForeignAccount = 30002,
    /// The account is not imported.
    UnknownAccount = 30003,
    /// Only an admin may do this.
    AdminRequired = 30004,
    /// The requesting user is barred from sending friend requests.
    RequestsForbidden = 30009,
    /// The requesting user's friend list is full.
    FriendsFull = 30010,
    /// There is no room for another group of friends.
    GroupsFull = 30011,
    /// No more friend requests may wait for the target's answer.
    RequestsFull = 30012,
    /// The blocklist is full.
    BlocklistFull = 30013,
    /// The target's friend list is full.
    PeerFriendsFull = 30014,
    /// The requesting user blocks the target.
    InOwnBlocklist = 30515,
    /// The target takes no friend requests, or a block that is not named stops it.
    RequestsDenied = 30516,
    /// The target blocks the requesting user.
    InPeersBlocklist = 30525,
    /// The friend request waits for an answer: no failure.
    RequestPending = 30539,
    /// There is no such friend request.
    NoRequest = 30614,
    /// There is no friendship to end.
    NotFriends = 31704,
    /// The account is not a friend, so it cannot join a group.
    GroupMemberNotFriend = 32216,
    /// A profile request is malformed, or a field of it is.
    InvalidProfile = 40001,
    /// The profile's account is not imported.
    UnknownProfile = 40003,
    /// Only an admin may do this to a profile.
    ProfileAdminRequired = 40004,
    /// The body is too large.
    MalformedHttp = 60002,
    /// The body is not JSON.
    MalformedJson = 60003,
    /// Too many calls of one command in a second.
    TooManyCalls = 60007,
    /// The request is not a POST.
    NotPost = 60008,
    /// There is no such path.
    UnknownPath = 60009,
    /// `sdkappid` is missing.
    AppMissing = 60012,
    /// An account in the body is not a text.
    AccountNotText = 60015,
    /// A parameter of the URL is missing or malformed.
    InvalidUrlParameter = 60025,
    /// The `UserSig` has expired.
    UserSigExpired = 70001,
    /// The `UserSig` is missing.
    UserSigMissing = 70002,
    /// The `UserSig` cannot be read.
    UserSigMalformed = 70003,
    /// The `UserSig` was made with another secret.
    UserSigWrong = 70009,
    /// The `UserSig` is another account's.
    UserSigOthers = 70013,
    /// The `UserSig` is another app's.
    UserSigForeign = 70014,
    /// There is no such app here.
    UnknownApp = 70020,
    /// The caller, or an account to delete, is not imported.
    AccountNotImported = 70107,
    /// Too many or too few accounts in one call.
    InvalidBatch = 70206,
    /// No more accounts fit.
    AccountsFull = 70398,
    /// A parameter of an account request is wrong.
    InvalidAccountParameter = 70402,
    /// Only an admin may do this to accounts.
    AccountAdminRequired = 70403,
    /// A message request is malformed.
    MalformedMessage = 90001,
    /// The receiver of a message is missing or not a string.
    MessageReceiver = 90003,
    /// Only an admin may send in another's name.
    MessageAdminRequired = 90009,
    /// The receiver of a message is not imported.
    UnknownReceiver = 90012,
    /// The sender of a message is not imported.
    UnknownSender = 90048,
}

impl From<Code> for u32 {
    fn from(code: Code) -> Self {
        code.number()
    }
}

/// Returns the code of a number.
impl TryFrom<u32> for Code {
    type Error = UnknownCode;

    fn try_from(number: u32) -> Result<Self, UnknownCode> {
        let code = Self::ALL.into_iter().find(|code| code.number() == number);
        code.ok_or(UnknownCode { number })
    }
}

/// The error of a number that is no code of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{number} is no code of a reply")]
pub struct UnknownCode {
    /// The number.
    pub number: u32,
}
