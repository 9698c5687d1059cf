//! The bounds of what accounts keep.

use proptest::prelude::*;
use serde_json::{Value, json};
use socialgraph_tim::{Code, Command, Settings};

use super::bodies::{add, pair, with};
use super::fixtures::{ADMIN, App, item_codes};
use super::logs::{NAMES, app, update};

fn bytes(app: &App, account: &str) -> u64 {
    app.service.account_field_bytes(account).unwrap_or_default()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn calls_keep_within_the_bounds(
        log in prop::collection::vec(update(), 1..40),
        one in 0..400_u64,
        all in 0..900_u64,
    ) {
        let mut app = app();
        app.change_settings(|it| {
            *it = Settings { max_account_field_bytes: one, max_field_bytes: all, ..*it };
        });
        for (command, body) in log {
            app.call(command, &body);
            app.service.check_invariants().unwrap();
            let kept = NAMES.map(|name| bytes(&app, name));
            prop_assert!(kept.iter().all(|bytes| *bytes <= one), "{kept:?} {one}");
            prop_assert_eq!(kept.iter().sum::<u64>(), app.service.field_bytes());
            prop_assert!(app.service.field_bytes() <= all);
        }
    }
}

fn set(tag: &str, value: &str) -> Value {
    let item = json!({"Tag": tag, "Value": value});
    json!({"From_Account": "a", "ProfileItem": [item]})
}

#[test]
fn profile_has_room_for_as_many_bytes_as_the_settings_say() {
    let mut app = App::new(&["a", "b"]);
    let tag = "Tag_Profile_IM_Nick";
    // 32 bytes for the field, and 19 for its tag.
    app.change_settings(|it| it.max_account_field_bytes = 32 + 19 + 4);
    let long = app.reply(ADMIN, Command::PortraitSet, &set(tag, "12345"));
    assert_eq!(long.code, Code::InvalidProfile);
    assert_eq!(
        app.reply(ADMIN, Command::PortraitSet, &set(tag, "1234"))
            .code,
        Code::Ok
    );
    assert_eq!(bytes(&app, "a"), 55);
    // A value that replaces another takes its place.
    assert_eq!(
        app.reply(ADMIN, Command::PortraitSet, &set(tag, "4321"))
            .code,
        Code::Ok
    );

    // Beyond a bound that was lowered, fields may still shrink.
    app.change_settings(|it| it.max_account_field_bytes = 1);
    assert_eq!(
        app.reply(ADMIN, Command::PortraitSet, &set(tag, "321"))
            .code,
        Code::Ok
    );
    assert_eq!(
        app.reply(ADMIN, Command::PortraitSet, &set(tag, "4321"))
            .code,
        Code::InvalidProfile
    );
    let import = json!({"UserID": "a", "Nick": "4321"});
    assert_eq!(
        app.reply(ADMIN, Command::AccountImport, &import).code,
        Code::AccountsFull
    );
    let import = json!({"UserID": "a", "Nick": "21"});
    assert_eq!(
        app.reply(ADMIN, Command::AccountImport, &import).code,
        Code::Ok
    );
}

#[test]
fn friends_have_room_for_as_many_bytes_as_the_settings_say() {
    let mut app = App::new(&["a", "b", "c"]);
    let alone = |to| with(add("a", &[to]), "AddType", "Add_Type_Single");
    app.change_settings(|it| it.max_account_field_bytes = 32 + 19);
    assert_eq!(app.done("a", Command::FriendAdd, &alone("b")).0, [0]);
    let reply = app.call(Command::FriendAdd, &alone("c"));
    let expected = "Err_SNS_FriendAdd_Field_Size_Exceed_Threshold";
    assert_eq!(reply["ResultItem"][0]["ResultInfo"], expected);
    assert_eq!(item_codes(&reply), [30001]);
    // Others have room of their own, unless all together have none.
    assert_eq!(
        app.done("b", Command::FriendAdd, &add("b", &["c"])).0,
        [30539]
    );
    app.change_settings(|it| it.max_field_bytes = 0);
    assert_eq!(
        app.done("c", Command::FriendAdd, &add("c", &["a"])).0,
        [30001]
    );
    assert_eq!(app.done("a", Command::BlackListAdd, &pair("a", "c")).0, [0]);

    let group = json!({"From_Account": "a", "GroupName": ["g"]});
    assert_eq!(
        app.reply("a", Command::GroupAdd, &group).code,
        Code::InvalidParameter
    );
}

#[test]
fn accounts_are_as_many_as_the_settings_say() {
    let mut app = App::new(&["a", "b"]).importing();
    app.change_settings(|it| it.max_accounts = Some(3));
    assert_eq!(app.done("a", Command::BlackListAdd, &pair("a", "c")).0, [0]);
    assert_eq!(
        app.done("a", Command::BlackListAdd, &pair("a", "d")).0,
        [70398]
    );
    let import = json!({"UserID": "d"});
    assert_eq!(
        app.reply(ADMIN, Command::AccountImport, &import).code,
        Code::AccountsFull
    );
    // An account that is there may be imported again.
    assert_eq!(
        app.reply(ADMIN, Command::AccountImport, &json!({"UserID": "c"}))
            .code,
        Code::Ok
    );
    assert_eq!(
        app.reply("d", Command::BlackListAdd, &pair("d", "a")).code,
        Code::AccountsFull
    );
}
