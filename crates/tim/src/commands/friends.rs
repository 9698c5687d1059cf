//! `v4/sns/friend_*`: the updates of friend lists.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use socialgraph::{
    Action, Decision, Effect, Fact, Notices, OwnList, Reason, Refusal, Relation, UserId, Ways,
};

use crate::cause::Cause;
use crate::failure::Failure;
use crate::json::callback::{Callback, PrevFriendAdd, PrevFriendResponse};
use crate::json::envelope::{BareResponse, BatchResponse};
use crate::json::friend_item::{
    AddFriendItem, AddType, ImportFriendItem, ResponseAction, ResponseFriendItem,
};
use crate::json::lenient::{optional, or_default};
use crate::json::tag_item::TagItem;
use crate::service::context::{CallInfo, UpdateContext};
use crate::service::records::{Friend, Pair};
use crate::service::request_traits::RunUpdate;

/// `friend_add`: sends friend requests, or adds friends (document 1047/34902).
///
/// ```
/// use socialgraph_tim::wire::{AddFriendItem, FriendAdd};
///
/// let request = FriendAdd {
///     from_account: "id".into(),
///     add_friend_item: vec![AddFriendItem {
///         to_account: "id1".into(),
///         add_source: Some("AddSource_Type_XXXXXXXX".into()),
///         ..AddFriendItem::default()
///     }],
///     ..FriendAdd::default()
/// };
/// assert_eq!(
///     serde_json::to_string(&request)?,
///     r#"{"From_Account":"id","AddFriendItem":[{"To_Account":"id1","AddSource":"AddSource_Type_XXXXXXXX"}]}"#,
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendAdd {
    /// The requesting account.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// 1 to 1000 accounts to add.
    pub add_friend_item: Vec<AddFriendItem>,
    /// The friend lists to add to; [`AddType::Both`] if left out.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub add_type: Option<AddType>,
    /// 1 if an admin adds friends without their consent; 0 or left out for a request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force_add_flags: Option<u32>,
}

/// `friend_import`: adds one-way friends without their consent (document 1047/34903).
///
/// For admins only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendImport {
    /// The owner of the friend list.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// 1 to 1000 friends to import.
    pub add_friend_item: Vec<ImportFriendItem>,
}

/// `friend_update`: changes fields that a user keeps about friends (document 1047/34904).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendUpdate {
    /// The owner of the friend list.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// 1 to 1000 friends to update.
    pub update_item: Vec<UpdateItem>,
}

/// The fields to change of one friend.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateItem {
    /// The friend.
    #[serde(rename = "To_Account")]
    pub to_account: String,
    /// The remark, groups and custom fields. Either all of them change or none. `null` is none.
    #[serde(deserialize_with = "or_default")]
    pub sns_item: Vec<TagItem>,
}

/// The friend lists that a `friend_delete` removes entries from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DeleteType {
    /// The requesting account's list alone.
    #[serde(rename = "Delete_Type_Single")]
    Single,
    /// Both accounts' lists.
    #[serde(rename = "Delete_Type_Both")]
    Both,
}

/// `friend_delete`: ends friendships (document 1047/34905).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendDelete {
    /// The owner of the friend list.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// 1 to 1000 friends to delete.
    #[serde(rename = "To_Account")]
    pub to_account: Vec<String>,
    /// The friend lists to remove entries from; [`DeleteType::Single`] if left out.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub delete_type: Option<DeleteType>,
}

/// `friend_delete_all`: empties a friend list (document 1047/34906).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendDeleteAll {
    /// The owner of the friend list.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// The friend lists to remove entries from; [`DeleteType::Single`] if left out.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub delete_type: Option<DeleteType>,
}

/// `friend_response`: answers friend requests.
///
/// No page of the REST API has it, but the vendor's first Web SDK sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendResponse {
    /// The account that answers.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// Answers to the friend requests of 1 to 1000 accounts.
    pub response_friend_item: Vec<ResponseFriendItem>,
}

/// The way in which `friend_add` adds friends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AddMethod {
    /// By a friend request.
    Request,
    /// On the requesting account's list alone, without a request.
    OneWay,
    /// By an admin, without consent.
    Forced(Ways),
}

impl RunUpdate for FriendAdd {
    fn run(&self, context: &mut UpdateContext<'_>) -> Result<BatchResponse, Failure> {
        let method = self.method(context.call)?;
        let actor = context.begin_batch(&self.from_account, self.add_friend_item.len())?;

        if matches!(method, AddMethod::Forced(_)) {
            context.log.set_forced();
        }
        Ok(context.each(
            &self.add_friend_item,
            |item| &item.to_account,
            |context, item| add_friend(context, method, actor, item),
        ))
    }
}

impl FriendAdd {
    fn method(&self, call: CallInfo<'_>) -> Result<AddMethod, Failure> {
        let add_type = self.add_type.unwrap_or(AddType::Both);

        match (self.force_add_flags.unwrap_or(0), add_type) {
            (0, AddType::Both) => Ok(AddMethod::Request),
            (0, AddType::Single) => Ok(AddMethod::OneWay),
            (1, add_type) => {
                call.check_admin()?;
                Ok(AddMethod::Forced(match add_type {
                    AddType::Single => Ways::OneWay,
                    AddType::Both => Ways::TwoWay,
                }))
            }
            (flags, _) => {
                let detail = format!("ForceAddFlags is {flags}, and 0 or 1 is asked for");
                Err(call.malformed(detail))
            }
        }
    }

    /// Returns the callback by which the app may deny items.
    pub(crate) fn prev_callback(&self, caller: &str, event_time: u64) -> Callback {
        Callback::PrevFriendAdd(PrevFriendAdd {
            requester_account: caller.to_owned(),
            from_account: self.from_account.clone(),
            friend_item: self.add_friend_item.clone(),
            add_type: self.add_type.unwrap_or(AddType::Both),
            force_add_flags: self.force_add_flags.unwrap_or(0),
            event_time,
        })
    }
}

/// Adds one friend, or sends a request.
///
/// A request that now waits for an answer has a code of its own, and so is an error here.
fn add_friend(
    context: &mut UpdateContext<'_>,
    method: AddMethod,
    actor: UserId,
    item: &AddFriendItem,
) -> Result<(), Cause> {
    let friend = Friend::try_from(item)?;
    check_room(context, actor, &friend)?;

    let action = match method {
        AddMethod::Request => Action::SendRequest,
        AddMethod::OneWay => {
            check_not_barred(context, actor, &item.to_account)?;
            Action::AddFriend(Ways::OneWay)
        }
        AddMethod::Forced(ways) => Action::AddFriend(ways),
    };

    let effects = context.apply(action, actor, &item.to_account, &friend)?;
    if effects.contains(Effect::ActorRequestSent) {
        Err(Cause::Pending)
    } else {
        Ok(())
    }
}

/// Checks that the actor is not barred from sending a request to the target.
///
/// The engine does not apply the bar to a one-way entry, but the vendor does.
fn check_not_barred(context: &UpdateContext<'_>, actor: UserId, target: &str) -> Result<(), Cause> {
    let reasons = match context.service.look_up(target)? {
        Some(target) => {
            let graph = &context.service.graph;
            let decision = graph.can_send_friend_request(actor, target);
            context.call.learned_reasons(decision)
        }
        None => context.reasons_against_newcomer(Action::SendRequest, actor),
    };

    if reasons.contains(Reason::ActorBarred) {
        Err(Cause::of(reasons))
    } else {
        Ok(())
    }
}

/// Checks that the groups of a new friend exist or can be created, and that its fields fit.
fn check_room(context: &UpdateContext<'_>, owner: UserId, friend: &Friend) -> Result<(), Cause> {
    // A request may become a friend without the owner's call, so there must be room for both.
    let added = friend.request_bytes();
    check_room_of_update(context, owner, &friend.groups, [added, 0])
}

/// Checks that groups exist or can be created, and that the fields that are added fit in the place
/// of those that are removed.
fn check_room_of_update(
    context: &UpdateContext<'_>,
    owner: UserId,
    groups: &[Arc<str>],
    [added, removed]: [u64; 2],
) -> Result<(), Cause> {
    let records = &context.service.records;
    if !records.has_room_for(Some(owner), groups) {
        return Err(Cause::GroupsFull);
    }

    let added = added + records.bytes_of_new_groups(Some(owner), groups);
    context
        .service
        .check_field_bytes(Some(owner), added, removed)
}

impl RunUpdate for FriendImport {
    fn run(&self, context: &mut UpdateContext<'_>) -> Result<BatchResponse, Failure> {
        context.call.check_admin()?;
        let actor = context.begin_batch(&self.from_account, self.add_friend_item.len())?;

        Ok(context.each(
            &self.add_friend_item,
            |item| &item.to_account,
            |context, item| {
                let friend = Friend::try_from(item)?;
                check_room(context, actor, &friend)?;
                let action = Action::AddFriend(Ways::OneWay);
                context.apply(action, actor, &item.to_account, &friend)?;
                Ok(())
            },
        ))
    }
}

impl RunUpdate for FriendUpdate {
    fn run(&self, context: &mut UpdateContext<'_>) -> Result<BatchResponse, Failure> {
        let actor = context.begin_batch(&self.from_account, self.update_item.len())?;
        Ok(context.each(
            &self.update_item,
            |item| &item.to_account,
            |context, item| update_friend(context, actor, item),
        ))
    }
}

fn update_friend(
    context: &mut UpdateContext<'_>,
    actor: UserId,
    item: &UpdateItem,
) -> Result<(), Cause> {
    let friend = context.service.look_up_friend(actor, &item.to_account)?;
    let pair = Pair::new(actor, friend);
    let before = context.service.records.friend(pair);
    let before = before.cloned().unwrap_or_default();

    let mut after = before.clone();
    for field in &item.sns_item {
        after.set(field)?;
    }
    let bytes = [after.bytes(), before.bytes()];
    check_room_of_update(context, actor, &after.groups, bytes)?;

    context.replace_friend(pair, &before, after);
    Ok(())
}

impl RunUpdate for FriendDelete {
    fn run(&self, context: &mut UpdateContext<'_>) -> Result<BatchResponse, Failure> {
        let actor = context.begin_batch(&self.from_account, self.to_account.len())?;
        let action = Action::RemoveFriend(ways(self.delete_type));
        context.apply_to_each(action, actor, &self.to_account)
    }
}

/// Returns the ways to delete, by default one: `friend_delete_all` documents this default, and
/// `friend_delete` does not document any.
fn ways(delete_type: Option<DeleteType>) -> Ways {
    match delete_type {
        None | Some(DeleteType::Single) => Ways::OneWay,
        Some(DeleteType::Both) => Ways::TwoWay,
    }
}

impl RunUpdate for FriendDeleteAll {
    fn run(&self, context: &mut UpdateContext<'_>) -> Result<BareResponse, Failure> {
        context.call.check_may_act_for(&self.from_account)?;
        let actor = context.actor(&self.from_account)?;

        let list = OwnList::Friends(ways(self.delete_type));
        if let Ok(cleared) = context.service.graph.clear_list(actor, list) {
            context.record_pairs(&cleared.changes);
        }
        Ok(BareResponse {
            envelope: context.call.success(),
        })
    }
}

impl RunUpdate for FriendResponse {
    fn run(&self, context: &mut UpdateContext<'_>) -> Result<BatchResponse, Failure> {
        let actor = context.begin_batch(&self.from_account, self.response_friend_item.len())?;
        Ok(context.each(
            &self.response_friend_item,
            |item| &item.to_account,
            |context, item| respond(context, actor, item),
        ))
    }
}

impl FriendResponse {
    /// Returns the callback by which the app may deny items.
    pub(crate) fn prev_callback(&self, caller: &str, event_time: u64) -> Callback {
        Callback::PrevFriendResponse(PrevFriendResponse {
            requester_account: caller.to_owned(),
            from_account: self.from_account.clone(),
            response_friend_item: self.response_friend_item.clone(),
            event_time,
        })
    }
}

fn respond(
    context: &mut UpdateContext<'_>,
    actor: UserId,
    item: &ResponseFriendItem,
) -> Result<(), Cause> {
    let requester = context.service.look_up(&item.to_account)?;
    let requester = requester.ok_or(Cause::NoRequest)?;
    // Without a request, every answer has one code, even across a block.
    let relation = context.service.graph.relation(actor, requester)?;
    if !relation.holds(Fact::TargetRequested) {
        return Err(Cause::NoRequest);
    }

    match item.response_action {
        ResponseAction::AgreeAndAdd => {
            let friend = Friend::try_from(item)?;
            check_room(context, actor, &friend)?;
            context.apply_to(Action::AcceptRequest, actor, requester, &friend)?;
        }
        ResponseAction::Agree => agree(context, actor, requester, relation)?,
        ResponseAction::Reject => {
            let friend = Friend::default();
            context.apply_to(Action::DeclineRequest, actor, requester, &friend)?;
        }
    }
    Ok(())
}

/// Adds the actor to the requester's friend list, but not the other way round.
///
/// The engine has no such action. Add the entry to the requester's list, then decline the
/// request, unless the entry has made the friendship two-way and so ended the request.
fn agree(
    context: &mut UpdateContext<'_>,
    actor: UserId,
    requester: UserId,
    relation: Relation,
) -> Result<(), Cause> {
    let pair = Pair::new(requester, actor);
    let friend = context.requested_friend(pair);
    if relation.holds(Fact::TargetLists) {
        context.merge_friend(pair, friend);
    } else {
        let add = Action::AddFriend(Ways::OneWay);
        if let Err(refusal) = context.try_apply(add, requester, actor, &friend) {
            return answer_refused_agreement(context, add, refusal);
        }
    }

    let relation = context.service.graph.relation(actor, requester)?;
    if relation.holds(Fact::TargetRequested) {
        let friend = Friend::default();
        context.apply_to(Action::DeclineRequest, actor, requester, &friend)?;
    }
    Ok(())
}

/// Returns what the user who agrees learns of a refusal whose actor is the requester.
fn answer_refused_agreement(
    context: &UpdateContext<'_>,
    add: Action,
    refusal: Refusal,
) -> Result<(), Cause> {
    let Notices { own, other } = context.service.graph.policy().request.notice;
    // The own block of the user who agrees is the other's for the requester.
    let notices = Notices {
        own: other,
        other: own,
    };

    let decision = Decision::new(add, refusal.reasons(), notices);
    let reasons = context.call.learned_reasons(decision);
    if reasons.is_empty() {
        Ok(())
    } else {
        Err(Cause::of(reasons).flip())
    }
}
