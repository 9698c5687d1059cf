//! A gateway with a service behind it, and calls to them as a client makes them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use socialgraph::{Policy, SocialGraph};
use socialgraph_tim::wire::CallbackReply;
use socialgraph_tim::{
    Call, Caller, Command, Gateway, HttpRequest, Reply, Service, Settings, UnknownAccounts, UserSig,
};

pub(super) const APP: u64 = 1_400_000_000;
pub(super) const SECRET: &str = "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e";
pub(super) const ADMIN: &str = "administrator";

/// The time of the test vectors.
pub(super) fn now() -> SystemTime {
    at(1_700_000_000)
}

pub(super) fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

/// A gateway and a service, as a server has them.
pub(super) struct App {
    pub(super) gateway: Gateway,
    pub(super) service: Service,
    pub(super) now: SystemTime,
}

impl App {
    /// Returns an app under the vendor's policy with these accounts.
    pub(super) fn new(accounts: &[&str]) -> Self {
        Self::of(Policy::tencent_rest(), accounts)
    }

    pub(super) fn of(policy: Policy, accounts: &[&str]) -> Self {
        let mut graph = SocialGraph::new(policy);
        for account in accounts {
            graph.add_user(account).unwrap();
        }
        Self::with(graph)
    }

    /// Returns an app with the users of a graph as its accounts.
    pub(super) fn with(graph: SocialGraph) -> Self {
        let gateway = Gateway::new(APP, SECRET)
            .with_admin(ADMIN)
            .with_calls_per_second(None);
        Self {
            gateway,
            service: Service::new(graph),
            now: now(),
        }
    }

    pub(super) fn importing(mut self) -> Self {
        self.change_settings(|it| it.unknown_accounts = UnknownAccounts::Import);
        self
    }

    pub(super) fn change_settings(&mut self, change: impl FnOnce(&mut Settings)) {
        let mut settings = self.service.settings();
        change(&mut settings);
        self.service.set_settings(settings);
    }

    pub(super) fn set_friend_page_len(&mut self, friends: u32) {
        self.change_settings(|it| it.friend_page_len = friends);
    }

    /// Calls as an admin. Returns the reply's body.
    pub(super) fn call(&mut self, command: Command, body: &Value) -> Value {
        self.call_as(ADMIN, command, body)
    }

    /// Calls with a sample as the body.
    pub(super) fn sample(&mut self, command: Command, body: &str) -> Value {
        self.call(command, &serde_json::from_str(body).unwrap())
    }

    pub(super) fn call_as(&mut self, identifier: &str, command: Command, body: &Value) -> Value {
        let reply = self.reply(identifier, command, body);
        serde_json::from_slice(&reply.body).unwrap()
    }

    pub(super) fn reply(&mut self, identifier: &str, command: Command, body: &Value) -> Reply {
        let target = target(command, identifier, self.now);
        self.http("POST", &target, body.to_string().as_bytes())
    }

    /// Calls as a host does, and checks the invariants of every call.
    pub(super) fn http(&mut self, method: &str, target: &str, body: &[u8]) -> Reply {
        self.http_denying(method, target, body, None)
    }

    /// Calls as a host does, with the app's reply to the callback before an update.
    pub(super) fn http_denying(
        &mut self,
        method: &str,
        target: &str,
        body: &[u8],
        denial: Option<CallbackReply>,
    ) -> Reply {
        let before = self.service.clone();
        let request = HttpRequest::new(method, target, body);
        let reply = match self.gateway.admit(&request, self.now) {
            Ok(call) => self.handle(call, denial),
            Err(reply) => reply,
        };
        let json: Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(json["ErrorCode"], reply.code.number());
        assert!(json["ErrorInfo"].is_string());
        let failed = reply.code.number() != 0;
        assert_eq!(json["ActionStatus"], if failed { "FAIL" } else { "OK" });
        assert_eq!(reply.detail.is_empty(), !failed, "{}", reply.detail);
        if failed {
            assert!(
                self.service == before,
                "a failed request changed something: {json}"
            );
            assert!(reply.callbacks.is_empty());
        }
        reply
    }

    fn handle(&mut self, mut call: Call, denial: Option<CallbackReply>) -> Reply {
        if let (Call::Update(update), Some(denial)) = (&mut call, denial)
            && update.prev_callback(self.now).is_some()
        {
            update.deny(denial);
        }
        self.service.handle(&call, self.now)
    }
}

/// Returns the path and query string of a signed call.
pub(super) fn target(command: Command, identifier: &str, now: SystemTime) -> String {
    let day = Duration::from_secs(86_400);
    UserSig::new(APP, identifier, now, day).sign_target(command, SECRET, 99_999_999)
}

/// Returns the codes of a reply's items, in order.
pub(super) fn item_codes(reply: &Value) -> Vec<u64> {
    let arrays = [
        "ResultItem",
        "InfoItem",
        "BlackListCheckItem",
        "UserProfileItem",
    ];
    let items = arrays
        .iter()
        .find_map(|name| reply[name].as_array())
        .unwrap();
    items
        .iter()
        .map(|item| item["ResultCode"].as_u64().unwrap())
        .collect()
}

pub(super) fn admin() -> Caller {
    Caller::admin(ADMIN)
}
