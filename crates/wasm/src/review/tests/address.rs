//! The address, which the page and the command `socialgraph review` write.

use std::fs;
use std::path::Path;

use socialgraph_analysis::review::{Tab, VERSION};

/// Returns the value of a constant of `page/address.js`.
fn constant(name: &str) -> serde_json::Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("page/address.js");
    let script = fs::read_to_string(path).unwrap();
    let start = format!("export const {name} = ");
    let mut lines = script.lines();
    let value = lines.find_map(|line| line.strip_prefix(&start)?.strip_suffix(';'));
    serde_json::from_str(value.unwrap()).unwrap()
}

#[test]
fn the_page_has_the_version_and_the_tabs_of_the_command() {
    assert_eq!(constant("VERSION"), VERSION);
    let tabs = Tab::ALL.map(Tab::name);
    assert_eq!(constant("TABS"), serde_json::json!(tabs));
}
