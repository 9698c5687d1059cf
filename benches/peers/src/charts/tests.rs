//! Charts show what they were given, and what cannot be drawn is refused.

use super::file::parse;
use super::style::{COLOURS, colour, thousands};
use super::units::{Unit, short};
use super::{Row, charts};
use crate::peers::IMPLEMENTATIONS;

fn row(operation: &str, users: u32, implementation: &str, unit: &str, median: f64) -> Row {
    let mut values = [median / 2.0, median, median * 2.0];
    Row::new(operation, users, implementation, unit, &mut values)
}

/// A small run at two sizes.
fn rows() -> Vec<Row> {
    let at = |users: u32| {
        let slower = f64::from(users) / 1000.0;
        [
            row("bytes_per_relation", users, "pairs", "bytes", 15.0),
            row("can_message/id", users, "pairs", "ns", 4.0 * slower),
            row("can_message/id", users, "socialgraph", "ns", 20.0 * slower),
            row("audience_1000", users, "sqlite", "us", 900.0 * slower),
        ]
    };
    let mut rows = [at(1000), at(100_000)].concat();
    crate::report::add_ratios_to_pairs(&mut rows);
    rows
}

fn json(rows: &[Row]) -> String {
    serde_json::to_string(rows).expect("rows are JSON")
}

#[test]
fn a_run_has_three_charts() {
    let charts = charts(&rows()).unwrap();
    let names: Vec<_> = charts.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "growth-of-reads.svg",
        "comparison-at-100000-users.svg",
        "memory-at-100000-users.svg",
    ];
    assert_eq!(names, expected);
    for (_, svg) in &charts {
        assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"));
    }
}

#[test]
fn growth_needs_two_sizes() {
    let rows: Vec<_> = rows().into_iter().filter(|row| row.users == 1000).collect();
    let names: Vec<_> = charts(&rows)
        .unwrap()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(
        names,
        ["comparison-at-1000-users.svg", "memory-at-1000-users.svg"]
    );
}

#[test]
fn charts_name_what_they_show() {
    let charts = charts(&rows()).unwrap();
    let shows = |place: usize, text: &str| charts[place].1.contains(&format!("\n{text}\n"));
    for text in [
        "can_message/id",
        "audience_1000",
        "1,000",
        "100,000",
        "1 ns",
        "socialgraph",
    ] {
        assert!(shows(0, text), "growth lacks {text}");
    }
    assert!(!shows(0, "bytes_per_relation") && !shows(0, "petgraph"));
    for text in ["can_message/id", "400 ns", "2 µs (5 ×)", "90 ms", "sqlite"] {
        assert!(shows(1, text), "the comparison lacks {text}");
    }
    for text in ["bytes_per_relation", "15 bytes"] {
        assert!(shows(2, text), "memory lacks {text}");
    }
}

#[test]
fn every_implementation_has_a_colour() {
    assert!(IMPLEMENTATIONS.iter().all(|of| colour(of.name).is_some()));
    assert_eq!(COLOURS.len(), IMPLEMENTATIONS.len());
}

#[test]
fn figures_are_short() {
    let times =
        [0.5, 1.0, 9.96, 251.4, 999.7, 1_500.0, 86_224_600.0, 2e9].map(|ns| Unit::Time.write(ns));
    assert_eq!(
        times,
        [
            "0.5 ns", "1 ns", "10 ns", "251 ns", "1 µs", "1.5 µs", "86 ms", "2 s"
        ]
    );
    assert_eq!(Unit::Bytes.write(12.5), "12 bytes");
    assert_eq!(
        [0.0812, 0.94, 5.84, 10.0, 1568.0].map(short),
        ["0.08", "0.94", "5.8", "10", "1568"]
    );
    assert_eq!(
        [7, 1000, 100_000, 1_000_000].map(thousands),
        ["7", "1,000", "100,000", "1,000,000"]
    );
}

#[test]
fn what_was_written_is_read() {
    assert_eq!(json(&parse(&json(&rows())).unwrap()), json(&rows()));
}

/// Asserts what is said of a run whose second row was changed.
#[track_caller]
fn refused(change: impl Fn(&mut Row), error: &str) {
    let mut rows = rows();
    change(&mut rows[1]);
    assert_eq!(parse(&json(&rows)).unwrap_err(), error);
}

#[test]
fn rows_that_cannot_be_drawn_are_refused() {
    refused(|row| row.users = 0, "row 2: `users` is 0");
    refused(
        |row| row.implementation = "redis".to_owned(),
        "row 2: `implementation` is `redis`, which has no colour",
    );
    refused(
        |row| row.unit = "hours".to_owned(),
        "row 2: `unit` is `hours`, not one of `ns`, `us`, `bytes`",
    );
    refused(
        |row| row.min = 0.0,
        "row 2: `min` is 0 and `max` 8, which no log scale can show",
    );
    refused(
        |row| row.median = 9.0,
        "row 2: `median` is 9, which is not within 2 and 8",
    );
    refused(
        |row| row.implementation = "socialgraph".to_owned(),
        "row 3: is for the same as row 2",
    );
    refused(
        |row| row.unit = "us".to_owned(),
        "row 3: `can_message/id` is in `us` before, not `ns`",
    );
    assert_eq!(parse("[]").unwrap_err(), "there are no rows");
}
