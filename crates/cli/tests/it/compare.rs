//! `socialgraph diff` and `socialgraph what-if`.

use serde_json::Value;
use socialgraph::Policy;
use socialgraph_analysis::story::Story;

use super::{file, socialgraph};

#[test]
fn the_status_tells_whether_a_part_differs() {
    let statuses = [
        (["openim", "tangsengdaodao"], 0),
        (["rongcloud", "zim"], 1),
        (["mastodon", "gotosocial"], 1),
    ];
    for (policies, status) in statuses {
        let [one, other] = policies;
        let run = socialgraph(&["diff", one, other]);
        assert_eq!(
            (run.status, &*run.stderr),
            (Some(status), ""),
            "{policies:?}"
        );
    }

    let path = file("held.toml", "profile = \"wire\"\n");
    assert_eq!(socialgraph(&["diff", "wire", &path]).status, Some(0));
    let path = file("held.toml", "profile = \"wire\"\n[limits]\nbatch = 7\n");
    let run = socialgraph(&["diff", "wire", &path]);
    assert_eq!(run.status, Some(1));
    assert!(
        run.stdout.contains("limits.batch  none (not confirmed)  7"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout
            .contains("Nothing that two users can do tells the two policies apart.")
    );
}

#[test]
fn a_difference_has_a_story_and_both_answers() {
    let run = socialgraph(&["diff", "xep_0191", "prosody"]);
    let story = "    ann blocks ben\n\n  - xep_0191: ben may not message ann, and is not told why: \
                 ann blocks ben\n  - prosody: ben may not message ann, and is not told: ann blocks \
                 ben\n";
    assert!(run.stdout.contains(story), "{}", run.stdout);
}

/// What parts two systems is told even if their new users take requests in different ways.
#[test]
fn another_mode_for_new_users_hides_no_story() {
    let run = socialgraph(&["diff", "mastodon", "gotosocial"]);
    let new_users = "mastodon: ann sends ben a friend request: ben went on ann's friend list (not\n    \
                     confirmed)\n";
    assert!(run.stdout.contains(new_users), "{}", run.stdout);
    let accepts = "    ben takes friend requests from anyone, on confirmation\n    ann sends ben a friend request\n    ann blocks ben\n\n  - mastodon: ben accepts \
                   a friend request from ann: ben went on ann's friend\n    list\n";
    assert!(run.stdout.contains(accepts), "{}", run.stdout);
}

#[test]
fn what_nothing_confirms_is_marked() {
    let run = socialgraph(&["diff", "discord", "nakama", "--format", "markdown"]);
    assert!(
        run.stdout
            .contains("| `message.stopped_by` | both (not confirmed) | target |")
    );
    let own = "- discord: ann may not message ben, and is not told why: ann blocks ben \
               (not confirmed)\n- nakama: ann may message ben\n";
    assert!(run.stdout.contains(own), "{}", run.stdout);
}

/// The stories of JSON play under both policies as they are, and end in the stated answers.
#[test]
fn every_story_of_json_can_be_played() {
    for [one, other] in [
        ["mastodon", "gotosocial"],
        ["wire", "openim"],
        ["misskey", "bluesky"],
    ] {
        let run = socialgraph(&["diff", one, other, "--format", "json"]);
        let difference: Value = serde_json::from_str(&run.stdout).unwrap();
        let stories = difference["stories"].as_array().unwrap();
        assert!(stories.len() > 3, "{one} {other}");

        for value in stories {
            let story: Story = value["story"].as_str().unwrap().parse().unwrap();
            for (index, name) in [one, other].into_iter().enumerate() {
                let answer = story
                    .play(&Policy::named(name).unwrap())
                    .last_answer()
                    .unwrap();
                let stated = &value["answers"][index]["is_allowed"];
                assert_eq!(*stated, answer.is_allowed(), "{name}: {value}");
            }
        }
    }
}

#[test]
fn the_text_fits_a_terminal() {
    for arguments in [&["diff", "wire", "misskey"][..], &["what-if", "discord"]] {
        let run = socialgraph(arguments);
        for line in run.stdout.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}

#[test]
fn what_if_tells_what_each_value_changes_and_what_is_near() {
    let run = socialgraph(&["what-if", "nakama"]);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    let neither = "message.stopped_by = neither: 1 story\n-------------------------------------\n\n    \
                   ann blocks ben\n\n  - now: ben may not message ann, and is not told why: ann \
                   blocks ben\n  - then: ben may message ann\n";
    assert!(run.stdout.contains(neither), "{}", run.stdout);
    assert!(
        run.stdout.contains("\n  - message.notice.own = told\n"),
        "it changes nothing"
    );
    assert!(run.stdout.contains("\n  - fluxer, distance 3: "));

    let run = socialgraph(&["what-if", "nakama", "--format", "json"]);
    let changes: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(changes["nearest"][0]["name"], "fluxer");
    assert_eq!(changes["changes"][0]["part"], "message.stopped_by");
}

#[test]
fn wrong_arguments_are_errors() {
    for (arguments, error) in [
        (&["diff", "wire"][..], "not provided:\n  <OTHER>\n"),
        (&["what-if"], "not provided:\n  <POLICY>\n"),
        (&["nearest"], "not provided:\n  <POLICY>\n"),
        (
            &["nearest", "discrod"],
            "no profile `discrod`; did you mean `discord`?",
        ),
        (&["diff", "wire", "mastadon"], "did you mean `mastodon`?"),
        (
            &["diff", "wire", "wire", "--format", "xml"],
            "[possible values: text, json, markdown]",
        ),
        (
            &["what-if", "wire with call.stopped_by = bob"],
            "call.stopped_by cannot be `bob`",
        ),
    ] {
        let run = socialgraph(arguments);
        assert_eq!((run.status, &*run.stdout), (Some(2), ""), "{arguments:?}");
        assert!(run.stderr.contains(error), "{}", run.stderr);
    }
}

#[test]
fn marks_are_everywhere_that_answers_are() {
    let run = socialgraph(&["diff", "tencent_rest", "openim"]);
    let alike = "The same for calls (not confirmed), invitations to groups (not confirmed),";
    assert!(run.stdout.contains(alike), "{}", run.stdout);

    let run = socialgraph(&["what-if", "discord"]);
    let own =
        "now: ann may not message ben, and is not told why: ann blocks ben (not\n    confirmed)\n";
    assert!(run.stdout.contains(own), "{}", run.stdout);

    let run = socialgraph(&["diff", "discord", "openim", "--format", "json"]);
    let difference: Value = serde_json::from_str(&run.stdout).unwrap();
    let part = &difference["parts"][0];
    assert_eq!(part["part"], "message.stopped_by");
    assert_eq!(part["not_confirmed"], serde_json::json!([true, false]));
}

#[test]
fn the_shortest_story_or_those_of_a_topic_can_be_asked_for() {
    let json = |arguments: &[&str]| -> Value {
        let all = [
            &["diff", "mastodon", "gotosocial", "--format", "json"],
            arguments,
        ]
        .concat();
        serde_json::from_str(&socialgraph(&all).stdout).unwrap()
    };
    let all = json(&[]);
    let all = all["stories"].as_array().unwrap();

    let shortest = json(&["--shortest"]);
    assert_eq!(*shortest["stories"].as_array().unwrap(), all[..1]);
    assert_eq!(shortest["new_users"], Value::Null);

    let of_topic = |topic: &str| -> Vec<&Value> {
        all.iter().filter(|story| story["topic"] == topic).collect()
    };
    let unblocks = json(&["--topic", "unblocks"]);
    let shown: Vec<_> = unblocks["stories"].as_array().unwrap().iter().collect();
    assert!(!shown.is_empty());
    assert_eq!(shown, of_topic("unblocks"));

    let run = socialgraph(&["diff", "mastodon", "gotosocial", "--topic", "calls"]);
    assert_eq!(run.status, Some(1));
    let nothing = "\nNothing about calls tells the two policies apart.\n";
    assert!(run.stdout.contains(nothing), "{}", run.stdout);
}

/// If new users alone are different, the shortest story is about them.
#[test]
fn the_shortest_story_is_about_new_users_if_there_is_no_other() {
    let other = "nakama with request.initial_mode = nobody";
    let run = socialgraph(&["diff", "nakama", other, "--shortest"]);
    assert_eq!(run.status, Some(1));
    assert!(run.stdout.contains("\nNew users\n"), "{}", run.stdout);
}

#[test]
fn what_if_can_be_asked_about_some_parts() {
    let run = socialgraph(&["what-if", "nakama", "--part", "message.notice"]);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    assert!(
        run.stdout
            .contains("\nmessage.notice.other = told: 1 story\n"),
        "{}",
        run.stdout
    );
    for absent in ["message.stopped_by", "request.", "nearest"] {
        assert!(!run.stdout.contains(absent), "{}", run.stdout);
    }

    for (part, error) in [
        ("mesage", "no part `mesage`; did you mean `message"),
        (
            "limits.batch",
            "`limits.batch` is a limit, which two users do not reach",
        ),
        ("mess", "no part `mess`; "),
    ] {
        let run = socialgraph(&["what-if", "nakama", "--part", part]);
        assert_eq!((run.status, &*run.stdout), (Some(2), ""), "{part}");
        assert!(run.stderr.contains(error), "{}", run.stderr);
    }
}

#[test]
fn the_nearest_policies_come_with_the_parts_that_differ() {
    let run = socialgraph(&["nearest", "whatsapp", "--count", "2"]);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    let distance = "\nrocket_chat, distance 1\n";
    let part = "message.notice.other  silent (not confirmed)  told\n";
    let limit = "limits.blocked        64000                   none (not confirmed)\n";
    for text in [distance, part, limit] {
        assert!(run.stdout.contains(text), "{}", run.stdout);
    }
    assert_eq!(run.stdout.matches(", distance ").count(), 2);
    assert!(!run.stdout.contains("\nwhatsapp, "), "{}", run.stdout);

    let run = socialgraph(&["nearest", "whatsapp", "--count", "2", "--format", "json"]);
    let value: Value = serde_json::from_str(&run.stdout).unwrap();
    let near = &value["nearest"][0];
    assert_eq!(
        (&near["name"], &near["distance"]),
        (&"rocket_chat".into(), &1.into())
    );
    assert_eq!(
        near["parts"][0]["not_confirmed"],
        serde_json::json!([true, false])
    );
    assert_eq!(
        near["limits"][0]["not_confirmed"],
        serde_json::json!([false, true])
    );

    // The same under another name, and a policy of one's own that is a named one.
    let run = socialgraph(&["nearest", "openim", "--count", "1"]);
    let same =
        "tangsengdaodao, distance 0\n--------------------------\n\nThe same in every part.\n";
    assert!(run.stdout.contains(same), "{}", run.stdout);
    let path = file("near.toml", "profile = \"wire\"\n");
    let run = socialgraph(&["nearest", &path, "--format", "markdown"]);
    assert!(
        run.stdout.contains("\n## `wire`, distance 0\n"),
        "{}",
        run.stdout
    );
}
