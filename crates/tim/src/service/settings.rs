//! What a host chooses about a service.

use serde::{Deserialize, Serialize};

/// How a service treats accounts that have not been imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownAccounts {
    /// A request that names one fails, as the vendor's does.
    Refuse,
    /// An update imports the account, unless the update is refused for another reason. A query
    /// answers as if the account had just been imported.
    Import,
}

/// What a host chooses about a [`Service`](crate::Service).
///
/// Replies depend on the settings. A host that plays a log again therefore needs those that held
/// then: it keeps each change of settings as an entry of the log.
///
/// ```
/// use socialgraph_tim::{Settings, UnknownAccounts};
///
/// let settings = Settings { unknown_accounts: UnknownAccounts::Import, ..Settings::default() };
/// let json = serde_json::to_string(&settings)?;
/// assert_eq!(serde_json::from_str::<Settings>(&json)?, settings);
/// assert_eq!(serde_json::from_str::<Settings>("{}")?, Settings::default());
/// # Ok::<(), serde_json::Error>(())
/// ```
// Exhaustive, so that a host can write a literal that ends in `..Settings::default()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The treatment of accounts that have not been imported. Default: they are refused.
    pub unknown_accounts: UnknownAccounts,
    /// The friends on a page of `friend_get`. Default: 500. 0 counts as 1.
    pub friend_page_len: u32,
    /// The most accounts. Default: no limit but the engine's handles.
    ///
    /// Further ones are refused with code 70398, those that an update would import among them.
    pub max_accounts: Option<u32>,
    /// The most bytes of the fields that one account keeps. Default: 4 MiB.
    ///
    /// They are the fields of its profile, friends and friend requests, and the names of its
    /// groups: each text, and 32 bytes for each field. An update that would add more is refused.
    pub max_account_field_bytes: u64,
    /// The most bytes of the fields that all accounts keep. Default: 4 GiB.
    pub max_field_bytes: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            unknown_accounts: UnknownAccounts::Refuse,
            friend_page_len: 500,
            max_accounts: None,
            max_account_field_bytes: 4 << 20,
            max_field_bytes: 4 << 30,
        }
    }
}
