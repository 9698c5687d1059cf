//! The options of the server: what is given, completed by defaults and checked.

mod given;
mod secret;

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fmt, fs, io};

use reqwest::Url;
use socialgraph::Policy;

pub(crate) use given::{BeforeFailure, Given, Level, LogFormat, Retention};
pub(crate) use secret::Secret;

/// The options, complete.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) listen: Vec<Address>,
    /// The directory of the state, or `None` if it is in memory.
    pub(crate) data: Option<PathBuf>,
    pub(crate) app: App,
    pub(crate) token_file: Option<PathBuf>,
    /// The files of the certificate and of its key.
    pub(crate) tls: Option<(PathBuf, PathBuf)>,
    pub(crate) callbacks: Option<Callbacks>,
    pub(crate) limits: Limits,
    pub(crate) keeping: Keeping,
    /// The directory below which `/v1` makes backups, or `None` if it makes none.
    pub(crate) backups: Option<PathBuf>,
    pub(crate) log: Level,
    pub(crate) log_format: LogFormat,
}

/// The app of the vendor's interface.
#[derive(Clone, Debug)]
pub(crate) struct App {
    pub(crate) sdkappid: u64,
    pub(crate) secret: Secret,
    /// The first admin signs the request that is printed at the start.
    pub(crate) admins: Vec<String>,
    /// The name of the policy of a new state. `None` takes the vendor's, or the one that is there.
    pub(crate) policy: Option<String>,
    pub(crate) auto_import: bool,
    pub(crate) max_accounts: Option<u32>,
    /// The bytes of remarks, profiles and other fields: of one account, and of all.
    pub(crate) max_account_field_bytes: u64,
    pub(crate) max_field_bytes: u64,
}

/// Where callbacks go, and how long they are tried.
#[derive(Clone, Debug)]
pub(crate) struct Callbacks {
    pub(crate) url: Url,
    pub(crate) timeout: Duration,
    /// `None` tries for ever.
    pub(crate) give_up: Option<Duration>,
    /// Whether the app is asked before a call, how long it has, and what happens if it fails.
    pub(crate) before: Option<(Duration, BeforeFailure)>,
}

/// The limits of the door.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) calls_per_second: Option<NonZeroU32>,
    pub(crate) body_bytes: usize,
    pub(crate) user_body_bytes: usize,
    pub(crate) reply_bytes: usize,
    pub(crate) bytes_under_way: usize,
    pub(crate) connections: usize,
    pub(crate) head_timeout: Duration,
    pub(crate) body_timeout: Duration,
    pub(crate) reply_timeout: Duration,
    pub(crate) idle_timeout: Duration,
    pub(crate) grace: Duration,
}

/// How the directory is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keeping {
    pub(crate) snapshot_entries: u64,
    pub(crate) snapshot_time: Duration,
    pub(crate) snapshots: usize,
    pub(crate) retention: Retention,
}

/// Where to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    /// A host and a port. The host is looked up when the server listens.
    Tcp(String),
    /// The path of a Unix socket.
    Unix(PathBuf),
}

/// Prints the address as it is given.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => f.write_str(address),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

/// What is wrong with the options.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OptionsError {
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    /// It prints no line of the file, which may have a secret.
    #[error("{}: line {line}: {what}", path.display())]
    Toml {
        path: PathBuf,
        line: usize,
        what: String,
    },
    #[error("{option}: {what}")]
    Wrong { option: &'static str, what: String },
}

impl OptionsError {
    pub(crate) fn wrong(option: &'static str, what: impl Into<String>) -> Self {
        let what = what.into();
        Self::Wrong { option, what }
    }
}

impl Given {
    /// Reads a TOML file.
    pub(crate) fn read(path: &Path) -> Result<Self, OptionsError> {
        let text = fs::read_to_string(path).map_err(|error| OptionsError::File {
            path: path.to_owned(),
            error,
        })?;
        toml::from_str(&text).map_err(|error: toml::de::Error| {
            let begin = error.span().map_or(0, |span| span.start);
            let line = text
                .bytes()
                .take(begin)
                .filter(|byte| *byte == b'\n')
                .count();
            let key = text
                .lines()
                .nth(line)
                .and_then(|line| line.split('=').next());
            OptionsError::Toml {
                path: path.to_owned(),
                line: line + 1,
                what: format!("{}: {}", key.unwrap_or_default().trim(), error.message()),
            }
        })
    }
}

/// Fields that the first does not give are taken from the second.
macro_rules! first_of {
    ($given:ident, $file:ident, $($field:ident)*) => {
        $($given.$field = $given.$field.or($file.$field);)*
    };
}

impl Given {
    /// Completes what flags and variables give by what a file gives.
    pub(crate) fn or(mut self, file: Self) -> Self {
        // If one of the two is given, the file's other one is meant for another start.
        if self.data.is_none() && self.memory.is_none() {
            self.data = file.data;
            self.memory = file.memory;
        }
        if self.listen.is_empty() {
            self.listen = file.listen;
        }
        if self.admin.is_empty() {
            self.admin = file.admin;
        }
        first_of!(self, file, sdkappid secret_file policy auto_import token_file tls_cert tls_key
            callback_url callback_timeout callback_give_up before_callbacks before_timeout
            before_failure calls_per_second max_accounts max_account_field_bytes
            max_field_bytes max_body_bytes max_user_body_bytes
            max_reply_bytes max_bytes_under_way max_connections head_timeout body_timeout
            reply_timeout idle_timeout grace snapshot_entries snapshot_time snapshots retention
            backups log log_format);
        self
    }

    /// Completes the options by their defaults, and checks them.
    pub(crate) fn complete(self) -> Result<Options, OptionsError> {
        let options = Options {
            listen: self.addresses()?,
            data: self.data.clone().filter(|_| self.memory != Some(true)),
            app: self.app()?,
            token_file: self.token_file.clone(),
            tls: self.tls()?,
            callbacks: self.callbacks()?,
            limits: self.limits()?,
            keeping: self.keeping()?,
            backups: self.backups.clone(),
            log: self.log.unwrap_or_default(),
            log_format: self.log_format.unwrap_or_default(),
        };
        Ok(options)
    }

    fn addresses(&self) -> Result<Vec<Address>, OptionsError> {
        if self.listen.is_empty() {
            return Ok(vec![Address::Tcp("127.0.0.1:8080".to_owned())]);
        }
        self.listen.iter().map(|text| address(text)).collect()
    }

    fn app(&self) -> Result<App, OptionsError> {
        let admins = match &self.admin[..] {
            [] => vec!["administrator".to_owned()],
            admins => admins.to_vec(),
        };
        if admins.iter().any(String::is_empty) {
            return Err(OptionsError::wrong("admin", "an account has a name"));
        }
        if let Some(policy) = &self.policy
            && Policy::named(policy).is_err()
        {
            return Err(OptionsError::wrong("policy", unknown_policy(policy)));
        }
        Ok(App {
            sdkappid: self.sdkappid.unwrap_or(1_400_000_000),
            secret: Secret::find(self.secret_file.as_deref())?,
            admins,
            policy: self.policy.clone(),
            auto_import: self.auto_import.unwrap_or_default(),
            max_accounts: self.max_accounts.filter(|most| *most > 0),
            max_account_field_bytes: self.max_account_field_bytes.unwrap_or(4 << 20),
            max_field_bytes: self.max_field_bytes.unwrap_or(4 << 30),
        })
    }

    fn tls(&self) -> Result<Option<(PathBuf, PathBuf)>, OptionsError> {
        match (&self.tls_cert, &self.tls_key) {
            (Some(certificate), Some(key)) => Ok(Some((certificate.clone(), key.clone()))),
            (None, None) => Ok(None),
            (Some(_), None) => Err(OptionsError::wrong("tls-key", "a certificate has a key")),
            (None, Some(_)) => Err(OptionsError::wrong("tls-cert", "a key has a certificate")),
        }
    }

    fn callbacks(&self) -> Result<Option<Callbacks>, OptionsError> {
        let is_asked = self.before_callbacks.unwrap_or_default();
        let Some(url) = &self.callback_url else {
            if is_asked {
                let what = "there is no callback-url to ask";
                return Err(OptionsError::wrong("before-callbacks", what));
            }
            return Ok(None);
        };

        let url = callback_url(url)?;
        let before_timeout = seconds("before-timeout", self.before_timeout, 2)?;
        let give_up = self.callback_give_up.unwrap_or(86_400);
        Ok(Some(Callbacks {
            url,
            timeout: seconds("callback-timeout", self.callback_timeout, 10)?,
            give_up: Some(time("callback-give-up", give_up)?).filter(|time| !time.is_zero()),
            before: is_asked.then(|| (before_timeout, self.before_failure.unwrap_or_default())),
        }))
    }

    fn limits(&self) -> Result<Limits, OptionsError> {
        let body_bytes = number("max-body-bytes", self.max_body_bytes, 1 << 20)?;
        let users = body_bytes.min(256 << 10);
        let limits = Limits {
            calls_per_second: NonZeroU32::new(self.calls_per_second.unwrap_or(200)),
            body_bytes,
            user_body_bytes: number("max-user-body-bytes", self.max_user_body_bytes, users)?,
            reply_bytes: number("max-reply-bytes", self.max_reply_bytes, 16 << 20)?,
            bytes_under_way: number("max-bytes-under-way", self.max_bytes_under_way, 256 << 20)?,
            connections: number("max-connections", self.max_connections, 1_024)?,
            head_timeout: seconds("head-timeout", self.head_timeout, 10)?,
            body_timeout: seconds("body-timeout", self.body_timeout, 10)?,
            reply_timeout: seconds("reply-timeout", self.reply_timeout, 30)?,
            idle_timeout: seconds("idle-timeout", self.idle_timeout, 60)?,
            grace: time("grace", self.grace.unwrap_or(3))?,
        };
        limits.check()?;
        Ok(limits)
    }

    fn keeping(&self) -> Result<Keeping, OptionsError> {
        Ok(Keeping {
            snapshot_entries: self.snapshot_entries.unwrap_or(1_000_000),
            snapshot_time: seconds("snapshot-time", self.snapshot_time, 3_600)?,
            snapshots: self.snapshots.unwrap_or(2),
            retention: self.retention.unwrap_or_default(),
        })
    }
}

impl Limits {
    /// Checks limits that depend on each other, and those with bounds of their own.
    fn check(&self) -> Result<(), OptionsError> {
        let largest = self.body_bytes.max(self.reply_bytes);
        if self.bytes_under_way < largest {
            let what = format!("one request or reply alone may have {largest} bytes");
            return Err(OptionsError::wrong("max-bytes-under-way", what));
        }
        if self.user_body_bytes > self.body_bytes {
            let what = format!("no request may have more than {} bytes", self.body_bytes);
            return Err(OptionsError::wrong("max-user-body-bytes", what));
        }
        if self.connections > MOST_CONNECTIONS {
            let what = format!("{MOST_CONNECTIONS} is the most");
            return Err(OptionsError::wrong("max-connections", what));
        }
        if self.reply_bytes < FEWEST_REPLY_BYTES {
            let what = format!("{FEWEST_REPLY_BYTES} is the least");
            return Err(OptionsError::wrong("max-reply-bytes", what));
        }
        Ok(())
    }
}

/// Reads an address.
fn address(text: &str) -> Result<Address, OptionsError> {
    if let Some(path) = text.strip_prefix("unix:") {
        if path.is_empty() {
            return Err(OptionsError::wrong(
                "listen",
                "unix: has a path, as in unix:/run/s.sock",
            ));
        }
        return Ok(Address::Unix(path.into()));
    }
    match text.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => {
            Ok(Address::Tcp(text.to_owned()))
        }
        _ => {
            let what = format!("{text:?} is no host and port, as in localhost:8080");
            Err(OptionsError::wrong("listen", what))
        }
    }
}

fn callback_url(text: &str) -> Result<Url, OptionsError> {
    // Its query may have a secret of the app's, so it is not printed.
    let wrong = |what: String| OptionsError::wrong("callback-url", what);
    let url = Url::parse(text).map_err(|error| wrong(error.to_string()))?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        scheme => Err(wrong(format!("{scheme:?} is neither http nor https"))),
    }
}

/// Says which policies there are.
fn unknown_policy(name: &str) -> String {
    let names: Vec<_> = Policy::names().collect();
    format!("{name:?} is none of {}", names.join(", "))
}

/// The largest number of bytes or connections: more than any machine has.
const MOST: usize = 1 << 40;

/// The most connections: more than a machine has memory for.
const MOST_CONNECTIONS: usize = 1 << 20;

/// The fewest bytes of a reply: that to a call of one item fits in.
const FEWEST_REPLY_BYTES: usize = 4 << 10;

/// The longest time: a year.
const LONGEST: u64 = 31_536_000;

/// Returns a number from 1 on.
fn number(
    option: &'static str,
    given: Option<usize>,
    default: usize,
) -> Result<usize, OptionsError> {
    match given.unwrap_or(default) {
        0 => Err(OptionsError::wrong(option, "0 lets nothing through")),
        number if number > MOST => Err(OptionsError::wrong(option, format!("{MOST} is the most"))),
        number => Ok(number),
    }
}

/// Returns a time from 1 s on.
fn seconds(
    option: &'static str,
    given: Option<u64>,
    default: u64,
) -> Result<Duration, OptionsError> {
    match given.unwrap_or(default) {
        0 => Err(OptionsError::wrong(option, "0 seconds are too short")),
        seconds => time(option, seconds),
    }
}

/// Returns a time, which may be 0.
fn time(option: &'static str, seconds: u64) -> Result<Duration, OptionsError> {
    if seconds > LONGEST {
        let what = format!("{LONGEST} s, a year, are the most");
        return Err(OptionsError::wrong(option, what));
    }
    Ok(Duration::from_secs(seconds))
}

/// Returns whether an address is reached from this machine alone.
pub(crate) const fn is_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_loopback(),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(address) => address.is_loopback(),
            None => address.is_loopback(),
        },
    }
}
