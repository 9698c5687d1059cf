//! Stories and traces open as states that show what they say.

use serde_json::{Value, json};
use socialgraph::{Fact, Operation, Policy, SocialGraph};
use socialgraph_analysis::checker::{Property, Users, check};
use socialgraph_analysis::comparison::{diff, distance};

use super::super::{compare, estimate, nearest, properties, what_if};
use super::{message, quoted, read, view};

/// Asserts that the watch of a story's state answers as the story says.
fn assert_shows(story: &Value) {
    let shown = view(&story["state"]);
    let watch = &shown["watches"][0];
    assert_eq!(watch["question"], story["question"]);

    // The question comes before the action that it is about, if there is one.
    let lines = story["lines"].as_array().unwrap();
    let asked = lines
        .iter()
        .position(|it| it.as_str().unwrap().starts_with("may "))
        .unwrap();
    for side in 0..2 {
        let answer = &watch["answers"][side][asked];
        assert_eq!(
            answer["verdict"], story["answers"][side]["verdict"],
            "{story:#}"
        );
    }

    let sides = &shown["lines"][asked]["sides"];
    let answers = [0, 1].map(|side| sides[side]["results"][0]["text"].clone());
    let last = shown["lines"].as_array().unwrap().last().unwrap();
    let ends = [0, 1].map(|side| last["sides"][side]["results"].clone());
    assert!(
        answers[0] != answers[1] || ends[0] != ends[1] || {
            // The action differs in what it does: so the line of the action does.
            let acted = &shown["lines"][asked + 1]["sides"];
            acted[0]["results"] != acted[1]["results"]
        },
        "{story:#}"
    );
}

#[test]
fn every_story_of_a_comparison_opens_as_a_state_that_shows_the_difference() {
    let mut count = 0;
    let policies = [
        "tencent_rest",
        "tencent_keep_friends",
        "mastodon",
        "wire",
        "xep_0191",
        "openim",
    ];
    for one in policies {
        for other in policies {
            let answer = read(&compare(&json!({"one": one, "other": other}).to_string()));
            let [one, other] = [one, other].map(|name| Policy::named(name).unwrap());
            let expected = diff(&one, &other);
            assert_eq!(
                answer["parts"].as_array().unwrap().len(),
                expected.parts().len()
            );

            let topics = answer["topics"].as_array().unwrap();
            let stories: Vec<&Value> = topics
                .iter()
                .flat_map(|topic| topic["stories"].as_array().unwrap())
                .collect();
            assert_eq!(stories.len(), expected.stories().len());
            for story in stories {
                assert_shows(story);
                count += 1;
            }
        }
    }
    assert!(count > 100, "{count}");
}

#[test]
fn what_a_part_changes_opens_as_a_state() {
    let answer = read(&what_if(
        r#"{"policy": "mastodon", "path": "message.notice.other"}"#,
    ));
    let changes = answer.as_array().unwrap();
    assert_eq!(changes.len(), 2);
    for change in changes {
        assert!(change["story_count"].as_u64().unwrap() > 0);
        assert_shows(&change["shortest"]);
        let text = change["text"].as_str().unwrap();
        let value = change["value"].as_str().unwrap();
        assert_eq!(
            text,
            format!("mastodon with message.notice.other = {value}")
        );
    }
    let limit = read(&what_if(
        r#"{"policy": "mastodon", "path": "limits.batch"}"#,
    ));
    assert_eq!(limit, json!([]));
    let error = read(&what_if(r#"{"policy": "mastodon", "path": "limits.bach"}"#));
    assert_eq!(message(&error), "no part is `limits.bach`");
}

#[test]
fn the_nearest_policies_come_in_their_order() {
    let answer = read(&nearest(&quoted("tencent_mutual with limits.batch = 7")));
    let all = answer.as_array().unwrap();
    assert_eq!(all.len(), Policy::PROFILES.len());
    assert_eq!(
        (&all[0]["name"], &all[0]["distance"]),
        (&json!("tencent_mutual"), &json!(0))
    );
    assert_eq!(all[0]["limits"][0]["values"], json!(["7", "1000"]));
    assert!(all.is_sorted_by_key(|near| near["distance"].as_u64().unwrap()));
    let mutual = Policy::tencent_mutual();
    for near in all {
        let named = Policy::named(near["name"].as_str().unwrap()).unwrap();
        assert_eq!(near["distance"], distance(&mutual, &named), "{near}");
    }
}

#[test]
fn a_check_finds_what_the_checker_finds_and_each_trace_opens_at_the_failure() {
    let mut traces = 0;
    for &(name, policy) in Policy::PROFILES {
        let mut calls: Vec<Value> = Vec::new();
        let request = json!({"policy": name, "users": 2}).to_string();
        let answer = read(&super::super::check(&request, &mut |text| {
            calls.push(read(text));
        }));
        let report = check(&policy, Users::Two);
        assert_eq!(answer["states"], report.states());
        let expanded: Vec<u64> = calls
            .iter()
            .filter_map(|it| it["expanded"].as_u64())
            .collect();
        assert!(expanded.len() == calls.len() && expanded.is_sorted());
        assert!((1..=report.states()).contains(expanded.last().unwrap()));
        assert!(calls.iter().all(|it| it["of"] == calls[0]["of"]));

        let results = answer["properties"].as_array().unwrap();
        assert_eq!(results.len(), Property::ALL.len());
        for (property, result) in Property::ALL.into_iter().zip(results) {
            assert_eq!(result["name"], property.name());
            let mut violations = report.violations().iter();
            let violation = violations.find(|it| it.property() == property);
            assert_eq!(result["holds"], violation.is_none());
            let Some(violation) = violation else {
                assert_eq!(result["trace"], Value::Null);
                continue;
            };

            traces += 1;
            let shown = view(&result["trace"]["state"]);
            let mut graph = SocialGraph::new(policy);
            for operation in violation.log() {
                let _ = operation.apply_to(&mut graph);
            }
            let relation = graph.relation("alice", "bob").unwrap();
            let facts: Vec<&str> = relation.facts().iter().map(Fact::name).collect();
            assert_eq!(shown["relations"][0]["facts"], json!(facts));
            if let Some((actor, target, question)) = violation.question() {
                let answers = &shown["watches"][0]["answers"][0];
                let last = answers.as_array().unwrap().last().unwrap();
                let verdict = graph.decide(question, actor, target).verdict();
                assert_eq!(last["verdict"], verdict.name());
            }
            for line in result["trace"]["lines"].as_array().unwrap() {
                let line = line.as_str().unwrap();
                assert!(
                    line.starts_with("may ") || line.parse::<Operation>().is_ok(),
                    "{line}"
                );
            }
        }
    }
    assert!(traces > 20, "{traces}");
}

#[test]
fn what_is_too_large_is_refused() {
    let error = |request: &str| {
        let mut calls = 0;
        let answer = read(&super::super::check(request, &mut |_| calls += 1));
        assert_eq!(calls, 0);
        message(&answer).to_owned()
    };
    let text = error(r#"{"policy": "openim", "users": 4}"#);
    assert!(
        text.contains("a page has 512 MiB; `socialgraph check`"),
        "{text}"
    );
    assert_eq!(
        error(r#"{"policy": "wire", "users": 5}"#),
        "a check is of 2, 3 or 4 users, not 5"
    );

    let fits = |request: &str| read(&estimate(request))["fits"].clone();
    assert_eq!(fits(r#"{"policy": "tencent_rest", "users": 4}"#), true);
    assert_eq!(fits(r#"{"policy": "openim", "users": 4}"#), false);
    assert_eq!(
        read(&properties("")).as_array().unwrap().len(),
        Property::ALL.len()
    );
}
