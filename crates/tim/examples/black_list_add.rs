//! Runs the sample of the vendor's page "Adding Users to Blocklist" (document 1047/34911) on a
//! prepared graph, and prints the exact response. No server needed.
//!
//! `cargo run -p socialgraph-tim --example black_list_add`

use std::error::Error;
use std::time::{Duration, UNIX_EPOCH};

use socialgraph::{Policy, SocialGraph};
use socialgraph_tim::{Command, Gateway, HttpRequest, Service, UserSig};

const APP: u64 = 1_400_000_000;
const SECRET: &str = "an app's secret";
const ADMIN: &str = "administrator";

fn main() -> Result<(), Box<dyn Error>> {
    // `id` already blocks `id2`, and `id3` is another app's account.
    let mut graph = SocialGraph::new(Policy::tencent_rest());
    for name in ["id", "id1", "id2"] {
        graph.add_user(name)?;
    }
    graph.add_to_blocklist("id", "id2")?;
    let mut service = Service::new(graph);
    service.mark_foreign("id3");
    let gateway = Gateway::new(APP, SECRET).with_admin(ADMIN);

    // The client. The time is fixed, so every run prints the same.
    let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let usersig = UserSig::new(APP, ADMIN, now, Duration::from_secs(86_400));
    let target = usersig.sign_target(Command::BlackListAdd, SECRET, 99_999_999);
    let body = r#"{"From_Account":"id","To_Account":["id1","id2","id3"]}"#;
    println!("POST {target}\n\n{body}\n");

    // The server.
    let reply = match gateway.admit(&HttpRequest::new("POST", &target, body.as_bytes()), now) {
        Ok(call) => service.handle(&call, now),
        Err(refusal) => refusal,
    };
    println!("200 OK\n\n{}\n", String::from_utf8(reply.body)?);

    for callback in &reply.callbacks {
        println!(
            "POST <the app's URL>?{}\n",
            callback.query(APP, "127.0.0.1", "RESTAPI")
        );
        println!("{}", serde_json::to_string(callback)?);
    }
    Ok(())
}
