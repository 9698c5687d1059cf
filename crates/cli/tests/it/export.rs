//! `socialgraph export`: each form, and that an import of it gives the same relation.

use std::collections::BTreeSet;

use proptest::prelude::*;
use socialgraph::{Action, List, Operation, Policy, SocialGraph, Ways};

use crate::{Run, lines, socialgraph_with};

/// Exports a story from standard input, with more arguments.
fn export(format: &str, more: &[&str], story: &str) -> Run {
    let arguments = [&["export", format, "-"], more].concat();
    socialgraph_with(&arguments, story.as_bytes())
}

const OWNER: &[&str] = &["--owner", "ann"];

const STORY: &str = "\
policy: tencent_rest
ann blocks `ben@example.social`
ann adds `cyd@example.social` as a one-way friend
may ann message `ben@example.social`?
`dan@example.social` adds ann as a one-way friend
ann sends eve a friend request
fay sends ann a friend request
";

#[test]
fn each_form_has_the_owners_list() {
    let x = |list: &str, key: &str, name: &str| {
        format!(
            "window.YTD.{list}.part0 = [\n  {{\n    \"{key}\" : {{\n      \"accountId\" : \
             \"{name}@example.social\",\n      \"userLink\" : \
             \"https://twitter.com/intent/user?user_id={name}%40example%2Esocial\"\n    }}\n  }}\n]\n"
        )
    };
    for (arguments, expected) in [
        (&["mastodon-blocks"][..], "ben@example.social\n".to_owned()),
        (
            &["mastodon-follows"],
            "Account address,Show boosts,Notify on new posts,Languages\n\
             cyd@example.social,true,false,\n"
                .to_owned(),
        ),
        (&["x-blocks"], x("block", "blocking", "ben")),
        (&["x-following"], x("following", "following", "cyd")),
        (&["x-followers"], x("follower", "follower", "dan")),
        (&["names"], "ben@example.social\n".to_owned()),
        (
            &["names", "--list", "blocklist"],
            "ben@example.social\n".to_owned(),
        ),
        (
            &["names", "--list", "friends"],
            "cyd@example.social\n".to_owned(),
        ),
        (&["names", "--list", "requests-out"], "eve\n".to_owned()),
        (&["names", "--list", "requests-in"], "fay\n".to_owned()),
    ] {
        let run = export(arguments[0], &[OWNER, &arguments[1..]].concat(), STORY);
        assert_eq!((run.status, &*run.stderr), (Some(0), ""), "{arguments:?}");
        assert_eq!(run.stdout, expected, "{arguments:?}");
    }
}

#[test]
fn a_network_has_friends_and_blocks_of_all() {
    let run = export("network", &[], STORY);
    assert_eq!(run.status, Some(0));
    assert_eq!(
        run.stdout,
        "source,target,sign\nann,cyd@example.social,1\ndan@example.social,ann,1\n\
         ann,ben@example.social,-1\n"
    );
    assert_eq!(
        run.stderr,
        "socialgraph export: standard input: 2 pending requests are not in the network\n\
         socialgraph export: standard input: 2 users are on no friend list or blocklist, \
         and not in the network\n"
    );
}

#[test]
fn operations_are_read_as_json_lines_and_what_is_refused_is_noted() {
    let log = "{\"add_user\":{\"name\":\"ann\"}}\n\n{\"add_user\":{\"name\":\"ben\"}}\n\
               {\"act\":{\"action\":\"block\",\"actor\":\"ann\",\"target\":\"ben\"}}\n\
               {\"act\":{\"action\":\"block\",\"actor\":\"ann\",\"target\":\"cyd\"}}\n";
    let run = export("names", OWNER, log);
    assert_eq!((run.status, &*run.stdout), (Some(0), "ben\n"));
    assert_eq!(
        run.stderr,
        "socialgraph export: standard input: 1 operation is refused, in part or whole; \
         the first is in line 5, ann blocks cyd: the target is not a known user\n"
    );

    // Without a user who joins, all are there.
    let log = "{\"act\":{\"action\":\"block\",\"actor\":\"ann\",\"target\":\"cyd\"}}\n";
    let run = export("names", OWNER, log);
    assert_eq!(
        (run.status, &*run.stdout, &*run.stderr),
        (Some(0), "cyd\n", "")
    );
}

#[test]
fn the_policy_is_that_of_the_argument_or_of_the_story() {
    let story = "policy: tencent_rest with limits.blocked = 1\nann blocks ben\nann blocks cyd\n";
    let run = export("names", OWNER, story);
    assert_eq!((run.status, &*run.stdout), (Some(0), "ben\n"));
    assert!(
        run.stderr.contains("in line 3, ann blocks cyd"),
        "{}",
        run.stderr
    );

    let more = [OWNER, &["--policy", "tencent_rest"]].concat();
    let run = export("names", &more, story);
    assert_eq!(
        (run.status, &*run.stdout, &*run.stderr),
        (Some(0), "ben\ncyd\n", "")
    );
}

#[test]
fn a_bad_file_or_argument_is_an_error_and_nothing_is_printed() {
    for (arguments, story, status, error) in [
        (
            &["names"][..],
            STORY,
            2,
            "the output is one user's list: `--owner NAME` says whose",
        ),
        (
            &["network", "--owner", "ann"],
            STORY,
            2,
            "a network is of many users, and takes no `--owner`",
        ),
        (
            &["x-blocks", "--owner", "ann", "--list", "friends"],
            STORY,
            2,
            "`--list` is for `names` alone",
        ),
        (
            &["names", "--owner", "anne"],
            STORY,
            2,
            "standard input: there is no user `anne`; there are ann, ben@example.social, cyd@example.social, dan@example.social, eve, …",
        ),
        (
            &["names", "--owner", "ann"],
            "",
            2,
            "standard input: there is no user `ann`; there is none",
        ),
        (
            &["names", "--owner", "ann"],
            "ann bloks ben\n",
            1,
            "standard input: line 1, column 8: `ann bloks ben` is no sentence of a story; the nearest is `ann blocks ben`",
        ),
        (
            &["names", "--owner", "ann"],
            "{\"act\":1}\n",
            1,
            "standard input: line 1: not an operation: invalid type: integer `1`, expected struct Act at line 1 column 8",
        ),
        (
            &["mastodon-blocks", "--owner", "ann"],
            "ann blocks `Ben O'Hara`\n",
            2,
            "standard input: `Ben O'Hara` is no account of Mastodon, such as `ben@example.social`; `names` takes every name",
        ),
        (
            &["mastodon-follows", "--owner", "ann"],
            "ann adds `b\\nc` as a one-way friend\n",
            2,
            "standard input: `b\\nc` is no account of Mastodon, such as `ben@example.social`; `names` takes every name",
        ),
        (
            &["names", "--owner", "ann"],
            "ann blocks `b\\0`\n",
            2,
            "standard input: `b\\0` has a NUL character, which no file of text can have; `x-blocks` takes it",
        ),
    ] {
        let run = export(arguments[0], &arguments[1..], story);
        assert_eq!(
            (run.status, &*run.stdout),
            (Some(status), ""),
            "{arguments:?}"
        );
        assert_eq!(run.stderr, format!("socialgraph export: {error}\n"));
    }
}

/// Names that a careless form would lose: quotes, commas, spaces, line breaks, comments.
fn odd_name() -> impl Strategy<Value = String> {
    let odd = "[a-c\",\t\r\n #`\\\\\u{feff}\u{a0}é-]{1,6}";
    prop_oneof![3 => odd, 1 => "[a-z]{1,3}", 1 => Just("source".to_owned()), 1 => Just("#domain".to_owned())]
}

/// Names that are accounts of Mastodon.
fn account() -> impl Strategy<Value = String> {
    "[a-z0-9_]{1,3}([.-][a-z0-9]{1,2})?@[a-zé-]{1,3}(\\.[a-z]{1,2})?"
}

/// Returns the operations that an import prints.
fn import(format: &str, more: &[&str], text: &str) -> String {
    let arguments = [&["import", format, "-"], more].concat();
    let run = socialgraph_with(&arguments, text.as_bytes());
    assert_eq!((run.status, &*run.stderr), (Some(0), ""), "{text:?}");
    run.stdout
}

/// Returns every friend-list entry and block of a graph, as operations.
fn entries(graph: &SocialGraph) -> BTreeSet<String> {
    let lists = [
        (List::Friends, Action::AddFriend(Ways::OneWay)),
        (List::Blocklist, Action::Block),
    ];
    let mut entries = BTreeSet::new();
    for (user, _) in graph.users() {
        for (list, action) in lists {
            for peer in graph.list(user, list).unwrap() {
                let [user, peer] = [user, peer].map(|id| graph.name(id).unwrap());
                entries.insert(Operation::act(action, user, peer).to_string());
            }
        }
    }
    entries
}

/// A list, with the action that puts a user on it, and whether the owner acts.
const LISTS: &[(&str, &[&str], Action, bool)] = &[
    ("mastodon-blocks", &[], Action::Block, true),
    (
        "mastodon-follows",
        &[],
        Action::AddFriend(Ways::OneWay),
        true,
    ),
    ("x-blocks", &[], Action::Block, true),
    ("x-following", &[], Action::AddFriend(Ways::OneWay), true),
    ("x-followers", &[], Action::AddFriend(Ways::OneWay), false),
    ("names", &[], Action::Block, true),
    (
        "names",
        &["--list", "friends"],
        Action::AddFriend(Ways::OneWay),
        true,
    ),
    (
        "names",
        &["--list", "requests-out"],
        Action::SendRequest,
        true,
    ),
    (
        "names",
        &["--list", "requests-in"],
        Action::SendRequest,
        false,
    ),
];

proptest! {
    // Each case starts the command some dozen times.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn an_import_of_an_exported_list_gives_the_same_operations(
        odd in proptest::collection::btree_set(odd_name(), 1..8),
        accounts in proptest::collection::btree_set(account(), 1..8),
    ) {
        for (format, more, action, owner_acts) in LISTS {
            let names = if format.starts_with("mastodon") { &accounts } else { &odd };
            let operations = names.iter().map(|name| match owner_acts {
                true => Operation::act(*action, "the owner", name),
                false => Operation::act(*action, name, "the owner"),
            });
            let log = lines(operations);

            let more = [&["--owner", "the owner"], *more].concat();
            let run = export(format, &more, &log);
            prop_assert_eq!((run.status, &*run.stderr), (Some(0), ""), "{}", log);
            prop_assert_eq!(import(format, &more, &run.stdout), log, "{}: {}", format, run.stdout);
        }
    }

    #[test]
    fn an_import_of_an_exported_network_gives_the_same_network(
        names in proptest::collection::btree_set(odd_name(), 2..5),
        acts in proptest::collection::vec((0..5_usize, 0..5_usize, any::<bool>()), 1..12),
    ) {
        let names: Vec<_> = names.into_iter().collect();
        for policy in ["tencent_rest", "tencent_keep_friends"] {
            let mut graph = SocialGraph::new(Policy::named(policy).unwrap());
            for name in &names {
                graph.add_user(name).unwrap();
            }

            let mut operations = Vec::new();
            for (actor, target, blocks) in &acts {
                let action = if *blocks { Action::Block } else { Action::AddFriend(Ways::OneWay) };
                let [actor, target] = [actor, target].map(|user| &names[user % names.len()]);
                let operation = Operation::act(action, actor, target);
                let _ = operation.apply_to(&mut graph);
                operations.push(operation);
            }

            // The export of an import is imported, too: playing it gives the graph.
            let expected = entries(&graph);
            let mut log = lines(operations);
            for _ in 0..2 {
                let run = export("network", &["--policy", policy], &log);
                prop_assert_eq!(run.status, Some(0), "{}", run.stderr);
                log = import("network", &[], &run.stdout);
                prop_assert_eq!(&log.lines().map(str::to_owned).collect::<BTreeSet<_>>(), &expected, "{}", run.stdout);
            }
        }
    }
}
