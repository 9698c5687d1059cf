//! Errors that carry a code and reasons.

use serde::Serialize;
use socialgraph::{
    Action, AddUserError, BatchTooLarge, Decision, ErrorCode, MergeUsersError, PairError,
    ParseOperationError, ParsePolicyError, Policy, Reasons, RenameUserError, SnapshotError,
    UnknownUser, UnknownValue,
};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::json;

// Written by hand: a class of Rust cannot extend `Error`.
#[wasm_bindgen(raw_module = "./error.js")]
extern "C" {
    type SocialGraphError;

    #[wasm_bindgen(constructor)]
    fn new(
        message: &str,
        code: &str,
        reasons: JsValue,
        visible_reasons: JsValue,
    ) -> SocialGraphError;
}

/// Why a call fails: JavaScript gets a `SocialGraphError`. Of an operation that is not done, it is
/// a part of the outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    pub(super) message: String,
    /// The name of an [`ErrorCode`], or [`json::MALFORMED`].
    pub(super) code: &'static str,
    pub(super) reasons: Reasons,
    /// The reasons that the actor may see.
    #[serde(rename = "visibleReasons")]
    pub(super) visible: Reasons,
}

impl Failure {
    fn new(error: &impl ToString, code: ErrorCode) -> Self {
        Self {
            message: error.to_string(),
            code: code.name(),
            reasons: Reasons::EMPTY,
            visible: Reasons::EMPTY,
        }
    }

    /// Returns the failure of an action, with what the policy lets the actor see of it.
    pub(super) fn of_action(action: Action, error: &PairError, policy: &Policy) -> Self {
        let decision = Decision::of_refusal(action, error.refusal, policy);
        Self {
            reasons: error.reasons(),
            visible: decision.visible().reasons(),
            ..Self::new(error, error.code())
        }
    }

    /// Returns the failure of a question about a pair that can have no relation.
    pub(super) fn of_pair(error: &PairError) -> Self {
        Self {
            reasons: error.reasons(),
            visible: error.reasons(),
            ..Self::new(error, error.code())
        }
    }
}

/// Declares the errors that have no reasons.
macro_rules! from_errors {
    ($($error:ty),+ $(,)?) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::new(&error, error.code())
            }
        }
    )+};
}

from_errors!(
    AddUserError,
    BatchTooLarge,
    MergeUsersError,
    ParseOperationError,
    ParsePolicyError,
    RenameUserError,
    SnapshotError,
    UnknownUser,
    UnknownValue,
);

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> Self {
        let reasons = json::write(&failure.reasons);
        let visible = json::write(&failure.visible);
        SocialGraphError::new(&failure.message, failure.code, reasons, visible).into()
    }
}
