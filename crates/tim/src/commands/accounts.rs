//! `v4/im_open_login_svc/*`: the account commands that a client needs to set up.

use serde::{Deserialize, Serialize};

use crate::cause::Cause;
use crate::failure::Failure;
use crate::json::envelope::{BareResponse, Envelope};
use crate::json::lenient::{optional, or_default};
use crate::json::tag_item::{TagValue, tag};
use crate::service::context::{QueryContext, UpdateContext};
use crate::service::friend_fields::MAX_VALUE_BYTES;
use crate::service::request_traits::{RunQuery, RunUpdate};
use crate::service::{Service, is_account};
use crate::{Code, Command};

/// The most accounts of one request, a number of the vendor's.
const MAX_ACCOUNTS: usize = 100;

/// `account_import`: imports an account (document 1047/34953).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AccountImport {
    /// The account's name: 1 to 32 bytes of printable ASCII.
    #[serde(rename = "UserID", alias = "Identifier")]
    pub user_id: String,
    /// The name that others see.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub nick: Option<String>,
    /// The address of the account's picture.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub face_url: Option<String>,
}

/// `multiaccount_import`: imports several accounts (document 1047/34954).
///
/// Both forms are read: only names in `Accounts`, or names with fields in `AccountList`.
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
    /// Accounts, the newer form. Both forms together have 1 to 100 accounts.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub account_list: Vec<AccountImport>,
}

/// The response to [`MultiaccountImport`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MultiaccountImportResponse {
    /// The accounts that could not be imported, in the order of the request. Clients read the list
    /// even if it is empty.
    #[serde(default)]
    pub fail_accounts: Vec<String>,
    /// Whether the request was carried out.
    #[serde(flatten)]
    pub envelope: Envelope,
}

/// An account to check or to delete.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AccountItem {
    /// The account.
    #[serde(rename = "UserID")]
    pub user_id: String,
}

/// `account_check`: asks which accounts are imported (document 1047/34956).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AccountCheck {
    /// 1 to 100 accounts.
    pub check_item: Vec<AccountItem>,
}

/// Whether an account is imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AccountStatus {
    /// The account is imported.
    Imported,
    /// The account is not imported.
    NotImported,
}

/// The result of [`AccountCheck`] for one account.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AccountCheckItem {
    /// The account.
    #[serde(rename = "UserID")]
    pub user_id: String,
    /// The code of the failure, or 0.
    pub result_code: u32,
    /// The text of the code; empty on success.
    pub result_info: String,
    /// Whether the account is imported.
    pub account_status: AccountStatus,
}

/// The response to [`AccountCheck`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AccountCheckResponse {
    /// The results, in the order of the request.
    pub result_item: Vec<AccountCheckItem>,
    /// Whether the request was carried out.
    #[serde(flatten)]
    pub envelope: Envelope,
}

/// `account_delete`: deletes accounts and everything that refers to them (document 1047/34955).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AccountDelete {
    /// 1 to 100 accounts.
    pub delete_item: Vec<AccountItem>,
}

/// The result of [`AccountDelete`] for one account.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AccountDeleteItem {
    /// The code of the failure, or 0.
    pub result_code: u32,
    /// The text of the code; empty on success.
    pub result_info: String,
    /// The account.
    #[serde(rename = "UserID")]
    pub user_id: String,
}

/// The response to [`AccountDelete`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AccountDeleteResponse {
    /// The results, in the order of the request.
    pub result_item: Vec<AccountDeleteItem>,
    /// Whether the request was carried out.
    #[serde(flatten)]
    pub envelope: Envelope,
}

impl RunUpdate for AccountImport {
    fn run(&self, context: &mut UpdateContext<'_>) -> Result<BareResponse, Failure> {
        context.call.check_admin()?;
        import(context, self)?;
        Ok(BareResponse {
            envelope: context.call.success(),
        })
    }
}

/// Imports an account, or sets the fields of one that is already imported.
fn import(context: &mut UpdateContext<'_>, account: &AccountImport) -> Result<(), Failure> {
    check_import(context.service, account)?;
    let fields = [(tag::NICK, &account.nick), (tag::IMAGE, &account.face_url)];
    let fields = fields.into_iter().filter_map(|(tag, text)| {
        let text = text.as_ref()?;
        Some((tag, TagValue::Text(text.clone())))
    });
    let fields: Vec<_> = fields.collect();

    let service = &context.service;
    let user = service.graph.user_id(&account.user_id);
    let checked =
        service.check_profile_bytes(user, fields.iter().map(|(tag, value)| (*tag, value)));
    checked.map_err(|cause| {
        let code = cause.code(Command::AccountImport);
        Failure::new(code, "no more fields fit", &account.user_id)
    })?;
    let user = context.import(&account.user_id).map_err(|cause| {
        let code = cause.code(Command::AccountImport);
        Failure::new(code, "no more accounts fit", &account.user_id)
    })?;

    for (tag, value) in fields {
        context.service.set_profile_field(user, tag, value);
    }
    Ok(())
}

/// Checks the fields of an account to import.
fn check_import(service: &Service, account: &AccountImport) -> Result<(), Failure> {
    let malformed = |detail: String| Failure::decode(Command::AccountImport, detail);
    let user_id = &account.user_id;

    if !is_account(user_id) {
        let detail = format!("UserID {user_id:?}: 1 to 32 bytes of printable ASCII");
        return Err(malformed(detail));
    }
    for text in [&account.nick, &account.face_url].into_iter().flatten() {
        if text.len() > MAX_VALUE_BYTES {
            let detail = format!("Nick and FaceUrl: at most {MAX_VALUE_BYTES} bytes");
            return Err(malformed(detail));
        }
    }
    if service.records.is_foreign(user_id) {
        return Err(malformed(format!("UserID {user_id:?} is another app's")));
    }
    Ok(())
}

impl RunUpdate for MultiaccountImport {
    fn run(&self, context: &mut UpdateContext<'_>) -> Result<MultiaccountImportResponse, Failure> {
        context.call.check_admin()?;
        check_account_count(self.accounts.len() + self.account_list.len())?;

        let mut fail_accounts = Vec::new();
        for user_id in &self.accounts {
            let account = AccountImport {
                user_id: user_id.clone(),
                ..AccountImport::default()
            };
            if import(context, &account).is_err() {
                fail_accounts.push(user_id.clone());
            }
        }
        for account in &self.account_list {
            if import(context, account).is_err() {
                fail_accounts.push(account.user_id.clone());
            }
        }

        Ok(MultiaccountImportResponse {
            fail_accounts,
            envelope: context.call.success(),
        })
    }
}

impl RunQuery for AccountCheck {
    fn run(&self, context: &mut QueryContext<'_>) -> Result<AccountCheckResponse, Failure> {
        context.call.check_admin()?;
        check_account_count(self.check_item.len())?;

        let mut result_item = Vec::with_capacity(self.check_item.len());
        for AccountItem { user_id } in &self.check_item {
            let is_imported = context.service.graph.user_id(user_id).is_some()
                && !context.service.records.is_foreign(user_id);
            result_item.push(AccountCheckItem {
                user_id: user_id.clone(),
                result_code: Code::Ok.number(),
                result_info: String::new(),
                account_status: if is_imported {
                    AccountStatus::Imported
                } else {
                    AccountStatus::NotImported
                },
            });
        }

        Ok(AccountCheckResponse {
            result_item,
            envelope: context.call.success(),
        })
    }
}

impl RunUpdate for AccountDelete {
    fn run(&self, context: &mut UpdateContext<'_>) -> Result<AccountDeleteResponse, Failure> {
        context.call.check_admin()?;
        check_account_count(self.delete_item.len())?;

        let mut result_item = Vec::with_capacity(self.delete_item.len());
        for AccountItem { user_id } in &self.delete_item {
            let deleted = delete(context, user_id);
            let (result_code, result_info) = context.call.code_and_info(&deleted);
            result_item.push(AccountDeleteItem {
                result_code,
                result_info,
                user_id: user_id.clone(),
            });
        }

        Ok(AccountDeleteResponse {
            result_item,
            envelope: context.call.success(),
        })
    }
}

/// Deletes an account and everything that refers to it.
fn delete(context: &mut UpdateContext<'_>, name: &str) -> Result<(), Cause> {
    if context.service.records.is_foreign(name) {
        return Err(Cause::Unknown);
    }
    let removed = context.service.graph.remove_user(name);
    let removed = removed.map_err(|_| Cause::Unknown)?;

    context.record_removal(&removed);
    Ok(())
}

/// Checks the number of accounts of a request.
fn check_account_count(len: usize) -> Result<(), Failure> {
    if (1..=MAX_ACCOUNTS).contains(&len) {
        return Ok(());
    }
    let detail = format!("{len} accounts, and 1 to {MAX_ACCOUNTS} fit");
    Err(Failure::new(
        Code::InvalidBatch,
        "invalid number of accounts",
        detail,
    ))
}
