//! `v4/sns/black_list_*`: blocklists.

use serde::{Deserialize, Serialize};
use socialgraph::{Action, Fact, List, Relation};

use crate::failure::Failure;
use crate::json::envelope::{BatchResponse, Envelope};
use crate::service::context::{QueryContext, UpdateContext};
use crate::service::records::Pair;
use crate::service::request_traits::{RunQuery, RunUpdate};

/// `black_list_add`: adds accounts to a blocklist (document 1047/34911).
///
/// ```
/// use socialgraph_tim::wire::BlackListAdd;
///
/// let json = r#"{"From_Account":"id","To_Account":["id1","id2","id3"]}"#;
/// let request: BlackListAdd = serde_json::from_str(json)?;
/// assert_eq!(request.to_account.len(), 3);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BlackListAdd {
    /// The owner of the blocklist.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// 1 to 1000 accounts to block.
    #[serde(rename = "To_Account")]
    pub to_account: Vec<String>,
}

/// `black_list_delete`: removes accounts from a blocklist (document 1047/34912).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BlackListDelete {
    /// The owner of the blocklist.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// 1 to 1000 accounts to unblock.
    #[serde(rename = "To_Account")]
    pub to_account: Vec<String>,
}

/// `black_list_get`: reads a page of a blocklist (document 1047/34914).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct BlackListGet {
    /// The owner of the blocklist.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// 0, or the [`start_index`](BlackListGetResponse::start_index) of the previous page.
    pub start_index: u32,
    /// The most accounts of the page; at least 1.
    pub max_limited: u32,
    /// The sequence of the previous response, 0 at first.
    pub last_sequence: u64,
}

/// One account on a blocklist.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct BlackListItem {
    /// The account.
    #[serde(rename = "To_Account")]
    pub to_account: String,
    /// The time at which it was blocked, in seconds since 1970; 0 if unknown.
    pub add_black_time_stamp: u64,
}

/// The response to [`BlackListGet`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct BlackListGetResponse {
    /// The accounts of this page.
    #[serde(default)]
    pub black_list_item: Vec<BlackListItem>,
    /// The start of the next page, 0 after the last. Hand it back, but do not compute with it.
    pub start_index: u32,
    /// The sequence of the blocklist, which grows with every change. The spelling is the wire's.
    pub curruent_sequence: u64,
    /// Whether the request was carried out.
    #[serde(flatten)]
    pub envelope: Envelope,
}

/// The blocklists that a check reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BlackListCheckType {
    /// `From_Account`'s list alone.
    #[default]
    #[serde(rename = "BlackCheckResult_Type_Single")]
    Single,
    /// Both accounts' lists.
    #[serde(rename = "BlackCheckResult_Type_Both")]
    Both,
}

/// The blocks between two accounts; A is `From_Account`, B is `To_Account`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BlackListRelation {
    /// A does not block B, and B does not block A if both lists were read.
    #[serde(rename = "BlackCheckResult_Type_NO")]
    No,
    /// A blocks B.
    #[serde(rename = "BlackCheckResult_Type_AWithB")]
    AWithB,
    /// B blocks A.
    #[serde(rename = "BlackCheckResult_Type_BWithA")]
    BWithA,
    /// Each blocks the other.
    #[serde(rename = "BlackCheckResult_Type_BothWay")]
    BothWay,
}

/// `black_list_check`: asks who blocks whom (document 1047/34913).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct BlackListCheck {
    /// Account A.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// 1 to 1000 accounts, each in turn account B.
    #[serde(rename = "To_Account")]
    pub to_account: Vec<String>,
    /// The lists to read.
    pub check_type: BlackListCheckType,
}

/// The result of [`BlackListCheck`] for one account.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct BlackListCheckItem {
    /// Account B.
    #[serde(rename = "To_Account")]
    pub to_account: String,
    /// The blocks; [`BlackListRelation::No`] if the check failed.
    pub relation: BlackListRelation,
    /// The code of the failure, or 0.
    pub result_code: u32,
    /// The text of the code; empty on success.
    pub result_info: String,
}

/// The response to [`BlackListCheck`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct BlackListCheckResponse {
    /// The results, in the order of the request.
    pub black_list_check_item: Vec<BlackListCheckItem>,
    /// The accounts whose code is not 0; left out if there are none.
    #[serde(
        rename = "Fail_Account",
        default,
        skip_serializing_if = "Vec::is_empty"
    )]
    pub fail_account: Vec<String>,
    /// Whether the request was carried out.
    #[serde(flatten)]
    pub envelope: Envelope,
}

impl RunUpdate for BlackListAdd {
    fn run(&self, context: &mut UpdateContext<'_>) -> Result<BatchResponse, Failure> {
        let actor = context.begin_batch(&self.from_account, self.to_account.len())?;
        context.apply_to_each(Action::Block, actor, &self.to_account)
    }
}

impl RunUpdate for BlackListDelete {
    fn run(&self, context: &mut UpdateContext<'_>) -> Result<BatchResponse, Failure> {
        let actor = context.begin_batch(&self.from_account, self.to_account.len())?;
        context.apply_to_each(Action::Unblock, actor, &self.to_account)
    }
}

impl RunQuery for BlackListGet {
    fn run(&self, context: &mut QueryContext<'_>) -> Result<BlackListGetResponse, Failure> {
        let owner = context.actor(&self.from_account)?;
        if self.max_limited == 0 {
            let detail = "MaxLimited is 0, and at least 1 is asked for";
            return Err(context.call.malformed(detail));
        }

        let len = self.max_limited as usize;
        let (users, start_index) = context.page(owner, List::Blocklist, self.start_index, len);

        let records = &context.service.records;
        let mut black_list_item = Vec::with_capacity(users.len());
        for peer in users {
            let blocked_at = owner.and_then(|owner| records.blocked_at(Pair::new(owner, peer)));
            black_list_item.push(BlackListItem {
                to_account: context.service.name(peer),
                add_black_time_stamp: blocked_at.unwrap_or_default(),
            });
        }

        let account = owner.and_then(|owner| records.account(owner));
        Ok(BlackListGetResponse {
            black_list_item,
            start_index,
            curruent_sequence: account.map_or(0, |account| account.blocklist_sequence),
            envelope: context.call.success(),
        })
    }
}

impl RunQuery for BlackListCheck {
    fn run(&self, context: &mut QueryContext<'_>) -> Result<BlackListCheckResponse, Failure> {
        let from = context.actor(&self.from_account)?;
        context.check_batch(self.to_account.len())?;

        let (black_list_check_item, fail_account) = context.each(
            &self.to_account,
            |to| context.relation(from, to),
            |account, relation| {
                let (result_code, result_info) = context.call.code_and_info(&relation);
                BlackListCheckItem {
                    to_account: account.clone(),
                    relation: self.blocks(relation.unwrap_or(Relation::STRANGERS)),
                    result_code,
                    result_info,
                }
            },
        );
        Ok(BlackListCheckResponse {
            black_list_check_item,
            fail_account,
            envelope: context.call.success(),
        })
    }
}

impl BlackListCheck {
    /// Returns the blocks of a relation, as far as the check reads them.
    fn blocks(&self, relation: Relation) -> BlackListRelation {
        let reads_both = self.check_type == BlackListCheckType::Both;
        let a_blocks_b = relation.holds(Fact::ActorBlocks);
        let b_blocks_a = reads_both && relation.holds(Fact::TargetBlocks);

        match (a_blocks_b, b_blocks_a) {
            (false, false) => BlackListRelation::No,
            (true, false) => BlackListRelation::AWithB,
            (false, true) => BlackListRelation::BWithA,
            (true, true) => BlackListRelation::BothWay,
        }
    }
}
