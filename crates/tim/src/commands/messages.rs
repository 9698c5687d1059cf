//! `v4/openim/sendmsg`: whether a message may be sent.

use serde::{Deserialize, Serialize};
use socialgraph::{Decision, Reason, Reasons, Relation, UserId, Verdict};

use crate::cause::Cause;
use crate::failure::Failure;
use crate::json::envelope::Envelope;
use crate::json::lenient::{optional, or_default, text_only};
use crate::json::opaque::Json;
use crate::service::context::QueryContext;
use crate::service::request_traits::RunQuery;
use crate::{Code, Role};

/// `sendmsg`: asks to send a message to one account (document 1047/34919).
///
/// A user's own message is checked, an admin's is not. The service delivers nothing: that is
/// the host's part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SendMessage {
    /// 1 if the sender's other devices are to get the message too, 2 if not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync_other_machine: Option<i64>,
    /// The sender; the caller if left out.
    #[serde(
        rename = "From_Account",
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub from_account: Option<String>,
    /// The receiver: required, a text.
    #[serde(
        rename = "To_Account",
        default,
        deserialize_with = "text_only",
        skip_serializing_if = "Option::is_none"
    )]
    pub to_account: Option<String>,
    /// The time for which the message is kept, in seconds: at most 604800.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub msg_life_time: Option<i64>,
    /// The sender's number for the message, which orders its messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub msg_seq: Option<i64>,
    /// A random number that distinguishes messages of the same second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub msg_random: Option<i64>,
    /// The time of writing, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub msg_time_stamp: Option<i64>,
    /// The webhooks to skip for this message.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub forbid_callback_control: Vec<String>,
    /// The effects of this message on lists of conversations.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub send_msg_control: Vec<String>,
    /// The elements of the message.
    pub msg_body: Vec<Json>,
    /// The app's own data.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub cloud_custom_data: Option<String>,
    /// The push notification for receivers who are offline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offline_push_info: Option<Json>,
}

/// The response to [`SendMessage`].
///
/// A silently refused message has the same response as a sent one: see
/// [`Completed::decision`](crate::Completed::decision).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SendMessageResponse {
    /// The time of sending, in seconds since 1970.
    pub msg_time: u64,
    /// The key of the message: sequence, random number and time.
    pub msg_key: String,
    /// Whether the request was carried out, as far as the sender may know.
    #[serde(flatten)]
    pub envelope: Envelope,
}

impl RunQuery for SendMessage {
    fn run(&self, context: &mut QueryContext<'_>) -> Result<SendMessageResponse, Failure> {
        let caller = context.call.caller;
        let from = self.from_account.as_deref();
        if let Some(from) = from {
            context.call.check_may_act_for(from)?;
        }
        let to_name = self.to_account.as_deref().ok_or_else(|| {
            let detail = "To_Account is missing, empty or no text";
            Failure::new(
                Code::MessageReceiver,
                "Invalid format of To_Account",
                detail,
            )
        })?;
        let to = look_up(context, to_name, Code::UnknownReceiver)?;

        match (caller.role(), from) {
            (Role::User, _) => {
                let from = look_up(context, caller.identifier(), Code::UnknownSender)?;
                let names = [caller.identifier(), to_name];
                context.decision = Some(decide(context, from, to, names)?);
            }
            // An admin needs no account, but an account in whose name an admin sends must exist.
            (Role::Admin, Some(from)) if from != caller.identifier() => {
                look_up(context, from, Code::UnknownSender)?;
            }
            (Role::Admin, _) => {}
        }

        let now = context.call.now.seconds();
        Ok(SendMessageResponse {
            msg_time: now,
            msg_key: self.key(now),
            envelope: context.call.success(),
        })
    }
}

impl SendMessage {
    /// Returns the key of the message: sequence, random number and time.
    fn key(&self, now: u64) -> String {
        let sequence = self.msg_seq.unwrap_or(0);
        let random = self.msg_random.unwrap_or(0);
        format!("{sequence}_{random}_{now}")
    }
}

/// Looks up the sender or the receiver of a message. An unknown account gets the given code.
fn look_up(
    context: &QueryContext<'_>,
    name: &str,
    unknown: Code,
) -> Result<Option<UserId>, Failure> {
    context.service.look_up(name).map_err(|cause| {
        if cause == Cause::Foreign {
            let detail = format!("{name:?} is another app's");
            Failure::new(Code::MessageForeign, "another app's account", detail)
        } else {
            let detail = format!("{name:?} is not imported");
            Failure::new(unknown, "account not imported", detail)
        }
    })
}

/// Returns the engine's decision, or the failure if the sender is told of the refusal.
fn decide(
    context: &QueryContext<'_>,
    from: Option<UserId>,
    to: Option<UserId>,
    [from_name, to_name]: [&str; 2],
) -> Result<Decision, Failure> {
    let graph = &context.service.graph;
    let decision = match (from, to) {
        (Some(from), Some(to)) => graph.can_message(from, to),
        _ if from_name == to_name => return Err(same_parties(from_name)),
        _ => graph.policy().can_message(Relation::STRANGERS),
    };

    match decision.verdict() {
        Verdict::Allowed | Verdict::RefusedSilently => Ok(decision),
        Verdict::Refused => Err(refusal(decision, [from_name, to_name])),
    }
}

/// Returns the failure that the sender gets, without reasons that the policy keeps silent.
fn refusal(decision: Decision, [from, to]: [&str; 2]) -> Failure {
    let detail = decision.explain(from, to).to_string();
    let (code, info) = code_and_info(decision.visible().reasons());
    Failure::new(code, info, detail)
}

/// Returns the failure of a message to oneself.
fn same_parties(name: &str) -> Failure {
    let detail = format!("{name:?} is the sender and the receiver");
    let (code, info) = code_and_info(Reasons::EMPTY);
    Failure::new(code, info, detail)
}

/// Returns the code and the text of a message that is refused for reasons that the sender learns.
fn code_and_info(reasons: Reasons) -> (Code, &'static str) {
    // The vendor has one code for blocks, so the text says whose it is.
    if reasons.contains(Reason::ActorBlocks) {
        return (
            Code::MessageBlocked,
            "the receiver is blocked by the sender",
        );
    }
    if reasons.contains(Reason::TargetBlocks) {
        return (Code::MessageBlocked, "blocked by the receiver");
    }

    let not_listed_by_sender = reasons.contains(Reason::NotListedByActor);
    let not_listed_by_receiver = reasons.contains(Reason::NotListedByTarget);
    match (not_listed_by_sender, not_listed_by_receiver) {
        (true, true) => (Code::MessageNotFriends, "not friends"),
        (false, true) => (
            Code::MessageNotPeersFriend,
            "not on the receiver's friend list",
        ),
        (true, false) => (
            Code::MessagePeerNotFriend,
            "the receiver is not on the friend list",
        ),
        (false, false) => (Code::MessageParties, "invalid sender or receiver"),
    }
}
