//! What was measured: as a table, and as JSON.

use std::fmt::Write as _;
use std::time::Instant;

use serde::{Deserialize, Serialize};

/// One figure of one implementation.
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
    /// Says whether it is an implementation's figure for an operation.
    pub(crate) fn is_of(&self, operation: &str, implementation: &str) -> bool {
        self.operation == operation && self.implementation == implementation
    }

    pub(crate) fn new(
        operation: &str,
        users: u32,
        implementation: &str,
        unit: &str,
        values: &mut [f64],
    ) -> Self {
        values.sort_by(f64::total_cmp);
        let at = |place: usize| values.get(place).copied().unwrap_or(f64::NAN);
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

/// Says of each row how many times the yardstick's it is.
pub(crate) fn add_ratios_to_pairs(rows: &mut [Row]) {
    let yardsticks: Vec<_> = rows
        .iter()
        .filter(|row| row.implementation == "pairs")
        .cloned()
        .collect();
    for row in rows {
        let of = |pairs: &&Row| pairs.operation == row.operation && pairs.users == row.users;
        row.ratio_to_pairs = yardsticks
            .iter()
            .find(of)
            .map(|pairs| row.median / pairs.median);
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

/// Tells whoever waits what is being done.
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

    pub(crate) fn print(&self, what: &str) {
        eprintln!(
            "[{:>6.1} s] {} users: {what}",
            self.started.elapsed().as_secs_f64(),
            self.users
        );
    }
}
