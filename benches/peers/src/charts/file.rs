//! Reading what a run has written, with everything checked that a chart relies on.

use std::collections::BTreeMap;
use std::path::Path;

use super::style::colour;
use super::units::Unit;
use crate::report::Row;

/// Reads the rows of a run.
///
/// # Errors
/// Fails, with the file named and the place, where it cannot be read, is no JSON of rows, or has
/// a row that cannot be drawn.
pub(crate) fn read(path: &Path) -> Result<Vec<Row>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string());
    let rows = text.and_then(|text| parse(&text));
    rows.map_err(|error| format!("{}: {error}", path.display()))
}

pub(super) fn parse(text: &str) -> Result<Vec<Row>, String> {
    let rows: Vec<Row> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if rows.is_empty() {
        return Err("there are no rows".to_owned());
    }
    let mut seen = BTreeMap::new();
    let mut units = BTreeMap::new();
    for (place, row) in rows.iter().enumerate() {
        let number = place + 1;
        check(row).map_err(|error| format!("row {number}: {error}"))?;
        let key = (&row.operation, row.users, &row.implementation);
        if let Some(first) = seen.insert(key, number) {
            return Err(format!("row {number}: is for the same as row {first}"));
        }
        let unit = units.entry(&row.operation).or_insert(&row.unit);
        if *unit != &row.unit {
            let Row {
                operation,
                unit: other,
                ..
            } = row;
            return Err(format!(
                "row {number}: `{operation}` is in `{unit}` before, not `{other}`"
            ));
        }
    }
    Ok(rows)
}

/// Checks what one row says by itself.
fn check(row: &Row) -> Result<(), String> {
    let Row {
        users,
        min,
        median,
        max,
        ..
    } = row;
    if *users == 0 {
        return Err("`users` is 0".to_owned());
    }
    if colour(&row.implementation).is_none() {
        return Err(format!(
            "`implementation` is `{}`, which has no colour",
            row.implementation
        ));
    }
    if Unit::of(row).is_none() {
        return Err(format!(
            "`unit` is `{}`, not one of `ns`, `us`, `bytes`",
            row.unit
        ));
    }
    if !(*min > 0.0 && max.is_finite()) {
        return Err(format!(
            "`min` is {min} and `max` {max}, which no log scale can show"
        ));
    }
    if !(min <= median && median <= max) {
        return Err(format!(
            "`median` is {median}, which is not within {min} and {max}"
        ));
    }
    Ok(())
}
