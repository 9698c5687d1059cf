//! `account_*`: accounts, as far as a client needs them to set up.

use std::collections::BTreeMap;

use super::checks::{check_account_batch, check_admin};
use super::fields::MAX_VALUE_BYTES;
use super::records::{Friend, Pair};
use super::session::{Session, code_and_info};
use super::{Asked, Query, Service, Update, is_account};
use crate::failure::{Cause, Failure, success};
use crate::wire::{
    AccountCheck, AccountCheckItem, AccountCheckResponse, AccountDelete, AccountDeleteItem,
    AccountDeleteResponse, AccountImport, AccountStatus, BareResponse, MultiaccountImport,
    MultiaccountImportResponse, Request, TagValue, tag,
};
use crate::{Code, Command};

impl Update for AccountImport {
    fn perform(&self, session: &mut Session<'_>) -> Result<BareResponse, Failure> {
        check_admin(session.caller, Self::COMMAND)?;
        session.service.import_account(self)?;
        Ok(BareResponse {
            envelope: success(Self::COMMAND),
        })
    }
}

impl Service {
    /// Makes an account known, or changes what is known of it.
    fn import_account(&mut self, account: &AccountImport) -> Result<(), Failure> {
        let AccountImport {
            user_id,
            nick,
            face_url,
        } = account;
        if !is_account(user_id) {
            let detail = format!("UserID {user_id:?}: 1 to 32 bytes of printable ASCII");
            return Err(Failure::decode(Command::AccountImport, detail));
        }
        if [nick, face_url]
            .into_iter()
            .flatten()
            .any(|text| text.len() > MAX_VALUE_BYTES)
        {
            let detail = format!("Nick and FaceUrl: at most {MAX_VALUE_BYTES} bytes");
            return Err(Failure::decode(Command::AccountImport, detail));
        }
        if self.records.is_foreign(user_id) {
            let detail = format!("UserID {user_id:?} is another app's");
            return Err(Failure::decode(Command::AccountImport, detail));
        }
        let user = self.import(user_id).map_err(|cause| {
            Failure::new(
                cause.code(Command::AccountImport),
                "no more accounts fit",
                user_id,
            )
        })?;
        let fields = [(tag::NICK, nick), (tag::IMAGE, face_url)];
        let set: BTreeMap<Box<str>, _> = fields
            .into_iter()
            .filter_map(|(tag, text)| Some((tag.into(), TagValue::Text(text.clone()?))))
            .collect();
        if !set.is_empty() {
            self.records.account_mut(user).profile.extend(set);
        }
        Ok(())
    }
}

impl Update for MultiaccountImport {
    fn perform(&self, session: &mut Session<'_>) -> Result<MultiaccountImportResponse, Failure> {
        check_admin(session.caller, Self::COMMAND)?;
        check_account_batch(self.accounts.len() + self.account_list.len())?;
        let bare = |user_id: &String| AccountImport {
            user_id: user_id.clone(),
            ..AccountImport::default()
        };
        let accounts = self
            .accounts
            .iter()
            .map(bare)
            .chain(self.account_list.iter().cloned());
        let failed = accounts.filter(|account| session.service.import_account(account).is_err());
        Ok(MultiaccountImportResponse {
            fail_accounts: failed.map(|account| account.user_id).collect(),
            envelope: success(Self::COMMAND),
        })
    }
}

impl Query for AccountCheck {
    fn answer(&self, asked: &Asked<'_>) -> Result<AccountCheckResponse, Failure> {
        check_admin(asked.caller, Self::COMMAND)?;
        check_account_batch(self.check_item.len())?;
        let service = asked.service;
        let status = |account: &str| match service.graph.user(account) {
            Some(_) if !service.records.is_foreign(account) => AccountStatus::Imported,
            _ => AccountStatus::NotImported,
        };
        let item = |user_id: &String| AccountCheckItem {
            user_id: user_id.clone(),
            result_code: Code::Ok.number(),
            result_info: String::new(),
            account_status: status(user_id),
        };
        Ok(AccountCheckResponse {
            result_item: self
                .check_item
                .iter()
                .map(|check| item(&check.user_id))
                .collect(),
            envelope: success(Self::COMMAND),
        })
    }
}

impl Update for AccountDelete {
    fn perform(&self, session: &mut Session<'_>) -> Result<AccountDeleteResponse, Failure> {
        check_admin(session.caller, Self::COMMAND)?;
        check_account_batch(self.delete_item.len())?;
        let delete = |user_id: &String| {
            let deleted = session.delete_account(user_id);
            let (result_code, result_info) = code_and_info(Self::COMMAND, deleted.err());
            AccountDeleteItem {
                result_code,
                result_info,
                user_id: user_id.clone(),
            }
        };
        let accounts = self.delete_item.iter().map(|account| &account.user_id);
        let result_item = accounts.map(delete).collect();
        Ok(AccountDeleteResponse {
            result_item,
            envelope: success(Self::COMMAND),
        })
    }
}

impl Session<'_> {
    /// Removes an account with everything that touches it.
    fn delete_account(&mut self, name: &str) -> Result<(), Cause> {
        if self.service.records.is_foreign(name) {
            return Err(Cause::Unknown);
        }
        let removed = self
            .service
            .graph
            .remove_user(name)
            .map_err(|_| Cause::Unknown)?;
        for severed in removed.severed {
            let peer = self.service.name(severed.peer);
            let pair = Pair::new(removed.id, severed.peer);
            self.follow(
                pair,
                [&removed.name, &peer],
                severed.effects(),
                &Friend::default(),
            );
        }
        self.service.records.remove_account(removed.id);
        Ok(())
    }
}
