//! The inputs that fuzzing left behind, played again: `request` says what their bytes mean.

use std::path::Path;

use socialgraph_tim::Code;

use super::request;

/// The inputs of the fuzz target `request`.
fn inputs() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/request");
    let files = std::fs::read_dir(folder).unwrap();
    files
        .map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect()
}

#[test]
fn calls_can_refuse_a_newcomer_after_someone_is_gone() {
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
