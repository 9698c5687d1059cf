//! Every method that changes a graph is an operation, with a sentence.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use socialgraph::{
    Action, Fact, NameError, Operation, OwnList, Policy, RenameUserError, RequestMode, SocialGraph,
    Ways,
};

/// A row of the table of operations in `docs/hosts.md`.
struct Row {
    methods: Vec<String>,
    operation: String,
    sentence: String,
}

fn rows() -> Vec<Row> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/hosts.md")).unwrap();
    let table = page
        .split("| method | operation | sentence |\n")
        .nth(1)
        .unwrap();
    let lines = table
        .lines()
        .skip(1)
        .take_while(|line| line.starts_with('|'));

    lines
        .map(|line| {
            let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
            let [methods, operation, sentence] = cells[..] else {
                panic!("three cells: {line}");
            };
            let code = |text: &str| text.trim_matches('`').to_owned();
            Row {
                methods: methods.split(", ").map(code).collect(),
                operation: code(operation),
                sentence: sentence.to_owned(),
            }
        })
        .collect()
}

/// Returns the public methods of `SocialGraph` that take `&mut self`.
fn methods_that_change_a_graph() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/graph");
    let mut methods = BTreeSet::new();

    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_file() {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let implementations = text.split("\nimpl SocialGraph {\n").skip(1);
        for implementation in implementations {
            let body = implementation.split("\n}\n").next().unwrap();
            for method in body.split("\n    pub fn ").skip(1) {
                let signature = method.split('{').next().unwrap();
                if signature.contains("&mut self") {
                    let name = signature.split(['(', '<']).next().unwrap();
                    methods.insert(name.to_owned());
                }
            }
        }
    }
    methods
}

#[test]
fn every_method_that_changes_a_graph_is_an_operation() {
    let listed: Vec<_> = rows().into_iter().flat_map(|row| row.methods).collect();
    let listed_once: BTreeSet<_> = listed.iter().cloned().collect();
    assert_eq!(listed.len(), listed_once.len());
    assert_eq!(listed_once, methods_that_change_a_graph());
}

#[test]
fn every_operation_has_a_row_whose_sentence_is_read_back() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/operation/mod.rs");
    let source = fs::read_to_string(source).unwrap();
    let declared = source.split("pub enum Operation {\n").nth(2).unwrap();
    let declared = declared.split("\n    }").next().unwrap();
    let variants = declared.lines().filter(|line| !line.contains("///"));
    let variants: BTreeSet<_> = variants.map(|line| line.trim().trim_matches(',')).collect();

    let rows = rows();
    let documented: BTreeSet<_> = rows.iter().map(|row| &*row.operation).collect();
    assert_eq!(documented, variants);

    for row in &rows {
        let operation: Operation = row.sentence.parse().unwrap();
        assert!(format!("{operation:?}").starts_with(&format!("{}(", row.operation)));
        assert_eq!(operation.to_string(), row.sentence);
    }
}

/// A misspelt field is an error, instead of a step that was not meant.
#[test]
fn an_operation_with_an_unknown_field_is_refused() {
    for row in rows() {
        let operation: Operation = row.sentence.parse().unwrap();
        let mut value = serde_json::to_value(&operation).unwrap();
        assert_eq!(
            serde_json::from_value::<Operation>(value.clone()).unwrap(),
            operation
        );
        let bytes = postcard::to_allocvec(&operation).unwrap();
        assert_eq!(
            postcard::from_bytes::<Operation>(&bytes).unwrap(),
            operation
        );

        let kinds = value.as_object_mut().unwrap();
        let fields = kinds.values_mut().next().unwrap();
        fields["silent"] = true.into();
        let error = serde_json::from_value::<Operation>(value).unwrap_err();
        assert!(
            error.to_string().contains("unknown field `silent`"),
            "{}: {error}",
            row.operation
        );
    }
}

fn graph(names: &[&str]) -> SocialGraph {
    let mut graph = SocialGraph::new(Policy::tencent_rest());
    for name in names {
        graph.add_user(name).unwrap();
    }
    graph
}

#[test]
fn r27_a_renamed_user_keeps_everything_and_frees_the_name() {
    let mut graph = graph(&["ann", "ben", "cyd"]);
    graph.add_to_blocklist("ann", "ben").unwrap();
    graph.send_friend_request("cyd", "ann").unwrap();
    let ann = graph.user_id("ann").unwrap();
    let (facts, relation) = (graph.user_facts(ann), graph.relation(ann, "ben").unwrap());

    assert_eq!(graph.rename_user("ann", "anna"), Ok("ann".to_owned()));
    assert_eq!(
        (graph.user_id("anna"), graph.name(ann)),
        (Some(ann), Some("anna"))
    );
    assert_eq!(
        (graph.user_facts(ann), graph.relation(ann, "ben").unwrap()),
        (facts, relation)
    );
    assert!(graph.accept_friend_request("anna", "cyd").is_ok());
    graph.check_invariants().unwrap();

    // The name before is free, and the new one is taken.
    assert!(!graph.contains_user("ann"));
    let other = graph.add_user("ann").unwrap();
    assert_ne!(other, ann);
    graph.check_invariants().unwrap();
}

#[test]
fn r27_a_refused_rename_changes_nothing() {
    let mut graph = graph(&["ann", "ben"]);
    let before = graph.clone();
    let (ann, ben) = (graph.user_id("ann").unwrap(), graph.user_id("ben").unwrap());
    let taken = |name: &str, id| NameError::Taken {
        name: name.to_owned(),
        id,
    };
    let long = "x".repeat(3072);

    for (name, error) in [
        ("", NameError::Empty),
        (&*long, NameError::TooLong { len: 3072 }),
        ("ben", taken("ben", ben)),
        ("ann", taken("ann", ann)),
    ] {
        let refused = graph.rename_user("ann", name);
        assert_eq!(refused, Err(RenameUserError::Name(error)));
    }
    let unknown = graph.rename_user("eve", "eva").unwrap_err();
    assert_eq!(unknown.to_string(), "there is no user `eve`");
    assert_eq!(graph, before);
}

#[test]
fn r28_clearing_equals_the_single_actions_whatever_the_size_of_a_batch() {
    for list in OwnList::ALL {
        // One of the others has the first handle.
        let mut graph = graph(&["ben", "ann", "cyd", "dee"]);
        let others = ["ben", "cyd", "dee"];
        let fill = match list {
            OwnList::Blocklist => Action::Block,
            OwnList::Friends(_) => Action::AddFriend(Ways::TwoWay),
            OwnList::RequestsOut | OwnList::RequestsIn => Action::SendRequest,
        };
        for other in others {
            if list == OwnList::RequestsIn {
                graph.apply(fill, other, "ann").unwrap();
            } else {
                graph.apply(fill, "ann", other).unwrap();
            }
        }
        let mut policy = *graph.policy();
        policy.limits.batch = Some(1);
        let _ = graph.adopt_policy(policy);

        let mut singly = graph.clone();
        let ann = graph.user_id("ann").unwrap();
        let changes: Vec<_> = others
            .into_iter()
            .map(|other| singly.apply(list.action(), "ann", other).unwrap())
            .collect();

        let cleared = graph.clear_list("ann", list).unwrap();
        assert_eq!((cleared.user, cleared.changes), (ann, changes), "{list:?}");
        assert_eq!(graph, singly, "{list:?}");
        assert!(graph.list("ann", list.list()).unwrap().is_empty());
        assert_eq!(
            graph.clear_list("ann", list).unwrap().changes,
            [],
            "{list:?}"
        );
    }
}

#[test]
fn r28_a_one_way_clearing_leaves_the_others_lists_alone() {
    let mut graph = graph(&["ann", "ben"]);
    graph.add_friend("ann", "ben", Ways::TwoWay).unwrap();
    let cleared = graph.clear_list("ann", OwnList::Friends(Ways::OneWay));
    assert_eq!(cleared.unwrap().changes.len(), 1);
    assert!(
        graph
            .relation("ben", "ann")
            .unwrap()
            .holds(Fact::ActorLists)
    );

    let unknown = graph.clear_list("eve", OwnList::Blocklist).unwrap_err();
    assert_eq!(unknown.to_string(), "there is no user `eve`");
}

#[test]
fn r25_a_raid_equals_its_single_blocks() {
    let names: Vec<_> = (0..40).map(|number| format!("u{number}")).collect();
    for size in [0, 1, 7, 8, 39] {
        let mut graph = graph(&["victim"]);
        for name in &names {
            graph.add_user(name).unwrap();
        }
        // One is blocked already, one is unknown, one comes twice, one is the target.
        graph.add_to_blocklist("u3", "victim").unwrap();
        let mut actors: Vec<&str> = names.iter().take(size).map(String::as_str).collect();
        actors.extend(["nobody", "u3", "victim"]);

        let mut singly = graph.clone();
        let expected: Vec<_> = actors
            .iter()
            .map(|actor| {
                singly
                    .apply(Action::Block, *actor, "victim")
                    .map_err(Into::into)
            })
            .collect();
        let batch = graph
            .apply_by_many(Action::Block, &actors, "victim")
            .unwrap();
        assert_eq!(batch.into_outcomes(), expected, "{size}");
        assert_eq!(graph, singly, "{size}");
        graph.check_invariants().unwrap();
    }
}

#[test]
fn r25_a_raid_that_is_too_large_is_refused_whole() {
    let mut graph = graph(&["ann"]);
    let actors: Vec<_> = (0..1001).map(|number| format!("u{number}")).collect();
    for name in &actors {
        graph.add_user(name).unwrap();
    }
    let before = graph.clone();
    let error = graph
        .apply_by_many(Action::Block, &actors, "ann")
        .unwrap_err();
    assert_eq!((error.len, error.limit), (1001, 1000));
    assert_eq!(graph, before);

    let batch = graph.apply_by_many(Action::Block, actors.iter().take(1000), "ann");
    assert_eq!(batch.unwrap().succeeded().count(), 1000);
}

#[test]
fn r25_the_targets_limits_hold_in_a_batch_of_many_actors() {
    let mut graph = graph(&["star"]);
    let actors: Vec<_> = (0..20).map(|number| format!("u{number}")).collect();
    for name in &actors {
        graph.add_user(name).unwrap();
    }
    let mut policy = *graph.policy();
    policy.limits.requests_in = Some(15);
    let _ = graph.adopt_policy(policy);

    let mut waiting = graph.clone();
    let batch = waiting
        .apply_by_many(Action::SendRequest, &actors, "star")
        .unwrap();
    assert_eq!((batch.succeeded().count(), batch.failed().count()), (15, 5));
    assert_eq!(waiting.requests_in("star").unwrap().len(), 15);

    // A target who takes requests from anyone gets friends at once.
    graph.set_request_mode("star", RequestMode::Anyone).unwrap();
    (policy.limits.requests_in, policy.limits.friends) = (None, Some(12));
    let _ = graph.adopt_policy(policy);
    let batch = graph
        .apply_by_many(Action::SendRequest, &actors, "star")
        .unwrap();
    assert_eq!((batch.succeeded().count(), batch.failed().count()), (12, 8));
    assert_eq!(graph.friends("star").unwrap().len(), 12);
}
