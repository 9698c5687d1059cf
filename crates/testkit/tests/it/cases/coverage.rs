//! The cases reach what they can reach: questions, actions, other operations, reasons, effects.

use std::collections::{BTreeMap, BTreeSet};

use socialgraph::{
    Action, Effect, Fact, Facts, Policy, Question, Reason, Relation, RequestMode, RequestSending,
    UserFacts,
};
use socialgraph_analysis::profile::{Feature, Profile, Repeat, Value};
use socialgraph_testkit::cases;

use super::committed;

/// What the cases of a profile show, by name.
#[derive(Default)]
struct Shown {
    /// Questions with their answer.
    answers: BTreeSet<String>,
    /// Actions and other operations that are done.
    done: BTreeSet<String>,
    reasons: BTreeSet<String>,
    effects: BTreeSet<String>,
    cases: usize,
}

impl Shown {
    fn of(text: &str) -> Self {
        let mut shown = Self::default();
        for line in text.lines() {
            let fields: Vec<_> = line.split('\t').collect();
            let reasons = match fields[..] {
                ["ask", question, .., answer, _, reasons, _] => {
                    shown.answers.insert(format!("{question} {answer}"));
                    reasons
                }
                ["do", json, outcome, _, reasons, effects] => {
                    if outcome == "done" || outcome.contains(';') {
                        shown.done.insert(kind(json));
                    }
                    shown
                        .effects
                        .extend(effects.split([',', ';']).map(str::to_owned));
                    // The error of another operation may have the name of a reason.
                    let has_action = json.contains("\"action\"");
                    if has_action { reasons } else { "-" }
                }
                _ => continue,
            };
            shown
                .reasons
                .extend(reasons.split([',', ';']).map(str::to_owned));
            shown.cases += 1;
        }
        shown
    }
}

/// Returns the name of an operation's action, or of its kind.
fn kind(json: &str) -> String {
    let operation: serde_json::Value = serde_json::from_str(json).unwrap();
    let (kind, fields) = operation.as_object().unwrap().iter().next().unwrap();
    if kind != "act" {
        return kind.clone();
    }
    let action: Action = serde_json::from_value(fields["action"].clone()).unwrap();
    action.to_string()
}

/// Returns whether the system has, and documents, what a question is about.
fn has(profile: &Profile, question: Question) -> bool {
    let feature = match question {
        Question::Reach(interaction) => Feature::Interaction(interaction),
        Question::Act(Action::Block | Action::Unblock) => return true,
        Question::Act(Action::AddFriend(_) | Action::RemoveFriend(_)) => Feature::FriendLists,
        Question::Act(_) => Feature::Requests,
    };
    profile.has.contains(&feature)
}

/// Returns the reasons that a policy has for refusing what the system has.
fn possible_reasons(profile: &Profile, policy: &Policy) -> BTreeSet<Reason> {
    let mut reasons = BTreeSet::from([
        Reason::SameUser,
        Reason::UnknownActor,
        Reason::UnknownTarget,
    ]);
    for relation in policy.reachable_relations() {
        for mode in RequestMode::ALL {
            for request_sending in RequestSending::ALL {
                let user = UserFacts {
                    request_sending,
                    ..UserFacts::new(mode)
                };
                let facts = Facts {
                    relation,
                    actor: user,
                    target: user,
                };
                for question in Question::all().filter(|it| has(profile, *it)) {
                    reasons.extend(policy.decide(question, &facts).reasons());
                }
            }
        }
    }
    reasons
}

/// Returns whether the system is known to refuse for a reason, as its policy does.
fn refuses(profile: &Profile, reason: Reason) -> bool {
    let path = match reason {
        Reason::AlreadyBlocked => "block.again",
        Reason::NotBlocked => "unblock.absent",
        Reason::SameUser => "block.oneself",
        Reason::AlreadyRequested => "request.again",
        _ => return true,
    };
    profile
        .cell(path)
        .is_some_and(|cell| cell.value == Value::Repeat(Repeat::Error))
}

/// What the cases of a profile lack, because every instance rests on something unconfirmed.
const LACKING: [(&str, &str); 4] = [
    // An unblock accepts the request of the user who was blocked. No policy says so.
    ("wire", "unblock"),
    // Nothing says what a user's own block stops.
    ("discord", "actor_blocks"),
    // An unblock shares the profile, as an accepted request does. No policy says so.
    ("signal", "unblock"),
    // A user's own block stops no message, and nothing says whether it stops adding.
    ("zim", "actor_blocks"),
];

#[test]
fn every_question_operation_and_reason_is_reached_if_it_is_confirmed() {
    let mut lacking = Vec::new();
    for profile in Profile::ALL {
        let shown = Shown::of(&committed(profile));
        let mut lacks = |what: String| lacking.push((profile.name, what));

        for question in Question::all().filter(|it| has(profile, *it)) {
            for answer in ["allowed", "refused"] {
                let answer = format!("{question} {answer}");
                if !shown.answers.contains(&answer) {
                    lacks(answer);
                }
            }
        }

        let actions = Action::ALL
            .into_iter()
            .filter(|it| has(profile, Question::from(*it)));
        let actions = actions.map(|it| it.to_string());
        let others = [
            "add_user",
            "remove_user",
            "rename_user",
            "merge_users",
            "clear_list",
        ];
        let batches = ["act_on_many", "many_act"];
        let settings = ["set_request_mode", "set_request_sending"];
        let has_requests = profile.has.contains(&Feature::Requests);
        let settings = settings.into_iter().filter(|_| has_requests);
        let others = others
            .into_iter()
            .chain(batches)
            .chain(settings)
            .map(str::to_owned);
        for operation in actions.chain(others) {
            if !shown.done.contains(&operation) {
                lacks(operation);
            }
        }

        for reason in possible_reasons(profile, &profile.policy()) {
            if refuses(profile, reason) != shown.reasons.contains(reason.name()) {
                lacks(reason.name().to_owned());
            }
        }
    }

    let lacking: Vec<_> = lacking
        .iter()
        .map(|(name, what)| (*name, &**what))
        .collect();
    assert_eq!(lacking, LACKING);
}

/// Returns the fewest operations that lead strangers, who confirm requests, to each relation.
fn operations_to(policy: &Policy) -> BTreeMap<Relation, usize> {
    let mut fewest = BTreeMap::from([(Relation::STRANGERS, 0)]);
    loop {
        let mut shorter = fewest.clone();
        for (relation, count) in &fewest {
            for action in Action::ALL {
                // Another mode is set before the action, and set back after it.
                for (mode, cost) in [(RequestMode::Confirm, 1), (RequestMode::Anyone, 3)] {
                    let user = UserFacts::new(mode);
                    let facts = Facts {
                        relation: *relation,
                        actor: user,
                        target: user,
                    };
                    let Ok(change) = policy.apply(action, &facts) else {
                        continue;
                    };
                    for after in [change.after, change.after.flip()] {
                        let known = shorter.entry(after).or_insert(usize::MAX);
                        *known = (count + cost).min(*known);
                    }
                }
            }
        }
        if shorter == fewest {
            return fewest;
        }
        fewest = shorter;
    }
}

#[test]
fn the_tables_of_a_policy_have_each_relation_by_the_fewest_operations() {
    for (name, policy) in Policy::PROFILES {
        let text = cases::of_policy(name, policy);
        let mut reached = BTreeSet::new();
        let fewest = operations_to(policy);

        for table in text.split("begin\ttable\t").skip(1) {
            let mut lines = table.lines();
            let facts = lines.next().unwrap().split(',').filter(|it| *it != "-");
            let facts = facts.map(|it| it.parse::<Fact>().unwrap());
            let relation = facts.fold(Relation::STRANGERS, Relation::with);
            let operations = lines.take_while(|it| it.starts_with("do\t")).count();
            // Both users join and set their mode.
            assert_eq!(operations - 4, fewest[&relation], "{name}: {relation}");
            reached.extend([relation, relation.flip()]);
        }
        let expected: BTreeSet<_> = policy.reachable_relations().into_iter().collect();
        assert_eq!(reached, expected, "{name}");
    }
}

#[test]
fn every_effect_is_reached() {
    let mut effects = BTreeSet::new();
    for profile in Profile::ALL {
        effects.extend(Shown::of(&committed(profile)).effects);
    }
    let lacking = Effect::ALL
        .map(Effect::name)
        .into_iter()
        .filter(|it| !effects.contains(*it));
    assert_eq!(lacking.collect::<Vec<_>>(), [""; 0]);
}

/// A system that documents messages alone has few: no file with a few cases passes.
#[test]
fn each_file_has_many_cases() {
    for profile in Profile::ALL {
        let cases = Shown::of(&committed(profile)).cases;
        let has_requests = profile.has.contains(&Feature::Requests);
        let least = if has_requests { 400 } else { 120 };
        assert!(cases >= least, "{}: {cases}", profile.name);
    }
}
