//! No body takes much more memory than its bytes while it is read.

use allocation_counter::measure;
use serde_json::{Value, json};
use socialgraph_tim::wire::{BlackListAdd, SendMessage, TagItem};
use socialgraph_tim::{Admission, Call, Code, Command, Gateway, HttpRequest};

use super::fixtures::{ADMIN, APP, SECRET, now, target};

const MIB: usize = 1 << 20;

fn admission(command: Command) -> Admission {
    let gateway = Gateway::new(APP, SECRET).with_admin(ADMIN);
    let target = target(command, ADMIN, now());
    let head = HttpRequest::new("POST", &target, b"").head();
    gateway.admit_head(&head, now()).unwrap()
}

fn code(command: Command, body: &str) -> Option<Code> {
    let read = admission(command).read(body.as_bytes());
    read.err().map(|reply| reply.code)
}

/// Each command with the beginnings of bodies. A value follows each, and the brackets that close.
fn beginnings() -> Vec<(Command, String)> {
    let mut beginnings = Vec::new();
    for command in Command::ALL {
        let (fields, items): (&[&str], &[(&str, &[&str])]) = match command {
            Command::AccountImport => (&["UserID", "Nick", "FaceUrl"], &[]),
            Command::MultiaccountImport => (
                &["Accounts"],
                &[("AccountList", &["UserID", "Identifier", "Nick"])],
            ),
            Command::AccountCheck => (&[], &[("CheckItem", &["UserID"])]),
            Command::AccountDelete => (&[], &[("DeleteItem", &["UserID"])]),
            Command::PortraitSet => (&["From_Account"], &[("ProfileItem", &["Tag", "Value"])]),
            Command::PortraitGet | Command::FriendGetList => (&["To_Account", "TagList"], &[]),
            Command::FriendAdd => (
                &["AddType", "ForceAddFlags"],
                &[("AddFriendItem", &["To_Account", "Remark", "GroupName"])],
            ),
            Command::FriendImport => (
                &["From_Account"],
                &[(
                    "AddFriendItem",
                    &["To_Account", "AddTime", "GroupName", "CustomItem"],
                )],
            ),
            Command::FriendUpdate => (&[], &[("UpdateItem", &["To_Account", "SnsItem"])]),
            Command::FriendResponse => (
                &[],
                &[("ResponseFriendItem", &["TagName", "ResponseAction"])],
            ),
            Command::FriendDelete | Command::FriendDeleteAll => {
                (&["To_Account", "DeleteType"], &[])
            }
            Command::FriendCheck | Command::BlackListCheck => (&["To_Account", "CheckType"], &[]),
            Command::FriendGet => (&["StartIndex", "StandardSequence"], &[]),
            Command::BlackListGet => (&["StartIndex", "MaxLimited"], &[]),
            Command::BlackListAdd | Command::BlackListDelete => {
                (&["From_Account", "To_Account"], &[])
            }
            Command::GroupAdd | Command::GroupDelete => (&["GroupName", "To_Account"], &[]),
            Command::GroupGet => (&["NeedFriend", "LastSequence", "GroupName"], &[]),
            Command::SendMessage => (
                &[
                    "From_Account",
                    "To_Account",
                    "MsgSeq",
                    "MsgBody",
                    "OfflinePushInfo",
                ],
                &[],
            ),
            other => panic!("{other} is new"),
        };
        for field in ["x"].iter().chain(fields) {
            beginnings.push((command, format!(r#"{{"{field}":"#)));
        }
        for (list, fields) in items {
            beginnings.push((command, format!(r#"{{"{list}":"#)));
            for field in *fields {
                beginnings.push((command, format!(r#"{{"{list}":[{{"{field}":"#)));
            }
        }
    }
    beginnings
}

/// Values that are small in bytes. Lists and objects of them fill a body.
const UNITS: [&str; 13] = [
    "0",
    "1e15",
    "null",
    r#""""#,
    "[]",
    "{}",
    "[[]]",
    r#"{"":0}"#,
    r#"{"":{"":0}}"#,
    r#"{"To_Account":""}"#,
    r#"{"UserID":"","Nick":"n"}"#,
    r#"{"Tag":"","Value":[""]}"#,
    r#"{"To_Account":"","GroupName":[""],"CustomItem":[{"Tag":"","Value":[""]}]}"#,
];

/// Returns values of about a MiB: lists, lists of the longest lists, objects, and texts.
fn values() -> Vec<String> {
    let mut values = Vec::new();
    for unit in UNITS {
        let count = MIB / (unit.len() + 1);
        let list = |count: usize| format!("[{}]", vec![unit; count].join(","));
        values.push(list(count - 100));
        values.push(list(16_384.min(count - 100)));

        let full = list(16_384.min(count / 2 - 100));
        let lists = (MIB - 1000) / (full.len() + 1);
        values.push(format!("[{}]", vec![full; lists].join(",")));

        let field = format!(r#""":{unit}"#);
        let fields = (MIB - 1000) / (field.len() + 1);
        values.push(format!("{{{}}}", vec![field; fields].join(",")));
    }
    for letter in ["a", "\u{7f}", "\\n", "\\u0001", "\u{300}"] {
        values.push(format!(
            r#""{}""#,
            letter.repeat((MIB - 1000) / letter.len())
        ));
        values.push(format!(r#""{}""#, letter.repeat(65_000 / letter.len())));
    }
    values
}

/// Lists of items that are as long and as many as is taken.
fn items() -> Vec<(Command, String)> {
    let lists = |list: &str, item: &str| {
        let count = (16_384).min(MIB / (item.len() + 1) - 10);
        format!(
            r#"{{"From_Account":"a","{list}":[{}]}}"#,
            vec![item; count].join(",")
        )
    };
    let texts = format!("[{}]", vec![r#""""#; 16_384].join(","));
    let long = vec![format!(r#"{{"To_Account":"","GroupName":{texts}}}"#); 20].join(",");
    vec![
        (Command::FriendImport, lists("AddFriendItem", UNITS[12])),
        (Command::FriendImport, lists("AddFriendItem", UNITS[9])),
        (
            Command::FriendImport,
            format!(r#"{{"From_Account":"a","AddFriendItem":[{long}]}}"#),
        ),
        (Command::FriendAdd, lists("AddFriendItem", UNITS[9])),
        (
            Command::FriendUpdate,
            lists(
                "UpdateItem",
                r#"{"To_Account":"","SnsItem":[{"Tag":"","Value":[""]}]}"#,
            ),
        ),
        (Command::PortraitSet, lists("ProfileItem", UNITS[11])),
        (Command::MultiaccountImport, lists("AccountList", UNITS[10])),
        (Command::BlackListAdd, lists("To_Account", r#""""#)),
        (Command::SendMessage, lists("MsgBody", UNITS[8])),
        (Command::SendMessage, lists("MsgBody", "1e15")),
    ]
}

/// Returns the bytes that are allocated at the most while a body is read.
fn peak(command: Command, body: &str) -> u64 {
    assert!(body.len() <= MIB, "{}", body.len());
    let admission = admission(command);
    measure(|| drop(admission.read(body.as_bytes()))).bytes_max
}

#[test]
fn a_body_of_a_mib_takes_no_more_than_ten() {
    let values = values();
    let mut most = (0, String::new());
    let mut note = |command: Command, body: &str| {
        let peak = peak(command, body);
        if peak > most.0 {
            let start: String = body.chars().take(90).collect();
            most = (peak, format!("{command} {start}"));
        }
    };
    for (at, (command, beginning)) in beginnings().into_iter().enumerate() {
        let close = if beginning.contains('[') { "}]}" } else { "}" };
        // The fields that keep most take every value, the others some.
        let keeps_most = ["MsgBody", "OfflinePushInfo", "CustomItem"];
        let step = if keeps_most.iter().any(|field| beginning.contains(field)) {
            1
        } else {
            20
        };
        for value in values.iter().skip(at % step).step_by(step) {
            note(command, &format!("{beginning}{value}{close}"));
        }
    }
    for (command, body) in items() {
        note(command, &body);
    }
    assert!(most.0 <= 10 * MIB as u64, "{most:?}");
}

#[test]
fn lists_and_texts_have_a_limit_wherever_they_are() {
    let list = |len: usize| format!("[{}]", vec!["0"; len].join(","));
    let text = |len: usize| format!(r#""{}""#, "a".repeat(len));
    let good = r#""From_Account":"a","StartIndex":0"#;
    for (value, expected) in [
        (list(16_384), None),
        (list(16_385), Some(Code::InvalidParameter)),
        (
            format!("[{{\"\":{}}}]", list(16_385)),
            Some(Code::InvalidParameter),
        ),
        (text(65_536), None),
        (text(65_537), Some(Code::InvalidParameter)),
        (
            format!("{{\"\":[{}]}}", text(65_537)),
            Some(Code::InvalidParameter),
        ),
    ] {
        let body = format!(r#"{{"x":{value},{good}}}"#);
        assert_eq!(code(Command::FriendGet, &body), expected);
    }

    // A message whose receiver is no text may have nothing too long either.
    let body = format!(r#"{{"To_Account":5,"MsgBody":{}}}"#, list(16_385));
    assert_eq!(
        code(Command::SendMessage, &body),
        Some(Code::MalformedMessage)
    );
    assert_eq!(
        code(Command::SendMessage, r#"{"To_Account":5,"MsgBody":[]}"#),
        None
    );
}

/// Parsers disagree about which of two fields counts, so neither does.
#[test]
fn a_field_that_occurs_twice_is_refused_unless_it_is_unknown() {
    for (command, body, expected) in [
        (
            Command::FriendGet,
            r#"{"From_Account":"a","From_Account":"b","StartIndex":0}"#,
            Code::InvalidParameter,
        ),
        (
            Command::AccountImport,
            r#"{"UserID":"a","Identifier":"b"}"#,
            Code::InvalidAccountParameter,
        ),
        (
            Command::PortraitGet,
            r#"{"To_Account":[],"TagList":[],"TagList":[]}"#,
            Code::InvalidProfile,
        ),
        (
            Command::SendMessage,
            r#"{"To_Account":"a","To_Account":"b","MsgBody":[]}"#,
            Code::MalformedMessage,
        ),
    ] {
        assert_eq!(code(command, body), Some(expected), "{body}");
    }
    let unknown = r#"{"x":1,"From_Account":"a","x":2,"StartIndex":0}"#;
    assert_eq!(code(Command::FriendGet, unknown), None);
}

/// What is skipped is still read as strictly as what is not.
#[test]
fn errors_in_unknown_fields_and_after_wrong_ones_are_found() {
    let deep = format!("{}{}", "[".repeat(128), "]".repeat(128));
    for value in [
        r#""\ud800""#,
        "1e400",
        "01",
        "tru",
        "\"\u{1}\"",
        &deep,
        "{\"\":}",
    ] {
        for body in [
            format!(r#"{{"From_Account":"a","StartIndex":0,"x":{value}}}"#),
            format!(r#"{{"From_Account":1,"x":{value}}}"#),
            format!(r#"{{"From_Account":"a","StartIndex":"no number","x":[{value}]}}"#),
        ] {
            assert_eq!(
                code(Command::FriendGet, &body),
                Some(Code::MalformedJson),
                "{body}"
            );
        }
    }
}

#[test]
fn values_of_tags_are_texts_whole_numbers_or_texts() {
    let read = |value: &str| {
        let item: Result<TagItem, _> =
            serde_json::from_str(&format!(r#"{{"Tag":"t","Value":{value}}}"#));
        item.ok()
            .map(|item| serde_json::to_string(&item.value).unwrap())
    };
    for value in [
        r#""""#,
        r#""a""#,
        "0",
        "-9223372036854775808",
        "9223372036854775807",
        "[]",
        r#"["a","b"]"#,
    ] {
        assert_eq!(read(value).as_deref(), Some(value));
    }
    for value in [
        "null",
        "true",
        "1.5",
        "1e3",
        "9223372036854775808",
        "{}",
        "[1]",
        "[[]]",
        r#"["a",null]"#,
    ] {
        assert_eq!(read(value), None, "{value}");
    }
}

#[test]
fn what_the_service_does_not_read_is_kept_as_it_came() {
    let text = r#"[null,true,-1,18446744073709551615,1.5,"\"\\\n",[],{},{"b":[{}],"a":""}]"#;
    let body = format!(r#"{{"To_Account":"a","MsgBody":{text}}}"#);
    let spaced = body.replace(',', " ,\n").replace(':', " : ");
    for body in [&body, &spaced] {
        let read: SendMessage = serde_json::from_str(body).unwrap();
        let kept: Vec<_> = read.msg_body.iter().map(ToString::to_string).collect();
        assert_eq!(format!("[{}]", kept.join(",")), text);
        let written: Value = serde_json::to_value(&read).unwrap();
        assert_eq!(
            written["MsgBody"],
            serde_json::from_str::<Value>(text).unwrap()
        );
    }
    let default = socialgraph_tim::wire::Json::default();
    assert_eq!(serde_json::to_value(default).unwrap(), Value::Null);
}

/// Prints how long a list of 1000 names takes, and how long a tree of JSON would.
#[test]
#[ignore = "prints times"]
fn a_thousand_names() {
    let names: Vec<_> = (0..1000).map(|n| format!("{n:x>32}")).collect();
    let body = json!({"From_Account": "a", "To_Account": names}).to_string();
    let admission = admission(Command::BlackListAdd);
    let time = |run: &dyn Fn()| {
        let started = std::time::Instant::now();
        (0..1000).for_each(|_| run());
        started.elapsed() / 1000
    };
    let read = || -> Call { admission.clone().read(body.as_bytes()).unwrap() };
    let tree = || {
        let json: Value = serde_json::from_str(&body).unwrap();
        serde_json::from_value::<BlackListAdd>(json).unwrap()
    };
    for _ in 0..3 {
        let (read, tree) = (time(&|| drop(read())), time(&|| drop(tree())));
        eprintln!("read {read:?}, tree {tree:?}");
    }
}
