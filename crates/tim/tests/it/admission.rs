//! Admission in two steps: the head, and then a body of no more than its caller's bytes.

use std::num::NonZeroU32;

use serde_json::{Value, json};
use socialgraph_tim::{Admission, Call, Code, Command, Gateway, Head, HttpRequest, Reply};

use super::fixtures::{ADMIN, APP, SECRET, now, target};

/// The most bytes of an admin's body, and of a user's.
const ADMINS: usize = 1 << 20;
const USERS: usize = 1 << 18;

fn gateway() -> Gateway {
    Gateway::new(APP, SECRET)
        .with_admin(ADMIN)
        .with_calls_per_second(None)
}

/// Admits the head of a `friend_get`.
fn admit(
    gateway: &Gateway,
    caller: &str,
    content_length: Option<usize>,
) -> Result<Admission, Reply> {
    let target = target(Command::FriendGet, caller, now());
    let request = HttpRequest::new("POST", &target, b"");
    let content_length = content_length.map(|len| len as u64);
    let head = Head {
        content_length,
        ..request.head()
    };
    gateway.admit_head(&head, now())
}

/// Returns a valid body of so many bytes.
fn body(len: usize) -> Vec<u8> {
    let mut body = br#"{"From_Account":"a","StartIndex":0}"#.to_vec();
    body.resize(len, b' ');
    body
}

#[test]
fn head_tells_who_calls_and_how_much_may_follow() {
    let gateway = gateway();
    for (caller, most) in [(ADMIN, ADMINS), ("a", USERS)] {
        for content_length in [None, Some(0), Some(most)] {
            let admission = admit(&gateway, caller, content_length).unwrap();
            assert_eq!(admission.command(), Command::FriendGet);
            assert_eq!(admission.caller().identifier(), caller);
            assert_eq!(admission.max_body_bytes(), most);
        }
        let refused = admit(&gateway, caller, Some(most + 1)).unwrap_err();
        assert_eq!(refused.code, Code::MalformedHttp);
    }
    let far = admit(&gateway, ADMIN, Some(usize::MAX)).unwrap_err();
    assert_eq!(far.code, Code::MalformedHttp);
}

/// A chunked body has no length beforehand, and a stated one may be wrong.
#[test]
fn a_body_that_grew_too_large_is_refused_when_it_is_read() {
    let gateway = gateway();
    for (caller, most) in [(ADMIN, ADMINS), ("a", USERS)] {
        for content_length in [None, Some(1)] {
            let read = |len| {
                let admission = admit(&gateway, caller, content_length).unwrap();
                admission.read(&body(len))
            };
            assert_eq!(read(most).unwrap().command(), Command::FriendGet);
            assert_eq!(read(most + 1).unwrap_err().code, Code::MalformedHttp);
            assert_eq!(read(0).map_err(|reply| reply.code), code_of_no_body());
        }
    }
}

fn code_of_no_body() -> Result<Call, Code> {
    Err(Code::MalformedJson)
}

#[test]
fn both_steps_equal_the_one() {
    let gateway = gateway();
    let forged = target(Command::FriendGet, "a", now()).replace("usersig=e", "usersig=f");
    for (method, target) in [
        ("POST", target(Command::FriendGet, "a", now())),
        ("POST", target(Command::FriendGet, ADMIN, now())),
        ("POST", target(Command::FriendAdd, "a", now())),
        ("GET", target(Command::FriendGet, "a", now())),
        ("POST", forged),
        ("POST", "/v4/sns/friend_get".to_owned()),
        ("POST", "/".to_owned()),
    ] {
        for body in [body(60), body(USERS + 1), body(ADMINS + 1), vec![]] {
            let request = HttpRequest::new(method, &target, &body);
            let at_once = gateway.admit(&request, now());
            let in_two = gateway
                .admit_head(&request.head(), now())
                .and_then(|admission| admission.read(&body));
            assert_eq!(at_once, in_two, "{method} {target} {}", body.len());
        }
    }
}

#[test]
fn limit_of_a_users_body_can_be_set_and_is_no_more_than_every_bodys() {
    let gateway = gateway().with_max_user_body_bytes(100);
    assert_eq!(gateway.max_user_body_bytes(), 100);
    let limits = |gateway: &Gateway| {
        [ADMIN, "a"].map(|caller| admit(gateway, caller, None).unwrap().max_body_bytes())
    };
    assert_eq!(limits(&gateway), [ADMINS, 100]);
    let gateway = gateway.with_max_body_bytes(50);
    assert_eq!(gateway.max_user_body_bytes(), 50);
    assert_eq!(limits(&gateway), [50, 50]);
}

/// A body that is refused after its head was admitted has used up a call.
#[test]
fn a_wrong_body_counts_towards_the_rate() {
    let gateway = gateway().with_calls_per_second(NonZeroU32::new(3));
    let code = |len: Option<usize>, body: &[u8]| {
        let read = admit(&gateway, "a", len).and_then(|admission| admission.read(body));
        read.unwrap_err().code
    };
    assert_eq!(code(None, b"{"), Code::MalformedJson);
    assert_eq!(code(Some(USERS + 1), b""), Code::MalformedHttp);
    assert_eq!(code(None, &body(USERS + 1)), Code::MalformedHttp);
    assert_eq!(code(None, b"{"), Code::TooManyCalls);
}

/// Returns a request with 1000 items.
fn thousand(item: impl Fn(&str) -> Value, list: &str) -> Vec<u8> {
    let items = (0..1000).map(|n| item(&format!("{n:x>32}")));
    json!({"From_Account": "a".repeat(32), list: items.collect::<Vec<_>>()})
        .to_string()
        .into_bytes()
}

/// Lists as long as the vendor allows fit, with names of 32 bytes and texts as long as allowed.
#[test]
fn largest_honest_bodies_fit() {
    let names = thousand(|name| json!(name), "To_Account");
    assert_eq!(names.len(), 35_066);
    assert!(names.len() < USERS);

    let asking = thousand(
        |name| {
            json!({
                "To_Account": name, "Remark": "r".repeat(96), "GroupName": "g".repeat(30),
                "AddSource": "AddSource_Type_XXXXXXXX",
            })
        },
        "AddFriendItem",
    );
    assert_eq!(asking.len(), 241_069);
    assert!(asking.len() < USERS);

    // Admins alone import. A request with the longest wording for each of 1000 is theirs, too.
    let importing = thousand(
        |name| {
            json!({
                "To_Account": name, "Remark": "r".repeat(96), "RemarkTime": 1_700_000_000,
                "GroupName": ["g".repeat(30)], "AddSource": "AddSource_Type_XXXXXXXX",
                "AddWording": "w".repeat(256), "AddTime": 1_700_000_000,
                "CustomItem": [{"Tag": "Tag_SNS_Custom_XXXXXXXX", "Value": "v".repeat(200)}],
            })
        },
        "AddFriendItem",
    );
    assert_eq!(importing.len(), 820_069);
    assert!(importing.len() < ADMINS);
}
