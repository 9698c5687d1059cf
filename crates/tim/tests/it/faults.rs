//! An item that fails in the middle of a batch of the REST API.

use serde_json::json;
use socialgraph_tim::Command;

use super::fixtures::{App, item_codes};

const BATCH: usize = 1000;

/// One account that is not there, at places all over a request of 1000: it alone fails.
#[test]
fn an_account_that_fails_at_any_place_stops_nobody_else() {
    let accounts: Vec<_> = (0..BATCH).map(|n| format!("id{n}")).collect();
    let mut names: Vec<_> = accounts.iter().map(String::as_str).collect();
    names.push("id");
    let before = App::new(&names);
    for place in (0..BATCH).step_by(37).chain([BATCH - 1]) {
        let mut app = App::new(&[]);
        app.service = before.service.clone();
        let mut targets = accounts.clone();
        targets[place] = "nobody".into();
        let reply = app.call(
            Command::BlackListAdd,
            &json!({"From_Account": "id", "To_Account": targets}),
        );
        assert_eq!(reply["Fail_Account"], json!(["nobody"]));
        let codes = item_codes(&reply);
        assert!(
            codes
                .iter()
                .enumerate()
                .all(|(at, code)| (at == place) == (*code != 0))
        );
        assert_eq!(codes.len(), BATCH);
        let blocked = app.service.graph().blocklist("id").unwrap().len();
        assert_eq!(blocked, BATCH - 1);
        app.service.check_invariants().unwrap();
    }
}
