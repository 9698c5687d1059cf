//! Steps that change something over `/v1`.

use serde_json::{Value, json};
use socialgraph::Operation;

use super::Walk;
use super::calls::{At, Reply, Request};
use super::choices::{operation, policy, policy_text};

/// The requests with keys that are kept to be repeated.
const KEPT: usize = 30;

/// A request with a key, and its reply.
pub(super) struct Keyed {
    request: Request,
    reply: Reply,
    key: String,
}

/// A request that is under way when the server is killed.
pub(super) struct UnderWay {
    request: Request,
    operations: Vec<Operation>,
    key: String,
}

impl Walk {
    /// Returns a key that no request has had.
    fn new_key(&mut self) -> String {
        let (one, other) = (self.random.next(), self.random.next());
        format!("{}-{one:016x}{other:016x}", self.here())
    }

    /// Gives a request a key now and then.
    fn perhaps_keyed(&mut self, request: Request) -> (Request, Option<String>) {
        if !self.random.once_in(3) {
            return (request, None);
        }
        let key = self.new_key();
        (
            request.with_header("Idempotency-Key", key.clone()),
            Some(key),
        )
    }

    /// Keeps a request that had a key.
    fn keep(&mut self, request: Request, reply: Reply, key: Option<String>) {
        let Some(key) = key else { return };
        if self.keyed.len() == KEPT {
            self.keyed.pop_front();
        }
        self.keyed.push_back(Keyed {
            request,
            reply,
            key,
        });
    }

    fn random_operations(&mut self, most: usize) -> Vec<Operation> {
        let count = 1 + self.random.index(most);
        let mut operations = Vec::new();
        // What the earlier ones do is not known yet: the model is asked for likely actions only.
        for _ in 0..count {
            operations.push(operation(&self.expected, &mut self.random));
        }
        operations
    }

    fn count(&mut self, operations: &[Operation]) {
        for operation in operations {
            *self.operations.entry(kind(operation)).or_default() += 1;
        }
    }

    /// Applies up to so many operations, each on its own.
    pub(super) fn operations(&mut self, most: usize) -> Result<(), String> {
        let operations = self.random_operations(most);
        self.apply(&operations)
    }

    /// Applies operations, each on its own.
    pub(super) fn apply(&mut self, operations: &[Operation]) -> Result<(), String> {
        self.count(operations);
        let mut body = json!({"operations": operations});
        if self.random.once_in(4) {
            body["all_or_nothing"] = false.into();
        }
        let (request, key) = self.perhaps_keyed(Request::post("/v1/operations", &body));
        let expected = self.expected.apply_each(operations);
        let reply = self.v1_reply(&request, &expected, At::New)?;
        self.keep(request, reply, key);
        Ok(())
    }

    /// Applies several operations, all or nothing.
    pub(super) fn all_or_nothing(&mut self) -> Result<(), String> {
        // With few operations, it is often all.
        let most = self.random.one(&[1, 2, 3, 4, 10]);
        let operations = self.random_operations(most);
        self.count(&operations);
        let body = json!({"operations": operations, "all_or_nothing": true});
        let (request, key) = self.perhaps_keyed(Request::post("/v1/operations", &body));
        let reply = match self.expected.apply_all(&operations) {
            Ok(expected) => self.v1_reply(&request, &expected, At::New)?,
            Err(problem) => {
                let reply = self.v1_anywhere(&request)?;
                self.compare_problem(&request, &reply, 409, &problem)?;
                self.number += 1;
                reply
            }
        };
        self.keep(request, reply, key);
        Ok(())
    }

    pub(super) fn put_policy(&mut self) -> Result<(), String> {
        let policy = policy(&mut self.random);
        let body = json!({"policy": policy_text(&policy, &mut self.random)});
        let target = self.random.one(&["/v1/policy", "/v1/policy?dry_run=false"]);
        let (request, key) = self.perhaps_keyed(Request::put(target, &body));
        let expected = self.expected.adopt(policy, true);
        let reply = self.v1_reply(&request, &expected, At::New)?;
        self.keep(request, reply, key);
        Ok(())
    }

    pub(super) fn dry_run(&mut self) -> Result<(), String> {
        let policy = policy(&mut self.random);
        let body = json!({"policy": policy_text(&policy, &mut self.random)});
        let request = Request::put("/v1/policy?dry_run=true", &body);
        let expected = self.expected.clone().adopt(policy, false);
        self.v1(&request, &expected, At::Last)
    }

    /// Repeats a request with its key: the reply is the same, and nothing changes.
    pub(super) fn repeat(&mut self) -> Result<(), String> {
        if self.keyed.is_empty() {
            return self.operations(1);
        }
        let index = self.random.index(self.keyed.len());
        let request = self.keyed[index].request.clone();
        let reply = self.v1_anywhere(&request)?;
        let kept = &self.keyed[index].reply;
        if reply != *kept {
            let whole = |it: &Reply| json!({"position": it.position, "reply": it.body});
            return Err(self.difference(&request.line(), &whole(&reply), &whole(kept)));
        }
        Ok(())
    }

    /// Sends another request with a key that was used.
    pub(super) fn reuse_key(&mut self) -> Result<(), String> {
        if self.keyed.is_empty() {
            return self.operations(1);
        }
        let index = self.random.index(self.keyed.len());
        let key = self.keyed[index].key.clone();
        // No other request of the walk has these operations.
        let name = format!("key {}", self.random.next());
        let mut operations = vec![json!({"add_user": {"name": name}})];
        if self.random.once_in(2) {
            operations.push(json!({"remove_user": {"name": name}}));
        }
        let body = json!({"operations": operations, "all_or_nothing": self.random.once_in(2)});
        let request = Request::post("/v1/operations", &body).with_header("Idempotency-Key", key);

        let reply = self.v1_anywhere(&request)?;
        let problem = json!({"code": "key_reused", "header": "Idempotency-Key"});
        self.compare_problem(&request, &reply, 422, &problem)?;
        // It says where the first request was carried out, if the reply to that said so.
        let kept = &self.keyed[index].reply.position;
        if kept.is_some() && reply.position != *kept {
            let (found, kept) = (json!(reply.position), json!(kept));
            return Err(self.difference(&request.line(), &found, &kept));
        }
        Ok(())
    }

    /// Sends operations with a key, and does not wait for the reply.
    pub(super) fn begin_keyed(&mut self) -> Result<UnderWay, String> {
        let operations = self.random_operations(5);
        let key = self.new_key();
        let request = Request::post("/v1/operations", &json!({"operations": operations}))
            .with_header("Idempotency-Key", key.clone());
        let sent = self.connection.write(&request.bytes());
        sent.map_err(|error| format!("{error}: {}", request.line()))?;
        Ok(UnderWay {
            request,
            operations,
            key,
        })
    }

    /// Sends the operations again that were under way: they are carried out once.
    pub(super) fn finish_keyed(&mut self, under_way: UnderWay) -> Result<(), String> {
        let UnderWay {
            request,
            operations,
            key,
        } = under_way;
        let before = self.here();
        let number = self.number;
        self.take_position()?;
        let is_after_same = before.starts_with(&self.epoch);
        if !is_after_same || !(number..=number + 1).contains(&self.number) {
            let expected = json!([before, "or one more"]);
            return Err(self.difference("the start after a kill", &json!(self.here()), &expected));
        }
        self.carried_out += self.number - number;

        self.number = number;
        let expected = self.expected.apply_each(&operations);
        let reply = self.v1_reply(&request, &expected, At::New)?;
        self.keep(request, reply, Some(key));
        Ok(())
    }
}

/// Returns the name of an operation's kind.
fn kind(operation: &Operation) -> &'static str {
    match operation {
        Operation::AddUser(_) => "add_user",
        Operation::RemoveUser(_) => "remove_user",
        Operation::RenameUser(_) => "rename_user",
        Operation::MergeUsers(_) => "merge_users",
        Operation::Act(_) => "act",
        Operation::ActOnMany(_) => "act_on_many",
        Operation::ManyAct(_) => "many_act",
        Operation::SetRequestMode(_) => "set_request_mode",
        Operation::SetRequestSending(_) => "set_request_sending",
        Operation::ClearList(_) => "clear_list",
        Operation::AdoptPolicy(_) => "adopt_policy",
    }
}

/// The kinds of operations that a long walk makes.
pub(super) const KINDS: [&str; 11] = [
    "add_user",
    "remove_user",
    "rename_user",
    "merge_users",
    "act",
    "act_on_many",
    "many_act",
    "set_request_mode",
    "set_request_sending",
    "clear_list",
    "adopt_policy",
];

/// Returns the JSON of a number of items, for requests that are too long.
pub(super) fn repeated(item: &Value, count: usize) -> Value {
    vec![item.clone(); count].into()
}
