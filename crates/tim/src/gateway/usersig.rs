//! `UserSig`: the signature that authenticates an account (TLS signature, version 2).

use std::fmt;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::time::Moment;
use crate::{Code, Command};

/// The most bytes of a decompressed `UserSig`.
const MAX_BYTES: usize = 1 << 16;

/// A `UserSig`: the account that may call, its app, the time of signing and the lifetime.
///
/// The signature is the vendor's: HMAC-SHA256 with the app's secret over the fields, as JSON
/// compressed by zlib and encoded by a base64 with `*`, `-` and `_` in place of `+`, `/` and
/// `=` (document 1047/34385).
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
    time: i128,
    /// In seconds.
    expire: i128,
    userbuf: Option<String>,
}

/// Defines [`UserSigError`]. A row has an error, its text, and its code.
macro_rules! usersig_errors {
    ($($(#[$doc:meta])* $error:ident: $text:literal $code:ident,)*) => {
        /// The reason for which a `UserSig` does not authenticate an account.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
        #[non_exhaustive]
        pub enum UserSigError {
            $($(#[$doc])* #[error($text)] $error,)*
        }

        impl UserSigError {
            /// Returns the code of the error.
            #[must_use]
            pub const fn code(self) -> Code {
                match self { $(Self::$error => Code::$code,)* }
            }
        }
    };
}

usersig_errors! {
    /// The text is empty.
    Empty: "the usersig is empty" UserSigMissing,
    /// The text is not base64, zlib and JSON with the right fields, it is too large, or a field
    /// has a control character.
    Malformed: "the usersig cannot be read" UserSigMalformed,
    /// The `UserSig` is another app's.
    OtherApp: "the usersig is another app's" UserSigForeign,
    /// The `UserSig` is another account's.
    OtherAccount: "the usersig is another account's" UserSigOthers,
    /// The `UserSig` has expired.
    Expired: "the usersig has expired" UserSigExpired,
    /// The signature does not match: the secret is another, or a field has been changed.
    WrongSignature: "the usersig was not made with the app's secret" UserSigWrong,
}

/// The fields of the JSON.
#[derive(Serialize, Deserialize)]
struct Fields {
    #[serde(rename = "TLS.ver", default)]
    version: String,
    #[serde(rename = "TLS.identifier")]
    identifier: String,
    #[serde(rename = "TLS.sdkappid")]
    sdkappid: u64,
    // Signed, as in the vendor's verifier (a negative lifetime is over), and wide enough for the
    // longest that a signer makes.
    #[serde(rename = "TLS.expire")]
    expire: i128,
    #[serde(rename = "TLS.time")]
    time: i128,
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
    /// Returns an unsigned `UserSig`. Times are kept in whole seconds.
    #[must_use]
    pub fn new(sdkappid: u64, identifier: &str, issued_at: SystemTime, lifetime: Duration) -> Self {
        Self {
            sdkappid,
            identifier: identifier.to_owned(),
            time: i128::from(Moment::from(issued_at).seconds()),
            expire: i128::from(lifetime.as_secs()),
            userbuf: None,
        }
    }

    /// Returns the `UserSig` with bytes of the app's own, such as privileges.
    #[must_use]
    pub fn with_userbuf(self, userbuf: &[u8]) -> Self {
        Self {
            userbuf: Some(STANDARD.encode(userbuf)),
            ..self
        }
    }

    /// Returns the id of the app.
    #[must_use]
    pub const fn sdkappid(&self) -> u64 {
        self.sdkappid
    }

    /// Returns the account.
    #[must_use]
    pub fn identifier(&self) -> &str {
        &self.identifier
    }

    /// Returns the signed text, for the app's secret.
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

    /// Returns the path and query string of a signed call.
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

    /// Reads a `UserSig` and checks that it authenticates an account.
    ///
    /// The order of the checks is that of the vendor's own verifier: app, account, expiry,
    /// signature. The signature is compared in constant time. A `UserSig` is still valid in the
    /// second of its end.
    ///
    /// # Errors
    /// Fails with the first check that fails.
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

        // The signed text consists of lines. A field with a line break could pass for another.
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
        if i128::from(Moment::from(now).seconds()) > time.saturating_add(expire) {
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

    /// Returns the HMAC of the fields, in the order of the vendor.
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

/// Returns an HMAC with the secret as its key.
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
