//! Stories are read as they are printed, and played.

use socialgraph::operation::{AddUser, RemoveUser, SetRequestMode, SetRequestSending};
use socialgraph::{
    Action, Fact, Interaction, Notice, Notices, Operation, Policy, Question, Reason, Reasons,
    Relation, RequestMode, RequestSending,
};

use super::{Expected, Line, Manner, PolicyText, Story};

const NAMES: [&str; 8] = [
    "ann",
    "b-2_.",
    "",
    "no one",
    "ann blocks ben",
    "`",
    "\n\u{1b}",
    "i\\\"'ü",
];

fn round_trip(line: &Line) {
    let story = Story::new(vec![line.clone()]);
    let read: Story = story
        .to_string()
        .parse()
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(read, story, "{line}");
}

#[test]
fn every_operation_is_read_as_it_is_printed() {
    for actor in NAMES {
        let user = || actor.to_owned();
        for target in NAMES {
            for action in Action::ALL {
                round_trip(&Line::Operation(Operation::act(action, actor, target)));
                for targets in [vec![], vec![target], vec![target, "ann", target]] {
                    let batch = Operation::act_on_many(action, actor, targets);
                    round_trip(&Line::Operation(batch));
                }
            }
        }

        let modes = RequestMode::ALL
            .map(|mode| Operation::SetRequestMode(SetRequestMode { user: user(), mode }));
        let bars = RequestSending::ALL.map(|sending| {
            Operation::SetRequestSending(SetRequestSending {
                user: user(),
                sending,
            })
        });
        let users = [
            Operation::AddUser(AddUser { name: user() }),
            Operation::RemoveUser(RemoveUser { name: user() }),
        ];
        for operation in modes.into_iter().chain(bars).chain(users) {
            round_trip(&Line::Operation(operation));
        }
    }
}

#[test]
fn every_answer_is_read_as_it_is_printed() {
    let sets = [
        Reasons::EMPTY,
        Reason::ActorBlocks.into(),
        Reason::TargetBlocks.into(),
        [Reason::ActorBlocks, Reason::TargetBlocks]
            .into_iter()
            .collect(),
        [Reason::TargetBlocks, Reason::AlreadyFriends]
            .into_iter()
            .collect(),
        Reason::ALL.into_iter().collect(),
    ];
    for question in Question::all() {
        for reasons in sets {
            for own in Notice::ALL {
                for other in Notice::ALL {
                    let notices = Notices { own, other };
                    let answer = socialgraph::Decision::new(question, reasons, notices);
                    let line = Line::answer("ann", "ben", answer);
                    assert_eq!(line.to_string(), answer.explain("ann", "ben").to_string());
                    round_trip(&line);
                }
            }
        }
        for (actor, target) in [("ann", "may not"), ("?", "ben")] {
            round_trip(&Line::question(actor, question, target));
        }
    }
}

#[test]
fn reasons_can_be_left_out() {
    let refusals = [
        ("ann may not call ben", None),
        ("ann may not call ben, and is told why", Some(Manner::Told)),
        ("ann may not call ben, silently", Some(Manner::Silently)),
        (
            "ann may not call ben, and is not told why",
            Some(Manner::NotToldWhy),
        ),
    ];
    for (text, manner) in refusals {
        let story: Story = text.parse().unwrap();
        let expected = Expected::Refused {
            manner,
            reasons: None,
        };
        let line = Line::Question {
            actor: "ann".to_owned(),
            target: "ben".to_owned(),
            question: Interaction::Call.into(),
            expected: Some(expected),
        };
        assert_eq!(story.lines(), [line]);
        assert_eq!(story.to_string(), format!("{text}\n"));
    }
}

#[test]
fn every_relation_is_read_as_it_is_printed() {
    for relation in Relation::all() {
        let line = Line::Now {
            first: "ann".to_owned(),
            second: "ben".to_owned(),
            relation: Some(relation),
        };
        let text = format!("{line}\n");
        let story: Story = text.parse().unwrap();
        let [
            Line::Now {
                first,
                relation: Some(read),
                ..
            },
        ] = story.lines()
        else {
            panic!("{text}");
        };
        let seen = if first == "ann" {
            relation
        } else {
            relation.flip()
        };
        assert_eq!(*read, seen, "{text}");
    }
    for wrong in [
        "now: ann blocks ben, ann lists cyd",
        "now: ann blocks",
        "now: ann",
    ] {
        assert!(wrong.parse::<Story>().is_err(), "{wrong}");
    }
}

#[test]
fn a_line_that_is_no_sentence_gets_the_nearest_and_the_place() {
    let error = |text: &str| text.parse::<Story>().unwrap_err();
    let wrong = error("ann joins\n  ann blokcs ben\n");
    assert_eq!(
        wrong.to_string(),
        "line 2, column 10: `ann blokcs ben` is no sentence of a story; \
         the nearest is `ann blocks ben`",
    );
    assert_eq!((wrong.line(), wrong.column()), (2, 10));

    let nearest = |text| error(text).nearest().unwrap().to_owned();
    assert_eq!(nearest("ann unblock ben"), "ann unblocks ben");
    assert_eq!(nearest("can ann message ben?"), "may ann message ben?");
    assert_eq!(
        nearest("ben may not mesage ann, silently"),
        "ben may not message ann, silently"
    );
    assert_eq!(
        nearest("ann send ben a friend request"),
        "ann sends ben a friend request"
    );
    assert_eq!(nearest("now: ann list ben"), "now: ann lists ben");
    assert!(!nearest("?").is_empty() && !nearest("\u{1b}[2J").contains('\u{1b}'));
}

#[test]
fn a_policy_is_named_on_the_first_line() {
    let story: Story = "policy: wire with limits.batch = 7, request.makes=follow\n"
        .parse()
        .unwrap();
    let policy = story.policy().unwrap();
    assert_eq!(policy.limits.batch, Some(7));
    assert_eq!(
        story.to_string(),
        "policy: wire with request.makes = follow, limits.batch = 7\n",
    );

    let error = |text: &str| text.parse::<Story>().unwrap_err().to_string();
    assert_eq!(
        error("policy: mastadon"),
        "line 1, column 9: there is no policy `mastadon`; did you mean `mastodon`?",
    );
    assert_eq!(
        error("ann joins\npolicy: wire"),
        "line 2, column 1: only the first line can name the policy",
    );
    assert!(error("policy: wire with x").ends_with("`x` is not of the form `PATH = VALUE`"));
    assert!(
        error("policy: wire with call.stoped_by = actor")
            .ends_with("no part is `call.stoped_by`; the nearest is `call.stopped_by`")
    );
    assert!(error("policy: wire with call.stopped_by = bob").ends_with(
        "call.stopped_by cannot be `bob`; it may be `neither`, `actor`, `target`, `both`"
    ));
    assert!(
        error("policy: wire with limits.batch = -1").ends_with(
            "limits.batch cannot be `-1`; it may be `none`, or a number up to 4294967295"
        )
    );
}

#[test]
fn a_named_policy_keeps_its_name() {
    for (name, policy) in Policy::PROFILES {
        let text: PolicyText = name.parse().unwrap();
        assert_eq!((text.policy(), text.name()), (*policy, Some(*name)));
        assert_eq!(text.to_string(), *name);

        // Policies that are equal share the first name.
        let found = PolicyText::from(*policy);
        assert!(found.name().is_some(), "{name}: {found}");
        assert_eq!(found.to_string().parse(), Ok(found));
    }
}

#[test]
fn playing_tells_which_expectation_failed() {
    let story: Story = "\
policy: tencent_rest
# A block ends the friendship.

ann adds ben as a two-way friend
ann blocks ben
now: ann blocks ben
may ben message ann?
ben may not message ann, and is told why
ben may not send ann a friend request: ann blocks ben
ben sends ann a friend request
now: ann and cyd are strangers
now: ann and ben?
"
    .parse()
    .unwrap();
    assert_eq!(story.users(), ["ann", "ben", "cyd"]);
    let played = story.play(&story.policy().unwrap());
    let failures: Vec<_> = played.failures().iter().map(ToString::to_string).collect();
    assert_eq!(
        failures,
        [
            "line 8: expected `ben may not message ann, and is told why`, but \
             ben may not message ann, and is not told: ann blocks ben"
        ],
    );
    assert!(
        played
            .last_answer()
            .unwrap()
            .reasons()
            .contains(Reason::TargetBlocks)
    );
    assert!(
        played
            .to_string()
            .contains("ben sends ann a friend request\n  refused: ann blocks ben\n")
    );
    assert!(played.to_string().contains(
        "may ben message ann?\n  ben may not message ann, and is not told: ann blocks ben\n"
    ));

    assert!(
        played
            .to_string()
            .ends_with("now: ann and ben?\n  now: ann blocks ben\n")
    );

    let played = story.play(&Policy::tencent_keep_friends());
    assert_eq!(
        played.failures()[0].to_string(),
        "line 6: expected `now: ann blocks ben`, but \
         now: ann blocks ben, ann lists ben, ben lists ann",
    );
}

#[test]
fn users_who_join_by_a_line_are_the_only_ones() {
    let story: Story = "ann joins\nann blocks ben\nnow: ann blocks ben\n"
        .parse()
        .unwrap();
    let played = story.play(&Policy::tencent_rest());
    assert_eq!(
        played.failures()[0].to_string(),
        "line 3: expected `now: ann blocks ben`, but one of ann and ben is unknown",
    );
    let relation = Relation::STRANGERS.with(Fact::ActorBlocks);
    assert!(
        played
            .lines()
            .iter()
            .all(|line| *line.result() != super::LineResult::Now(Some(relation)))
    );
}
