//! The inputs that fuzzing has found, run again. `request` describes their format.

use std::path::Path;

use socialgraph_tim::Code;

use super::request;

/// Returns the inputs of the fuzz target `request`.
fn inputs() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/request");
    let files = std::fs::read_dir(folder).unwrap();
    files
        .map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect()
}

#[test]
fn a_new_account_can_be_refused_after_another_was_deleted() {
    let input = br#"1administrator black_list_add {"From_Account": "id1", "To_Account": ["id2"]}
administrator account_delete {"DeleteItem": [{"UserID": "id1"}]}
administrator portrait_set {"From_Account": "id", "ProfileItem": [{"Tag": "Tag_Profile_IM_AdminForbidType", "Value": "AdminForbid_Type_SendOut"}]}
id friend_add {"From_Account": "id", "AddFriendItem": [{"To_Account": "x", "AddSource": "AddSource_Type_X"}]}"#;
    assert_eq!(request::run(input), [Code::Ok; 4]);
}

#[test]
fn requests_have_documented_replies() {
    let codes: std::collections::BTreeSet<_> = inputs()
        .iter()
        .flat_map(|bytes| request::run(bytes))
        .collect();
    assert!(codes.len() >= 10, "{codes:?}");
}
