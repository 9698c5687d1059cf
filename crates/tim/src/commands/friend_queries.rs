//! `v4/sns/friend_*`: the queries of friend lists.

use serde::{Deserialize, Serialize};
use socialgraph::{Fact, List, Relation, UserId};

use super::profiles::profile_field;
use crate::cause::Cause;
use crate::failure::Failure;
use crate::json::envelope::Envelope;
use crate::json::size::{tag_items_bytes, text_bytes};
use crate::json::tag_item::TagItem;
use crate::service::context::QueryContext;
use crate::service::records::{Friend, Pair};
use crate::service::request_traits::RunQuery;

/// The friend lists that a check reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FriendCheckType {
    /// `From_Account`'s list alone.
    #[default]
    #[serde(rename = "CheckResult_Type_Single")]
    Single,
    /// Both accounts' lists.
    #[serde(rename = "CheckResult_Type_Both")]
    Both,
}

/// The friendship of two accounts; A is `From_Account`, B is `To_Account`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FriendRelation {
    /// A does not list B, and B does not list A if both lists were read.
    #[serde(rename = "CheckResult_Type_NoRelation")]
    NoRelation,
    /// A lists B.
    #[serde(rename = "CheckResult_Type_AWithB")]
    AWithB,
    /// B lists A.
    #[serde(rename = "CheckResult_Type_BWithA")]
    BWithA,
    /// Each lists the other.
    #[serde(rename = "CheckResult_Type_BothWay")]
    BothWay,
}

/// `friend_check`: asks who lists whom as a friend (document 1047/34907).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendCheck {
    /// Account A.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// 1 to 1000 accounts, each in turn account B.
    #[serde(rename = "To_Account")]
    pub to_account: Vec<String>,
    /// The lists to read.
    pub check_type: FriendCheckType,
}

/// The result of [`FriendCheck`] for one account.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendCheckItem {
    /// Account B.
    #[serde(rename = "To_Account")]
    pub to_account: String,
    /// The friendship; [`FriendRelation::NoRelation`] if the check failed.
    pub relation: FriendRelation,
    /// The code of the failure, or 0.
    pub result_code: u32,
    /// The text of the code; empty on success.
    pub result_info: String,
}

/// The response to [`FriendCheck`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendCheckResponse {
    /// The results, in the order of the request.
    pub info_item: Vec<FriendCheckItem>,
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

/// `friend_get`: reads a page of a friend list with its fields (document 1047/34908).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendGet {
    /// The owner of the friend list.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// 0, or the [`next_start_index`](FriendGetResponse::next_start_index) of the previous page.
    pub start_index: u32,
    /// The sequence of standard fields that the caller has. If it is current, the first page
    /// leaves these fields out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard_sequence: Option<u64>,
    /// The sequence of custom fields that the caller has. If it is current, the first page
    /// leaves these fields out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_sequence: Option<u64>,
}

/// One friend and their fields.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UserDataItem {
    /// The friend.
    #[serde(rename = "To_Account")]
    pub to_account: String,
    /// The fields that are set.
    #[serde(default)]
    pub value_item: Vec<TagItem>,
}

/// The response to [`FriendGet`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendGetResponse {
    /// The friends of this page.
    #[serde(default)]
    pub user_data_item: Vec<UserDataItem>,
    /// The sequence of standard fields, which grows with every change.
    pub standard_sequence: u64,
    /// The sequence of custom fields, which grows with every change.
    pub custom_sequence: u64,
    /// The number of friends on the whole list.
    pub friend_num: u32,
    /// 1 on the last page, otherwise 0.
    pub complete_flag: u32,
    /// The start of the next page, 0 after the last. Hand it back, but do not compute with it.
    pub next_start_index: u32,
    /// Whether the request was carried out.
    #[serde(flatten)]
    pub envelope: Envelope,
}

/// `friend_get_list`: reads chosen fields of chosen friends (document 1047/34910).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendGetList {
    /// The owner of the friend list.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// 1 to 1000 friends; the vendor advises 100.
    #[serde(rename = "To_Account")]
    pub to_account: Vec<String>,
    /// The tags of the fields, of the friend list or of profiles; at least one.
    pub tag_list: Vec<String>,
}

/// The fields of one friend.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendInfoItem {
    /// The friend.
    #[serde(rename = "To_Account")]
    pub to_account: String,
    /// The fields that are set, in the order of the request; `None` on failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sns_profile_item: Option<Vec<TagItem>>,
    /// The code of the failure, or 0.
    pub result_code: u32,
    /// The text of the code; empty on success.
    pub result_info: String,
}

/// The response to [`FriendGetList`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendGetListResponse {
    /// The fields of each friend, in the order of the request.
    pub info_item: Vec<FriendInfoItem>,
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

impl RunQuery for FriendCheck {
    fn run(&self, context: &mut QueryContext<'_>) -> Result<FriendCheckResponse, Failure> {
        let from = context.actor(&self.from_account)?;
        context.check_batch(self.to_account.len())?;

        let (info_item, fail_account) = context.each(
            &self.to_account,
            |to| context.relation(from, to),
            |account, relation| {
                let (result_code, result_info) = context.call.code_and_info(&relation);
                FriendCheckItem {
                    to_account: account.clone(),
                    relation: self.friendship(relation.unwrap_or(Relation::STRANGERS)),
                    result_code,
                    result_info,
                }
            },
        );
        Ok(FriendCheckResponse {
            info_item,
            fail_account,
            envelope: context.call.success(),
        })
    }
}

impl FriendCheck {
    /// Returns the friendship of a relation, as far as the check reads it.
    fn friendship(&self, relation: Relation) -> FriendRelation {
        let reads_both = self.check_type == FriendCheckType::Both;
        let a_lists_b = relation.holds(Fact::ActorLists);
        let b_lists_a = reads_both && relation.holds(Fact::TargetLists);

        match (a_lists_b, b_lists_a) {
            (false, false) => FriendRelation::NoRelation,
            (true, false) => FriendRelation::AWithB,
            (false, true) => FriendRelation::BWithA,
            (true, true) => FriendRelation::BothWay,
        }
    }
}

impl RunQuery for FriendGet {
    fn run(&self, context: &mut QueryContext<'_>) -> Result<FriendGetResponse, Failure> {
        let owner = context.actor(&self.from_account)?;
        let account = owner.and_then(|owner| context.service.records.account(owner));
        let (standard_sequence, custom_sequence) = match account {
            Some(account) => (account.standard_sequence, account.custom_sequence),
            None => (0, 0),
        };

        let kinds = FieldKinds {
            standard: !self.is_current(self.standard_sequence, standard_sequence),
            custom: !self.is_current(self.custom_sequence, custom_sequence),
        };
        let (user_data_item, next_start_index) = match owner {
            Some(owner) if kinds.standard || kinds.custom => {
                friends_page(context, owner, self.start_index, kinds)
            }
            _ => (Vec::new(), 0),
        };

        let friends = owner.and_then(|owner| context.service.graph.friends(owner).ok());
        let friend_num = friends.map_or(0, |list| u32::try_from(list.len()).unwrap_or(u32::MAX));
        Ok(FriendGetResponse {
            user_data_item,
            standard_sequence,
            custom_sequence,
            friend_num,
            complete_flag: u32::from(next_start_index == 0),
            next_start_index,
            envelope: context.call.success(),
        })
    }
}

impl FriendGet {
    /// Returns whether the caller already has the fields of a sequence.
    ///
    /// This holds on the first page only. Callers send the sequence of one page along with the
    /// request for the next, which would otherwise be empty. 0 is the sequence of a caller who
    /// has no fields yet.
    fn is_current(&self, sequence: Option<u64>, current: u64) -> bool {
        self.start_index == 0 && current != 0 && sequence == Some(current)
    }
}

/// The kinds of fields that a response has.
#[derive(Clone, Copy, Debug)]
struct FieldKinds {
    standard: bool,
    custom: bool,
}

impl FieldKinds {
    const ALL: Self = Self {
        standard: true,
        custom: true,
    };

    /// Returns the fields of a friend that are of these kinds.
    fn fields(self, friend: &Friend) -> Vec<TagItem> {
        let mut fields = Vec::new();
        if self.standard {
            fields.extend(friend.standard_items());
        }
        if self.custom {
            fields.extend(friend.custom_items());
        }
        fields
    }
}

/// The most bytes of a friend on a page besides name and fields, and of the reply besides friends
/// and its own fields.
const MAX_FRAME_BYTES: usize = 300;

/// Returns a page of friends with their fields, and the start of the next page.
fn friends_page(
    context: &QueryContext<'_>,
    owner: UserId,
    start_index: u32,
    kinds: FieldKinds,
) -> (Vec<UserDataItem>, u32) {
    let service = context.service;
    let len = service.settings.friend_page_len.max(1) as usize;
    let (users, next) = context.page(Some(owner), List::Friends, start_index, len);

    let mut items = Vec::with_capacity(users.len());
    let mut room = context.room().saturating_sub(MAX_FRAME_BYTES);
    for (at, peer) in users.into_iter().enumerate() {
        let friend = service.records.friend(Pair::new(owner, peer));
        let value_item = friend
            .map(|friend| kinds.fields(friend))
            .unwrap_or_default();
        let to_account = service.name(peer);

        // The page ends before a friend for whom there is no room, unless it is the first.
        let bytes = MAX_FRAME_BYTES + text_bytes(&to_account) + tag_items_bytes(&value_item);
        room = match room.checked_sub(bytes) {
            Some(left) => left,
            None if at == 0 => 0,
            None => {
                let (_, next) = context.page(Some(owner), List::Friends, start_index, at);
                return (items, next);
            }
        };

        // Without standard fields, a friend who has no custom fields is left out.
        if kinds.standard || !value_item.is_empty() {
            items.push(UserDataItem {
                to_account,
                value_item,
            });
        }
    }
    (items, next)
}

impl RunQuery for FriendGetList {
    fn run(&self, context: &mut QueryContext<'_>) -> Result<FriendGetListResponse, Failure> {
        let from = context.actor(&self.from_account)?;
        context.check_batch(self.to_account.len())?;
        let tags = context.call.distinct_tags(&self.tag_list)?;

        let (info_item, fail_account) = context.each(
            &self.to_account,
            |to| Ok(context.fitting(friend_fields(context, from, to, &tags)?)),
            |account, fields| {
                let (result_code, result_info) = context.call.code_and_info(&fields);
                FriendInfoItem {
                    to_account: account.clone(),
                    sns_profile_item: fields.ok(),
                    result_code,
                    result_info,
                }
            },
        );
        Ok(FriendGetListResponse {
            info_item,
            fail_account,
            envelope: context.call.success(),
        })
    }
}

/// Returns the fields of a friend that are set, in the order of the tags.
fn friend_fields(
    context: &QueryContext<'_>,
    from: Option<UserId>,
    to: Option<UserId>,
    tags: &[&str],
) -> Result<Vec<TagItem>, Cause> {
    let relation = context.relation(from, to)?;
    let (Some(from), Some(to)) = (from, to) else {
        return Err(Cause::NotFriend);
    };
    if !relation.holds(Fact::ActorLists) {
        return Err(Cause::NotFriend);
    }

    let friend = context.service.records.friend(Pair::new(from, to));
    let known = friend.map_or_else(Vec::new, |friend| FieldKinds::ALL.fields(friend));

    let mut fields = Vec::new();
    for tag in tags {
        match known.iter().find(|item| item.tag == *tag) {
            Some(field) => fields.push(field.clone()),
            None => fields.extend(profile_field(context.service, Some(to), tag)),
        }
    }
    Ok(fields)
}
