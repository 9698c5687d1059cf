//! The options as they are given: flags, variables of the environment, a TOML file.

#![allow(
    clippy::doc_markdown,
    rustdoc::broken_intra_doc_links,
    reason = "the comments are the help, with defaults in brackets"
)]

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::{Deserialize, Deserializer};

/// Every option, if it is given. A flag counts before its variable, and that before the file.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Given {
    /// Where to listen: HOST:PORT, or unix:PATH; may be repeated [127.0.0.1:8080]
    #[arg(
        long,
        env = "SOCIALGRAPH_LISTEN",
        value_name = "ADDRESS",
        value_delimiter = ','
    )]
    #[serde(deserialize_with = "one_or_many")]
    pub(super) listen: Vec<String>,
    /// Keep the state in this directory
    #[arg(long, env = "SOCIALGRAPH_DATA", value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Keep the state in memory, even if --data is given: it is lost at the end [if it is not]
    #[arg(long, env = "SOCIALGRAPH_MEMORY", num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub(super) memory: Option<bool>,

    /// The app [1400000000]
    #[arg(
        long,
        env = "SOCIALGRAPH_SDKAPPID",
        value_name = "N",
        help_heading = "The app"
    )]
    pub(super) sdkappid: Option<u64>,
    /// A file with the app's secret, which signs UserSigs; or set SOCIALGRAPH_SECRET
    #[arg(
        long,
        env = "SOCIALGRAPH_SECRET_FILE",
        value_name = "FILE",
        help_heading = "The app"
    )]
    pub(super) secret_file: Option<PathBuf>,
    /// An account that may act for every account; may be repeated [administrator]
    #[arg(
        long,
        env = "SOCIALGRAPH_ADMIN",
        value_name = "NAME",
        value_delimiter = ',',
        help_heading = "The app"
    )]
    #[serde(deserialize_with = "one_or_many")]
    pub(super) admin: Vec<String>,
    /// The policy of a new state, by name [tencent_rest]
    #[arg(
        long,
        env = "SOCIALGRAPH_POLICY",
        value_name = "NAME",
        help_heading = "The app"
    )]
    pub(super) policy: Option<String>,
    /// Import accounts when they are first named, instead of refusing them [false]
    #[arg(long, env = "SOCIALGRAPH_AUTO_IMPORT", num_args = 0..=1, default_missing_value = "true", value_name = "BOOL", help_heading = "The app")]
    pub(super) auto_import: Option<bool>,

    /// A file with tokens, with a role each: read, write or admin
    #[arg(
        long,
        env = "SOCIALGRAPH_TOKEN_FILE",
        value_name = "FILE",
        help_heading = "Safety"
    )]
    pub(super) token_file: Option<PathBuf>,
    /// A file with the certificate and its chain, in PEM
    #[arg(
        long,
        env = "SOCIALGRAPH_TLS_CERT",
        value_name = "FILE",
        help_heading = "Safety"
    )]
    pub(super) tls_cert: Option<PathBuf>,
    /// A file with the certificate's key, in PEM
    #[arg(
        long,
        env = "SOCIALGRAPH_TLS_KEY",
        value_name = "FILE",
        help_heading = "Safety"
    )]
    pub(super) tls_key: Option<PathBuf>,

    /// Where the app's callbacks go: an http or https URL [none are sent]
    #[arg(
        long,
        env = "SOCIALGRAPH_CALLBACK_URL",
        value_name = "URL",
        help_heading = "Callbacks"
    )]
    pub(super) callback_url: Option<String>,
    /// Seconds that the app has for an after-callback [10]
    #[arg(
        long,
        env = "SOCIALGRAPH_CALLBACK_TIMEOUT",
        value_name = "SECONDS",
        help_heading = "Callbacks"
    )]
    pub(super) callback_timeout: Option<u64>,
    /// Seconds after its entry when an after-callback is given up, 0 for never [86400]
    #[arg(
        long,
        env = "SOCIALGRAPH_CALLBACK_GIVE_UP",
        value_name = "SECONDS",
        help_heading = "Callbacks"
    )]
    pub(super) callback_give_up: Option<u64>,
    /// Ask the app before friends are added and requests are answered [false]
    #[arg(long, env = "SOCIALGRAPH_BEFORE_CALLBACKS", num_args = 0..=1, default_missing_value = "true", value_name = "BOOL", help_heading = "Callbacks")]
    pub(super) before_callbacks: Option<bool>,
    /// Seconds that the app has for a before-callback [2]
    #[arg(
        long,
        env = "SOCIALGRAPH_BEFORE_TIMEOUT",
        value_name = "SECONDS",
        help_heading = "Callbacks"
    )]
    pub(super) before_timeout: Option<u64>,
    /// What happens to a call if a before-callback fails [allow]
    #[arg(
        long,
        env = "SOCIALGRAPH_BEFORE_FAILURE",
        value_enum,
        help_heading = "Callbacks"
    )]
    pub(super) before_failure: Option<BeforeFailure>,

    /// Calls of each command that each account has in a second, 0 for no limit [200]
    #[arg(
        long,
        env = "SOCIALGRAPH_CALLS_PER_SECOND",
        value_name = "N",
        help_heading = "Limits"
    )]
    pub(super) calls_per_second: Option<u32>,
    /// Accounts at most, 0 for no limit [0]
    #[arg(
        long,
        env = "SOCIALGRAPH_MAX_ACCOUNTS",
        value_name = "N",
        help_heading = "Limits"
    )]
    pub(super) max_accounts: Option<u32>,
    /// Bytes of remarks, profiles and other fields of one account at most [4194304]
    #[arg(
        long,
        env = "SOCIALGRAPH_MAX_ACCOUNT_FIELD_BYTES",
        value_name = "N",
        help_heading = "Limits"
    )]
    pub(super) max_account_field_bytes: Option<u64>,
    /// Bytes of the fields of all accounts at most [4294967296]
    #[arg(
        long,
        env = "SOCIALGRAPH_MAX_FIELD_BYTES",
        value_name = "N",
        help_heading = "Limits"
    )]
    pub(super) max_field_bytes: Option<u64>,
    /// Bytes of an admin's request at most [1048576]
    #[arg(
        long,
        env = "SOCIALGRAPH_MAX_BODY_BYTES",
        value_name = "N",
        help_heading = "Limits"
    )]
    pub(super) max_body_bytes: Option<usize>,
    /// Bytes of a user's request at most [262144]
    #[arg(
        long,
        env = "SOCIALGRAPH_MAX_USER_BODY_BYTES",
        value_name = "N",
        help_heading = "Limits"
    )]
    pub(super) max_user_body_bytes: Option<usize>,
    /// Bytes of a reply at most [16777216]
    #[arg(
        long,
        env = "SOCIALGRAPH_MAX_REPLY_BYTES",
        value_name = "N",
        help_heading = "Limits"
    )]
    pub(super) max_reply_bytes: Option<usize>,
    /// Bytes of large requests under way, and as many of large replies [268435456]
    #[arg(
        long,
        env = "SOCIALGRAPH_MAX_BYTES_UNDER_WAY",
        value_name = "N",
        help_heading = "Limits"
    )]
    pub(super) max_bytes_under_way: Option<usize>,
    /// Connections of a listener at a time [1024]
    #[arg(
        long,
        env = "SOCIALGRAPH_MAX_CONNECTIONS",
        value_name = "N",
        help_heading = "Limits"
    )]
    pub(super) max_connections: Option<usize>,
    /// Seconds for a TLS handshake, and for a request's head from its first byte [10]
    #[arg(
        long,
        env = "SOCIALGRAPH_HEAD_TIMEOUT",
        value_name = "SECONDS",
        help_heading = "Limits"
    )]
    pub(super) head_timeout: Option<u64>,
    /// Seconds for the body of a request [10]
    #[arg(
        long,
        env = "SOCIALGRAPH_BODY_TIMEOUT",
        value_name = "SECONDS",
        help_heading = "Limits"
    )]
    pub(super) body_timeout: Option<u64>,
    /// Seconds that a client has to take a reply [30]
    #[arg(
        long,
        env = "SOCIALGRAPH_REPLY_TIMEOUT",
        value_name = "SECONDS",
        help_heading = "Limits"
    )]
    pub(super) reply_timeout: Option<u64>,
    /// Seconds after which a connection without a request is closed [60]
    #[arg(
        long,
        env = "SOCIALGRAPH_IDLE_TIMEOUT",
        value_name = "SECONDS",
        help_heading = "Limits"
    )]
    pub(super) idle_timeout: Option<u64>,
    /// Seconds that requests under way have after the signal to stop [3]
    #[arg(
        long,
        env = "SOCIALGRAPH_GRACE",
        value_name = "SECONDS",
        help_heading = "Limits"
    )]
    pub(super) grace: Option<u64>,

    /// Entries after which a snapshot is written [1000000]
    #[arg(
        long,
        env = "SOCIALGRAPH_SNAPSHOT_ENTRIES",
        value_name = "N",
        help_heading = "The directory"
    )]
    pub(super) snapshot_entries: Option<u64>,
    /// Seconds after which a snapshot is written, if there are new entries [3600]
    #[arg(
        long,
        env = "SOCIALGRAPH_SNAPSHOT_TIME",
        value_name = "SECONDS",
        help_heading = "The directory"
    )]
    pub(super) snapshot_time: Option<u64>,
    /// Snapshots that are kept [2]
    #[arg(
        long,
        env = "SOCIALGRAPH_SNAPSHOTS",
        value_name = "N",
        help_heading = "The directory"
    )]
    pub(super) snapshots: Option<usize>,
    /// Whether the log behind the oldest kept snapshot is kept [keep]
    #[arg(
        long,
        env = "SOCIALGRAPH_RETENTION",
        value_enum,
        help_heading = "The directory"
    )]
    pub(super) retention: Option<Retention>,
    /// The directory below which /v1/backup makes directories [no backups by /v1]
    #[arg(
        long,
        env = "SOCIALGRAPH_BACKUPS",
        value_name = "DIR",
        help_heading = "The directory"
    )]
    pub(super) backups: Option<PathBuf>,

    /// What is logged: off, error, warn, info (a line a request) or debug (callbacks too) [info]
    #[arg(long, env = "SOCIALGRAPH_LOG", value_enum, help_heading = "The log")]
    pub(super) log: Option<Level>,
    /// The form of the log [text]
    #[arg(
        long,
        env = "SOCIALGRAPH_LOG_FORMAT",
        value_enum,
        help_heading = "The log"
    )]
    pub(super) log_format: Option<LogFormat>,
}

/// What happens to a call if its before-callback fails or takes too long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum BeforeFailure {
    /// It is carried out.
    #[default]
    Allow,
    /// Each of its items is refused.
    Refuse,
}

/// Whether the log behind the oldest kept snapshot is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Retention {
    /// Everything is kept.
    #[default]
    Keep,
    /// It is dropped.
    Drop,
}

/// What is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Level {
    /// Nothing.
    Off,
    /// What has to be seen to.
    Error,
    /// What may have to be seen to.
    Warn,
    /// A line a request.
    #[default]
    Info,
    /// Callbacks as well.
    Debug,
}

/// The form of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// A JSON object a line.
    Json,
}

/// A text, or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(match OneOrMany::deserialize(deserializer)? {
        OneOrMany::One(text) => vec![text],
        OneOrMany::Many(texts) => texts,
    })
}
