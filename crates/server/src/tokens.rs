//! Tokens of those who operate the server: a file with a role and a token a line.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fmt, fs, io};

use arc_swap::ArcSwap;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::door::Holder;

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

impl Role {
    /// Returns the name, as a file of tokens has it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }
}

/// Prints the name.
impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Who sends a request. Clones share the places.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    pub(crate) role: Role,
    pub(crate) holder: Holder,
    pub(crate) places: Places,
    /// Closed when the token is gone. Without tokens, there is none.
    alive: Option<watch::Receiver<()>>,
}

impl Sender {
    /// Returns the sender of every request to a server without tokens, which this machine alone
    /// reaches. The server makes one and keeps it: each has places of its own.
    pub(crate) fn local() -> Self {
        Self {
            role: Role::Admin,
            holder: Holder::Local,
            places: Places::new(),
            alive: None,
        }
    }

    /// Waits until the token is no longer in the file, or for ever.
    pub(crate) async fn revoked(&mut self) {
        match &mut self.alive {
            // Nothing is ever sent.
            Some(alive) => while alive.changed().await.is_ok() {},
            None => std::future::pending().await,
        }
    }
}

/// The requests and the streams that one token may have at a time, so that no token takes the
/// connections of all others.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    requests: Arc<Semaphore>,
    streams: Arc<Semaphore>,
}

/// The most requests and the most streams of one token at a time.
const MOST_REQUESTS: usize = 64;
const MOST_STREAMS: usize = 32;

impl Places {
    fn new() -> Self {
        Self {
            requests: Arc::new(Semaphore::new(MOST_REQUESTS)),
            streams: Arc::new(Semaphore::new(MOST_STREAMS)),
        }
    }

    /// Takes the place of a request until the permit is dropped, or returns `None` if all are taken.
    pub(crate) fn try_request(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.requests).try_acquire_owned().ok()
    }

    /// Takes the place of a stream until the permit is dropped, or returns `None` if all are taken.
    pub(crate) fn try_stream(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.streams).try_acquire_owned().ok()
    }
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
    places: Places,
    /// Dropped with the token, which tells those that still use it.
    alive: Arc<watch::Sender<()>>,
}

impl Token {
    /// Returns the token's sender. The id is of the hash, so that it stays when the file is read
    /// again.
    fn sender(&self) -> Sender {
        let id = self.hash.first_chunk().copied().unwrap_or_default();
        Sender {
            role: self.role,
            holder: Holder::Token(u64::from_be_bytes(id)),
            places: self.places.clone(),
            alive: Some(self.alive.subscribe()),
        }
    }
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
    ///
    /// A token that stays keeps its places: with new ones, it would have twice as many until what
    /// is under way ends. Streams of a token that is gone end.
    pub(crate) fn reload(&self) -> Result<(), TokensError> {
        let mut tokens = read(&self.path)?;
        let before = self.list.load();
        for token in &mut tokens {
            if let Some(same) = before.iter().find(|it| it.hash == token.hash) {
                token.places = same.places.clone();
                token.alive = Arc::clone(&same.alive);
            }
        }
        self.list.store(tokens.into());
        Ok(())
    }

    /// Returns whose token is in a request's header `Authorization: Bearer TOKEN`.
    ///
    /// Every token is compared, and each in constant time, so that the time tells nothing.
    pub(crate) fn sender(&self, headers: &HeaderMap) -> Option<Sender> {
        let header = headers.get(AUTHORIZATION)?.as_bytes();
        let (scheme, token) = header.split_at_checked(SCHEME.len())?;
        if !scheme.eq_ignore_ascii_case(SCHEME) {
            return None;
        }
        let hash = hash(token);
        let list = self.list.load();
        let mut found = None;
        for token in list.iter() {
            let is_equal = bool::from(token.hash.ct_eq(&hash));
            found = is_equal.then_some(token).or(found);
        }
        found.map(Token::sender)
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

    let mut tokens: Vec<Token> = Vec::new();
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
        // A token that comes twice is one sender, with the higher role.
        match tokens.iter_mut().find(|it| it.hash == token.hash) {
            Some(same) => same.role = same.role.max(token.role),
            None => tokens.push(token),
        }
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
    Ok(Token {
        role,
        hash: hash(token.as_bytes()),
        places: Places::new(),
        alive: Arc::default(),
    })
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

    use super::{MOST_REQUESTS, MOST_STREAMS, Role, Sender, Tokens, token};
    use crate::door::Holder;

    /// Returns who sends a request with this header.
    fn sender(tokens: &Tokens, header: &'static str) -> Option<Sender> {
        let value = HeaderValue::from_static(header);
        tokens.sender(&HeaderMap::from_iter([(super::AUTHORIZATION, value)]))
    }

    #[test]
    fn a_token_has_its_role_and_no_other_text_has_any() -> Result<(), Box<dyn Error>> {
        let home = tempfile::tempdir()?;
        let path = home.path().join("tokens");
        std::fs::write(
            &path,
            "# for the monitoring\nread  abcdefghijklmnop\n\nadmin ABCDEFGHIJKLMNOP\n",
        )?;
        let tokens = Tokens::read(path.clone())?;
        let role = |header| sender(&tokens, header).map(|it| it.role);

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
        assert!(tokens.sender(&HeaderMap::new()).is_none());

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
    fn a_token_keeps_its_places_and_its_id_when_the_file_is_read_again()
    -> Result<(), Box<dyn Error>> {
        let home = tempfile::tempdir()?;
        let path = home.path().join("tokens");
        std::fs::write(&path, "read abcdefghijklmnop\nread ABCDEFGHIJKLMNOP\n")?;
        let tokens = Tokens::read(path.clone())?;
        let [one, other] = ["Bearer abcdefghijklmnop", "Bearer ABCDEFGHIJKLMNOP"];
        let find = |header| sender(&tokens, header).ok_or("there is no sender");
        let (before, others) = (find(one)?, find(other)?);
        assert_ne!(before.holder, others.holder);

        let requests: Vec<_> = std::iter::from_fn(|| before.places.try_request()).collect();
        let streams: Vec<_> = std::iter::from_fn(|| before.places.try_stream()).collect();
        assert_eq!(
            (requests.len(), streams.len()),
            (MOST_REQUESTS, MOST_STREAMS)
        );
        assert!(others.places.try_request().is_some() && others.places.try_stream().is_some());

        std::fs::write(&path, "# it may write now\nwrite abcdefghijklmnop\n")?;
        tokens.reload()?;
        let after = find(one)?;
        assert_eq!((after.role, &after.holder), (Role::Write, &before.holder));
        assert!(after.places.try_request().is_none() && after.places.try_stream().is_none());
        assert!(find(other).is_err());
        drop((requests, streams));
        assert!(after.places.try_request().is_some() && after.places.try_stream().is_some());
        Ok(())
    }

    #[test]
    fn a_token_that_comes_twice_is_one_sender_with_the_higher_role() -> Result<(), Box<dyn Error>> {
        let home = tempfile::tempdir()?;
        let path = home.path().join("tokens");
        let [read, admin] = ["read", "admin"].map(|role| format!("{role} abcdefghijklmnop\n"));
        for text in [format!("{read}{admin}"), format!("{admin}{read}")] {
            std::fs::write(&path, text)?;
            let tokens = Tokens::read(path.clone())?;
            let found = sender(&tokens, "Bearer abcdefghijklmnop");
            assert_eq!(found.map(|it| it.role), Some(Role::Admin));
        }
        Ok(())
    }

    #[test]
    fn the_sender_of_this_machine_is_an_admin_with_places() {
        let local = Sender::local();
        assert_eq!((local.role, &local.holder), (Role::Admin, &Holder::Local));
        let taken = local.clone().places.try_stream();
        let left: Vec<_> = std::iter::from_fn(|| local.places.try_stream()).collect();
        assert_eq!(left.len(), MOST_STREAMS - 1);
        drop(taken);
        assert!(local.places.try_stream().is_some());
    }

    #[test]
    fn roles_print_as_files_have_them() -> Result<(), Box<dyn Error>> {
        for role in [Role::Read, Role::Write, Role::Admin] {
            assert_eq!(token(&format!("{role} abcdefghijklmnop"))?.role, role);
        }
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
