//! `socialgraph cases`: the cases of a policy by name, and of a file.

use std::path::Path;

use socialgraph::{Notice, Policy};
use socialgraph_testkit::cases;

use super::socialgraph;

#[test]
fn the_cases_of_a_name_are_those_of_the_repository() {
    for name in ["tencent_rest", "lemmy"] {
        let run = socialgraph(&["cases", name]);
        assert_eq!((run.status, &*run.stderr), (Some(0), ""));
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let path = root.join("cases").join(name).with_extension("tsv");
        assert!(
            run.stdout == std::fs::read_to_string(path).unwrap(),
            "{name}"
        );
    }
}

#[test]
fn the_cases_of_a_file_are_those_of_its_policy() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ours.toml");
    let file = "profile = \"tencent_rest\"\nmessage.notice.other = \"told\"\n";
    std::fs::write(&path, file).unwrap();
    let name = path.to_str().unwrap();
    let run = socialgraph(&["cases", name]);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));

    let mut policy = Policy::tencent_rest();
    policy.message.notice.other = Notice::Told;
    assert!(run.stdout == cases::of_policy(name, &policy));
    let told = "ask\tmessage\tben\tann\ttarget_blocks\trefused\ttold\ttarget_blocks\t-\n";
    assert!(run.stdout.contains(told));
    assert!(run.stdout.contains("ask\tcall\t"), "all of it is confirmed");
}

#[test]
fn a_name_with_changes_is_in_the_first_line() {
    let run = socialgraph(&["cases", "wire with limits.batch = 1"]);
    let first = run.stdout.lines().next().unwrap();
    assert_eq!(first, "socialgraph-cases\t1\twire with limits.batch = 1");
    assert!(run.stdout.contains("\tbatch_too_large\t"));
}

#[test]
fn a_wrong_name_is_an_error() {
    let run = socialgraph(&["cases", "mastadon"]);
    assert_eq!((run.status, &*run.stdout), (Some(2), ""));
    assert!(
        run.stderr.contains("did you mean `mastodon`?"),
        "{}",
        run.stderr
    );
    assert_eq!(socialgraph(&["cases"]).status, Some(2));
}
