//! `sendmsg`, as far as its permission goes.

use super::{Asked, Query, Service};
use crate::failure::{Cause, Failure, success};
use crate::wire::{Request, SendMessage, SendMessageResponse};
use crate::{Code, Role};
use socialgraph::{Decision, Reason, Reasons, UserId, Verdict};

impl Query for SendMessage {
    fn answer(&self, asked: &Asked<'_>) -> Result<SendMessageResponse, Failure> {
        let caller = asked.caller;
        let from = self.from_account.as_deref();
        if let Some(from) = from {
            Service::check_acting(caller, Self::COMMAND, from)?;
        }
        let to_name = self.to_account.as_deref().ok_or_else(|| {
            let detail = "To_Account is missing, empty or no text";
            Failure::new(
                Code::MessageReceiver,
                "Invalid format of To_Account",
                detail,
            )
        })?;
        let to = asked.party(to_name, Code::UnknownReceiver)?;
        let decision = match (caller.role(), from) {
            (Role::User, _) => {
                let from = asked.party(caller.identifier(), Code::UnknownSender)?;
                Some(asked.decide(from, to, [caller.identifier(), to_name])?)
            }
            // An admin needs no account, and sends as whoever has one.
            (Role::Admin, Some(from)) if from != caller.identifier() => {
                asked.party(from, Code::UnknownSender)?;
                None
            }
            (Role::Admin, _) => None,
        };
        Ok(SendMessageResponse {
            msg_time: asked.now.seconds(),
            msg_key: self.key(asked.now.seconds()),
            decision,
            envelope: success(Self::COMMAND),
        })
    }
}

impl SendMessage {
    /// Returns the message's name: sequence, random number and time.
    fn key(&self, now: u64) -> String {
        let [seq, random] = [self.msg_seq, self.msg_random].map(|number| number.unwrap_or(0));
        format!("{seq}_{random}_{now}")
    }
}

impl Asked<'_> {
    /// Finds the sender or the receiver of a message; the code is for one who is not there.
    fn party(&self, name: &str, unknown: Code) -> Result<Option<UserId>, Failure> {
        self.service.find(name).map_err(|cause| {
            if cause == Cause::Foreign {
                let detail = format!("{name:?} is another app's");
                return Failure::new(Code::MessageForeign, "another app's account", detail);
            }
            Failure::new(
                unknown,
                "account not imported",
                format!("{name:?} is not imported"),
            )
        })
    }

    /// Asks the engine, and fails where the sender is told.
    fn decide(
        &self,
        from: Option<UserId>,
        to: Option<UserId>,
        [from_name, to_name]: [&str; 2],
    ) -> Result<Decision, Failure> {
        let graph = &self.service.graph;
        let decision = match (from, to) {
            (Some(from), Some(to)) => graph.can_message(from, to),
            _ if from_name == to_name => return Err(Failure::same_parties(from_name)),
            _ => graph
                .policy()
                .decide_message(socialgraph::Relation::STRANGERS),
        };
        match decision.verdict() {
            Verdict::Allowed | Verdict::RefusedSilently => Ok(decision),
            Verdict::Refused => Err(refusal(decision, [from_name, to_name])),
        }
    }
}

/// Returns the failure that a sender is told of, without what the policy keeps silent.
fn refusal(decision: Decision, [from, to]: [&str; 2]) -> Failure {
    let detail = decision.explain(from, to).to_string();
    let (code, info) = told(decision.visible().reasons());
    Failure::new(code, info, detail)
}

fn told(reasons: Reasons) -> (Code, &'static str) {
    let holds = |reason| reasons.contains(reason);
    if reasons.iter().any(Reason::is_block) {
        return (Code::MessageBlocked, "blocked by the receiver");
    }
    match (
        holds(Reason::NotListedByActor),
        holds(Reason::NotListedByTarget),
    ) {
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

impl Failure {
    fn same_parties(name: &str) -> Self {
        let detail = format!("{name:?} is the sender and the receiver");
        let (code, info) = told(Reasons::EMPTY);
        Self::new(code, info, detail)
    }
}
