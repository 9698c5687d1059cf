//! The rows of a run, which become a table and JSON.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::time::Instant;

use serde::{Deserialize, Serialize};

/// An implementation's figures for an operation at one size.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    pub(crate) operation: String,
    pub(crate) users: u32,
    pub(crate) implementation: String,
    pub(crate) unit: String,
    pub(crate) min: f64,
    pub(crate) median: f64,
    pub(crate) max: f64,
    pub(crate) ratio_to_pairs: Option<f64>,
}

impl Row {
    /// Summarizes the values of all repetitions.
    pub(crate) fn new(
        operation: &str,
        users: u32,
        implementation: &str,
        unit: &str,
        values: &mut [f64],
    ) -> Self {
        values.sort_by(f64::total_cmp);
        let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);

        Self {
            operation: operation.to_owned(),
            users,
            implementation: implementation.to_owned(),
            unit: unit.to_owned(),
            min: at(0),
            median: at(values.len() / 2),
            max: at(values.len().saturating_sub(1)),
            ratio_to_pairs: None,
        }
    }

    /// Says whether the row is an implementation's for an operation.
    pub(crate) fn is_of(&self, operation: &str, implementation: &str) -> bool {
        self.operation == operation && self.implementation == implementation
    }
}

/// Returns a small run at two sizes.
#[cfg(test)]
pub(crate) fn example_rows() -> Vec<Row> {
    fn row(operation: &str, users: u32, implementation: &str, unit: &str, median: f64) -> Row {
        let mut values = [median / 2.0, median, median * 2.0];
        Row::new(operation, users, implementation, unit, &mut values)
    }

    let mut rows = Vec::new();
    for users in [1000, 100_000] {
        let slower = f64::from(users) / 1000.0;
        rows.extend([
            row("bytes_per_relation", users, "pairs", "bytes", 15.0),
            row("can_message/id", users, "pairs", "ns", 4.0 * slower),
            row("can_message/id", users, "socialgraph", "ns", 20.0 * slower),
            row("audience_1000", users, "sqlite", "us", 900.0 * slower),
        ]);
    }
    add_ratios_to_pairs(&mut rows);
    rows
}

/// Divides the median of each row by that of the yardstick at the same operation and size.
pub(crate) fn add_ratios_to_pairs(rows: &mut [Row]) {
    let mut yardsticks = HashMap::new();
    for row in rows.iter() {
        if row.implementation == "pairs" {
            let key = (row.operation.clone(), row.users);
            yardsticks.entry(key).or_insert(row.median);
        }
    }

    for row in rows {
        let key = (row.operation.clone(), row.users);
        let yardstick = yardsticks.get(&key);
        row.ratio_to_pairs = yardstick.map(|median| row.median / median);
    }
}

/// Returns the rows as a table.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut table = String::new();

    let head = [
        "operation",
        "users",
        "implementation",
        "median",
        "min",
        "max",
        "to pairs",
    ];
    let [operation, users, implementation, median, min, max, ratio] = head;
    let _ = writeln!(
        table,
        "{operation:<32}{users:>9}  {implementation:<20}{median:>12}{min:>12}{max:>12}{ratio:>10}"
    );

    for row in rows {
        let ratio = row
            .ratio_to_pairs
            .map_or("-".to_owned(), |ratio| format!("{ratio:.2}"));

        let Row {
            operation,
            users,
            implementation,
            unit,
            min,
            median,
            max,
            ..
        } = row;

        let _ = writeln!(
            table,
            "{operation:<32}{users:>9}  {implementation:<20}{median:>9.1} {unit:<5}{min:>9.1}{max:>12.1}{ratio:>10}"
        );
    }
    table
}

/// Prints the current step of a run to standard error.
pub(crate) struct Progress {
    started: Instant,
    users: u32,
}

impl Progress {
    pub(crate) fn new(users: u32) -> Self {
        Self {
            started: Instant::now(),
            users,
        }
    }

    pub(crate) fn print(&self, step: &str) {
        eprintln!(
            "[{:>6.1} s] {} users: {step}",
            self.started.elapsed().as_secs_f64(),
            self.users
        );
    }
}
