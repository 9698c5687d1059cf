//! Profiles: their table, what the policies make of each cell, and the page about them.

mod facts;
mod table;

use std::collections::BTreeSet;

use socialgraph::{PartValue, Policy};
use socialgraph_analysis::profile::{Answer, Certainty, Feature, Profile, Value};

/// The cells that no policy can say, and that an exception names.
const CONTRADICTED: [(&str, &str); 3] = [
    ("wire", "block.actor_entry"),
    ("wire", "block.actor_request"),
    ("wire", "unblock.restores"),
];

/// Each cell is so on a graph under the policy of the profile, or an exception says why not.
#[test]
fn every_cell_is_so_under_its_policy() {
    let mut played = 0;
    let mut contradicted = BTreeSet::new();

    for profile in Profile::ALL {
        for cell in profile.cells {
            if let Some(story) = profile.story(cell) {
                let policy = profile.policy_for(cell);
                let failures = story.play(&policy).failures().len();
                if failures > 0 {
                    contradicted.insert((profile.name, cell.path));
                }
                played += 1;
            }
        }
    }

    assert_eq!(contradicted, CONTRADICTED.into_iter().collect());
    for (name, path) in contradicted {
        let profile = Profile::named(name).unwrap();
        assert!(
            profile.exceptions_to(path).next().is_some(),
            "{name}: {path}"
        );
    }
    assert!(played > 300, "{played}");
}

/// A cell about a limit is a part of the policy.
#[test]
fn every_limit_is_that_of_the_policy() {
    let mut limits = 0;
    for profile in Profile::ALL {
        for (path, part) in profile.policy().parts() {
            if let Some(Value::Limit(limit)) = profile.cell(path).map(|cell| cell.value) {
                assert_eq!(PartValue::Limit(limit), part, "{}: {path}", profile.name);
                limits += 1;
            }
        }
    }
    assert!(limits > 10, "{limits}");
}

/// A cell confirms its answer. Of a refusal without more, the manner is not confirmed; and where
/// nothing says who has to list whom, no answer about an interaction is.
#[test]
fn every_cell_is_confirmed() {
    for profile in Profile::ALL {
        let plausible = profile.plausible();
        for cell in profile.cells {
            let Some(story) = profile.story(cell) else {
                continue;
            };
            let (group, key) = cell.path.split_once('.').unwrap();
            let needs = format!("{group}.needs");
            let has_lists = !profile.lacks.contains(&Feature::FriendLists);
            let lacks_needs =
                has_lists && Profile::CELLS.contains(&&*needs) && profile.cell(&needs).is_none();
            // Two blocks may say more together: one that is told is told.
            let is_bare = cell.value == Value::Answer(Answer::Refused);
            let is_contradicted = CONTRADICTED.contains(&(profile.name, cell.path));
            if is_contradicted || (is_bare && key == "both") {
                continue;
            }

            let expected = if is_bare || lacks_needs {
                Certainty::NotConfirmed
            } else {
                Certainty::Confirmed
            };
            let certainty = plausible.certainty(&story);
            assert_eq!(certainty, expected, "{}: {}", profile.name, cell.path);
        }
    }
}

#[test]
fn every_policy_has_a_profile_and_the_other_way_round() {
    let names: Vec<_> = Profile::ALL.iter().map(|profile| profile.name).collect();
    assert_eq!(names, Policy::names().collect::<Vec<_>>());
}
