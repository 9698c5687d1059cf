//! What every request implements.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::context::{QueryContext, UpdateContext};
use crate::Command;
use crate::failure::Failure;

/// A request, with its command and its response.
///
/// Sealed: every implementation is in this crate.
///
/// ```
/// use socialgraph_tim::Request;
/// use socialgraph_tim::wire::BlackListAdd;
///
/// assert_eq!(BlackListAdd::COMMAND.path(), "/v4/sns/black_list_add");
/// ```
pub trait Request: Sealed + Serialize + DeserializeOwned {
    /// The response to a request that is carried out.
    type Response: Serialize + DeserializeOwned;

    /// The command that carries the request.
    const COMMAND: Command;
}

/// A request that changes nothing.
///
/// Sealed: every implementation is in this crate.
pub trait Query: RunQuery {}

/// A request that may change something.
///
/// Sealed: every implementation is in this crate.
pub trait Update: RunUpdate {}

/// The implementation of a query.
pub trait RunQuery: Request {
    /// Answers the query.
    fn run(&self, context: &mut QueryContext<'_>) -> Result<Self::Response, Failure>;
}

/// The implementation of an update.
pub trait RunUpdate: Request {
    /// Carries the update out.
    fn run(&self, context: &mut UpdateContext<'_>) -> Result<Self::Response, Failure>;
}

/// The supertrait that keeps implementations of [`Request`] in this crate.
pub trait Sealed {}
