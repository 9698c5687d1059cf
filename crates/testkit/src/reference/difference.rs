//! What engine and model disagree about.

use std::fmt::Display;

/// A sentence on the first point that engine and model disagree about.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct Difference {
    sentence: String,
}

impl Difference {
    pub(super) fn new(sentence: String) -> Self {
        Self { sentence }
    }

    /// Makes a difference of an error of the engine's that the model has no cause for.
    pub(super) fn unexpected(error: impl Display) -> Self {
        Self::new(format!("the engine fails: {error}"))
    }
}

/// Returns a difference from the function unless the condition holds.
macro_rules! ensure {
    ($condition:expr, $($sentence:tt)+) => {
        if !$condition {
            return Err($crate::reference::difference::Difference::new(format!($($sentence)+)));
        }
    };
}

/// Returns a difference from the function unless the engine's value is the model's.
macro_rules! ensure_equal {
    ($engine:expr, $model:expr, $($subject:tt)+) => {{
        let (engine, model) = (&$engine, &$model);
        $crate::reference::difference::ensure!(
            engine == model,
            "{}: the engine has {engine:?}, the model {model:?}",
            format_args!($($subject)+)
        );
    }};
}

pub(super) use {ensure, ensure_equal};
