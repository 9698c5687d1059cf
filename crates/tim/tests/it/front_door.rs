//! The gateway: `UserSig`, URLs as callers send them, rates, sizes.

use std::num::NonZeroU32;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use socialgraph_tim::{Code, Command, Gateway, HttpRequest, UserSig, UserSigError};

use super::fixtures::{ADMIN, APP, App, SECRET, at, now, target};

/// Signatures of the vendor's own libraries, each for one account and one second.
const ADMINS_BY_PYTHON: &str = "eJyrVgrxCdYrSy1SslJQMtIzUNJRAItkpqTmlWSmZUIkElNyM-Myi0uKEkvyi2BKilOyEwsKMlOACgxNDKAAKpdaUZBZlAqUsTAzgQuWZOaChAzN0RQXZ6aDLKn0cUzVLjcPD00NLS1MCrPM0A*JMLcoNTLMD3HP1M60jCowLDUOKMiLNDOwVaoFAD4PNPI_";
const ADMINS_BY_NODE: &str = "eJyrVgrxCdYrSy1SslIy0jNQ0gHzM1NS80oy0zLBwokpuZl5mcUlRYkl*UVQBcUp2YkFBZkpSlaGJgZQAJEpycxNVbIyNEcVTa0oyCxKVbKyMDOBCRVnpitZKVX6OKZql5uHh6aGlhYmhVlm6IdEmFuUGhnmh7hnamdaRhUYlhoHFORFmhnYKtUCAK0SM5I_";
const XIAOJUNS: &str = "eJyrVgrxCdYrSy1SslJQMtIzUNJRAItkpqTmlWSmZUIkKjIT87NK82CSxSnZiQUFmSlAKUMTAyiAyqVWFGQWpYJkTE1NjRDiJZm5YFFzNPXFmekgG3zKHM1T9D3LzdODi-OKs8vCqpxcAvydnV2SSv2cy03cPcpDnA2SMgu0nUxslWoBHdYzUg__";
const XIAOJUNS_WITH_USERBUF: &str = "eJyrVgrxCdYrSy1SslJQMtIzUNJRAItkpqTmlWSmZUIkKjIT87NK82CSxSnZiQUFmSlAKUMTAyiAyqVWFGQWpYJkTE1NjRDiJZm5YFFzNPWlxalFSaVpIFsiw72y4FZkpoOEArNCjAwMKwKyI7L1E30NU7UrDcoSs6OSDLyNMgOK3EpTtbUNik0rzZLcfG2VagHdkjl6";

#[test]
fn vendors_signatures_are_verified() {
    let admins = UserSig::new(APP, ADMIN, now(), Duration::from_secs(86_400));
    let xiaojuns = UserSig::new(APP, "xiaojun", now(), Duration::from_secs(15_552_000));
    for (text, sig) in [
        (ADMINS_BY_PYTHON, admins.clone()),
        (ADMINS_BY_NODE, admins),
        (XIAOJUNS, xiaojuns.clone()),
        (XIAOJUNS_WITH_USERBUF, xiaojuns.with_userbuf(b"abc")),
    ] {
        assert_eq!(sig.sdkappid(), APP);
        let name = sig.identifier();
        assert_eq!(
            UserSig::verify(text, APP, name, SECRET, now()).as_ref(),
            Ok(&sig)
        );
        let ours = sig.sign(SECRET);
        assert_eq!(
            UserSig::verify(&ours, APP, name, SECRET, now()).as_ref(),
            Ok(&sig)
        );

        let verify = |app, name, secret| UserSig::verify(text, app, name, secret, now());
        assert_eq!(verify(APP + 1, name, SECRET), Err(UserSigError::OtherApp));
        assert_eq!(
            verify(APP, "nobody", SECRET),
            Err(UserSigError::OtherAccount)
        );
        assert_eq!(
            verify(APP, name, "secret"),
            Err(UserSigError::WrongSignature)
        );
    }
}

#[test]
fn a_signature_and_a_gateway_can_be_read() {
    let sig = UserSig::new(APP, ADMIN, now(), Duration::from_secs(100));
    let expected = r#"account "administrator" of app 1400000000, for 100 s from 1700000000"#;
    assert_eq!(sig.to_string(), expected);
    let gateway = Gateway::new(APP, SECRET).with_max_body_bytes(7);
    assert_eq!((gateway.sdkappid(), gateway.max_body_bytes()), (APP, 7));
}

#[test]
fn signature_is_valid_to_its_last_second() {
    let verify = |time| UserSig::verify(ADMINS_BY_NODE, APP, ADMIN, SECRET, time).err();
    let end = now() + Duration::from_secs(86_400);
    assert_eq!(verify(end), None);
    assert_eq!(
        verify(end + Duration::from_secs(1)),
        Some(UserSigError::Expired)
    );
    // The vendor's verifier does not check for a time of signing in the future.
    assert_eq!(verify(at(0)), None);

    let forever = UserSig::new(APP, ADMIN, now(), Duration::MAX).sign(SECRET);
    assert!(UserSig::verify(&forever, APP, ADMIN, SECRET, end).is_ok());
}

/// A signature with a lifetime of -1 s, as the vendor's Python signer makes it.
const OF_NO_TIME: &str = "eJyrVgrxCdYrSy1SslJQMtIzUNJRAItkpqTmlWSmZUIkElNyM-Myi0uKEkvyi2BKilOyEwsKMlOACgxNDKAAKpdaUZBZlAqU0TWEipRk5oL4huZoKosz00E2eJp7GZX4OlkEpLpF5ORqO2dEenpFBaUUFReaeqR45PlEBoYYpZpnpydp*9oq1QIApvk0WQ__";

#[test]
fn a_negative_lifetime_is_over() {
    let verify = |time| UserSig::verify(OF_NO_TIME, APP, ADMIN, SECRET, time).err();
    assert_eq!(verify(now()), Some(UserSigError::Expired));
    assert_eq!(verify(now() - Duration::from_secs(1)), None);
}

#[test]
fn every_change_of_a_signature_is_noticed() {
    let mut unnoticed = 0;
    for position in 0..ADMINS_BY_NODE.len() {
        for with in ["A", "z", "*", "%", "\u{e9}"] {
            let mut changed = ADMINS_BY_NODE.to_owned();
            changed.replace_range(position..=position, with);
            let verified = UserSig::verify(&changed, APP, ADMIN, SECRET, now());
            unnoticed += usize::from(changed != ADMINS_BY_NODE && verified.is_ok());
        }
    }
    // Only changes in `TLS.ver`, which is not signed, and changes that zlib decodes equally.
    assert!(unnoticed <= 8, "{unnoticed}");
    for cut in 0..ADMINS_BY_NODE.len() {
        let mut short = ADMINS_BY_NODE.to_owned();
        short.truncate(cut);
        assert!(UserSig::verify(&short, APP, ADMIN, SECRET, now()).is_err());
    }
}

/// The signed text consists of lines, so a name with a line break could forge a field.
#[test]
fn signature_of_a_name_with_lines_in_it_proves_nothing() {
    let name = "root\nTLS.sdkappid:1";
    let text = UserSig::new(APP, name, now(), Duration::from_secs(100)).sign(SECRET);
    let verified = UserSig::verify(&text, APP, name, SECRET, now());
    assert_eq!(verified, Err(UserSigError::Malformed));
}

#[test]
fn signature_that_unfolds_to_too_much_is_refused() {
    let long = UserSig::new(APP, ADMIN, now(), Duration::MAX).with_userbuf(&vec![0; 1 << 20]);
    let text = long.sign(SECRET);
    assert!(text.len() < 1 << 13);
    let verified = UserSig::verify(&text, APP, ADMIN, SECRET, now());
    assert_eq!(verified, Err(UserSigError::Malformed));
}

fn code(app: &mut App, target: &str) -> Code {
    app.http("POST", target, br#"{"CheckItem":[{"UserID":"id"}]}"#)
        .code
}

#[test]
fn urls_are_taken_as_callers_send_them() {
    let mut app = App::new(&["id"]);
    let path = Command::AccountCheck.path();
    let encoded = ADMINS_BY_NODE.replace('*', "%2A").replace('_', "%5F");
    assert_ne!(encoded, ADMINS_BY_NODE);
    for query in [
        format!(
            "sdkappid={APP}&identifier={ADMIN}&usersig={ADMINS_BY_NODE}&random=0&contenttype=json"
        ),
        format!(
            "usersig={encoded}&contenttype=json&random=4294967295&identifier={ADMIN}&sdkappid={APP}"
        ),
        format!(
            "apn=1&sdkappid={APP}&identifier={ADMIN}&usersig={ADMINS_BY_NODE}&contenttype=json&x"
        ),
        format!(
            "sdkappid={APP}&identifier=%61dministrator&usersig={ADMINS_BY_NODE}&contenttype=json&"
        ),
    ] {
        assert_eq!(
            code(&mut app, &format!("{path}?{query}")),
            Code::Ok,
            "{query}"
        );
    }
}

#[test]
fn urls_with_a_missing_or_wrong_parameter_are_refused() {
    let mut app = App::new(&["id"]);
    let path = Command::AccountCheck.path();
    for (expected, query) in [
        (Code::AppMissing, String::new()),
        (
            Code::InvalidUrlParameter,
            "sdkappid=&contenttype=json".to_owned(),
        ),
        (
            Code::InvalidUrlParameter,
            "sdkappid=-1&contenttype=json".to_owned(),
        ),
        (
            Code::InvalidUrlParameter,
            format!("sdkappid={APP}&contenttype=json"),
        ),
        (
            Code::InvalidUrlParameter,
            format!("sdkappid={APP}&identifier=&contenttype=json"),
        ),
        (
            Code::InvalidUrlParameter,
            format!("sdkappid={APP}&identifier={ADMIN}"),
        ),
        (
            Code::InvalidUrlParameter,
            format!("sdkappid={APP}&sdkappid={APP}&identifier={ADMIN}&contenttype=json"),
        ),
        (
            Code::InvalidUrlParameter,
            format!("sdkappid={APP}&identifier={ADMIN}&random=4294967296&contenttype=json"),
        ),
        (
            Code::UserSigMissing,
            format!("sdkappid={APP}&identifier={ADMIN}&contenttype=json"),
        ),
        (
            Code::AppMissing,
            format!("SDKAppID={APP}&identifier={ADMIN}&contenttype=json"),
        ),
    ] {
        assert_eq!(
            code(&mut app, &format!("{path}?{query}")),
            expected,
            "{query}"
        );
    }
}

#[test]
fn other_paths_and_methods_are_refused() {
    let mut app = App::new(&["id"]);
    for path in [
        "/v4/sns",
        "/v3/sns/friend_add",
        "/v4/profile/friend_add",
        "",
        "/",
        "/v4/sns/friend_add/",
    ] {
        assert_eq!(code(&mut app, path), Code::UnknownPath, "{path}");
    }
    for method in ["GET", "PUT", "post", ""] {
        let target = target(Command::AccountCheck, ADMIN, now());
        assert_eq!(app.http(method, &target, b"{}").code, Code::NotPost);
    }
}

/// Returns the number of an admin's calls that are admitted.
fn admitted(gateway: &Gateway, calls: u32, command: Command, time: SystemTime) -> usize {
    let target = target(command, ADMIN, now());
    let request = HttpRequest::new("POST", &target, b"{}");
    let codes = (0..calls).map(|_| gateway.admit(&request, time).err().map(|reply| reply.code));
    codes
        .filter(|code| *code != Some(Code::TooManyCalls))
        .count()
}

#[test]
fn each_command_has_its_rate() {
    let gateway = Gateway::new(APP, SECRET).with_admin(ADMIN);
    let millis = |millis| now() + Duration::from_millis(millis);
    assert_eq!(admitted(&gateway, 300, Command::FriendAdd, millis(0)), 200);
    assert_eq!(admitted(&gateway, 300, Command::FriendGet, millis(0)), 200);
    assert_eq!(admitted(&gateway, 10, Command::FriendAdd, millis(5)), 1);
    assert_eq!(
        admitted(&gateway, 300, Command::FriendAdd, millis(505)),
        100
    );
    assert_eq!(
        admitted(&gateway, 300, Command::FriendAdd, millis(10_000)),
        200
    );
    // A short step back is another thread's time. A long step back means that the clock was set
    // back, which neither adds calls nor removes any.
    assert_eq!(admitted(&gateway, 1, Command::FriendAdd, millis(9_000)), 0);
    assert_eq!(admitted(&gateway, 1, Command::FriendAdd, millis(9_500)), 0);
    assert_eq!(admitted(&gateway, 1, Command::FriendAdd, millis(0)), 0);
    assert_eq!(
        admitted(&gateway, 300, Command::FriendAdd, millis(500)),
        100
    );
    for far in [
        SystemTime::UNIX_EPOCH,
        at(20_000_000_000),
        at(u64::MAX >> 1),
        millis(0),
    ] {
        admitted(&gateway, 10, Command::FriendAdd, far);
    }
    assert_eq!(
        admitted(&gateway, 300, Command::FriendAdd, millis(1_000)),
        200
    );
}

/// A flood by one user takes no call of another user or of an admin, and the other way round.
#[test]
fn each_callers_calls_are_counted_apart() {
    let gateway = Gateway::new(APP, SECRET)
        .with_admin(ADMIN)
        .with_admin("another admin");
    let callers = ["a", "b", ADMIN, "another admin"];
    let targets = callers.map(|caller| target(Command::FriendGet, caller, now()));
    let admitted = |target: &str, calls: u32, millis: u64| {
        let request = HttpRequest::new("POST", target, br#"{"From_Account":"a","StartIndex":0}"#);
        let time = now() + Duration::from_millis(millis);
        (0..calls)
            .filter(|_| gateway.admit(&request, time).is_ok())
            .count()
    };

    for millis in 0..1000 {
        admitted(&targets[0], 5, millis);
        if millis % 5 == 0 {
            for target in &targets[1..] {
                assert_eq!(admitted(target, 1, millis), 1);
            }
        }
    }
    assert_eq!(admitted(&targets[0], 300, 999), 0);
    for target in &targets[1..] {
        assert_eq!(admitted(target, 300, 999), 199);
    }
}

#[test]
fn rate_can_be_set_and_strangers_take_nothing_of_it() {
    let gateway = |rate| {
        let gateway = Gateway::new(APP, SECRET).with_admin(ADMIN);
        gateway.with_calls_per_second(NonZeroU32::new(rate))
    };
    assert_eq!(admitted(&gateway(0), 5000, Command::FriendAdd, now()), 5000);
    let gateway = gateway(3);
    let forged = target(Command::FriendAdd, ADMIN, now()).replace("usersig=e", "usersig=f");
    let request = HttpRequest::new("POST", &forged, b"{}");
    for _ in 0..10 {
        assert_ne!(
            gateway.admit(&request, now()).unwrap_err().code,
            Code::TooManyCalls
        );
    }
    assert_eq!(admitted(&gateway, 10, Command::FriendAdd, now()), 3);
}

#[test]
fn bodies_of_any_bytes_have_a_code() {
    let mut app = App::new(&["id"]);
    let target = target(Command::FriendAdd, ADMIN, now());
    let deep = |open: &str, levels: usize| open.repeat(levels);
    for body in [
        Vec::new(),
        b" ".to_vec(),
        b"\xff\xfe".to_vec(),
        b"{\"From_Account\": \"\xff\"}".to_vec(),
        br#"{"From_Account": "\ud800"}"#.to_vec(),
        br#"{"From_Account": "id""#.to_vec(),
        deep("[", 50_000).into_bytes(),
        deep("{\"To_Account\":", 50_000).into_bytes(),
        format!("{}1{}", deep("[", 129), deep("]", 129)).into_bytes(),
    ] {
        assert_eq!(app.http("POST", &target, &body).code, Code::MalformedJson);
    }
    for body in [
        "{}",
        "[]",
        "null",
        "1e400",
        r#"{"From_Account": "id", "AddFriendItem": [[]]}"#,
        r#"{"From_Account": "id", "AddFriendItem": [{"To_Account": null}]}"#,
        r#"{"From_Account": "id", "From_Account": "id", "AddFriendItem": 1}"#,
        r#"{"From_Account": "id", "AddFriendItem": [], "AddType": "Add_Type_Triple"}"#,
        r#"{"From_Account": "id", "AddFriendItem": [], "ForceAddFlags": -1}"#,
        r#"{"From_Account": "id", "AddFriendItem": [], "ForceAddFlags": 2}"#,
    ] {
        let code = app.http("POST", &target, body.as_bytes()).code;
        let expected = if body == "1e400" {
            Code::MalformedJson
        } else {
            Code::InvalidParameter
        };
        assert_eq!(code, expected, "{body}");
    }
    app.gateway = app.gateway.with_max_body_bytes(20);
    assert_eq!(
        app.http("POST", &target, &[b' '; 20]).code,
        Code::MalformedJson
    );
    assert_eq!(
        app.http("POST", &target, &[b' '; 21]).code,
        Code::MalformedHttp
    );
}

#[test]
fn accounts_that_are_no_texts_have_a_code_of_their_own() {
    let mut app = App::new(&["id"]);
    let number = json!({"From_Account": 1, "To_Account": ["id1"]});
    let in_list = json!({"From_Account": "id", "To_Account": ["id1", 2]});
    let in_item = json!({"From_Account": "id", "AddFriendItem": [{"To_Account": {}}]});
    for (command, body) in [
        (Command::BlackListAdd, number),
        (Command::BlackListAdd, in_list),
        (Command::FriendAdd, in_item),
        (Command::AccountImport, json!({"UserID": true})),
    ] {
        let reply = app.call(command, &body);
        assert_eq!(reply["ErrorCode"], Code::AccountNotText.number(), "{reply}");
    }
}

#[test]
fn secret_is_not_printed() {
    let gateway = Gateway::new(APP, SECRET).with_admin(ADMIN);
    let printed = format!("{gateway:?}");
    assert!(
        printed.contains(ADMIN) && !printed.contains(SECRET),
        "{printed}"
    );
}

#[test]
fn failures_have_the_form_of_their_service() {
    let mut app = App::new(&["id"]);
    let fields = |reply: Value| reply.as_object().unwrap().len();
    assert_eq!(fields(app.call(Command::FriendGet, &json!({}))), 4);
    assert_eq!(fields(app.call(Command::PortraitGet, &json!({}))), 4);
    assert_eq!(fields(app.call(Command::SendMessage, &json!({}))), 3);
    assert_eq!(fields(app.call(Command::AccountCheck, &json!({}))), 3);
}
