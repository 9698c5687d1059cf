//! The failure of a whole request.

use std::borrow::Cow;
use std::fmt;

use socialgraph::BatchTooLarge;

use crate::cause::Cause;
use crate::json::envelope::Envelope;
use crate::{Area, Code, Command};

/// The most characters of a detail, which may quote the caller's input.
const MAX_DETAIL_CHARS: usize = 200;

/// The failure of a whole request. Nothing has changed.
///
/// The caller gets the code and the info. The detail is for the host's own log: it says what
/// the vendor's texts leave out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Failure {
    code: Code,
    info: Cow<'static, str>,
    detail: String,
}

impl Failure {
    pub(crate) fn new(
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

    /// Returns the failure of a body that lacks the command's fields or has wrong ones.
    pub(crate) fn decode(command: Command, detail: impl Into<String>) -> Self {
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

    /// Returns the failure of a whole request for the cause of an item.
    pub(crate) fn of(cause: Cause, command: Command, detail: impl Into<String>) -> Self {
        Self::new(cause.code(command), cause.info(command), detail)
    }

    /// Returns the failure of a query whose reply would be too long.
    pub(crate) fn reply_too_large(command: Command, max_bytes: usize) -> Self {
        let (family, name) = (command.area().family(), command.camel_case());
        let info = format!("Err_{family}_{name}_Reply_Too_Large");
        let detail = format!("the reply has more than {max_bytes} bytes: ask for less");
        Self {
            info: info.into(),
            ..Self::decode(command, detail)
        }
    }

    /// Returns the failure of a request with too many items.
    pub(crate) fn too_many_items(command: Command, batch: BatchTooLarge) -> Self {
        let info = format!("Err_SNS_{}_Item_Num_Exceed_Threshold", command.camel_case());
        let detail = format!("{} items, and at most {} fit", batch.len, batch.limit);
        Self::new(Code::InvalidParameter, info, detail)
    }

    /// Checks that no more items than these are in a request.
    pub(crate) fn check_at_most(limit: u32, len: usize, command: Command) -> Result<(), Self> {
        if len <= limit as usize {
            return Ok(());
        }
        Err(Self::too_many_items(command, BatchTooLarge { len, limit }))
    }

    /// Returns the failure of a call by a user who has no account.
    pub(crate) fn unknown_caller(identifier: &str) -> Self {
        let detail = format!("identifier {identifier:?} is not imported");
        Self::new(Code::AccountNotImported, "account not imported", detail)
    }

    /// Returns the code.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// Returns the text that the caller gets with the code.
    #[must_use]
    pub fn info(&self) -> &str {
        &self.info
    }

    /// Returns the detail for the host's own log.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Returns the response in the form of an area, or of no area if the path is unknown.
    pub(crate) fn envelope(&self, area: Option<Area>) -> Envelope {
        Envelope::failure(area, self.code.number(), &self.info)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.code.number(), self.info, self.detail)
    }
}

impl std::error::Error for Failure {}
