//! Requests that are refused, and change nothing.

use serde_json::{Value, json};

use super::Walk;
use super::calls::{At, Request};
use super::updates::repeated;

/// A request that is refused: its status, its code, and what it names.
struct Wrong {
    request: Request,
    status: u16,
    problem: Value,
}

fn wrong(request: Request, status: u16, code: &str, subject: Option<(&str, &str)>) -> Wrong {
    let mut problem = json!({"code": code});
    if let Some((kind, place)) = subject {
        problem[kind] = place.into();
    }
    Wrong {
        request,
        status,
        problem,
    }
}

impl Walk {
    /// Makes a request that is refused, and looks whether the position stays.
    pub(super) fn wrong(&mut self) -> Result<(), String> {
        let mut all = self.wrong_bodies();
        all.extend(self.wrong_heads());
        let index = self.random.index(all.len());
        let Wrong {
            request,
            status,
            problem,
        } = all.swap_remove(index);
        self.v1_problem(&request, status, &problem)?;

        let expected = json!({"users": self.expected.names.len()});
        self.v1(&Request::get("/v1/position"), &expected, At::Last)
    }

    /// Returns requests whose bodies are wrong behind an operation that would be done.
    fn wrong_bodies(&mut self) -> Vec<Wrong> {
        // A short name, so that a thousand of them fit into a body.
        let user = self.random.one(&["ann", "ben"]);
        let join = json!({"add_user": {"name": "joins"}});
        let ask = json!({"question": "message", "actor": user, "target": "ben"});
        let operations = |it: Value| Request::post("/v1/operations", &json!({"operations": it}));
        let decide = |it: Value| Request::post("/v1/decide", &json!({"questions": it}));
        let invalid = |request, place| wrong(request, 422, "invalid", Some(("pointer", place)));

        let act = |action: Value| json!({"act": {"action": action, "actor": user, "target": "b"}});
        let mut without_target = ask.clone();
        without_target.as_object_mut().map(|it| it.remove("target"));
        let mut with_more = ask.clone();
        with_more["more"] = 1.into();
        let mut of_number = ask.clone();
        of_number["actor"] = 7.into();
        let mut of_unknown = ask.clone();
        of_unknown["question"] = "poke".into();
        let twice = format!(r#"{{"operations":[{join}],"operations":[{join}]}}"#);

        vec![
            invalid(operations(json!([])), "/operations"),
            invalid(operations(repeated(&join, 1_001)), "/operations"),
            invalid(
                operations(json!([join, {"add_user": {}}])),
                "/operations/1/add_user/name",
            ),
            invalid(
                operations(json!([join, {"add_user": {"name": 7}}])),
                "/operations/1/add_user/name",
            ),
            invalid(operations(json!([join, {"poke": {}}])), "/operations/1"),
            invalid(
                operations(json!([join, act(json!("poke"))])),
                "/operations/1/act/action",
            ),
            invalid(operations(json!(join)), "/operations"),
            invalid(
                Request::new("POST", "/v1/operations").with_body(twice),
                "/operations",
            ),
            invalid(
                Request::post(
                    "/v1/operations",
                    &json!({"operations": [join], "all": true}),
                ),
                "/all",
            ),
            invalid(decide(json!([])), "/questions"),
            invalid(decide(repeated(&ask, 1_001)), "/questions"),
            invalid(decide(json!([ask, without_target])), "/questions/1/target"),
            invalid(decide(json!([ask, with_more])), "/questions/1/more"),
            invalid(decide(json!([ask, of_number])), "/questions/1/actor"),
            invalid(decide(json!([ask, of_unknown])), "/questions/1/question"),
            invalid(
                Request::post(
                    "/v1/audience",
                    &json!({"interaction": "message", "actor": user, "targets": []}),
                ),
                "/targets",
            ),
            invalid(
                Request::post(
                    "/v1/visible_senders",
                    &json!({"interaction": "block", "recipient": user, "senders": [user]}),
                ),
                "/interaction",
            ),
            invalid(
                Request::post("/v1/conflicts", &json!({"user": user, "members": [null]})),
                "/members/0",
            ),
            invalid(
                Request::put("/v1/policy", &json!({"policy": {"profile": "mastadon"}})),
                "/policy",
            ),
            wrong(
                Request::new("POST", "/v1/operations")
                    .with_body(format!("{{\"operations\":[{join}]")),
                400,
                "malformed",
                None,
            ),
            wrong(
                Request::new("POST", "/v1/operations")
                    .with_body(format!("{{\"operations\":[{join}]}} x")),
                400,
                "malformed",
                None,
            ),
        ]
    }

    /// Returns requests whose path, parameters or headers are wrong.
    fn wrong_heads(&self) -> Vec<Wrong> {
        let get = |target: &str| Request::get(target);
        let operations = Request::post(
            "/v1/operations",
            &json!({"operations": [{"add_user": {"name": "joins"}}]}),
        );
        let keyed = |key: &str| operations.clone().with_header("Idempotency-Key", key);
        let nonce = "0123456789abcdef0123456789abcdef";
        let here = self.here();
        let header = Some(("header", "Idempotency-Key"));
        let invalid = |request, name| wrong(request, 422, "invalid", Some(("parameter", name)));

        let other_history = wrong(
            keyed(&format!("{:016x}-0-{nonce}", 1)),
            409,
            "key_of_other_history",
            header,
        );
        vec![
            wrong(get("/v1/nothing"), 404, "no_endpoint", None),
            wrong(get("/v1/operations"), 405, "method_not_allowed", None),
            wrong(
                Request::new("DELETE", "/v1/policy"),
                405,
                "method_not_allowed",
                None,
            ),
            wrong(
                operations.clone().with_header("Content-Type", "text/plain"),
                415,
                "wrong_content_type",
                Some(("header", "Content-Type")),
            ),
            wrong(keyed("a key"), 422, "invalid", header),
            wrong(keyed(&here), 422, "invalid", header),
            wrong(
                keyed(&format!("{here}-{}", nonce.trim_start_matches('0'))),
                422,
                "invalid",
                header,
            ),
            wrong(
                keyed(&format!("{here}-{nonce}"))
                    .with_header("Idempotency-Key", format!("{here}-{nonce}")),
                422,
                "invalid",
                header,
            ),
            other_history,
            invalid(get("/v1/users?limit=0"), "limit"),
            invalid(get("/v1/users?limit=1001"), "limit"),
            invalid(get("/v1/users?limit=-1"), "limit"),
            invalid(get("/v1/users?cursor=x"), "cursor"),
            invalid(get("/v1/users?more=1"), "more"),
            invalid(get("/v1/user"), "name"),
            invalid(get("/v1/user?name=ann&name=ben"), "name"),
            invalid(get("/v1/list?user=ann"), "list"),
            invalid(get("/v1/list?user=ann&list=poke"), "list"),
            invalid(get("/v1/relation?actor=ann"), "target"),
            invalid(get("/v1/policy?at_least=here"), "at_least"),
            invalid(get("/v1/changes?after=here"), "after"),
            wrong(get("/v1/user?name=%ff"), 400, "malformed", None),
            wrong(
                Request::get(format!("/v1/policy?at_least={:016x}-0", 1)),
                410,
                "position_gone",
                Some(("parameter", "at_least")),
            ),
            wrong(
                Request::get(format!(
                    "/v1/changes?after={}-{}",
                    self.epoch,
                    self.number + 1
                )),
                410,
                "position_gone",
                None,
            ),
        ]
    }
}
