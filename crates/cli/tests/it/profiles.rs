//! `socialgraph profiles`, and the page that it writes.

use std::path::Path;

use serde_json::Value;
use socialgraph::Policy;

use super::socialgraph;

/// With `BLESS=1`, it writes the page.
#[test]
fn the_page_of_profiles_is_what_the_command_prints() {
    let run = socialgraph(&["profiles", "--format", "markdown"]);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/profiles.md");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, run.stdout).unwrap();
        return;
    }
    let page = std::fs::read_to_string(&path).unwrap();
    for (number, (found, expected)) in page.lines().zip(run.stdout.lines()).enumerate() {
        assert_eq!(
            found,
            expected,
            "line {}: `BLESS=1` writes the page",
            number + 1
        );
    }
    assert_eq!(page.len(), run.stdout.len(), "`BLESS=1` writes the page");
}

#[test]
fn the_text_fits_a_terminal() {
    let names: Vec<_> = Policy::names().collect();
    for arguments in [vec![], names] {
        let arguments: Vec<_> = ["profiles"].into_iter().chain(arguments).collect();
        let run = socialgraph(&arguments);
        assert_eq!((run.status, &*run.stderr), (Some(0), ""));
        for line in run.stdout.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
        assert!(!run.stdout.contains('`'), "{}", run.stdout);
    }
}

#[test]
fn json_has_every_cell_with_its_source() {
    let run = socialgraph(&["profiles", "wire", "--format", "json"]);
    let profiles: Value = serde_json::from_str(&run.stdout).unwrap();
    let wire = &profiles[0];
    assert_eq!(wire["name"], "wire");
    assert_eq!(
        serde_json::from_value::<Policy>(wire["policy"].clone()).unwrap(),
        Policy::named("wire").unwrap()
    );
    let cells = wire["cells"].as_array().unwrap();
    let cell = cells
        .iter()
        .find(|cell| cell["cell"] == "unblock.restores")
        .unwrap();
    assert_eq!(
        (&cell["is"], &cell["by"]),
        (&"friendship".into(), &"test".into())
    );
    assert_eq!(cell["is_contradicted"], true);
    assert!(
        wire["sources"]
            .as_array()
            .unwrap()
            .iter()
            .any(|it| it["name"] == cell["in"])
    );

    let all = socialgraph(&["profiles", "--format", "json"]);
    let all: Value = serde_json::from_str(&all.stdout).unwrap();
    assert_eq!(all.as_array().unwrap().len(), Policy::names().len());
}

#[test]
fn a_wrong_name_or_format_lists_the_right_ones() {
    let run = socialgraph(&["profiles", "mastadon"]);
    assert_eq!((run.status, &*run.stdout), (Some(2), ""));
    assert!(
        run.stderr
            .contains("no profile `mastadon`; did you mean `mastodon`?")
    );

    let run = socialgraph(&["profiles", "--format", "html"]);
    assert_eq!((run.status, &*run.stdout), (Some(2), ""));
    assert!(
        run.stderr
            .contains("[possible values: text, json, markdown]")
    );
}
