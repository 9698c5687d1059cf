//! Certainties are those of the profile.

use socialgraph::Question;
use socialgraph_analysis::profile::{Certainty, Profile};
use socialgraph_analysis::story::Story;

use super::{read, state};

const LINES: [&str; 4] = [
    "ann adds ben as a two-way friend",
    "ann blocks ben",
    "may ben call ann?",
    "ann unblocks ben",
];

#[test]
fn each_cell_is_judged_as_a_story_with_the_question_at_its_end() {
    let mut found = [0; 3];
    for profile in Profile::ALL {
        let plausible = profile.plausible();
        for step in 0..=LINES.len() {
            let mut state = state(profile.name, &["ann", "ben"], &LINES);
            state["step"] = step.into();
            let judged = read(&super::super::certainties(&state.to_string()));
            let cells = judged["matrix"].as_array().unwrap();
            assert_eq!(cells.len(), 2 * Question::all().count());

            for cell in cells {
                // Every tenth is enough, because a whole story is slow.
                if (found.iter().sum::<usize>() + step) % 10 != 0 {
                    found[0] += 1;
                    continue;
                }
                let [actor, target, question] =
                    ["actor", "target", "question"].map(|key| cell[key].as_str().unwrap());
                let question: Question = question.parse().unwrap();
                let asked = socialgraph_analysis::story::Line::question(actor, question, target);
                let text = format!(
                    "ann joins\nben joins\n{}\n{asked}\n",
                    LINES[..step].join("\n")
                );
                let story: Story = text.parse().unwrap();
                let (name, place) = match plausible.certainty(&story) {
                    Certainty::Confirmed => ("confirmed", 0),
                    Certainty::NotConfirmed => ("not_confirmed", 1),
                    Certainty::NotApplicable => ("not_applicable", 2),
                };
                assert_eq!(cell["sides"][0], name, "{}: {text}", profile.name);
                found[place] += 1;
            }
        }
    }
    assert!(found.iter().all(|count| *count > 10), "{found:?}");
}

/// A policy of one's own has nothing to confirm.
#[test]
fn no_answer_of_an_own_policy_is_marked() {
    let judged = |policy: &str| {
        let state = state(policy, &["ann", "ben"], &LINES).to_string();
        super::super::certainties(&state).contains("not_confirmed")
    };
    assert!(judged("discord"));
    assert!(!judged("discord with limits.batch = 7"));
}

/// The users of a state are there, whatever joins later.
#[test]
fn a_user_who_joins_later_leaves_the_others_there() {
    let lines = ["cyd joins", "ann blocks ben"];
    let state = state("mastodon", &["ann", "ben"], &lines);
    let judged = read(&super::super::certainties(&state.to_string()));
    let of = |question: &str| {
        let cells = judged["matrix"].as_array().unwrap().iter();
        let mut cells = cells.filter(|it| it["actor"] == "ben" && it["target"] == "ann");
        cells.find(|it| it["question"] == question).unwrap()["sides"][0].clone()
    };
    assert_eq!(of("message"), "confirmed");
}
