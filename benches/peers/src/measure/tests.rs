//! A small run has a row for every measurement, and each row has the documented fields.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Workload, run};
use crate::peers::IMPLEMENTATIONS;
use crate::population::Population;
use crate::report::{Progress, Row, add_ratios_to_pairs};

const TINY: Workload = Workload {
    repetitions: 3,
    queries: 64,
    groups: 2,
    batch: 10,
    batches: 2,
    snapshots: 4,
    new_users: 3,
    chosen_names: 20,
    blockers: 30,
};

const FIELDS: [&str; 8] = [
    "operation",
    "users",
    "implementation",
    "unit",
    "min",
    "median",
    "max",
    "ratio_to_pairs",
];

fn rows() -> Vec<Row> {
    let population = Population::new(60, 42);
    let mut rows = run(&population, TINY, &[], &Progress::new(population.users));
    add_ratios_to_pairs(&mut rows);
    rows
}

#[test]
fn every_operation_has_the_implementations_that_support_it() {
    let all: BTreeSet<_> = IMPLEMENTATIONS.iter().map(|known| known.name).collect();

    let mut measured: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in rows() {
        assert!(
            measured
                .entry(row.operation)
                .or_default()
                .insert(row.implementation)
        );
    }

    let without = |left_out: &[&'static str]| -> BTreeSet<_> {
        all.iter()
            .filter(|name| !left_out.contains(name))
            .map(|name| (*name).to_owned())
            .collect()
    };
    let named = |names: &[&str]| -> BTreeSet<_> {
        names
            .iter()
            .filter(|name| all.contains(*name))
            .map(|name| (*name).to_owned())
            .collect()
    };

    let two_users = "cedar_two_users";
    let expected = BTreeMap::from(
        [
            ("bytes_per_relation", without(&[two_users])),
            ("can_message/id", without(&[])),
            ("can_message_many/id", without(&[])),
            ("can_message/one_sender", without(&[])),
            ("can_message/name", without(&[two_users])),
            ("can_message/name_chosen", without(&[two_users])),
            (
                "can_message/id_beside_celebrity",
                named(&["pairs", "socialgraph"]),
            ),
            ("can_send_friend_request/id", without(&[])),
            ("audience_1000", without(&[])),
            ("visible_senders_1000", without(&[])),
            ("snapshot", named(&["imbl_naive", "socialgraph"])),
            ("block_1000", without(&[two_users])),
            ("block_1000/snapshot_alive", without(&[two_users])),
            ("block_one/ordinary", named(&["pairs", "socialgraph"])),
            ("block_one/celebrity", named(&["pairs", "socialgraph"])),
        ]
        .map(|(operation, names)| (operation.to_owned(), names)),
    );
    assert_eq!(measured, expected);
}

#[test]
fn rows_have_exactly_the_documented_fields() {
    let Value::Array(rows) = serde_json::to_value(rows()).unwrap() else {
        panic!("an array")
    };

    assert!(!rows.is_empty());
    for row in &rows {
        let Value::Object(fields) = row else {
            panic!("not an object: {row}")
        };
        let names: BTreeSet<_> = fields.keys().map(String::as_str).collect();
        assert_eq!(names, BTreeSet::from(FIELDS));

        let number = |field| {
            row[field]
                .as_f64()
                .unwrap_or_else(|| panic!("{field} in {row}"))
        };
        assert!(
            0.0 < number("min") && number("min") <= number("median"),
            "{row}"
        );
        assert!(number("median") <= number("max"), "{row}");
        assert_eq!(row["users"], 60);
        assert!(
            ["ns", "us", "bytes"].contains(&row["unit"].as_str().unwrap()),
            "{row}"
        );
    }
}

#[test]
fn ratios_compare_with_pairs_at_the_same_operation() {
    let rows = rows();
    for row in &rows {
        let pairs = rows
            .iter()
            .find(|pairs| pairs.implementation == "pairs" && pairs.operation == row.operation);

        assert_eq!(
            pairs.is_none(),
            row.operation == "snapshot",
            "pairs lacks only snapshots"
        );
        assert_eq!(
            row.ratio_to_pairs,
            pairs.map(|pairs| row.median / pairs.median)
        );
    }
}
