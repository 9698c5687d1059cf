//! Tokens of those who operate the server: a file with a role and a token a line.

use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

use arc_swap::ArcSwap;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// What a token allows. A higher role may do what a lower one may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    /// To read: metrics, for example.
    Read,
    /// To change relations as well.
    Write,
    /// To operate the server as well.
    Admin,
}

/// The fewest characters of a token: 16 letters or digits are more than anybody can try.
const FEWEST: usize = 16;

/// The scheme of the header, which has no case.
const SCHEME: &[u8] = b"Bearer ";

/// The tokens of a file, which may be read again while the server runs.
pub(crate) struct Tokens {
    path: PathBuf,
    list: ArcSwap<Vec<Token>>,
}

/// A token's hash. Hashes have one length, so that comparing them takes one time.
struct Token {
    role: Role,
    hash: [u8; 32],
}

/// What is wrong with a file of tokens. It prints no token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokensError {
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    #[error("{}: line {line}: {what}", path.display())]
    Line {
        path: PathBuf,
        line: usize,
        what: &'static str,
    },
    #[error("{}: there is no token in it", path.display())]
    Empty { path: PathBuf },
}

impl Tokens {
    /// Reads a file.
    pub(crate) fn read(path: PathBuf) -> Result<Self, TokensError> {
        let list = ArcSwap::from_pointee(read(&path)?);
        Ok(Self { path, list })
    }

    /// Reads the file again. If that fails, the tokens stay.
    pub(crate) fn reload(&self) -> Result<(), TokensError> {
        self.list.store(read(&self.path)?.into());
        Ok(())
    }

    /// Returns the role of the token in a request's header `Authorization: Bearer TOKEN`.
    ///
    /// Every token is compared, and each in constant time, so that the time tells nothing.
    pub(crate) fn role(&self, headers: &HeaderMap) -> Option<Role> {
        let header = headers.get(AUTHORIZATION)?.as_bytes();
        let (scheme, token) = header.split_at_checked(SCHEME.len())?;
        if !scheme.eq_ignore_ascii_case(SCHEME) {
            return None;
        }
        let hash = hash(token);
        let list = self.list.load();
        let roles = list.iter().map(|token| {
            let is_equal = bool::from(token.hash.ct_eq(&hash));
            is_equal.then_some(token.role)
        });
        roles.fold(None, Option::max)
    }
}

fn hash(token: &[u8]) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// Reads the lines of a file. Empty ones and those that begin with `#` are passed over.
fn read(path: &Path) -> Result<Vec<Token>, TokensError> {
    let text = fs::read_to_string(path).map_err(|error| TokensError::File {
        path: path.to_owned(),
        error,
    })?;

    let mut tokens = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let token = token(line).map_err(|what| TokensError::Line {
            path: path.to_owned(),
            line: index + 1,
            what,
        })?;
        tokens.push(token);
    }
    if tokens.is_empty() {
        return Err(TokensError::Empty {
            path: path.to_owned(),
        });
    }
    Ok(tokens)
}

/// Reads a line: a role and a token.
fn token(line: &str) -> Result<Token, &'static str> {
    let (role, token) = line
        .split_once(char::is_whitespace)
        .ok_or("a line has a role and a token, as in: read 8c2f…")?;
    let role = match role {
        "read" => Role::Read,
        "write" => Role::Write,
        "admin" => Role::Admin,
        _ => return Err("the role is read, write or admin"),
    };
    let token = token.trim_start();
    if token.len() < FEWEST {
        return Err("a token has at least 16 characters");
    }
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("a token has visible ASCII characters alone");
    }
    let hash = hash(token.as_bytes());
    Ok(Token { role, hash })
}

/// Leaves the tokens out.
impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use axum::http::{HeaderMap, HeaderValue};

    use super::{Role, Tokens, token};

    #[test]
    fn a_token_has_its_role_and_no_other_text_has_any() -> Result<(), Box<dyn Error>> {
        let home = tempfile::tempdir()?;
        let path = home.path().join("tokens");
        std::fs::write(
            &path,
            "# for the monitoring\nread  abcdefghijklmnop\n\nadmin ABCDEFGHIJKLMNOP\n",
        )?;
        let tokens = Tokens::read(path.clone())?;
        let role = |header: &'static str| {
            let value = HeaderValue::from_static(header);
            tokens.role(&HeaderMap::from_iter([(super::AUTHORIZATION, value)]))
        };

        assert_eq!(role("Bearer abcdefghijklmnop"), Some(Role::Read));
        assert_eq!(role("bearer abcdefghijklmnop"), Some(Role::Read));
        assert_eq!(role("Bearer ABCDEFGHIJKLMNOP"), Some(Role::Admin));
        for other in [
            "Bearer abcdefghijklmno",
            "abcdefghijklmnop",
            "Bearer ",
            "Basic abcdefghijklmnop",
        ] {
            assert_eq!(role(other), None, "{other}");
        }
        assert_eq!(tokens.role(&HeaderMap::new()), None);

        std::fs::write(&path, "write abcdefghijklmnop")?;
        tokens.reload()?;
        assert_eq!(role("Bearer abcdefghijklmnop"), Some(Role::Write));
        std::fs::write(&path, "write short")?;
        let error = tokens.reload().err().ok_or("a short token was taken")?;
        assert!(
            error
                .to_string()
                .ends_with("line 1: a token has at least 16 characters"),
            "{error}"
        );
        assert_eq!(role("Bearer abcdefghijklmnop"), Some(Role::Write));
        std::fs::write(&path, "# none\n")?;
        assert!(tokens.reload().is_err());
        Ok(())
    }

    #[test]
    fn wrong_lines_are_refused() {
        for line in [
            "read",
            "owner abcdefghijklmnop",
            "read abcdefghijklmn op",
            "read äbcdefghijklmnop",
        ] {
            assert!(token(line).is_err(), "{line}");
        }
    }
}
