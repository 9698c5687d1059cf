//! Every action in every relation under every policy.

use socialgraph::{Action, Policy};

use super::{graph, state, view, ways};

#[test]
fn what_an_action_says_is_what_playing_its_sentence_does() {
    let (mut done, mut refused) = (0, 0);
    for &(name, policy) in Policy::PROFILES {
        for way in ways(policy) {
            let lines: Vec<&str> = way.iter().map(String::as_str).collect();
            let users = ["ann", "ben"];
            let shown = view(&state(name, &users, &lines));
            let graph = graph(policy, &way);

            let actions = shown["actions"].as_array().unwrap();
            assert_eq!(actions.len(), 2 * Action::ALL.len());
            for shown in actions {
                let [actor, target] = ["actor", "target"].map(|key| shown[key].as_str().unwrap());
                let action: Action = shown["action"].as_str().unwrap().parse().unwrap();
                let sentence = shown["sentence"].as_str().unwrap();
                let side = &shown["sides"][0];

                let decision = graph.decide(action, actor, target);
                assert_eq!(side["allowed"], decision.is_allowed(), "{name}: {sentence}");
                let reasons = side["reasons"].as_array().unwrap();
                let reasons: Vec<_> = reasons.iter().map(|it| it["name"].as_str()).collect();
                let known: Vec<_> = decision
                    .reasons()
                    .iter()
                    .map(|it| Some(it.name()))
                    .collect();
                assert_eq!(reasons, known);

                let after = view(&state(name, &users, &[&lines[..], &[sentence]].concat()));
                let line = after["lines"].as_array().unwrap().last().unwrap();
                assert_eq!(line["text"], sentence);
                assert_eq!(line["sides"][0]["done"], side["allowed"]);
                let results = line["sides"][0]["results"].as_array().unwrap();
                let results: Vec<_> = results
                    .iter()
                    .map(|it| it["text"].as_str().unwrap())
                    .collect();
                assert_eq!(side["then"], results.join("; "));
                if decision.is_allowed() {
                    done += 1;
                } else {
                    refused += 1;
                    assert!(side["then"].as_str().unwrap().starts_with("refused: "));
                }
            }
        }
    }
    assert!(done > 1_000 && refused > 1_000, "{done}, {refused}");
}
