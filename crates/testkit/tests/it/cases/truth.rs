//! No case is wrong, and none rests on what nothing confirms.

use proptest::prelude::Rng;
use proptest::test_runner::TestRunner;
use socialgraph::Policy;
use socialgraph_analysis::profile::{Certainty, Profile};
use socialgraph_analysis::story::{Line, Story};

use super::committed;
use super::player::play;

#[test]
fn the_reference_model_agrees_with_every_case() {
    let mut cases = 0;
    for profile in Profile::ALL {
        let played = play(&committed(profile), profile.policy());
        cases += played.unwrap_or_else(|line| panic!("{}: {line}", profile.name));
    }
    assert!(cases > 10_000, "{cases}");
}

/// The player finds a wrong field, whichever it is.
#[test]
fn a_changed_field_is_found() {
    let wire = Profile::named("wire").unwrap();
    let text = committed(wire);
    let lines: Vec<_> = text.lines().collect();
    let (policy, mut changed) = (wire.policy(), 0);

    for (index, line) in lines.iter().enumerate().step_by(7) {
        let fields: Vec<_> = line.split('\t').collect();
        let first = match fields[0] {
            "do" => 2,
            "ask" => 4,
            _ => continue,
        };
        for number in (first..fields.len()).filter(|it| fields[*it] != "?") {
            let mut fields = fields.clone();
            fields[number] = "wrong";
            let mut lines = lines.clone();
            let wrong = fields.join("\t");
            lines[index] = &wrong;
            let error = play(&lines.join("\n"), policy).unwrap_err();
            assert!(error.contains(&wrong), "{error}");
            changed += 1;
        }
    }
    assert!(changed > 500, "{changed}");
}

/// Every value that the cells leave a part, alone and many of them at once.
#[test]
fn no_case_rests_on_a_part_that_nothing_confirms() {
    let mut rng = TestRunner::deterministic().new_rng();
    let mut policies = 0;
    for profile in Profile::ALL {
        let (text, policy) = (committed(profile), profile.policy());
        let open = profile.plausible().open_parts();
        let mut changed: Vec<(String, Policy)> = Vec::new();
        for (path, values) in &open {
            for value in values {
                let other = policy.with_part(path, *value).unwrap();
                changed.push((format!("{path} = {value}"), other));
            }
        }
        for _ in 0..20 {
            let mut all = policy;
            for (path, values) in &open {
                let index = rng.next_u32() as usize % values.len();
                all = all.with_part(path, values[index]).unwrap();
            }
            changed.push((format!("{all:?}"), all));
        }

        for (what, policy) in changed {
            if let Err(line) = play(&text, policy) {
                panic!("{} with {what}: {line}", profile.name);
            }
            policies += 1;
        }
    }
    assert!(policies > 1000, "{policies}");
}

/// The stories of profiles are judged by other code.
#[test]
fn stories_confirm_every_case() {
    let mut lines = 0;
    for profile in Profile::ALL {
        let plausible = profile.plausible();
        for section in committed(profile).split("begin\t").skip(1) {
            let story: Story = section.lines().filter_map(line).collect();
            let cases = section.lines().filter(|it| line(it).is_some());
            for (certainty, case) in plausible.certainties(&story).iter().zip(cases) {
                // A story does not tell the answer from what the actor learns of it.
                let is_notice_open = case.split(['\t', ';']).any(|field| field == "?");
                let is_confirmed = *certainty == Certainty::Confirmed;
                assert!(is_confirmed || is_notice_open, "{}: {case}", profile.name);
                lines += usize::from(is_confirmed);
            }
        }
    }
    assert!(lines > 10_000, "{lines}");
}

/// Returns a case as a line of a story.
fn line(case: &str) -> Option<Line> {
    let fields: Vec<_> = case.split('\t').collect();
    match fields[..] {
        ["do", json, ..] => Some(Line::Operation(serde_json::from_str(json).unwrap())),
        ["ask", question, actor, target, ..] => {
            let question: socialgraph::Question = question.parse().unwrap();
            Some(Line::question(actor, question, target))
        }
        _ => None,
    }
}
