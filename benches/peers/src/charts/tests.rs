//! Charts show the rows of a run.

use super::{BYTES, COLOURS, Row, TIME, USERS, charts, has_colour, short, write};
use crate::peers::{IMPLEMENTATIONS, OTHERS};
use crate::report::example_rows;

#[test]
fn a_run_has_three_charts() {
    let charts = charts(&example_rows());
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
fn charts_show_the_uniform_population() {
    let mut rows = example_rows();
    let expected = charts(&rows);
    for row in example_rows() {
        rows.push(Row {
            population: "communities".to_owned(),
            users: 1_000_000,
            ..row
        });
    }
    assert_eq!(charts(&rows), expected);
}

#[test]
fn growth_needs_two_sizes() {
    let mut rows: Vec<Row> = example_rows();
    rows.retain(|row| row.users == 1000);
    let charts = charts(&rows);
    let names: Vec<_> = charts.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        ["comparison-at-1000-users.svg", "memory-at-1000-users.svg"]
    );
}

#[test]
fn charts_name_what_they_show() {
    let charts = charts(&example_rows());
    let shows = |index: usize, text: &str| charts[index].1.contains(&format!(">{text}</text>\n"));
    for text in [
        "can_message/id",
        "audience_1000",
        "1 thousand",
        "100 thousand",
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
    assert!(IMPLEMENTATIONS.iter().all(|known| has_colour(known.name)));
    assert!(OTHERS.into_iter().all(has_colour));
    let others = IMPLEMENTATIONS
        .iter()
        .filter(|known| OTHERS.contains(&known.name));
    assert_eq!(
        COLOURS.len(),
        IMPLEMENTATIONS.len() - others.count() + OTHERS.len()
    );
}

#[test]
fn figures_are_short() {
    let times =
        [0.5, 1.0, 9.96, 251.4, 999.7, 1_500.0, 86_224_600.0, 2e9].map(|ns| write(ns, TIME));
    assert_eq!(
        times,
        [
            "0.5 ns", "1 ns", "10 ns", "251 ns", "1 µs", "1.5 µs", "86 ms", "2 s"
        ]
    );

    assert_eq!(write(12.5, BYTES), "12 bytes");
    assert_eq!(
        [0.0812, 0.94, 5.84, 10.0, 1568.0].map(short),
        ["0.08", "0.94", "5.8", "10", "1568"]
    );
    assert_eq!(
        [7.0, 1e3, 1e5, 1e6].map(|users| write(users, USERS)),
        ["7", "1 thousand", "100 thousand", "1 million"]
    );
}
