//! `v4/im_open_login_svc/*`: accounts, as far as a client needs them to set up.

use serde::{Deserialize, Serialize};

use super::lenient::{optional, or_default};
use super::{BareResponse, Envelope, request};

/// `account_import`: makes an account known (document 1047/34953).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AccountImport {
    /// The account: 1 to 32 bytes of printable ASCII.
    #[serde(rename = "UserID", alias = "Identifier")]
    pub user_id: String,
    /// Its name for others.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub nick: Option<String>,
    /// The address of its picture.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub face_url: Option<String>,
}
request!(AccountImport => BareResponse);

/// `multiaccount_import`: makes accounts known (document 1047/34954).
///
/// Both forms are read: names alone in `Accounts`, or with more in `AccountList`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MultiaccountImport {
    /// Names of accounts, the older form.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub accounts: Vec<String>,
    /// Accounts, the newer form. Together 1 to 100.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub account_list: Vec<AccountImport>,
}
request!(MultiaccountImport => MultiaccountImportResponse);

/// The response to [`MultiaccountImport`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MultiaccountImportResponse {
    /// The accounts that could not be imported, in the order named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fail_accounts: Vec<String>,
    /// Whether it was carried out.
    #[serde(flatten)]
    pub envelope: Envelope,
}

/// An account that is checked or deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AccountItem {
    /// The account.
    #[serde(rename = "UserID")]
    pub user_id: String,
}

/// `account_check`: which accounts are known (document 1047/34956).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AccountCheck {
    /// 1 to 100 accounts.
    pub check_item: Vec<AccountItem>,
}
request!(AccountCheck => AccountCheckResponse);

/// Whether an account is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AccountStatus {
    /// It is.
    Imported,
    /// It is not.
    NotImported,
}

/// Whether one account is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AccountCheckItem {
    /// The account.
    #[serde(rename = "UserID")]
    pub user_id: String,
    /// 0, or what went wrong.
    pub result_code: u32,
    /// The text to the code; empty on success.
    pub result_info: String,
    /// Whether it is known.
    pub account_status: AccountStatus,
}

/// The response to [`AccountCheck`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AccountCheckResponse {
    /// Each account, in the order named.
    pub result_item: Vec<AccountCheckItem>,
    /// Whether it was carried out.
    #[serde(flatten)]
    pub envelope: Envelope,
}

/// `account_delete`: removes accounts with everything that touches them (document 1047/34955).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AccountDelete {
    /// 1 to 100 accounts.
    pub delete_item: Vec<AccountItem>,
}
request!(AccountDelete => AccountDeleteResponse);

/// What became of one account that was to be deleted.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AccountDeleteItem {
    /// 0, or what went wrong.
    pub result_code: u32,
    /// The text to the code; empty on success.
    pub result_info: String,
    /// The account.
    #[serde(rename = "UserID")]
    pub user_id: String,
}

/// The response to [`AccountDelete`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AccountDeleteResponse {
    /// Each account, in the order named.
    pub result_item: Vec<AccountDeleteItem>,
    /// Whether it was carried out.
    #[serde(flatten)]
    pub envelope: Envelope,
}
