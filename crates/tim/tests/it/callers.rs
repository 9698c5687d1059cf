//! Permissions: a user acts only for their own account, an admin for every account.

use serde_json::{Value, json};
use socialgraph_tim::{Area, Code, Command};

use super::fixtures::{ADMIN, App};

/// Returns a body with `id` as the actor.
fn body(command: Command) -> Value {
    let mut body = json!({
        "From_Account": "id", "To_Account": ["id1"], "StartIndex": 0, "MaxLimited": 1,
        "LastSequence": 0, "CheckType": "CheckResult_Type_Both", "TagList": ["Tag_SNS_IM_Remark"],
        "GroupName": ["list"],
        "AddFriendItem": [{"To_Account": "id1", "AddSource": "AddSource_Type_Test"}],
        "UpdateItem": [{"To_Account": "id1", "SnsItem": []}],
        "ResponseFriendItem": [{"To_Account": "id1", "ResponseAction": "Response_Action_Reject"}],
        "ProfileItem": [{"Tag": "Tag_Profile_IM_Nick", "Value": "nick"}],
        "UserID": "id", "Accounts": ["id"], "MsgBody": [],
        "CheckItem": [{"UserID": "id"}], "DeleteItem": [{"UserID": "id"}],
    });
    match command {
        Command::BlackListCheck => body["CheckType"] = json!("BlackCheckResult_Type_Both"),
        Command::SendMessage => body["To_Account"] = json!("id1"),
        _ => {}
    }
    body
}

/// Returns the code for a user who is no admin.
fn refused(command: Command) -> Code {
    match command.area() {
        Area::Account => Code::AccountAdminRequired,
        Area::Profile => Code::ProfileAdminRequired,
        Area::Sns => Code::AdminRequired,
        Area::Message => Code::MessageAdminRequired,
    }
}

#[test]
fn only_an_admin_acts_for_another() {
    let mut app = App::new(&["id", "id1", "other"]);
    for command in Command::ALL {
        let code = app.reply("other", command, &body(command)).code;
        let expected = if command == Command::PortraitGet {
            Code::Ok
        } else {
            refused(command)
        };
        assert_eq!(code, expected, "{command}");
    }
}

#[test]
fn users_act_for_themselves_and_admins_for_anyone() {
    for (caller, is_admin) in [("id", false), (ADMIN, true)] {
        for command in Command::ALL {
            let mut app = App::new(&["id", "id1"]);
            let for_admins = command.area() == Area::Account || command == Command::FriendImport;
            let may = is_admin || !for_admins;
            let expected = if may { Code::Ok } else { refused(command) };
            assert_eq!(
                app.reply(caller, command, &body(command)).code,
                expected,
                "{command}"
            );
        }
    }
}
