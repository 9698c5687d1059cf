//! `socialgraph import`: each format, each bad file, and what fits a policy.

use std::process::{Command, Stdio};

use crate::{Run, file, lines, socialgraph, socialgraph_with};

/// Imports bytes from standard input, with more arguments.
fn import(format: &str, more: &[&str], bytes: impl AsRef<[u8]>) -> Run {
    let arguments = [&["import", format, "-"], more].concat();
    socialgraph_with(&arguments, bytes.as_ref())
}

const OWNER: &[&str] = &["--owner", "ann"];

#[test]
fn each_list_becomes_operations_of_its_owner() {
    let x = |list: &str, key: &str| {
        format!(
            "window.YTD.{list}.part0 = [ {{ \"{key}\" : {{ \"accountId\" : \"7\", \"userLink\" : \
             \"https://twitter.com/intent/user?user_id=7\" }} }} ]"
        )
    };
    let follows = "Account address,Show boosts,Notify on new posts,Languages\n\
                   ben@example.social,true,false,\"en, fr\"\n";
    for (format, text, expected) in [
        (
            "mastodon-blocks",
            "ben@example.social\n".to_owned(),
            "ann blocks `ben@example.social`\n",
        ),
        (
            "mastodon-follows",
            follows.to_owned(),
            "ann adds `ben@example.social` as a one-way friend\n",
        ),
        ("x-blocks", x("block", "blocking"), "ann blocks 7\n"),
        (
            "x-following",
            x("following", "following"),
            "ann adds 7 as a one-way friend\n",
        ),
        (
            "x-followers",
            x("follower", "follower"),
            "7 adds ann as a one-way friend\n",
        ),
        (
            "names",
            "ben\n\"O'Hara, Cyd\"\n".to_owned(),
            "ann blocks ben\nann blocks `O'Hara, Cyd`\n",
        ),
    ] {
        for format in [format, "auto"] {
            let run = import(format, OWNER, &text);
            assert_eq!((run.status, &*run.stderr), (Some(0), ""), "{format}");
            assert_eq!(run.stdout, expected, "{format}");
        }
    }
}

#[test]
fn a_network_becomes_friends_and_blocks() {
    for text in [
        "ann,ben,4,1289241911.72836\nben,ann,-2,1289241941.5\n",
        "# FromNodeId\tToNodeId\tSign\r\nann\tben\t1\r\nben\tann\t-1\r\n",
        "\u{feff}weight,to,from\n1,ben,ann\n-1,ann,ben\n",
    ] {
        for format in ["network", "auto"] {
            let run = import(format, &[], text);
            assert_eq!((run.status, &*run.stderr), (Some(0), ""), "{text}");
            assert_eq!(
                run.stdout,
                "ann adds ben as a one-way friend\nben blocks ann\n"
            );
        }
    }
}

#[test]
fn plain_names_are_any_list_of_the_owner() {
    for (list, expected) in [
        ("blocklist", "ann blocks ben\n"),
        ("friends", "ann adds ben as a one-way friend\n"),
        ("requests-in", "ben sends ann a friend request\n"),
        ("requests-out", "ann sends ben a friend request\n"),
    ] {
        let run = import("names", &["--owner", "ann", "--list", list], "ben\n");
        assert_eq!((run.status, &*run.stdout), (Some(0), expected), "{list}");
    }

    let run = import(
        "mastodon-blocks",
        &["--owner", "ann", "--list", "friends"],
        "",
    );
    assert_eq!(run.status, Some(2));
    assert!(
        run.stderr.contains("`--list` is for `names` alone"),
        "{}",
        run.stderr
    );
}

#[test]
fn operations_are_json_lines_if_asked_and_users_join_first() {
    let more = ["--owner", "ann", "--as", "json-lines", "--joins"];
    let run = import("names", &more, "ben\ncyd\n");
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    assert_eq!(
        run.stdout,
        r#"{"add_user":{"name":"ann"}}
{"add_user":{"name":"ben"}}
{"act":{"action":"block","actor":"ann","target":"ben"}}
{"add_user":{"name":"cyd"}}
{"act":{"action":"block","actor":"ann","target":"cyd"}}
"#
    );
    for line in run.stdout.lines() {
        serde_json::from_str::<socialgraph::Operation>(line).unwrap();
    }
}

/// The sentences are played by `play`, with users whose names need quotes among them.
#[test]
fn sentences_are_a_story() {
    let run = import("names", OWNER, "ben\n\"a` blocks \"\"b\"\"\nc\"\n");
    let path = file("imported.story", &run.stdout);
    let played = socialgraph(&["play", &path, "--policy", "tencent_rest"]);
    assert_eq!((played.status, &*played.stderr), (Some(0), ""));
    assert!(!played.stdout.contains("refused"), "{}", played.stdout);
    for line in run.stdout.lines() {
        assert!(played.stdout.contains(line), "{}", played.stdout);
    }
}

#[test]
fn an_empty_list_gives_no_operations() {
    for (format, text) in [
        ("mastodon-blocks", ""),
        ("names", "\n\n"),
        ("mastodon-follows", "Account address,Show boosts\n"),
        ("x-blocks", "window.YTD.block.part0 = [ ]"),
    ] {
        let run = import(format, OWNER, text);
        assert_eq!(
            (run.status, &*run.stdout, &*run.stderr),
            (Some(0), "", ""),
            "{format}"
        );
    }
}

/// A malformed row ends with status 1. A file of another kind is a wrong use, with status 2.
#[test]
fn bytes_that_are_no_records_are_an_error_and_nothing_is_printed() {
    let utf_16 =
        |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let with_mark = [&b"\xff\xfe"[..], &utf_16("ben\n")].concat();

    for (format, bytes, status, error) in [
        (
            "names",
            with_mark,
            2,
            "the file is UTF-16, and has to be UTF-8: convert it with `iconv -f UTF-16 -t UTF-8 FILE`",
        ),
        (
            "names",
            utf_16("ben\n"),
            2,
            "the file has NUL bytes, as UTF-16 without a byte order mark does, and has to be UTF-8: convert it with `iconv -f UTF-16LE -t UTF-8 FILE`",
        ),
        (
            "auto",
            b"\x1f\x8b\x08".to_vec(),
            2,
            "the file is compressed: unpack it with `gunzip`",
        ),
        (
            "names",
            b"ben\n\n\xff\n".to_vec(),
            1,
            "line 3: the row is not UTF-8: invalid utf-8 sequence of 1 bytes from index 0",
        ),
        (
            "names",
            b"ben\n\"cyd\n".to_vec(),
            1,
            "line 2: a quote is opened and not closed",
        ),
        (
            "names",
            b"ben\n\"cyd\"x\n".to_vec(),
            1,
            "line 2: a quote stands inside a field: quote the whole field, and double each quote in it",
        ),
        (
            "names",
            b"ben\rcyd\n".to_vec(),
            1,
            "line 1: a carriage return stands inside the row: lines end in LF or CRLF",
        ),
        (
            "names",
            b"ben\ncyd,dan\n".to_vec(),
            1,
            "line 2: the row has 2 field(s), and should have 1: a name, in quotes if it has a comma",
        ),
        (
            "names",
            [b"ben\n".to_vec(), vec![b'x'; 3072]].concat(),
            1,
            "line 2: the name `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…` cannot be used: the name is 3072 bytes long, and at most 3071 fit",
        ),
    ] {
        assert_bad(format, &bytes, status, error);
    }
}

/// Files of another kind, or with a malformed row, and their errors.
const BAD: &[(&str, &str, i32, &str)] = &[
    (
        "auto",
        "example.social\nexample.org\n",
        2,
        "the file lists domains, and domains are not supported: blocks are between users",
    ),
    (
        "mastodon-domains",
        "example.social\n",
        2,
        "the file lists domains, and domains are not supported: blocks are between users",
    ),
    (
        "mastodon-blocks",
        "#domain\nexample.social\n",
        2,
        "the file lists domains, and domains are not supported: blocks are between users",
    ),
    (
        "mastodon-blocks",
        "ben@example.social\nexample.social\n",
        1,
        "line 2: `example.social` is a domain, and blocks are between users",
    ),
    (
        "mastodon-blocks",
        "Ben O'Hara\n",
        1,
        "line 1: `Ben O'Hara` is no account address, such as `ben@example.social`",
    ),
    (
        "mastodon-blocks",
        "Account address,Show boosts\n",
        2,
        "the file is Mastodon's following_accounts.csv, which `mastodon-follows` reads",
    ),
    (
        "auto",
        "Account address,Hide notifications\n",
        2,
        "the file is Mastodon's muted_accounts.csv, and a mute is no block: mutes are not supported",
    ),
    (
        "auto",
        "Account address\n",
        2,
        "the header `Account address` is that of Mastodon's blocks and of its follows: name the format",
    ),
    (
        "x-blocks",
        "window.YTD.block.part0 = [\n{\"blocking\": 7}]",
        1,
        "line 2: the entry is not `{\"blocking\": {\"accountId\": \"1\"}}`: invalid type: integer `7`, expected struct Account",
    ),
    (
        "x-blocks",
        "window.YTD.block.part0 = [\n{\"blocking\"",
        1,
        "line 2: not a JSON array: EOF while parsing an object",
    ),
    (
        "x-blocks",
        "window.YTD.follower.part0 = []",
        2,
        "the file is X's follower.js, which `x-followers` reads",
    ),
    (
        "auto",
        "window.YTD.mute.part0 = []",
        2,
        "the file is X's mute.js, and a mute is no block: mutes are not supported",
    ),
    (
        "auto",
        "[]",
        2,
        "the file is JSON: if it is a list of X's archive, name its format",
    ),
    ("auto", "", 1, "line 1: the file is empty"),
];

#[test]
fn a_bad_file_is_an_error_and_nothing_is_printed() {
    for (format, text, status, error) in BAD {
        assert_bad(format, text.as_bytes(), *status, error);
    }
}

fn assert_bad(format: &str, bytes: &[u8], status: i32, error: &str) {
    let run = import(format, OWNER, bytes);
    let error = format!("socialgraph import: standard input: {error}\n");
    assert_eq!((run.status, &*run.stdout), (Some(status), ""), "{error}");
    assert_eq!(run.stderr, error);
}

#[test]
fn a_malformed_row_of_a_network_is_named_with_its_file() {
    for (text, error) in [
        (
            "ann,ben,1,0\nann,ben,0,0\n",
            "line 2: the rating `0` is not a number other than 0",
        ),
        (
            "ann,ben,1,0\n\n# c\nann,ben,1,soon\n",
            "line 4: the time `soon` is not a number of seconds, nor an ISO 8601 time",
        ),
        (
            "ann\tben\t1\nann,ben,1\n",
            "line 2: the row has 1 field(s), and should have 3: source,target,rating",
        ),
        (
            "from,to,colour\n",
            "line 1: the header names no column for the rating, such as `rating`, `sign` or `weight`",
        ),
        (
            "from,to,src,sign\n",
            "line 1: the header names two columns for the source",
        ),
        (
            ",ben,1,0\n",
            "line 1: the name `` cannot be used: the name is empty",
        ),
    ] {
        let path = file("malformed_network.csv", text);
        let run = socialgraph(&["import", "network", &path]);
        assert_eq!((run.status, &*run.stdout), (Some(1), ""), "{text}");
        assert_eq!(run.stderr, format!("socialgraph import: {path}: {error}\n"));
    }
}

#[test]
fn a_list_needs_an_owner_and_a_network_takes_none() {
    let run = import("names", &[], "ben\n");
    assert_eq!((run.status, &*run.stdout), (Some(2), ""));
    assert_eq!(
        run.stderr,
        "socialgraph import: standard input: the file is one user's list (`names`): \
         `--owner NAME` says whose\n"
    );

    let run = import("network", OWNER, "ann,ben,1,0\n");
    assert_eq!((run.status, &*run.stdout), (Some(2), ""));
    assert_eq!(
        run.stderr,
        "socialgraph import: standard input: a network is of many users, and takes no `--owner`\n"
    );

    let run = import("names", &["--owner", ""], "ben\n");
    assert_eq!((run.status, &*run.stdout), (Some(2), ""));
    assert!(run.stderr.contains("the name is empty"), "{}", run.stderr);
}

#[test]
fn repeated_names_and_the_owner_are_left_out() {
    let run = import("names", OWNER, "ben\nann\nben\nben\n");
    assert_eq!((run.status, &*run.stdout), (Some(0), "ann blocks ben\n"));
    assert_eq!(
        run.stderr,
        "socialgraph import: standard input: 2 repeated names are left out; \
         the first is `ben` in line 3\n\
         socialgraph import: standard input: 1 entry names the owner and is left out; \
         the first is `ann` in line 2\n"
    );

    // A rating may change, so a repeated row of a network stays.
    let run = import("network", &[], "ann,ben,1,0\nben,ben,1,0\nann,ben,1,0\n");
    assert_eq!(run.stdout, "ann adds ben as a one-way friend\n".repeat(2));
    assert!(
        run.stderr.contains("1 row rates its own source"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_policy_says_what_fits_and_what_does_not() {
    let names = lines((1..=5000).map(|number| format!("user{number}")));
    let more = ["--owner", "ann", "--policy", "tencent_rest"];
    let run = import("names", &more, &names);
    assert_eq!(run.status, Some(1));
    assert_eq!(run.stdout.lines().count(), 5000);
    assert_eq!(
        run.stderr,
        "socialgraph import: standard input: under tencent_rest, 1000 of 5000 names fit\n\
         socialgraph import: standard input: 4000 do not fit; the first is in line 1001: \
         ann blocks user1001, but ann's blocklist is full (limits.blocked = 1000)\n\
         socialgraph import: standard input: a batch takes 1000 (limits.batch): line 1001 is the \
         first that does not fit, and all take 5 batches\n"
    );

    let run = import("names", &more, "ben\ncyd\n");
    assert_eq!(run.status, Some(0));
    assert_eq!(
        run.stderr,
        "socialgraph import: standard input: under tencent_rest, 2 of 2 names fit\n\
         socialgraph import: standard input: a batch takes 1000 (limits.batch): all fit one\n"
    );

    for (policy, batch) in [
        (
            "tencent_rest with limits.batch = 2",
            "a batch takes 2 (limits.batch): line 4 is the first that does not fit, and all take \
             2 batches\n",
        ),
        (
            "tencent_rest with limits.batch = 0",
            "a batch takes none (limits.batch = 0): line 1 does not fit\n",
        ),
        (
            "tencent_rest with limits.batch = none",
            "3 of 3 names fit\n",
        ),
    ] {
        let more = ["--owner", "ann", "--policy", policy];
        let run = import("names", &more, "ben\ncyd\n\ndan\n");
        assert_eq!(run.status, Some(0));
        assert!(run.stderr.ends_with(batch), "{}", run.stderr);
    }

    let policy = "tencent_rest with limits.friends = 1";
    let run = import(
        "network",
        &["--policy", policy],
        "ann,ben,1,0\nann,cyd,1,0\n",
    );
    assert_eq!(run.status, Some(1));
    assert_eq!(
        run.stderr,
        format!(
            "socialgraph import: standard input: under {policy}, 1 of 2 rows are carried out\n\
             socialgraph import: standard input: 1 does not fit; it is in line 2: ann adds cyd as \
             a one-way friend, but ann's friend list is full (limits.friends = 1)\n"
        )
    );

    // What a block refuses fits no worse: it is what the network did.
    let rows = "ann,ben,-1,0\nben,ann,1,0\n";
    let run = import("network", &["--policy", "tencent_rest"], rows);
    assert_eq!(run.status, Some(0));
    let refused = "1 is refused; it is in line 2: ben adds ann as a one-way friend, but ann \
                   blocks ben\n";
    assert!(run.stderr.ends_with(refused), "{}", run.stderr);
}

#[test]
fn a_file_that_cannot_be_read_is_an_error() {
    let run = socialgraph(&["import", "names", "there-is-no-such-file", "--owner", "ann"]);
    assert_eq!((run.status, &*run.stdout), (Some(2), ""));
    let error = "socialgraph import: there-is-no-such-file: ";
    assert!(run.stderr.starts_with(error), "{}", run.stderr);
}

/// A reader that has seen enough, such as `head`, is no error. A full disk is one.
#[test]
#[cfg(target_os = "linux")]
fn output_that_cannot_be_written_is_an_error_unless_it_was_closed() {
    let names = file("written.csv", "ben\n");
    let story = file("written.story", "ann blocks ben\n");
    for arguments in [
        ["import", "names", &names, "--owner", "ann"],
        ["export", "names", &story, "--owner", "ann"],
    ] {
        let run = |stdout: Stdio| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_socialgraph"));
            let output = command.args(arguments).stdout(stdout).output().unwrap();
            (
                output.status.code(),
                String::from_utf8(output.stderr).unwrap(),
            )
        };

        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        assert_eq!(run(writer.into()), (Some(0), String::new()));

        let full = std::fs::File::options().write(true).open("/dev/full");
        let (status, error) = run(full.unwrap().into());
        assert_eq!(status, Some(2));
        assert!(error.contains("No space left on device"), "{error}");
    }
}
