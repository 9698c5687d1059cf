//! The requests and responses, field for field as they are on the wire.
//!
//! Names, spellings and the order of fields are the vendor's. Requests read what callers
//! really send: `null` or "" where a field could have been left out, and fields that nobody
//! knows. Everything here is plain data; what it does is [`Service`](super::Service)'s.

mod account;
mod blacklist;
mod callback;
mod envelope;
mod friend;
mod friend_query;
mod group;
mod lenient;
mod message;
mod profile;
mod tag_item;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use account::{
    AccountCheck, AccountCheckItem, AccountCheckResponse, AccountDelete, AccountDeleteItem,
    AccountDeleteResponse, AccountImport, AccountItem, AccountStatus, MultiaccountImport,
    MultiaccountImportResponse,
};
pub use blacklist::{
    BlackListAdd, BlackListCheck, BlackListCheckItem, BlackListCheckResponse, BlackListCheckType,
    BlackListDelete, BlackListGet, BlackListGetResponse, BlackListItem, BlackListRelation,
};
pub use callback::{
    AccountPair, AddedPair, Callback, CallbackReply, PrevFriendAdd, PrevFriendResponse,
};
pub use envelope::{ActionStatus, BareResponse, BatchResponse, Envelope, ResultItem};
pub use friend::{
    AddFriendItem, AddType, DeleteType, FriendAdd, FriendDelete, FriendDeleteAll, FriendImport,
    FriendResponse, FriendUpdate, ImportFriendItem, ResponseAction, ResponseFriendItem, UpdateItem,
};
pub use friend_query::{
    FriendCheck, FriendCheckItem, FriendCheckResponse, FriendCheckType, FriendGet, FriendGetList,
    FriendGetListResponse, FriendGetResponse, FriendInfoItem, FriendRelation, UserDataItem,
};
pub use group::{
    GroupAdd, GroupAddResponse, GroupDelete, GroupDeleteResponse, GroupGet, GroupGetResponse,
    GroupItem, NeedFriend,
};
pub use message::{Json, SendMessage, SendMessageResponse};
pub use profile::{PortraitGet, PortraitGetResponse, PortraitSet, UserProfileItem};
pub use tag_item::{TagItem, TagValue, tag};

use super::Command;
use crate::sealed::Sealed;

/// A request, with the command that carries it and the response to it.
///
/// Sealed.
///
/// ```
/// use socialgraph_tim::wire::{BlackListAdd, Request};
///
/// assert_eq!(BlackListAdd::COMMAND.path(), "/v4/sns/black_list_add");
/// ```
pub trait Request: Sealed + Serialize + DeserializeOwned {
    /// The response where the request is carried out.
    type Response: Serialize + DeserializeOwned;

    /// The command that carries it.
    const COMMAND: Command;
}

/// Says that a type is the request of the command of its name, and what answers it.
macro_rules! request {
    ($request:ident => $response:ident) => {
        impl crate::sealed::Sealed for $request {}

        impl super::Request for $request {
            type Response = $response;

            const COMMAND: crate::Command = crate::Command::$request;
        }
    };
}
use request;
