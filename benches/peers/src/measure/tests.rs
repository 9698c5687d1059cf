//! A small run has a row for every measurement, and each row has the documented fields.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Bench, Operations, Workload, run};
use crate::peers::IMPLEMENTATIONS;
use crate::population::{Population, SHAPES};
use crate::report::{Progress, Row, add_ratios};

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

const FIELDS: [&str; 10] = [
    "operation",
    "population",
    "users",
    "implementation",
    "unit",
    "min",
    "median",
    "max",
    "ratio_to_pairs",
    "ratio_to_uniform",
];

fn rows() -> Vec<Row> {
    let mut rows = measured(&Population::new(60, 42), Operations::All);
    add_ratios(&mut rows);
    rows
}

fn measured(population: &Population, operations: Operations) -> Vec<Row> {
    let progress = Progress::new(population.name, population.users);
    run(population, TINY, operations, &[], &progress)
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
        assert_eq!(row["population"], "uniform");
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

#[test]
fn reads_of_every_population_are_compared_with_the_uniform_one() {
    let mut rows = Vec::new();
    for shape in SHAPES {
        let population = Population::draw(shape, 60, 45, 42);
        rows.extend(measured(&population, Operations::Reads));
    }
    add_ratios(&mut rows);

    let mut reads: BTreeSet<_> = Bench::READS.iter().map(|(name, _)| *name).collect();
    reads.insert("bytes_per_relation");

    for (name, _) in SHAPES {
        let of_population = || rows.iter().filter(|row| row.population == name);
        let operations: BTreeSet<_> = of_population().map(|row| row.operation.as_str()).collect();
        assert_eq!(operations, reads, "{name}");

        for row in of_population() {
            let mut uniform = rows.iter().filter(|row| row.population == "uniform");
            let uniform =
                uniform.find(|uniform| uniform.is_of(&row.operation, &row.implementation));
            let uniform = uniform.and_then(|uniform| uniform.ratio_to_pairs).unwrap();
            assert_eq!(
                row.ratio_to_uniform,
                Some(row.ratio_to_pairs.unwrap() / uniform)
            );
        }
    }
}
