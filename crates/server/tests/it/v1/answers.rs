//! What the endpoints answer.

use serde_json::{Value, json};
use socialgraph_tim::Command;

use super::api::{Api, act};
use crate::fixtures::{ADMIN, Server, client, import, post, run};

#[tokio::test]
async fn decisions_say_what_the_server_does_and_what_the_actor_sees() {
    let server = Server::start(&[]);
    let api = Api::new(&server, None).await;
    api.join(&["ann", "ben"]).await;
    api.act(&json!("block"), "ann", "ben").await;

    let question = |question: &str, actor: &str, target: &str| json!({"question": question, "actor": actor, "target": target});
    let body = json!({"questions": [
        question("message", "ben", "ann"),
        question("message", "ann", "ben"),
        question("send_request", "ann", "ben"),
        question("add_friend_one_way", "zed", "ann"),
    ]});
    let answer = api.post("/v1/decide", &body).await;
    let silent = json!({
        "verdict": "refused_silently",
        "reasons": ["target_blocks"],
        "notices": {"target_blocks": "silent"},
        "actor_sees": {"verdict": "allowed", "reasons": []},
    });
    let allowed = json!({
        "verdict": "allowed",
        "reasons": [],
        "notices": {},
        "actor_sees": {"verdict": "allowed", "reasons": []},
    });
    let told = json!({
        "verdict": "refused",
        "reasons": ["actor_blocks"],
        "notices": {"actor_blocks": "told"},
        "actor_sees": {"verdict": "refused", "reasons": ["actor_blocks"]},
    });
    let unknown = json!({
        "verdict": "refused",
        "reasons": ["unknown_actor"],
        "notices": {},
        "actor_sees": {"verdict": "refused", "reasons": ["unknown_actor"]},
    });
    assert_eq!(
        answer.body["decisions"],
        json!([silent, allowed, told, unknown])
    );

    let answer = api.post("/v1/decide?texts=true", &body).await;
    let first = &answer.body["decisions"][0];
    assert_eq!(
        first["text"],
        "ben may not message ann, and is not told: ann blocks ben"
    );
    assert_eq!(first["actor_sees"]["text"], "ben may message ann");
}

#[tokio::test]
async fn filters_keep_the_order_of_the_request() {
    let server = Server::start(&[]);
    let api = Api::new(&server, None).await;
    api.join(&["ann", "ben", "cyd", "dan"]).await;
    api.act(&json!("block"), "ben", "ann").await;
    api.act(&json!("block"), "ann", "dan").await;

    let targets = json!(["dan", "ben", "zed", "cyd", "cyd"]);
    let body = json!({"interaction": "message", "actor": "ann", "targets": targets});
    let answer = api.post("/v1/audience", &body).await;
    assert_eq!(answer.body["allowed"], json!(["dan", "cyd", "cyd"]));
    assert_eq!(
        answer.body["refused"],
        json!([
            {"name": "ben", "verdict": "refused_silently", "reasons": ["target_blocks"]},
            {"name": "zed", "verdict": "refused", "reasons": ["unknown_target"]},
        ])
    );
    let body = json!({"interaction": "message", "recipient": "ann", "senders": targets});
    let answer = api.post("/v1/visible_senders", &body).await;
    assert_eq!(answer.body["allowed"], json!(["ben", "cyd", "cyd"]));
    assert_eq!(
        answer.body["refused"][0]["reasons"],
        json!(["target_blocks"])
    );

    let body = json!({"user": "ann", "members": targets});
    let answer = api.post("/v1/conflicts", &body).await;
    assert_eq!(
        answer.body["conflicts"],
        json!([
            {"member": "dan", "blocked_by": "user"},
            {"member": "ben", "blocked_by": "member"},
        ])
    );
    api.act(&json!("block"), "dan", "ann").await;
    let answer = api.post("/v1/conflicts", &body).await;
    assert_eq!(answer.body["conflicts"][0]["blocked_by"], "both");
}

/// Each kind of operation, done and not done, with what its outcome tells.
#[tokio::test]
async fn each_operation_has_an_outcome_of_its_own() {
    let server = Server::start(&[]);
    let api = Api::new(&server, None).await;
    let two_way = json!({"add_friend": "two_way"});
    let operations = json!([
        {"add_user": {"name": "ann"}},
        {"add_user": {"name": "ben"}},
        {"add_user": {"name": "cyd"}},
        {"add_user": {"name": "ann"}},
        {"rename_user": {"user": "cyd", "name": "ann"}},
        {"rename_user": {"user": "cyd", "name": "dan"}},
        act(&two_way, "ann", "ben"),
        act(&two_way, "ann", "zed"),
        {"act_on_many": {"action": "block", "actor": "ben", "targets": ["dan", "ben"]}},
        {"many_act": {"action": "send_request", "actors": ["ann", "ben"], "target": "dan"}},
        {"set_request_mode": {"user": "ann", "mode": "nobody"}},
        {"set_request_mode": {"user": "zed", "mode": "nobody"}},
        {"set_request_sending": {"user": "ann", "sending": "barred"}},
        {"clear_list": {"user": "ben", "list": "blocklist"}},
        {"clear_list": {"user": "zed", "list": {"friends": "one_way"}}},
        {"merge_users": {"from": "dan", "into": "ben"}},
        {"merge_users": {"from": "ben", "into": "ben"}},
        {"remove_user": {"name": "ben"}},
        {"remove_user": {"name": "ben"}},
        {"adopt_policy": {"policy": {"profile": "discord"}}},
    ]);
    let answer = api.operate(operations.clone()).await;
    let error = |code: &str, detail: &str, reasons: Value| json!({"done": false, "error": {"code": code, "detail": detail, "reasons": reasons}});
    let done = json!({"done": true});
    let expected = [
        done.clone(),
        done.clone(),
        done,
        error("name_taken", "a user has the name `ann`", json!([])),
        error("name_taken", "a user has the name `ann`", json!([])),
        json!({"done": true, "before": "cyd"}),
        json!({"done": true, "effects": ["actor_friend_added", "target_friend_added"]}),
        error(
            "unknown_user",
            "there is no user `zed`",
            json!(["unknown_target"]),
        ),
        json!({"done": true, "items": [
            {"done": true, "effects": ["actor_block_added"]},
            {"done": false, "reasons": ["same_user"]},
        ]}),
        json!({"done": true, "items": [
            {"done": true, "effects": ["actor_request_sent"]},
            {"done": false, "reasons": ["actor_blocks"]},
        ]}),
        json!({"done": true, "before": "confirm"}),
        error("unknown_user", "there is no user `zed`", json!([])),
        json!({"done": true, "before": "open"}),
        json!({"done": true, "relations_changed": 1}),
        error("unknown_user", "there is no user `zed`", json!([])),
        // The request of ann to dan ends, and is one to ben, who is ann's friend.
        json!({"done": true, "relations_changed": 1}),
        error(
            "same_user",
            "user `ben` cannot be merged with itself",
            json!([]),
        ),
        json!({"done": true, "relations_changed": 1}),
        error("unknown_user", "there is no user `ben`", json!([])),
        json!({"done": true, "relations_changed": 0}),
    ];
    let outcomes = answer.body["outcomes"].as_array().unwrap();
    for (index, (outcome, expected)) in outcomes.iter().zip(&expected).enumerate() {
        assert_eq!(outcome, expected, "{}", operations[index]);
    }
    assert_eq!(outcomes.len(), expected.len());
    assert_eq!(answer.body["done"], false);
    // One entry of the log.
    assert!(answer.position().ends_with("-1"), "{answer:?}");
}

#[tokio::test]
async fn all_or_nothing_does_nothing_if_one_is_refused() {
    let server = Server::start(&[]);
    let api = Api::new(&server, None).await;
    api.join(&["ann", "ben"]).await;
    let block = || act(&json!("block"), "ann", "ben");
    let both = |last: Value| json!({"operations": [block(), {"add_user": {"name": "cyd"}}, last], "all_or_nothing": true});
    let answer = api.post("/v1/operations", &both(block())).await;
    assert_eq!((answer.status, answer.code()), (409, "nothing_done"));
    assert_eq!(answer.body["pointer"], "/operations/2");
    assert_eq!(answer.body["error"], "refused");
    assert_eq!(answer.body["reasons"], json!(["already_blocked"]));
    assert_eq!(answer.body["detail"], "`ann` already blocks `ben`");
    assert!(
        answer.position().ends_with("-2"),
        "it is an entry all the same"
    );
    assert_eq!(api.get("/v1/user?name=cyd").await.code(), "unknown_user");
    assert_eq!(
        api.get("/v1/relation?actor=ann&target=ben").await.body["facts"],
        json!([])
    );

    let last = json!({"add_user": {"name": "dan"}});
    let answer = api.post("/v1/operations", &both(last)).await;
    assert_eq!(answer.body["done"], true);
    assert_eq!(answer.body["outcomes"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn pages_have_each_user_once() {
    let server = Server::start(&[]);
    let api = Api::new(&server, None).await;
    let names: Vec<String> = (0..25)
        .map(|number| format!("user {number} & co"))
        .collect();
    api.join(&names.iter().map(String::as_str).collect::<Vec<_>>())
        .await;
    let targets = &names[1..];
    let block = json!({"act_on_many": {"action": "block", "actor": names[0], "targets": targets}});
    api.operate(json!([block, {"remove_user": {"name": names[7]}}]))
        .await;

    let without = |names: &[String]| -> Vec<String> {
        names
            .iter()
            .filter(|name| !name.contains(" 7 "))
            .cloned()
            .collect()
    };
    let list = "/v1/list?list=blocklist&user=user+0+%26+co&limit=4";
    for (target, expected) in [
        ("/v1/users?limit=4", without(&names)),
        (list, without(targets)),
    ] {
        let (mut users, mut next) = (Vec::new(), json!(0));
        let mut pages = 0;
        while !next.is_null() {
            let answer = api.get(&format!("{target}&cursor={next}")).await;
            let page = answer.body["users"].as_array().unwrap();
            assert!(page.len() <= 4);
            users.extend(page.iter().map(|it| it.as_str().unwrap().to_owned()));
            assert_eq!(answer.body["total"], expected.len());
            next = answer.body["next"].clone();
            pages += 1;
        }
        assert_eq!(users, expected);
        assert_eq!(pages, expected.len().div_ceil(4));
    }
    let counts = &api.get("/v1/user?name=user+0+%26+co").await.body["counts"];
    assert_eq!(counts["blocklist"], 23);
    let counts = &api.get("/v1/user?name=user+1+%26+co").await.body["counts"];
    assert_eq!(counts["blocked_by"], 1);
}

#[tokio::test]
async fn a_policy_is_tried_before_it_is_adopted() {
    let server = Server::start(&["--policy", "tencent_keep_friends"]);
    let api = Api::new(&server, None).await;
    api.join(&["ann", "ben", "cyd"]).await;
    api.act(&json!({"add_friend": "two_way"}), "ann", "ben")
        .await;
    let before = api.act(&json!("block"), "ben", "ann").await;

    let policy = json!({"policy": {"profile": "tencent_rest"}});
    let tried = api.put("/v1/policy?dry_run=true", &policy).await;
    assert_eq!(tried.position(), before.position());
    assert_eq!(
        api.get("/v1/policy").await.body["profile"],
        "tencent_keep_friends"
    );
    let adopted = api.put("/v1/policy", &policy).await;
    assert_eq!(tried.body["adopted"], false);
    assert_eq!(adopted.body["adopted"], true);
    for answer in [&tried, &adopted] {
        assert_eq!(answer.body["profile"], "tencent_rest");
        assert_eq!(answer.body["relations_changed"], 1);
        assert_eq!(
            answer.body["examples"],
            json!([{
                "actor": "ann",
                "target": "ben",
                "before": ["target_blocks", "actor_lists", "target_lists"],
                "after": ["target_blocks"],
            }])
        );
    }

    let mut parts = json!({"profile": "tencent_rest", "message": {"stopped_by": "both"}});
    assert_eq!(
        api.put("/v1/policy", &json!({"policy": parts}))
            .await
            .status,
        200
    );
    let answer = api.get("/v1/policy").await;
    assert_eq!(answer.body["profile"], Value::Null);
    assert_eq!(answer.body["policy"]["message"]["stopped_by"], "both");
    // What is read can be adopted.
    parts = answer.body["policy"].clone();
    let again = api.put("/v1/policy", &json!({"policy": parts})).await;
    assert_eq!(again.body["relations_changed"], 0);
}

/// The longest names fit a query, in any script.
#[tokio::test]
async fn two_of_the_longest_names_fit_a_query() {
    let server = Server::start(&[]);
    let api = Api::new(&server, None).await;
    let names = ["\u{4e00}", "\u{4e01}"].map(|letter| letter.repeat(1_023));
    api.join(&[&names[0], &names[1]]).await;
    api.act(&json!("block"), &names[0], &names[1]).await;
    let encoded = names.each_ref().map(|name| {
        let bytes = name.bytes().map(|byte| format!("%{byte:02X}"));
        bytes.collect::<String>()
    });
    let target = format!("/v1/relation?actor={}&target={}", encoded[0], encoded[1]);
    assert_eq!(
        api.get(&target).await.body["facts"],
        json!(["actor_blocks"])
    );
}

#[tokio::test]
async fn both_interfaces_have_one_state() {
    let server = Server::start(&[]);
    let api = Api::new(&server, None).await;
    import(&server, &["ann", "ben"]).await;
    let url = server.url(ADMIN, Command::BlackListAdd);
    let body = json!({"From_Account": "ann", "To_Account": ["ben"]});
    assert_eq!(post(&client(), &url, &body).await["ErrorCode"], 0);
    let list = api.get("/v1/list?user=ann&list=blocklist").await;
    assert_eq!(list.body["users"], json!(["ben"]));

    api.act(&json!("unblock"), "ann", "ben").await;
    let url = server.url(ADMIN, Command::BlackListCheck);
    let body = json!({
        "From_Account": "ann", "To_Account": ["ben"], "CheckType": "BlackCheckResult_Type_Single",
    });
    let reply = post(&client(), &url, &body).await;
    assert_eq!(
        reply["BlackListCheckItem"][0]["Relation"],
        "BlackCheckResult_Type_NO"
    );
}

#[tokio::test]
async fn an_answer_knows_of_a_position() {
    let server = Server::start(&[]);
    let api = Api::new(&server, None).await;
    let first = api.join(&["ann"]).await.position();
    let (epoch, number) = first.split_once('-').unwrap();
    assert_eq!(number, "1");
    let answer = api
        .get(&format!("/v1/user?name=ann&at_least={first}"))
        .await;
    assert_eq!(answer.status, 200);

    // One waits for what comes meanwhile.
    let next = format!("/v1/user?name=ben&at_least={epoch}-2");
    let ben = ["ben"];
    let (waited, joined) = tokio::join!(api.get(&next), async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        api.join(&ben).await
    });
    assert_eq!((waited.status, joined.status), (200, 200));

    let late = api.get(&format!("/v1/users?at_least={epoch}-9")).await;
    assert_eq!((late.status, late.code()), (503, "behind"));
    assert_eq!(late.body["parameter"], "at_least");
    assert_eq!(late.position(), format!("{epoch}-2"));
    let gone = api.get("/v1/users?at_least=00000000deadbeef-1").await;
    assert_eq!((gone.status, gone.code()), (410, "position_gone"));
    let questions = json!({"questions": [{"question": "call", "actor": "ann", "target": "ben"}]});
    let target = format!("/v1/decide?at_least={epoch}-2");
    assert_eq!(api.post(&target, &questions).await.status, 200);
}

#[tokio::test]
async fn a_backup_can_be_restored() {
    let home = tempfile::tempdir().unwrap();
    let (data, backups) = (home.path().join("data"), home.path().join("backups"));
    std::fs::create_dir(&backups).unwrap();
    let server = Server::durable(&data, &["--backups", backups.to_str().unwrap()]);
    let api = Api::new(&server, None).await;
    let joined = api.join(&["ann"]).await;
    let answer = api.post("/v1/backup", &json!({"name": "one"})).await;
    assert_eq!(answer.position(), joined.position());
    assert_eq!(answer.body["name"], "one");

    api.join(&["ben"]).await;
    let again = api.post("/v1/backup", &json!({"name": "one"})).await;
    assert_eq!((again.status, again.code()), (409, "backup_refused"));
    for name in ["", "../two", "a/b", ".", "..", "a b", &"a".repeat(65)] {
        let answer = api.post("/v1/backup", &json!({"name": name})).await;
        assert_eq!(
            (answer.code(), &answer.body["pointer"]),
            ("invalid", &json!("/name")),
            "{name}"
        );
    }
    assert_eq!(std::fs::read_dir(&backups).unwrap().count(), 1);
    assert!(server.stop("-TERM").0);

    let (copied, again) = (backups.join("one"), home.path().join("again"));
    let restored = run(&[
        "restore",
        copied.to_str().unwrap(),
        "--data",
        again.to_str().unwrap(),
    ]);
    assert_eq!(restored.0, Some(0), "{restored:?}");
    let copy = Server::durable(&again, &[]);
    let api = Api::new(&copy, None).await;
    assert_eq!(api.get("/v1/users").await.body["users"], json!(["ann"]));
    let refused = api.post("/v1/backup", &json!({"name": "two"})).await;
    assert_eq!((refused.status, refused.code()), (409, "backup_refused"));
}
