//! `socialgraph play` and `demo`: stories from files, typed line by line, and at a terminal.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{Run, file, socialgraph};

/// Types lines, without a terminal.
fn typed(arguments: &[&str], lines: &str) -> Run {
    let mut process = Command::new(env!("CARGO_BIN_EXE_socialgraph"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may end before it has read everything.
    let _ = process.stdin.take().unwrap().write_all(lines.as_bytes());
    let output = process.wait_with_output().unwrap();
    Run {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn each_line_says_what_it_did_and_who_may_do_what_then() {
    let text = "policy: tencent_rest\nann adds ben as a two-way friend\nann blocks ben\n\
                ann blocks ben\nmay ben message ann?\nnow: ann and ben?\n";
    let run = socialgraph(&["play", &file("party.story", text)]);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    assert_eq!(
        run.stdout,
        "\
ann adds ben as a two-way friend
  ben went on ann's friend list
  ann went on ben's friend list
  now ann may not request ben, and is told why (not confirmed)
  now ben may not request ann, and is told why (not confirmed)
ann blocks ben
  ben went on ann's blocklist
  ben left ann's friend list
  ann left ben's friend list
  now ben may not message ann, and is not told
  now ben may not call, invite or appear online to ann, and is not told (not confirmed)
ann blocks ben
  refused: ann already blocks ben
may ben message ann?
  ben may not message ann, and is not told: ann blocks ben
now: ann and ben?
  now: ann blocks ben
# what no policy can say of it: socialgraph profiles tencent_rest
"
    );
}

#[test]
fn an_expected_answer_that_does_not_hold_is_found() {
    let text = "policy: wire\nann adds ben as a two-way friend\nann blocks ben\n\
                may ben message ann?\nnow: ann blocks ben\n";
    let path = file("block.story", text);
    let run = socialgraph(&["play", &path]);
    assert_eq!((run.status, &*run.stderr), (Some(1), ""));
    let but = "now: ann blocks ben\n  but now: ann blocks ben, ann lists ben, ben lists ann";
    assert!(run.stdout.contains(but), "{}", run.stdout);
    let remark = "# what no policy can say of it: socialgraph profiles wire\n";
    assert!(run.stdout.ends_with(remark), "{}", run.stdout);
    // An argument counts before the story's policy.
    let run = socialgraph(&["play", &path, "--policy", "tencent_rest"]);
    assert_eq!(run.status, Some(0), "{}", run.stdout);

    let policy = file("nameless.story", "ann blocks ben\n");
    let run = socialgraph(&["play", &policy, "-p", "discord"]);
    let discord = "now ben may not message, call, invite, appear online to or request ann, and is \
                   not told why (not confirmed)\n";
    assert!(run.stdout.contains(discord), "{}", run.stdout);
}

#[test]
fn what_two_policies_differ_in_is_marked() {
    let text = "ann blocks ben\nmay ben message ann?\nmay ann message ben?\nann unblocks ben\n";
    let path = file("two.story", text);
    let run = socialgraph(&[
        "play",
        &path,
        "--policy",
        "tencent_rest",
        "--and",
        "discord",
    ]);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    for line in [
        "≠ marks what differs between tencent_rest and discord\n",
        "\n  ben went on ann's blocklist\n",
        "\n  ≠ tencent_rest: now ben may not message ann, and is not told\n",
        // A mark alone is no difference.
        "\n  now ann may not request ben, and is told why (not confirmed)\n",
        "\n  ≠ discord: ben may not message ann, and is not told why: ann blocks ben (not \
         confirmed)\n",
        "\n  ≠ tencent_rest: ann may message ben\n",
        "\n  ben left ann's blocklist\n",
    ] {
        assert!(run.stdout.contains(line), "{line}: {}", run.stdout);
    }
    let run = socialgraph(&["play", &path, "-p", "discord", "--and", "discord"]);
    assert_eq!(run.stdout.matches('≠').count(), 1, "{}", run.stdout);
}

#[test]
fn stories_with_expected_answers_are_tests() {
    let right = file(
        "right.story",
        "ann blocks ben\nben may not message ann, silently\n",
    );
    let wrong = file(
        "false.story",
        "policy: tencent_mutual\n# a comment\nann blocks ben\nann may message ben\n\
         now: ann and ben are strangers\n",
    );
    let run = socialgraph(&["play", "--check", &right]);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    assert_eq!(run.stdout, "1 expected answers in 1 files hold\n");

    let run = socialgraph(&["play", "--check", &right, &wrong]);
    assert_eq!((run.status, &*run.stderr), (Some(1), ""));
    assert_eq!(
        run.stdout,
        format!(
            "{wrong}:4: expected `ann may message ben`, but ann may not message ben, and is not \
             told: ann blocks ben\n\
             {wrong}:5: expected `now: ann and ben are strangers`, but now: ann blocks ben\n\
             2 failures; 3 expected answers in 2 files\n"
        )
    );
    let run = socialgraph(&["play", "--check", &wrong, "--policy", "tencent_rest"]);
    assert_eq!(run.stdout.lines().count(), 2, "{}", run.stdout);

    // A file that is no story keeps no other one from being checked, and one that expects nothing
    // is no test.
    let (typo, idle) = (
        file("odd.story", "ann bloks ben\n"),
        file("idle.story", "ann blocks ben\n"),
    );
    let run = socialgraph(&[
        "play",
        "--check",
        &typo,
        "/no/such.story",
        &right,
        &idle,
        &wrong,
    ]);
    assert_eq!(run.status, Some(2));
    assert_eq!(run.stdout.lines().count(), 3, "{}", run.stdout);
    let unchecked = format!("{idle}: no answer is expected, so nothing is checked\n");
    assert!(run.stdout.starts_with(&unchecked), "{}", run.stdout);
    for error in [&*typo, "/no/such.story", "2 of 5 files are no stories"] {
        assert!(run.stderr.contains(error), "{}", run.stderr);
    }
    assert_eq!(socialgraph(&["play", "--check", &idle]).status, Some(1));
}

#[test]
fn wrong_use_is_named() {
    let right = file("sound.story", "ann blocks ben\n");
    let wrong = file("typo.story", "ann blocks ben\nann blokcs ben\n");
    for (arguments, error) in [
        (
            &["play", &wrong][..],
            "line 2, column 8: `ann blokcs ben` is no sentence of a story; the nearest is \
             `ann blocks ben`",
        ),
        (&["play", "/no/such.story"], "/no/such.story: No such file"),
        (
            &["play", &right, "-p", "discrod"],
            "did you mean `discord`?",
        ),
        (&["play", "--check"], "<STORY>"),
        (
            &["play", "--check", &wrong, "--and", "wire"],
            "cannot be used with",
        ),
        (
            &["play", &wrong, "--format", "yaml"],
            "possible values: text, json",
        ),
    ] {
        let run = socialgraph(arguments);
        assert_eq!((run.status, &*run.stdout), (Some(2), ""), "{arguments:?}");
        assert!(run.stderr.contains(error), "{}", run.stderr);
        assert!(
            run.stderr.starts_with("socialgraph play: "),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn undo_takes_the_name_of_an_adopted_policy_back() {
    let lines = "ann joins\nthe policy becomes openim\nundo\nann blocks ben\n";
    let own = "tencent_rest with limits.batch = none";
    let run = typed(&["play", "-p", own, "--and", "wire"], lines);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    let wire = "  \u{2260} wire: now ben may not request ann, and is not told\n";
    assert!(run.stdout.ends_with(wire), "{}", run.stdout);
    assert!(!run.stdout.contains("then openim: now"), "{}", run.stdout);
}

#[test]
fn typed_lines_are_played_one_by_one() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("typed.story");
    let path = path.to_str().unwrap();
    let lines = format!(
        "ann blocks ben\nmay ben message ann?\nwhy\nundo\nundo\nmay ben message ann?\n\
         ann blocks cyd\nwho\nsave {path}\nquit\nann blocks dan\n"
    );
    // A policy of one's own has nothing that is not confirmed.
    let own = "tencent_rest with limits.batch = none";
    let run = typed(&["play", "--policy", own], &lines);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    assert_eq!(
        run.stdout,
        format!(
            "  ann joins
  ben joins
  ben went on ann's blocklist
  now ann may not request ben, and is told why
  now ben may not message, call, invite or appear online to ann, and is not told
  now ben may not request ann, and is told why
  ben may not message ann, and is not told: ann blocks ben
  the engine knows: ben may not message ann, and is not told: ann blocks ben
  ben learns: ben may message ann
  taken back: may ben message ann?
  taken back: ann blocks ben
  taken back: ben joins
  taken back: ann joins
  ben joins
  ann joins
  ben may message ann
  cyd joins
  cyd went on ann's blocklist
  now ann may not request cyd, and is told why
  now cyd may not message, call, invite or appear online to ann, and is not told
  now cyd may not request ann, and is told why
  ben may message, call, invite, appear online to or request ann
  ben may message, call, invite, appear online to or request cyd
  ann may message, call, invite, appear online to or request ben
  ann may message, call, invite or appear online to cyd
  ann may not request cyd, and is told why
  cyd may message, call, invite, appear online to or request ben
  cyd may not message, call, invite or appear online to ann, and is not told
  cyd may not request ann, and is told why
  saved: {path}
"
        )
    );
    // What is saved is a story, and stays.
    let run = socialgraph(&["play", path]);
    assert_eq!(run.status, Some(0));
    let start = "ben joins\nann joins\nmay ben message ann?\n";
    assert!(run.stdout.starts_with(start), "{}", run.stdout);
    let again = typed(&["play"], &format!("save {path}\n"));
    assert_eq!(again.status, Some(2));
    assert!(again.stderr.contains("File exists"), "{}", again.stderr);
}

#[test]
fn why_explains_what_was_asked_or_done() {
    let lines = "ann blocks ben\nwhy\nann blocks ben\nwhy\n";
    let run = typed(
        &["play", "-p", "tencent_rest with limits.batch = none"],
        lines,
    );
    let first = "  the engine knows: ann may block ben\n  ann learns: ann may block ben\n";
    let second = "  the engine knows: ann may not block ben: ann already blocks ben\n";
    assert!(
        run.stdout.contains(first) && run.stdout.contains(second),
        "{}",
        run.stdout
    );
}

/// Among many users, a line tells of the pairs that it changed.
#[test]
fn many_users_are_not_read_pair_by_pair() {
    let joins: Vec<_> = (0..40).map(|user| format!("user{user} joins\n")).collect();
    let joins = joins.concat();
    let lines = format!("{joins}user1 blocks user2\nwho\n");
    let run = typed(
        &["play", "-p", "tencent_rest with limits.batch = none"],
        &lines,
    );
    let now =
        "  now user2 may not message, call, invite or appear online to user1, and is not told\n";
    assert!(run.stdout.contains(now), "{}", run.stdout);
    assert!(
        run.stdout.contains("  there are 40 users: ask about two"),
        "{}",
        run.stdout
    );

    // A long story takes no time for each line before.
    let long = "user1 blocks user2\nuser1 unblocks user2\n".repeat(5_000);
    let run = socialgraph(&["play", &file("long.story", &long), "--and", "mastodon"]);
    assert_eq!(run.status, Some(0));
    let remark = "# what nothing confirms is marked in the first 300 lines alone\n";
    assert!(run.stdout.contains(remark));
}

#[test]
fn a_policy_that_is_adopted_is_the_label_from_then_on() {
    let text = "ann joins\nben joins\nthe policy becomes discord\nann blocks ben\n";
    let path = file("moved.story", text);
    let run = socialgraph(&["play", &path, "-p", "tencent_rest", "--and", "mastodon"]);
    let labels = "  ≠ mastodon, then discord: ";
    assert!(
        !run.stdout.contains(labels),
        "both have one policy then: {}",
        run.stdout
    );
    let remark = "# what no policy can say of it: socialgraph profiles discord\n";
    assert_eq!(run.stdout.matches(remark).count(), 1, "{}", run.stdout);
    let file = file("our_policy.toml", "profile = \"wire\"\n");
    let run = socialgraph(&["play", &path, "-p", &file, "--and", "mastodon"]);
    assert!(
        run.stdout
            .starts_with("≠ marks what differs between our_policy and mastodon\n")
    );
}

#[test]
fn a_typed_line_that_is_wrong_is_named() {
    for (lines, error) in [
        (
            "ann blocks ben\nann blokcs ben\n",
            "line 2: column 8: `ann blokcs ben` is no sentence",
        ),
        ("why\n", "line 1: nothing was asked or done yet"),
        ("undo\n", "line 1: there is nothing to take back"),
        ("save\n", "line 1: save has the name of a file"),
        ("policy: wire\n", "line 1: the policy is an argument"),
    ] {
        let run = typed(&["play"], lines);
        assert_eq!(run.status, Some(2), "{lines}");
        assert!(run.stderr.contains(error), "{}", run.stderr);
    }
    let help = typed(&["play"], "help\nhelp operations\n").stdout;
    for line in [
        "  undo ",
        "  ann blocks ben\n",
        "  the policy becomes mastodon\n",
    ] {
        assert!(help.contains(line), "{help}");
    }
}

#[test]
fn a_story_may_come_from_windows_and_by_the_standard_input() {
    let run = typed(
        &["play", "-"],
        "\u{feff}ann blocks ben\r\nmay ann message ben?\r\n",
    );
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    assert!(
        run.stdout.contains("  ann may message ben\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn in_json_each_line_is_an_object() {
    let path = file(
        "json.story",
        "# a comment\nann blocks ben\nann may not message ben\n",
    );
    let run = socialgraph(&["play", &path, "--and", "discord", "--format", "json"]);
    assert_eq!(run.status, Some(1));
    let lines: Vec<Value> = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["line"], "ann blocks ben");
    assert_eq!(
        lines[0]["policies"][0]["results"][0]["text"],
        "ben went on ann's blocklist"
    );
    assert_eq!(lines[1]["policies"][0]["holds"], false);
    assert_eq!(lines[1]["policies"][1]["policy"], "discord");
    assert_eq!(lines[1]["policies"][1]["holds"], true);
    assert_eq!(
        lines[1]["policies"][0]["results"][0]["not_confirmed"],
        false
    );
    // What the actor learns under discord is not confirmed.
    assert_eq!(
        lines[0]["policies"][1]["abilities"][0]["not_confirmed"],
        true
    );
}

#[test]
fn in_markdown_a_story_is_a_table() {
    let path = file(
        "table.story",
        "# a comment\nann blocks ben\nmay ann message ben?\n",
    );
    let run = socialgraph(&["play", &path, "--and", "discord", "--format", "markdown"]);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines[0], "| line | tencent_rest | discord |");
    assert!(lines[2].starts_with("| `ann blocks ben` | ben went on ann's blocklist; now "));
    assert!(lines[3].starts_with("| `may ann message ben?` | ann may message ben | ann may not"));
    assert_eq!(lines.len(), 4);
    let typed = typed(&["play", "--format", "markdown"], "");
    assert_eq!(typed.status, Some(2), "{}", typed.stdout);
}

#[test]
fn the_demo_is_a_story_that_holds() {
    let run = socialgraph(&["demo"]);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    assert!(
        run.stdout.starts_with("Alice and Bob are new."),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout
            .contains("\n  > alice blocks bob\n    bob went on alice's blocklist\n")
    );
    assert!(!run.stdout.contains(" but "), "{}", run.stdout);
}

/// At a terminal: a prompt, a history, a line that is edited, Ctrl-C and Ctrl-D.
#[test]
fn lines_are_edited_at_a_terminal() -> Result<(), rexpect::error::Error> {
    let program = env!("CARGO_BIN_EXE_socialgraph");
    let mut terminal = rexpect::spawn(&format!("{program} play --policy wire"), Some(60_000))?;
    terminal.exp_string("under wire; type ann blocks ben")?;
    terminal.exp_string("> ")?;
    terminal.send_line("ann blokcs ben")?;
    terminal.exp_string("the nearest is `ann blocks ben`")?;
    // Before its prompt, a terminal may drop what is typed.
    terminal.exp_string("> ")?;
    // Up, and the middle of the line mended: three left of the end of "blokcs ben".
    terminal.send("\u{1b}[A")?;
    for _ in 0.." ben".len() {
        terminal.send("\u{1b}[D")?;
    }
    terminal.send("\u{7f}\u{7f}\u{7f}")?;
    terminal.send_line("cks")?;
    terminal.exp_string("ben went on ann's blocklist")?;
    terminal.exp_string("> ")?;
    // Ctrl-C drops a line, and Ctrl-D ends it.
    terminal.send("half a line")?;
    terminal.send_control('c')?;
    terminal.exp_string("the line is dropped")?;
    terminal.exp_string("> ")?;
    terminal.send_line("may ben message ann?")?;
    terminal.exp_string("ben may not message ann")?;
    terminal.exp_string("> ")?;
    terminal.send_control('d')?;
    terminal.exp_eof()?;
    let status = terminal.process_mut().wait()?;
    assert!(format!("{status:?}").contains("Exited"), "{status:?}");
    Ok(())
}
