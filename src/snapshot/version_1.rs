//! The policy of snapshots of version 1.

use crate::facts::RequestMode;
use crate::rules::{
    BlockRules, Crossed, Gate, Granted, Limits, Notice, Notices, Policy, RequestRules, Sides,
};

/// The policy of version 1: one gate, for messages, and one for requesting, accepting and adding.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyOfVersion1 {
    message_stopped_by: Sides,
    message_needs_listing_by: Sides,
    notice_of_blocked_message: NoticeOfVersion1,
    request_stopped_by: Sides,
    block_clears_friends_of: Sides,
    block_cancels_requests_of: Sides,
    initial_request_mode: RequestMode,
    limits: Limits,
}

/// Formats without names store the position of a variant, so `Notice` itself cannot be read.
#[derive(serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum NoticeOfVersion1 {
    Silent,
    Told,
}

impl From<PolicyOfVersion1> for Policy {
    /// Every answer is that of version 1. The interactions that it did not know follow messages.
    fn from(old: PolicyOfVersion1) -> Self {
        let gate = Gate {
            stopped_by: old.message_stopped_by,
            needs_listing_by: old.message_needs_listing_by,
            notice: Notices::both(match old.notice_of_blocked_message {
                NoticeOfVersion1::Silent => Notice::Silent,
                NoticeOfVersion1::Told => Notice::Told,
            }),
        };
        Self {
            message: gate,
            call: gate,
            group_invitation: gate,
            presence: gate,
            request: RequestRules {
                stopped_by: old.request_stopped_by,
                accept_stopped_by: old.request_stopped_by,
                add_stopped_by: old.request_stopped_by,
                crossed: Crossed::Accepts,
                makes: Granted::Friendship,
                initial_mode: old.initial_request_mode,
                notice: Notices::both(Notice::Told),
            },
            block: BlockRules {
                clears_friends_of: old.block_clears_friends_of,
                cancels_requests_of: old.block_cancels_requests_of,
            },
            limits: old.limits,
        }
    }
}
