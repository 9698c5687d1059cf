//! What `socialgraph check` can be asked.

use serde_json::Value;
use socialgraph_analysis::checker::Property;
use socialgraph_analysis::story::Story;

use super::{file, socialgraph};

#[test]
fn every_property_is_listed_with_its_sentence() {
    let run = socialgraph(&["check", "--list"]);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let list = words(&run.stdout);
    for property in Property::ALL {
        let item = format!("{} ({}): {property}", property.name(), property.rules());
        assert!(list.contains(&item), "{item}: {}", run.stdout);
    }

    let run = socialgraph(&["check", "--list", "--format", "json"]);
    let list: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(list.as_array().unwrap().len(), Property::ALL.len());
    assert_eq!(list[0]["name"], Property::ALL[0].name());
}

#[test]
fn a_property_is_checked_alone_by_its_name_or_rule() {
    let path = file("open.toml", "profile = \"openim\"\n[limits]\nbatch = 7\n");
    let check = |property| socialgraph(&["check", &path, "--users", "2", "--property", property]);

    let run = check("no-opposite-requests");
    assert_eq!((run.status, &*run.stderr), (Some(1), ""));
    assert!(run.stdout.contains("(R23), but:"), "{}", run.stdout);
    assert_eq!(run.stdout.matches("but:").count(), 1, "{}", run.stdout);
    assert_eq!(check("r23").stdout.matches("but:").count(), 1);

    let run = check("grants-make-friends");
    assert_eq!(run.status, Some(0), "{}", run.stdout);
    assert!(run.stdout.contains(" nothing "), "{}", run.stdout);
}

/// A profile's counts are compared even if one property is checked, and no other is missed.
#[test]
fn a_property_of_a_profile_is_checked_alone_without_a_fault() {
    let run = socialgraph(&["check", "wire", "--users", "2", "--property", "R19"]);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    assert_eq!(run.stdout.matches("but:").count(), 1, "{}", run.stdout);
}

#[test]
fn what_rests_on_unconfirmed_parts_is_marked() {
    let run = socialgraph(&["check", "wire", "nakama", "--users", "2"]);
    let remark = "\nwire: (not confirmed) R20, R22, because nothing confirms\n  call.stopped_by,";
    assert!(run.stdout.contains(remark), "{}", run.stdout);
    assert!(
        run.stdout.contains("block.clears_friends_of"),
        "{}",
        run.stdout
    );

    // A failure that another value of an open part would undo.
    let run = socialgraph(&["check", "xep_0191", "--users", "2"]);
    assert!(
        run.stdout
            .contains("xep_0191, 2 users: (not confirmed) no friend"),
        "{}",
        run.stdout
    );
}

#[test]
fn json_has_the_story_of_each_failure() {
    let run = socialgraph(&["check", "wire", "--users", "2", "--format", "json"]);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    let value: Value = serde_json::from_str(&run.stdout).unwrap();
    let search = &value["searches"][0];
    assert_eq!(
        (&search["policy"], &search["users"], &search["states"]),
        (&"wire".into(), &2.into(), &40.into())
    );
    let failure = &search["failures"][0];
    assert_eq!(failure["property"]["name"], "no-entry-across-block");
    assert_eq!(failure["not_confirmed"], false);
    let story: Story = failure["story"].as_str().unwrap().parse().unwrap();
    let wire = socialgraph::Policy::named("wire").unwrap();
    assert!(story.play(&wire).failures().is_empty());
    assert_eq!(value["faults"], serde_json::json!([]));

    let path = file("faulty.toml", "profile = \"wire\"\n[limits]\nbatch = 7\n");
    let run = socialgraph(&["check", &path, "--users", "2", "--format", "json"]);
    assert_eq!(run.status, Some(1));
    let value: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(value["faults"].as_array().unwrap().len(), 2);
}

#[test]
fn markdown_has_a_table_and_a_section_for_each_failure() {
    let run = socialgraph(&["check", "wire", "--users", "2", "--format", "markdown"]);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    for part in [
        "| wire | 2 | 40 | 276 | 4 | R19 R21 |\n",
        "\n## wire, 2 users\n\nno friend-list entry comes about across a block (R19), but:\n\n\
         ```text\n  1. alice sends bob a friend request\n",
    ] {
        assert!(run.stdout.contains(part), "{}", run.stdout);
    }
}
