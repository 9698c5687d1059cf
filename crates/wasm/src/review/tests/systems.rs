//! The systems, the ten stories, and the rules.

use socialgraph::Policy;
use socialgraph_analysis::profile::Profile;
use socialgraph_analysis::story;

use super::super::{profiles, rules, shown_stories};
use super::{read, state, view};

#[test]
fn every_system_is_there_with_every_cell_and_source() {
    let answer = read(&profiles(""));
    let shown = answer["profiles"].as_array().unwrap();
    assert_eq!(shown.len(), Profile::ALL.len());
    for (profile, shown) in Profile::ALL.iter().zip(shown) {
        assert_eq!(shown["name"], profile.name);
        assert_eq!(shown["policy"], profile.name);
        assert_eq!(
            shown["cells"].as_array().unwrap().len(),
            profile.cells.len()
        );
        assert_eq!(
            shown["exceptions"].as_array().unwrap().len(),
            profile.exceptions.len()
        );
        let sources = shown["sources"].as_array().unwrap();
        for cell in shown["cells"].as_array().unwrap() {
            let is_known = sources.iter().any(|it| it["name"] == cell["source"]);
            assert!(is_known, "{}: {cell}", profile.name);
        }
        for table in answer["tables"].as_array().unwrap() {
            for column in table["columns"].as_array().unwrap() {
                for path in column["cells"].as_array().unwrap() {
                    let path = path.as_str().unwrap();
                    assert_eq!(shown["shown"][path], profile.shown_cell(path));
                }
            }
        }
    }
}

#[test]
fn the_ten_stories_open_and_have_the_answers_of_all_systems() {
    let answer = read(&shown_stories(""));
    let shown = answer.as_array().unwrap();
    assert_eq!(shown.len(), story::shown().unwrap().len());
    for shown in shown {
        let text = |value: &serde_json::Value| -> Vec<String> {
            let values = value.as_array().unwrap().iter();
            values.map(|it| it.as_str().unwrap().to_owned()).collect()
        };
        let (users, lines) = (text(&shown["users"]), text(&shown["lines"]));
        let users: Vec<&str> = users.iter().map(String::as_str).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let systems = shown["systems"].as_array().unwrap();
        assert_eq!(systems.len(), Profile::ALL.len());

        for system in systems {
            let view = view(&state(system["name"].as_str().unwrap(), &users, &lines));
            let results = view["lines"].as_array().unwrap().iter();
            let asked = results.filter(|it| {
                let text = it["text"].as_str().unwrap();
                text.starts_with("may ") || text.starts_with("now: ")
            });
            let answers = asked.map(|it| it["sides"][0]["results"][0]["text"].as_str().unwrap());
            let answers: Vec<&str> = answers.collect();
            // The last one is at the end, and all are in there.
            let answer = system["answer"].as_str().unwrap();
            let last = answers.last().unwrap().replace("ann and ben are ", "");
            assert!(answer.ends_with(&last), "{answer}: {answers:?}");
        }
    }
}

#[test]
fn rules_have_sentences_and_policies_have_names() {
    let answer = read(&rules(""));
    assert_eq!(
        answer["policies"].as_array().unwrap().len(),
        Policy::PROFILES.len()
    );
    let rules = answer["rules"].as_array().unwrap();
    let sentence = |rule: &str| {
        let rule = rules.iter().find(|it| it["rule"] == rule).unwrap();
        rule["sentence"].as_str().unwrap().to_owned()
    };
    assert!(sentence("R5").starts_with("B may not message A while A blocks B."));
    assert_eq!(
        sentence("R19"),
        "no friend-list entry comes about across a block"
    );
}
