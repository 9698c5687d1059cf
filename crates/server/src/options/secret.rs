//! The app's secret, which is printed nowhere.

use std::path::Path;
use std::{env, fmt, fs};

use super::OptionsError;

/// The variable of the environment that may have the secret.
const VARIABLE: &str = "SOCIALGRAPH_SECRET";

/// The secret that everybody knows. It is taken on this machine alone.
const KNOWN: &str = "local-secret";

/// The fewest bytes of a secret that other machines may try. The vendor's have 64.
const FEWEST: usize = 16;

/// The secret that signs `UserSig`s.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl Secret {
    /// Reads the secret from a file, or else from the environment. Without either, it is known.
    pub(super) fn find(file: Option<&Path>) -> Result<Self, OptionsError> {
        let (option, text) = match (file, env::var_os(VARIABLE)) {
            (Some(path), _) => ("secret-file", read(path)?),
            (None, Some(value)) => {
                let not_text = |_| OptionsError::wrong(VARIABLE, "it is no UTF-8");
                (VARIABLE, value.into_string().map_err(not_text)?)
            }
            (None, None) => return Ok(Self(KNOWN.to_owned())),
        };
        if text.trim().is_empty() {
            return Err(OptionsError::wrong(
                option,
                "it is empty: anybody could sign",
            ));
        }
        Ok(Self(text))
    }

    /// Returns whether everybody knows the secret.
    pub(crate) fn is_known(&self) -> bool {
        self.0 == KNOWN
    }

    /// Returns whether somebody may guess the secret.
    pub(crate) fn is_short(&self) -> bool {
        self.0.len() < FEWEST
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Returns the text of a file without the end of its line.
fn read(path: &Path) -> Result<String, OptionsError> {
    let text = fs::read_to_string(path).map_err(|error| OptionsError::File {
        path: path.to_owned(),
        error,
    })?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// Leaves the secret out.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_known() {
            "the known secret"
        } else {
            "a secret"
        })
    }
}
