//! `socialgraph replay`: formats, policies, and what is refused.

use crate::{file, lines, socialgraph, socialgraph_with};

/// Returns the value of a line of the summary.
fn value(summary: &str, name: &str) -> Option<usize> {
    let line = summary.lines().find_map(|line| line.strip_prefix(name))?;
    line.strip_prefix(": ")?.parse().ok()
}

#[test]
fn help_names_the_arguments_and_statuses_within_80_columns() {
    for command in ["import", "export", "replay"] {
        for argument in ["-h", "--help"] {
            let run = socialgraph(&[command, argument]);
            assert_eq!((run.status, &*run.stderr), (Some(0), ""));
            let usage = format!("Usage: socialgraph {command}");
            assert!(run.stdout.contains(&usage), "{}", run.stdout);
            assert!(run.stdout.contains("Exit status: 0 if"), "{}", run.stdout);
            for line in run.stdout.lines() {
                assert!(line.chars().count() <= 80, "{line}");
            }
        }
    }
}

#[test]
fn a_wrong_argument_is_an_error_with_the_usage() {
    for arguments in [
        &["replay", "--explain", "1"][..],
        &["replay", "--users"],
        &["replay", "auto", "file", "another"],
        &["import", "auto"],
        &["import", "bloks", "file"],
        &["export", "auto", "file"],
    ] {
        let run = socialgraph(arguments);
        assert_eq!((run.status, &*run.stdout), (Some(2), ""), "{arguments:?}");
        let start = format!("socialgraph {}: ", arguments[0]);
        assert!(run.stderr.starts_with(&start), "{}", run.stderr);
    }
}

#[test]
fn a_network_is_replayed_in_every_form() {
    let files = [
        (
            "network.csv",
            "ann,ben,4,1289241911.72836\nben,ann,-2,1289241941.5\n",
        ),
        (
            "network.tsv",
            "# FromNodeId\tToNodeId\tSign\nann\tben\t1\nben\tann\t-1\n",
        ),
        (
            "network.txt",
            "\u{feff}date,Sign,to,from\r\n2010-11-08,1,ben,ann\r\n2010-11-09,-1,\"ann\",ben\r\n",
        ),
    ];
    for (name, text) in files {
        let path = file(name, text);
        for arguments in [&["replay", &path][..], &["replay", "network", &path]] {
            let run = socialgraph(arguments);
            assert_eq!((run.status, &*run.stderr), (Some(0), ""), "{name}");
            let expected = "users: 2\nratings: 2\nblocks: 1\nfriend_entries: 0\n\
                            severed_entries: 1\nrefused_friend_adds: 0\nmutual_blocks: 0\n\
                            messages_denied: 1\noperations: 4\noperations_per_second: ";
            assert!(run.stdout.starts_with(expected), "{}", run.stdout);
        }
    }
}

#[test]
fn a_list_is_replayed_for_its_owner() {
    let blocks = "ben@example.social\ncyd@example.social\n";
    let arguments = [
        "replay",
        "-",
        "--owner",
        "ann",
        "--explain",
        "ben@example.social",
        "ann",
    ];
    let run = socialgraph_with(&arguments, blocks.as_bytes());
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    assert_eq!(value(&run.stdout, "blocks"), Some(2));
    assert!(
        run.stdout
            .contains("\nmessage: ben@example.social may not message ann, and is not told"),
        "{}",
        run.stdout
    );

    let run = socialgraph_with(&["replay", "-"], blocks.as_bytes());
    assert_eq!((run.status, &*run.stdout), (Some(2), ""));
    assert_eq!(
        run.stderr,
        "socialgraph replay: standard input: the file is one user's list (`mastodon-blocks`): \
         `--owner NAME` says whose\n"
    );
}

#[test]
fn five_thousand_names_for_a_limit_of_a_thousand_are_counted() {
    let names = lines((1..=5000).map(|number| format!("user{number}")));
    let arguments = ["replay", "names", "-", "--owner", "ann"];
    let run = socialgraph_with(&arguments, names.as_bytes());
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    assert_eq!(value(&run.stdout, "blocks"), Some(5000));

    let arguments = [&arguments[..], &["--policy", "tencent_rest"]].concat();
    let run = socialgraph_with(&arguments, names.as_bytes());
    assert_eq!(run.status, Some(1));
    assert_eq!(value(&run.stdout, "blocks"), Some(1000));
    let refused = value(&run.stdout, "refused_because_actor_blocklist_full");
    assert_eq!(refused, Some(4000));
    assert_eq!(
        run.stderr,
        "socialgraph replay: standard input: 4000 do not fit; the first is in line 1001: \
         ann blocks user1001, but ann's blocklist is full (limits.blocked = 1000)\n"
    );
}

#[test]
fn a_row_of_one_user_is_malformed_unless_it_is_left_out() {
    let rows = "ann,ben,1,0\nben,ben,1,0\n";
    let run = socialgraph_with(&["replay", "-"], rows.as_bytes());
    assert_eq!((run.status, &*run.stdout), (Some(1), ""));
    assert_eq!(
        run.stderr,
        "socialgraph replay: standard input: line 2: `ben` rates themselves \
         (`--skip-self` leaves such rows out)\n"
    );

    let run = socialgraph_with(&["replay", "-", "--skip-self"], rows.as_bytes());
    assert_eq!(run.status, Some(0));
    assert_eq!(value(&run.stdout, "ratings"), Some(1));
    assert_eq!(
        run.stderr,
        "socialgraph replay: standard input: 1 row rates its own source and is left out; \
         the first is `ben` in line 2\n"
    );
}

#[test]
fn rows_behind_their_time_are_noted() {
    let rows = "ann,ben,1,2010-11-09\nann,cyd,1,2010-11-08T23:59Z\n";
    let run = socialgraph_with(&["replay", "-"], rows.as_bytes());
    assert_eq!(run.status, Some(0));
    assert_eq!(
        run.stderr,
        "socialgraph replay: standard input: 1 row is older than a row before; \
         the order is that of the file\n"
    );
}

#[test]
fn a_wrong_format_is_an_error_that_names_the_right_ones() {
    let run = socialgraph(&["replay", "mastodon", "file"]);
    assert_eq!((run.status, &*run.stdout), (Some(2), ""));
    let error = "socialgraph replay: there is no format `mastodon`; there are auto, \
                 mastodon-blocks, ";
    assert!(run.stderr.starts_with(error), "{}", run.stderr);
}
