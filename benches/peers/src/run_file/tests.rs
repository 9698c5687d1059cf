//! Reading returns the rows that were written and rejects rows that no chart can show.

use super::parse;
use crate::report::{Row, example_rows};

fn json(rows: &[Row]) -> String {
    serde_json::to_string(rows).expect("rows are JSON")
}

#[test]
fn rows_survive_writing_and_reading() {
    assert_eq!(
        json(&parse(&json(&example_rows())).unwrap()),
        json(&example_rows())
    );
}

/// Changes the second row of a run and asserts the error.
#[track_caller]
fn assert_error(change: impl Fn(&mut Row), error: &str) {
    let mut rows = example_rows();
    change(&mut rows[1]);
    assert_eq!(parse(&json(&rows)).unwrap_err(), error);
}

#[test]
fn populations_have_rows_of_their_own() {
    let mut rows = example_rows();
    for row in example_rows() {
        rows.push(Row {
            population: "communities".to_owned(),
            ..row
        });
    }
    assert_eq!(parse(&json(&rows)).unwrap().len(), rows.len());
}

#[test]
fn rows_that_cannot_be_drawn_are_rejected() {
    assert_error(|row| row.users = 0, "row 2: `users` is 0");
    assert_error(
        |row| row.implementation = "redis".to_owned(),
        "row 2: `implementation` is `redis`, which has no colour",
    );
    assert_error(
        |row| row.unit = "hours".to_owned(),
        "row 2: `unit` is `hours`, not one of `ns`, `us`, `bytes`",
    );
    assert_error(
        |row| row.min = 0.0,
        "row 2: `min` is 0 and `max` 8, which no log scale can show",
    );
    assert_error(
        |row| row.median = 9.0,
        "row 2: `median` is 9, which is not within 2 and 8",
    );
    assert_error(
        |row| row.implementation = "socialgraph".to_owned(),
        "row 3: is for the same as row 2",
    );
    assert_error(
        |row| row.unit = "us".to_owned(),
        "row 3: `can_message/id` is in `us` before, not `ns`",
    );
    assert_eq!(parse("[]").unwrap_err(), "there are no rows");
}
