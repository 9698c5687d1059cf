//! The requests and responses, field for field as they are on the wire.
//!
//! Names, spellings and the order of fields are the vendor's. Requests accept the input of real
//! callers: `null` or "" for a missing field, and unknown fields. Everything here is plain
//! data; a [`Service`](crate::Service) runs it.

pub use crate::commands::accounts::{
    AccountCheck, AccountCheckItem, AccountCheckResponse, AccountDelete, AccountDeleteItem,
    AccountDeleteResponse, AccountImport, AccountItem, AccountStatus, MultiaccountImport,
    MultiaccountImportResponse,
};
pub use crate::commands::blocklists::{
    BlackListAdd, BlackListCheck, BlackListCheckItem, BlackListCheckResponse, BlackListCheckType,
    BlackListDelete, BlackListGet, BlackListGetResponse, BlackListItem, BlackListRelation,
};
pub use crate::commands::friend_queries::{
    FriendCheck, FriendCheckItem, FriendCheckResponse, FriendCheckType, FriendGet, FriendGetList,
    FriendGetListResponse, FriendGetResponse, FriendInfoItem, FriendRelation, UserDataItem,
};
pub use crate::commands::friends::{
    DeleteType, FriendAdd, FriendDelete, FriendDeleteAll, FriendImport, FriendResponse,
    FriendUpdate, UpdateItem,
};
pub use crate::commands::groups::{
    GroupAdd, GroupAddResponse, GroupDelete, GroupDeleteResponse, GroupGet, GroupGetResponse,
    GroupItem, NeedFriend,
};
pub use crate::commands::messages::{SendMessage, SendMessageResponse};
pub use crate::commands::profiles::{
    PortraitGet, PortraitGetResponse, PortraitSet, UserProfileItem,
};
pub use crate::json::callback::{
    AccountPair, AddedPair, Callback, CallbackReply, PrevFriendAdd, PrevFriendResponse,
};
pub use crate::json::envelope::{ActionStatus, BareResponse, BatchResponse, Envelope, ResultItem};
pub use crate::json::friend_item::{
    AddFriendItem, AddType, ImportFriendItem, ResponseAction, ResponseFriendItem,
};
pub use crate::json::opaque::Json;
pub use crate::json::tag_item::{TagItem, TagValue, tag};
