//! The requests and responses, field for field as they are on the wire.
//!
//! Names, spellings and the order of fields are the vendor's. Requests accept the input of real
//! callers: `null` or "" for a missing field, and unknown fields. Everything here is plain
//! data; a [`Service`](crate::Service) runs it.

pub use crate::commands::{
    accounts::*, blocklists::*, friend_queries::*, friends::*, groups::*, messages::*, profiles::*,
};
pub use crate::json::callback::{
    AccountPair, AddedPair, Callback, CallbackReply, PrevFriendAdd, PrevFriendResponse,
};
pub use crate::json::envelope::{ActionStatus, BareResponse, BatchResponse, Envelope, ResultItem};
pub use crate::json::friend_item::{
    AddFriendItem, AddType, ImportFriendItem, ResponseAction, ResponseFriendItem,
};
pub use crate::json::tag_item::{TagItem, TagValue, tag};
pub use crate::service::request_traits::Request;
