//! Any bytes as calls of the REST API: each has a reply with the documented fields.
//!
//! The first byte holds options; each line after it is a call. `id friend_add {…}` is signed as
//! `id`, and `/v4/sns/friend_add?… {…}` is a target as sent. `!{…}` is the app's reply to the
//! callback before the next call.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use socialgraph::{Policy, SocialGraph, Ways};
use socialgraph_tim::wire::{
    AccountCheckResponse, AccountDeleteResponse, BareResponse, BatchResponse,
    BlackListCheckResponse, BlackListGetResponse, Envelope, FriendCheckResponse,
    FriendGetListResponse, FriendGetResponse, GroupAddResponse, GroupDeleteResponse,
    GroupGetResponse, MultiaccountImportResponse, PortraitGetResponse, SendMessageResponse,
};
use socialgraph_tim::{Code, Command, Reply};

use super::fixtures::{APP, App, target};

/// The most calls of one input. More would only be slow.
const MAX_CALLS: usize = 24;

/// Makes the calls. Returns the code of each.
pub(crate) fn run(bytes: &[u8]) -> Vec<Code> {
    let Some((options, lines)) = bytes.split_first() else {
        return Vec::new();
    };
    let mut app = app(*options);
    let (mut codes, mut denial) = (Vec::new(), None);
    for line in lines.split(|byte| *byte == b'\n').take(MAX_CALLS) {
        if let Some(reply) = line.strip_prefix(b"!") {
            denial = serde_json::from_slice(reply).ok();
        } else if let Some((target, body)) = parse(line, &app) {
            let reply = app.http_denying("POST", &target, body, denial.take());
            assert_documented(&target, &reply);
            app.service.check_invariants().unwrap();
            codes.push(reply.code);
        }
    }
    codes
}

/// Returns an app with friends, a request, a block and a foreign account.
fn app(options: u8) -> App {
    let mut graph = SocialGraph::new(Policy::tencent_rest());
    for name in ["id", "id1", "id2", "UserID_3"] {
        graph.add_user(name).unwrap();
    }
    graph.add_friend("id", "id1", Ways::TwoWay).unwrap();
    graph.send_friend_request("UserID_3", "id").unwrap();
    graph.add_to_blocklist("id", "id2").unwrap();
    let mut app = App::with(graph);
    app.service.mark_foreign("id3");
    if options & 1 == 1 {
        app = app.importing();
    }
    if options & 2 == 2 {
        app.set_friend_page_len(1);
    }
    app
}

/// Returns the target and the body of the call in a line.
fn parse<'a>(line: &'a [u8], app: &App) -> Option<(String, &'a [u8])> {
    let (first, rest) = split_at_space(line)?;
    let first = str::from_utf8(first).ok()?;
    if first.starts_with('/') {
        return Some((first.to_owned(), rest));
    }
    let (name, body) = split_at_space(rest)?;
    let command = Command::ALL
        .into_iter()
        .find(|command| command.name().as_bytes() == name)?;
    Some((target(command, first, app.now), body))
}

fn split_at_space(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let position = bytes.iter().position(|byte| *byte == b' ')?;
    Some((&bytes[..position], &bytes[position + 1..]))
}

/// Checks that the reply and its callbacks have exactly the documented fields.
fn assert_documented(target: &str, reply: &Reply) {
    assert_reads_back::<Envelope>(&reply.body, reply.code != Code::Ok);
    let path = target.split_once('?').map_or(target, |(path, _)| path);
    if let (Some(command), Code::Ok) = (Command::from_path(path), reply.code) {
        assert_response(command, &reply.body);
    }
    for callback in &reply.callbacks {
        let body = serde_json::to_vec(callback).unwrap();
        assert_eq!(
            serde_json::from_slice::<Value>(&body).unwrap()["CallbackCommand"],
            callback.command()
        );
        assert!(
            callback
                .query(APP, "127.0.0.1", "RESTAPI")
                .contains(callback.command())
        );
    }
}

fn assert_response(command: Command, body: &[u8]) {
    match command {
        Command::AccountImport | Command::PortraitSet | Command::FriendDeleteAll => {
            assert_reads_back::<BareResponse>(body, true);
        }
        Command::MultiaccountImport => assert_reads_back::<MultiaccountImportResponse>(body, true),
        Command::AccountCheck => assert_reads_back::<AccountCheckResponse>(body, true),
        Command::AccountDelete => assert_reads_back::<AccountDeleteResponse>(body, true),
        Command::PortraitGet => assert_reads_back::<PortraitGetResponse>(body, true),
        Command::FriendCheck => assert_reads_back::<FriendCheckResponse>(body, true),
        Command::FriendGet => assert_reads_back::<FriendGetResponse>(body, true),
        Command::FriendGetList => assert_reads_back::<FriendGetListResponse>(body, true),
        Command::BlackListGet => assert_reads_back::<BlackListGetResponse>(body, true),
        Command::BlackListCheck => assert_reads_back::<BlackListCheckResponse>(body, true),
        Command::GroupAdd => assert_reads_back::<GroupAddResponse>(body, true),
        Command::GroupDelete => assert_reads_back::<GroupDeleteResponse>(body, true),
        Command::GroupGet => assert_reads_back::<GroupGetResponse>(body, true),
        Command::SendMessage => assert_reads_back::<SendMessageResponse>(body, true),
        _ => assert_items(body),
    }
}

/// Checks that the failed accounts of a batch are those with a code.
fn assert_items(body: &[u8]) {
    assert_reads_back::<BatchResponse>(body, true);
    let response: BatchResponse = serde_json::from_slice(body).unwrap();
    let failed = response
        .result_item
        .iter()
        .filter(|item| item.result_code != 0);
    assert!(
        failed
            .map(|item| &item.to_account)
            .eq(&response.fail_account)
    );
}

/// Checks that the body is of this type. If `is_whole`, it has no other field.
fn assert_reads_back<T: Serialize + DeserializeOwned>(body: &[u8], is_whole: bool) {
    let read: T = serde_json::from_slice(body).unwrap();
    let json: Value = serde_json::from_slice(body).unwrap();
    assert!(
        !is_whole || serde_json::to_value(read).unwrap() == json,
        "{json}"
    );
}
