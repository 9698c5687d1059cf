//! The matrix, the relations and the watches of every relation under every policy.

use serde_json::{Value, json};
use socialgraph::{Decision, Fact, Policy, Question, Reason};

use super::{graph, state, view, ways};

/// Asserts that a side of a cell is the engine's decision.
fn assert_answer(side: &Value, decision: Decision, [actor, target]: [&str; 2]) {
    let reasons: Vec<&str> = decision.reasons().iter().map(Reason::name).collect();
    let shown: Vec<&str> = side["reasons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|reason| reason["name"].as_str().unwrap())
        .collect();
    assert_eq!(shown, reasons);
    assert_eq!(side["verdict"], decision.verdict().name());
    assert_eq!(side["knows"], decision.explain(actor, target).to_string());
    let learns = decision.visible();
    assert_eq!(side["learns"], learns.explain(actor, target).to_string());

    for reason in side["reasons"].as_array().unwrap() {
        assert!(!reason["rules"].as_array().unwrap().is_empty(), "{reason}");
        assert!(!reason["text"].as_str().unwrap().is_empty());
    }
    let notice = side["notice"].as_str();
    assert_eq!(notice.is_none(), decision.is_allowed());
    assert_eq!(
        notice == Some("silent"),
        decision.verdict().name() == "refused_silently"
    );
}

#[test]
fn every_cell_of_every_relation_under_every_policy_is_the_engines_answer() {
    let mut cells = 0;
    for &(name, policy) in Policy::PROFILES {
        for way in ways(policy) {
            let lines: Vec<&str> = way.iter().map(String::as_str).collect();
            let view = view(&state(name, &["ann", "ben"], &lines));
            let graph = graph(policy, &way);

            let matrix = view["matrix"].as_array().unwrap();
            assert_eq!(matrix.len(), 2 * Question::all().count());
            for cell in matrix {
                let [actor, target] = ["actor", "target"].map(|key| cell[key].as_str().unwrap());
                let question: Question = cell["question"].as_str().unwrap().parse().unwrap();
                let decision = graph.decide(question, actor, target);
                assert_answer(&cell["sides"][0], decision, [actor, target]);
                assert_eq!(cell["differs"], false);
                cells += 1;
            }

            let relation = graph.relation("ann", "ben").unwrap();
            let facts: Vec<&str> = relation.facts().iter().map(Fact::name).collect();
            let expected = json!([{"side": 0, "actor": "ann", "target": "ben", "facts": facts}]);
            assert_eq!(view["relations"], expected);
        }
    }
    assert!(cells > 10_000, "{cells}");
}

#[test]
fn two_policies_stand_side_by_side_and_what_differs_is_marked() {
    let mut state = state("tencent_rest", &["ann", "ben", "cyd"], &["ann blocks ben"]);
    state["other"] = "tencent_mutual".into();
    let view = view(&state);

    let rest = graph(Policy::tencent_rest(), &["ann blocks ben".to_owned()]);
    let mutual = graph(Policy::tencent_mutual(), &["ann blocks ben".to_owned()]);
    let mut differing = Vec::new();
    for cell in view["matrix"].as_array().unwrap() {
        let [actor, target] = ["actor", "target"].map(|key| cell[key].as_str().unwrap());
        if [actor, target].contains(&"cyd") {
            continue;
        }
        let question: Question = cell["question"].as_str().unwrap().parse().unwrap();
        for (side, graph) in cell["sides"]
            .as_array()
            .unwrap()
            .iter()
            .zip([&rest, &mutual])
        {
            assert_answer(side, graph.decide(question, actor, target), [actor, target]);
        }
        if cell["differs"] == true {
            differing.push((actor, question.name()));
        }
    }
    let expected = ["message", "call", "group_invitation", "presence"].map(|it| ("ann", it));
    assert_eq!(differing, expected);
    assert_eq!(view["relations"].as_array().unwrap().len(), 2 * 3);
}

#[test]
fn a_watch_has_the_answer_before_the_first_line_and_after_each() {
    let lines = [
        "ann blocks ben",
        "# later",
        "may ben message ann?",
        "ann unblocks ben",
    ];
    let mut state = state("tencent_rest", &["ann", "ben"], &lines);
    state["other"] = "tencent_mutual".into();
    state["watches"] = json!([
        {"question": "message", "actor": "ben", "target": "ann"},
        {"question": "unblock", "actor": "ann", "target": "ben"},
        {"question": "message", "actor": "ann", "target": "dan"},
    ]);
    let yes = json!({"verdict": "allowed", "notice": null, "is_known": true});
    let silent = json!({"verdict": "refused_silently", "notice": "silent", "is_known": true});
    let no = json!({"verdict": "refused", "notice": "told", "is_known": true});
    let unknown = json!({"verdict": "refused", "notice": "told", "is_known": false});
    let watches = &view(&state)["watches"];
    let blocked = [&yes, &silent, &silent, &silent, &yes];
    assert_eq!(watches[0]["answers"], json!([blocked, blocked]));
    let unblocks = [&no, &yes, &yes, &yes, &no];
    assert_eq!(watches[1]["answers"], json!([unblocks, unblocks]));
    let nothing = [&unknown; 5];
    assert_eq!(watches[2]["answers"], json!([nothing, nothing]));
}

#[test]
fn the_stage_shows_the_step_and_the_lines_show_the_whole_story() {
    let lines = [
        "cyd joins",
        "ann adds cyd as a two-way friend",
        "cyd blocks ann",
        "may ann message cyd?",
        "now: ann and cyd?",
        "ann may message cyd",
        "ann blocks ann",
        "the policy becomes tencent_keep_friends",
    ];
    let mut state = state("tencent_rest", &["ann", "ben"], &lines);
    state["step"] = 0.into();
    let start = view(&state);
    assert_eq!(start["users"], json!(["ann", "ben"]));
    assert_eq!(start["policies"][0]["now"], "tencent_rest");

    state["step"] = 8.into();
    let end = view(&state);
    assert_eq!(end["users"], json!(["ann", "ben", "cyd"]));
    assert_eq!(end["policies"][0]["name"], "tencent_rest");
    assert_eq!(end["policies"][0]["now"], "tencent_keep_friends");
    assert_eq!(start["lines"], end["lines"]);

    let shown = end["lines"].as_array().unwrap();
    let texts: Vec<&str> = shown
        .iter()
        .map(|it| it["text"].as_str().unwrap())
        .collect();
    assert_eq!(texts, lines);
    let results = |line: usize| shown[line]["sides"][0]["results"].clone();
    assert_eq!(results(2)[0]["text"], "ann went on cyd's blocklist");
    let refused = "ann may not message cyd, and is not told: cyd blocks ann";
    assert_eq!(results(3)[0]["text"], refused);
    assert_eq!(results(4)[0]["text"], "now: cyd blocks ann");
    assert_eq!(results(5)[0]["text"], format!("but {refused}"));
    assert_eq!(shown[5]["sides"][0]["holds"], false);
    assert_eq!(shown[6]["sides"][0]["done"], false);
    assert_eq!(
        results(6)[0]["text"],
        "refused: ann and ann are the same user"
    );
}

#[test]
fn settings_have_the_lines_that_change_them() {
    let lines = ["ann takes friend requests from nobody"];
    let settings = view(&state("tencent_rest", &["ann", "ben"], &lines))["settings"].clone();
    assert_eq!(
        settings[0]["sides"][0],
        json!({"mode": "nobody", "sending": "open"})
    );
    assert_eq!(settings[1]["sides"][0]["mode"], "confirm");
    let sentences = settings[0]["sentences"].as_array().unwrap();
    let set: Vec<bool> = sentences.iter().map(|it| it["is_set"] == true).collect();
    assert_eq!(set, [false, false, true, true, false]);
    for sentence in sentences {
        let sentence = sentence["text"].as_str().unwrap();
        let after = view(&state("tencent_rest", &["ann", "ben"], &[sentence]));
        let sentences = after["settings"][0]["sentences"].as_array().unwrap();
        let shown = sentences.iter().find(|it| it["text"] == sentence).unwrap();
        assert_eq!(shown["is_set"], true);
    }
}
