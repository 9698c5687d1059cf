//! `UserSig`: the signature by which an account proves itself (TLS signature, version 2).

use std::fmt;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::moment::Moment;
use crate::{Code, Command};

/// The most bytes that a `UserSig` may unfold to.
const MAX_BYTES: usize = 1 << 16;

/// What a `UserSig` says: who may call, of which app, from when and for how long.
///
/// The signature is the vendor's: HMAC-SHA256 with the app's secret over the fields, as JSON
/// under zlib under a base64 whose `+`, `/` and `=` are `*`, `-` and `_`
/// (document 1047/34385).
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
///
/// use socialgraph_tim::{UserSig, UserSigError};
///
/// let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
/// let day = Duration::from_secs(86_400);
/// let text = UserSig::new(1_400_000_000, "id", now, day).sign("secret");
///
/// assert_eq!(UserSig::verify(&text, 1_400_000_000, "id", "secret", now)?.identifier(), "id");
/// assert_eq!(
///     UserSig::verify(&text, 1_400_000_000, "id", "secret", now + 2 * day),
///     Err(UserSigError::Expired),
/// );
/// # Ok::<(), UserSigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UserSig {
    sdkappid: u64,
    identifier: String,
    /// In seconds since 1970.
    time: u64,
    /// In seconds.
    expire: u64,
    userbuf: Option<String>,
}

/// Why a `UserSig` does not prove anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum UserSigError {
    /// There is none.
    #[error("the usersig is empty")]
    Empty,
    /// It is not base64, zlib and JSON of the right fields, it is too large, or a field has a
    /// control character.
    #[error("the usersig cannot be read")]
    Malformed,
    /// It is another app's.
    #[error("the usersig is another app's")]
    OtherApp,
    /// It is another account's.
    #[error("the usersig is another account's")]
    OtherAccount,
    /// It has expired.
    #[error("the usersig has expired")]
    Expired,
    /// It was made with another secret, or has been changed.
    #[error("the usersig was not made with the app's secret")]
    WrongSignature,
}

impl UserSigError {
    /// Returns the code that tells it.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::Empty => Code::UserSigMissing,
            Self::Malformed => Code::UserSigMalformed,
            Self::OtherApp => Code::UserSigForeign,
            Self::OtherAccount => Code::UserSigOthers,
            Self::Expired => Code::UserSigExpired,
            Self::WrongSignature => Code::UserSigWrong,
        }
    }
}

/// The fields as they are in the JSON.
#[derive(Serialize, Deserialize)]
struct Fields {
    #[serde(rename = "TLS.ver", default)]
    version: String,
    #[serde(rename = "TLS.identifier")]
    identifier: String,
    #[serde(rename = "TLS.sdkappid")]
    sdkappid: u64,
    #[serde(rename = "TLS.expire")]
    expire: u64,
    #[serde(rename = "TLS.time")]
    time: u64,
    #[serde(
        rename = "TLS.userbuf",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    userbuf: Option<String>,
    #[serde(rename = "TLS.sig")]
    signature: String,
}

impl UserSig {
    /// Returns what a `UserSig` is to say; times are kept in whole seconds.
    #[must_use]
    pub fn new(sdkappid: u64, identifier: &str, issued_at: SystemTime, lifetime: Duration) -> Self {
        Self {
            sdkappid,
            identifier: identifier.to_owned(),
            time: Moment::from(issued_at).seconds(),
            expire: lifetime.as_secs(),
            userbuf: None,
        }
    }

    /// Returns the same with bytes of the app's own, such as privileges.
    #[must_use]
    pub fn with_userbuf(self, userbuf: &[u8]) -> Self {
        Self {
            userbuf: Some(STANDARD.encode(userbuf)),
            ..self
        }
    }

    /// Returns the app.
    #[must_use]
    pub const fn sdkappid(&self) -> u64 {
        self.sdkappid
    }

    /// Returns the account.
    #[must_use]
    pub fn identifier(&self) -> &str {
        &self.identifier
    }

    /// Signs it.
    #[must_use]
    pub fn sign(&self, secret: &str) -> String {
        let fields = Fields {
            version: "2.0".to_owned(),
            identifier: self.identifier.clone(),
            sdkappid: self.sdkappid,
            expire: self.expire,
            time: self.time,
            userbuf: self.userbuf.clone(),
            signature: STANDARD.encode(self.mac(secret).finalize().into_bytes()),
        };
        // Texts and numbers always have a JSON form.
        let json = serde_json::to_vec(&fields).unwrap_or_default();
        let text = STANDARD.encode(compress_to_vec_zlib(&json, 6));
        text.replace('+', "*").replace('/', "-").replace('=', "_")
    }

    /// Returns the path and query string of a call that is signed by it.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    ///
    /// use socialgraph_tim::{Command, UserSig};
    ///
    /// let usersig = UserSig::new(1_400_000_000, "id 1", UNIX_EPOCH, Duration::from_secs(86_400));
    /// let target = usersig.sign_target(Command::FriendAdd, "secret", 99_999_999);
    /// assert!(target.starts_with("/v4/sns/friend_add?sdkappid=1400000000&identifier=id+1&"));
    /// ```
    #[must_use]
    pub fn sign_target(&self, command: Command, secret: &str, random: u32) -> String {
        let path = format!("{}?", command.path());
        let start = path.len();
        form_urlencoded::Serializer::for_suffix(path, start)
            .append_pair("sdkappid", &self.sdkappid.to_string())
            .append_pair("identifier", &self.identifier)
            .append_pair("usersig", &self.sign(secret))
            .append_pair("random", &random.to_string())
            .append_pair("contenttype", "json")
            .finish()
    }

    /// Reads a `UserSig` and checks that it proves who calls.
    ///
    /// The order of the checks is that of the vendor's own verifier: app, account, expiry,
    /// signature, the last in constant time. At the very second of its end it is still valid.
    ///
    /// # Errors
    /// Fails where it proves nothing; see [`UserSigError`].
    pub fn verify(
        text: &str,
        sdkappid: u64,
        identifier: &str,
        secret: &str,
        now: SystemTime,
    ) -> Result<Self, UserSigError> {
        let Fields {
            identifier: name,
            sdkappid: app,
            expire,
            time,
            userbuf,
            signature,
            ..
        } = decode(text)?;
        // What is signed is lines: a field with a line of its own could pass for another.
        let is_one_line = |text: &String| !text.chars().any(char::is_control);
        if !is_one_line(&name) || !userbuf.as_ref().is_none_or(is_one_line) {
            return Err(UserSigError::Malformed);
        }
        let sig = Self {
            sdkappid: app,
            identifier: name,
            time,
            expire,
            userbuf,
        };
        if sig.sdkappid != sdkappid {
            return Err(UserSigError::OtherApp);
        }
        if sig.identifier != identifier {
            return Err(UserSigError::OtherAccount);
        }
        if Moment::from(now).seconds() > time.saturating_add(expire) {
            return Err(UserSigError::Expired);
        }
        let signature = STANDARD
            .decode(signature)
            .map_err(|_| UserSigError::Malformed)?;
        match sig.mac(secret).verify_slice(&signature) {
            Ok(()) => Ok(sig),
            Err(_) => Err(UserSigError::WrongSignature),
        }
    }

    /// Returns the code over the fields, in the order in which they are signed.
    fn mac(&self, secret: &str) -> Hmac<Sha256> {
        let Self {
            sdkappid,
            identifier,
            time,
            expire,
            userbuf,
        } = self;
        let mut signed = format!(
            "TLS.identifier:{identifier}\nTLS.sdkappid:{sdkappid}\n\
             TLS.time:{time}\nTLS.expire:{expire}\n"
        );
        if let Some(userbuf) = userbuf {
            signed.push_str("TLS.userbuf:");
            signed.push_str(userbuf);
            signed.push('\n');
        }
        keyed(secret).chain_update(signed)
    }
}

/// Returns the code's beginning; a key may have any length.
#[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
fn keyed(secret: &str) -> Hmac<Sha256> {
    Hmac::new_from_slice(secret.as_bytes()).expect("a key of any length")
}

fn decode(text: &str) -> Result<Fields, UserSigError> {
    if text.is_empty() {
        return Err(UserSigError::Empty);
    }
    let malformed = || UserSigError::Malformed;
    let standard = text.replace('*', "+").replace('-', "/").replace('_', "=");
    let zlib = STANDARD.decode(standard).map_err(|_| malformed())?;
    let json = decompress_to_vec_zlib_with_limit(&zlib, MAX_BYTES).map_err(|_| malformed())?;
    serde_json::from_slice(&json).map_err(|_| malformed())
}

impl fmt::Display for UserSig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            sdkappid,
            identifier,
            time,
            expire,
            ..
        } = self;
        write!(
            f,
            "account {identifier:?} of app {sdkappid}, for {expire} s from {time}"
        )
    }
}
