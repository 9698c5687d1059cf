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
        (&["diff", "wire"][..], "it takes 2 policies, not 1"),
        (&["what-if"], "it takes 1 policy, not 0"),
        (&["diff", "wire", "mastadon"], "did you mean `mastodon`?"),
        (
            &["diff", "wire", "wire", "--format", "xml"],
            "`--format` takes text, json or markdown",
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
fn a_story_from_a_file_is_played_under_each_policy() {
    let text = "policy: wire\nann adds ben as a two-way friend\nann blocks ben\n\
                may ben message ann?\nnow: ann blocks ben\n";
    let path = file("block.story", text);
    let run = socialgraph(&["play", &path]);
    assert_eq!((run.status, &*run.stderr), (Some(1), ""));
    let but = "now: ann blocks ben\n  but now: ann blocks ben, ann lists ben, ben lists ann";
    assert!(run.stdout.contains(but), "{}", run.stdout);
    assert!(
        run.stdout
            .ends_with("# what no policy can say: socialgraph profiles wire\n")
    );

    let run = socialgraph(&[
        "play",
        &file("named.story", "policy: mongooseim\nann joins\n"),
    ]);
    assert!(
        run.stdout.ends_with("socialgraph profiles mongooseim\n"),
        "{}",
        run.stdout
    );

    let run = socialgraph(&["play", &path, "tencent_rest", "discord"]);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    let discord = "ben may not message ann, and is not told why: ann blocks ben (not confirmed)\n";
    assert!(
        run.stdout.contains("policy: discord\n") && run.stdout.contains(discord),
        "{}",
        run.stdout
    );

    let path = file("wrong.story", "ann blocks ben\nann blokcs ben\n");
    let run = socialgraph(&["play", &path, "wire"]);
    assert_eq!((run.status, &*run.stdout), (Some(2), ""));
    let error = "line 2, column 8: `ann blokcs ben` is no sentence of a story; the nearest is \
                 `ann blocks ben`";
    assert!(run.stderr.contains(error), "{}", run.stderr);

    let path = file("nameless.story", "ann blocks ben\n");
    let run = socialgraph(&["play", &path]);
    assert_eq!(run.status, Some(2));
    assert!(
        run.stderr
            .contains("the story names no policy on its first line"),
        "{}",
        run.stderr
    );
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
