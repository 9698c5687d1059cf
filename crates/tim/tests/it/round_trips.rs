//! Every sample is read by the types of `wire` and written again as equal JSON.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use socialgraph_tim::wire::{
    AccountCheck, AccountCheckResponse, AccountDelete, AccountDeleteResponse, AccountImport,
    BareResponse, BatchResponse, BlackListAdd, BlackListCheckResponse, BlackListGet,
    BlackListGetResponse, Callback, CallbackReply, Envelope, FriendAdd, FriendCheckResponse,
    FriendDelete, FriendDeleteAll, FriendGet, FriendGetListResponse, FriendGetResponse,
    FriendImport, FriendUpdate, GroupAdd, GroupAddResponse, GroupDeleteResponse, GroupGet,
    GroupGetResponse, Json, MultiaccountImport, MultiaccountImportResponse, PortraitGet,
    PortraitSet, SendMessageResponse,
};

use super::samples;

#[test]
fn samples_are_read_and_written_alike() {
    check::<FriendAdd>(samples::FRIEND_ADD_SHORT);
    check::<FriendAdd>(samples::FRIEND_ADD);
    check::<BatchResponse>(samples::FRIEND_ADD_REPLY);
    check::<FriendImport>(samples::FRIEND_IMPORT);
    check::<BatchResponse>(samples::FRIEND_IMPORT_REPLY);
    check::<FriendUpdate>(samples::FRIEND_UPDATE);
    check::<BatchResponse>(samples::FRIEND_UPDATE_REPLY);
    check::<FriendDeleteAll>(samples::FRIEND_DELETE_ALL);
    check::<BareResponse>(samples::FRIEND_DELETE_ALL_REPLY);
    check::<FriendCheckResponse>(samples::FRIEND_CHECK_REPLY);
    check::<FriendGet>(samples::FRIEND_GET);
    check::<FriendGetResponse>(samples::FRIEND_GET_REPLY);
    check::<FriendGetListResponse>(samples::FRIEND_GET_LIST_REPLY);
    check::<BlackListAdd>(samples::BLACK_LIST_ADD);
    check::<BatchResponse>(samples::BLACK_LIST_ADD_REPLY);
    check::<BatchResponse>(samples::BLACK_LIST_DELETE_REPLY);
    check::<BlackListGet>(samples::BLACK_LIST_GET);
    check::<BlackListGetResponse>(samples::BLACK_LIST_GET_REPLY);
    check::<BlackListCheckResponse>(samples::BLACK_LIST_CHECK_REPLY);
    check::<GroupAdd>(samples::GROUP_ADD);
    check::<GroupAddResponse>(samples::GROUP_ADD_REPLY_WITHOUT_FRIENDS);
    check::<GroupAddResponse>(samples::GROUP_ADD_REPLY);
    check::<GroupGet>(samples::GROUP_GET);
    check::<GroupGetResponse>(samples::GROUP_GET_REPLY);
    check::<SendMessageResponse>(samples::SEND_MESSAGE_REPLY);
    check::<Envelope>(samples::SEND_MESSAGE_NOT_JSON);
    check::<Envelope>(samples::SEND_MESSAGE_NO_RECEIVER);
    check::<Callback>(samples::CALLBACK_BLACK_LIST_ADD);
    check::<Callback>(samples::CALLBACK_BLACK_LIST_DELETE);
    check::<Callback>(samples::CALLBACK_FRIEND_DELETE);
    check::<Callback>(samples::CALLBACK_FRIEND_ADD);
    check::<Callback>(samples::CALLBACK_PREV_FRIEND_ADD);
    check::<Callback>(samples::CALLBACK_PREV_FRIEND_RESPONSE);
    check::<Envelope>(samples::PROFILE_NOT_DECODED);
    check::<Envelope>(samples::SNS_NOT_DECODED);
    check::<BatchResponse>(samples::BLACK_LIST_ADD_REPLY_OF_2018);
    check::<Json>(samples::MESSAGE_BODY);
    check::<CallbackReply>(samples::CALLBACK_REPLY);
    check::<FriendDelete>(samples::FRIEND_DELETE);
    check::<BatchResponse>(samples::FRIEND_DELETE_REPLY);
    check::<GroupDeleteResponse>(samples::GROUP_DELETE_REPLY);
    check::<AccountImport>(samples::ACCOUNT_IMPORT);
    check::<BareResponse>(samples::ACCOUNT_IMPORT_REPLY);
    check::<MultiaccountImport>(samples::MULTIACCOUNT_IMPORT_OLD);
    check::<MultiaccountImport>(samples::MULTIACCOUNT_IMPORT);
    check::<MultiaccountImportResponse>(samples::MULTIACCOUNT_IMPORT_REPLY);
    check::<AccountCheck>(samples::ACCOUNT_CHECK);
    check::<AccountCheckResponse>(samples::ACCOUNT_CHECK_REPLY);
    check::<AccountDelete>(samples::ACCOUNT_DELETE);
    check::<AccountDeleteResponse>(samples::ACCOUNT_DELETE_REPLY);
    check::<PortraitSet>(samples::PORTRAIT_SET);
    check::<PortraitGet>(samples::PORTRAIT_GET);
}

fn check<T: Serialize + DeserializeOwned>(sample: &str) {
    let json: Value = serde_json::from_str(sample).unwrap();
    let read: T = serde_json::from_str(sample).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), json);
}

#[test]
fn fields_are_written_in_the_order_of_the_samples() {
    for sample in [samples::FRIEND_ADD_REPLY, samples::BLACK_LIST_ADD_REPLY] {
        let read: BatchResponse = serde_json::from_str(sample).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), sample);
    }
    let read: FriendGetResponse = serde_json::from_str(samples::FRIEND_GET_REPLY).unwrap();
    assert_eq!(
        serde_json::to_string(&read).unwrap(),
        samples::FRIEND_GET_REPLY
    );
}

#[test]
fn null_and_empty_are_read_like_fields_that_are_left_out() {
    let item = json!({
        "To_Account": "id1", "Remark": null, "GroupName": "", "AddSource": "AddSource_Type_X",
        "AddWording": null, "Unheard_Of": [1, {"of": null}],
    });
    let body = json!({
        "From_Account": "id", "AddFriendItem": [item], "AddType": "", "ForceAddFlags": null,
    });
    let read: FriendAdd = serde_json::from_value(body).unwrap();
    let short: FriendAdd = serde_json::from_value(json!({
        "From_Account": "id",
        "AddFriendItem": [{"To_Account": "id1", "AddSource": "AddSource_Type_X"}],
    }))
    .unwrap();
    assert_eq!(read, short);

    let nulls = json!({
        "From_Account": "id", "NeedFriend": null, "LastSequence": null, "GroupName": null,
    });
    let read: GroupGet = serde_json::from_value(nulls).unwrap();
    assert_eq!(
        read,
        GroupGet {
            from_account: "id".into(),
            ..GroupGet::default()
        }
    );

    let nulls = json!({
        "From_Account": "id",
        "AddFriendItem": [{"To_Account": "id1", "GroupName": null, "CustomItem": null}],
    });
    assert!(serde_json::from_value::<FriendImport>(nulls).is_ok());
    let nulls = json!({"From_Account": "id", "GroupName": ["g"], "To_Account": null});
    assert!(serde_json::from_value::<GroupAdd>(nulls).is_ok());
}

#[test]
fn what_is_required_is_required() {
    for body in [
        json!({"To_Account": ["id1"]}),
        json!({"From_Account": null, "To_Account": ["id1"]}),
        json!({"From_Account": "id"}),
        json!({"From_Account": "id", "To_Account": null}),
        json!({"From_Account": "id", "To_Account": [null]}),
        json!({"From_Account": "id", "To_Account": "id1"}),
        json!([]),
    ] {
        assert!(
            serde_json::from_value::<BlackListAdd>(body.clone()).is_err(),
            "{body}"
        );
    }
}

#[test]
fn an_envelope_tells_success_from_failure() {
    let read = |sample| serde_json::from_str::<Envelope>(sample).unwrap();
    assert!(read(samples::CALLBACK_REPLY).is_ok());
    assert!(!read(samples::SEND_MESSAGE_NOT_JSON).is_ok());
}
