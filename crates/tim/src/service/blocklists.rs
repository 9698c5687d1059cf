//! `black_list_*`.

use super::records::{Friend, Pair};
use super::session::{Session, code_and_info, split};
use super::{Asked, Query, Update};
use crate::failure::{Cause, Failure, success};
use crate::wire::{
    BatchResponse, BlackListAdd, BlackListCheck, BlackListCheckItem, BlackListCheckResponse,
    BlackListCheckType, BlackListDelete, BlackListGet, BlackListGetResponse, BlackListItem,
    BlackListRelation, Request,
};
use socialgraph::{Action, Cursor, Fact, List, UserId};

impl Update for BlackListAdd {
    fn perform(&self, session: &mut Session<'_>) -> Result<BatchResponse, Failure> {
        let from = session.begin(&self.from_account, self.to_account.len())?;
        Ok(session.each(
            &self.to_account,
            |to| to,
            |session, to| {
                session
                    .act(Action::Block, from, to, &Friend::default())
                    .map(drop)
            },
        ))
    }
}

impl Update for BlackListDelete {
    fn perform(&self, session: &mut Session<'_>) -> Result<BatchResponse, Failure> {
        let from = session.begin(&self.from_account, self.to_account.len())?;
        Ok(session.each(
            &self.to_account,
            |to| to,
            |session, to| {
                let to = session.service.find(to)?.ok_or(Cause::NotBlocked)?;
                session
                    .act_on(Action::Unblock, from, to, &Friend::default())
                    .map(drop)
            },
        ))
    }
}

impl Query for BlackListGet {
    fn answer(&self, asked: &Asked<'_>) -> Result<BlackListGetResponse, Failure> {
        let command = Self::COMMAND;
        let from = asked.actor(command, &self.from_account)?;
        if self.max_limited == 0 {
            return Err(Failure::decode(
                command,
                "MaxLimited is 0, and at least 1 is asked for",
            ));
        }
        let records = &asked.service.records;
        let (users, start_index) = asked.page(
            from,
            List::Blocklist,
            self.start_index,
            self.max_limited as usize,
        );
        let item = |peer| BlackListItem {
            to_account: asked.service.name(peer),
            add_black_time_stamp: from
                .and_then(|from| records.blocked_at(Pair::new(from, peer)))
                .unwrap_or_default(),
        };
        let account = from.and_then(|from| records.account(from));
        Ok(BlackListGetResponse {
            black_list_item: users.into_iter().map(item).collect(),
            start_index,
            curruent_sequence: account.map_or(0, |account| account.blocklist_sequence),
            envelope: success(command),
        })
    }
}

impl Asked<'_> {
    /// Returns a page of a list, and where the next starts: 0 after the last.
    ///
    /// An index is a cursor of the graph, so that a page neither loses nor repeats anyone
    /// while others write.
    pub(super) fn page(
        &self,
        owner: Option<UserId>,
        list: List,
        start_index: u32,
        len: usize,
    ) -> (Vec<UserId>, u32) {
        let listing = owner.and_then(|owner| self.service.graph.list(owner, list).ok());
        let page = listing.map(|listing| listing.page(Cursor::from_u32(start_index), len));
        page.map_or_else(Default::default, |page| {
            (page.users, page.next.map_or(0, Cursor::to_u32))
        })
    }
}

impl Query for BlackListCheck {
    fn answer(&self, asked: &Asked<'_>) -> Result<BlackListCheckResponse, Failure> {
        let command = Self::COMMAND;
        let from = asked.actor(command, &self.from_account)?;
        asked.service.check_batch(command, self.to_account.len())?;
        let relation = |to| asked.blocks(self.check_type, from, to);
        let (black_list_check_item, fail_account) =
            asked.each(&self.to_account, relation, |to, relation| {
                let (relation, cause) = split(relation);
                let (result_code, result_info) = code_and_info(command, cause);
                let relation = relation.unwrap_or(BlackListRelation::No);
                BlackListCheckItem {
                    to_account: to.clone(),
                    relation,
                    result_code,
                    result_info,
                }
            });
        let envelope = success(command);
        Ok(BlackListCheckResponse {
            black_list_check_item,
            fail_account,
            envelope,
        })
    }
}

impl Asked<'_> {
    /// Returns who blocks whom, as far as the check asks.
    fn blocks(
        &self,
        check_type: BlackListCheckType,
        from: Option<UserId>,
        to: Option<UserId>,
    ) -> Result<BlackListRelation, Cause> {
        let relation = self.relation(from, to)?;
        let reverse = check_type == BlackListCheckType::Both;
        Ok(
            match (
                relation.holds(Fact::ActorBlocks),
                reverse && relation.holds(Fact::TargetBlocks),
            ) {
                (false, false) => BlackListRelation::No,
                (true, false) => BlackListRelation::AWithB,
                (false, true) => BlackListRelation::BWithA,
                (true, true) => BlackListRelation::BothWay,
            },
        )
    }

    /// Returns the relation of two accounts; whoever is as if just imported has none.
    pub(super) fn relation(
        &self,
        from: Option<UserId>,
        to: Option<UserId>,
    ) -> Result<socialgraph::Relation, Cause> {
        match (from, to) {
            (Some(from), Some(to)) => Ok(self.service.graph.relation(from, to)?),
            _ => Ok(socialgraph::Relation::STRANGERS),
        }
    }
}
