//! A call whose head is admitted, and whose body is still to come.

use super::check_body_bytes;
use crate::{Call, Caller, Command, Reply};

/// A call whose head the gateway has admitted.
///
/// The host reads the body, at most [`max_body_bytes`](Self::max_body_bytes) and one more, and
/// passes it to [`read`](Self::read). A stranger's body is never read.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
///
/// use socialgraph_tim::{Code, Command, Gateway, Head, UserSig};
///
/// let gateway = Gateway::new(1_400_000_000, "secret");
/// let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
/// let usersig = UserSig::new(1_400_000_000, "id", now, Duration::from_secs(86_400));
/// let target = usersig.sign_target(Command::FriendGet, "secret", 99_999_999);
/// let (path, query) = target.split_once('?').unwrap_or_default();
///
/// let head = Head { method: "POST", path, query, content_length: None };
/// let admission = gateway.admit_head(&head, now).map_err(|reply| reply.detail)?;
/// assert_eq!(admission.caller().identifier(), "id");
/// assert_eq!(admission.max_body_bytes(), 1 << 18);
///
/// let call = admission.read(br#"{"From_Account":"id","StartIndex":0}"#);
/// assert_eq!(call.map_err(|reply| reply.detail)?.command(), Command::FriendGet);
///
/// let head = Head { content_length: Some(1 << 19), ..head };
/// assert_eq!(gateway.admit_head(&head, now).map_err(|reply| reply.code), Err(Code::MalformedHttp));
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    command: Command,
    caller: Caller,
    max_body_bytes: usize,
    max_reply_bytes: usize,
}

impl Admission {
    pub(super) const fn new(
        command: Command,
        caller: Caller,
        max_body_bytes: usize,
        max_reply_bytes: usize,
    ) -> Self {
        Self {
            command,
            caller,
            max_body_bytes,
            max_reply_bytes,
        }
    }

    /// Returns the command.
    #[must_use]
    pub const fn command(&self) -> Command {
        self.command
    }

    /// Returns the account that makes the call.
    #[must_use]
    pub const fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Returns the most bytes of the body: a user's body may have fewer than an admin's.
    #[must_use]
    pub const fn max_body_bytes(&self) -> usize {
        self.max_body_bytes
    }

    /// Reads the body, or returns the reply that refuses it.
    ///
    /// # Errors
    /// Fails with the reply to send, with HTTP status 200 like any other.
    pub fn read(self, body: &[u8]) -> Result<Call, Reply> {
        let Self {
            command,
            caller,
            max_body_bytes,
            max_reply_bytes,
        } = self;

        check_body_bytes(body.len(), max_body_bytes)
            .and_then(|()| Call::parse(command, caller, max_reply_bytes, body))
            .map_err(|failure| Reply::failure(Some(command), &failure))
    }
}
