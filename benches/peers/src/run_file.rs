//! Reads the rows of a run and rejects rows that no chart can show.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

use crate::charts::has_colour;
use crate::report::Row;

/// Reads the rows of a run.
///
/// # Errors
/// Fails if the file cannot be read, is not a JSON array of rows, or has a row that no chart can
/// show. The message names the file and the place.
pub(crate) fn read(path: &Path) -> Result<Vec<Row>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string());
    let rows = text.and_then(|text| parse(&text));
    rows.map_err(|error| format!("{}: {error}", path.display()))
}

fn parse(text: &str) -> Result<Vec<Row>, String> {
    let rows: Vec<Row> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if rows.is_empty() {
        return Err("there are no rows".to_owned());
    }

    let mut numbers = BTreeMap::new();
    let mut units = BTreeMap::new();
    for (row, number) in rows.iter().zip(1..) {
        check(row).map_err(|error| format!("row {number}: {error}"))?;

        let key = (
            &row.operation,
            &row.population,
            row.users,
            &row.implementation,
        );
        if let Some(first) = numbers.insert(key, number) {
            return Err(format!("row {number}: is for the same as row {first}"));
        }

        let (operation, unit) = (&row.operation, &row.unit);
        let before = *units.entry(operation).or_insert(unit);
        if before != unit {
            let error = format!("`{operation}` is in `{before}` before, not `{unit}`");
            return Err(format!("row {number}: {error}"));
        }
    }
    Ok(rows)
}

/// Checks a row without regard to the other rows.
fn check(row: &Row) -> Result<(), String> {
    let (implementation, unit) = (&row.implementation, &row.unit);
    let (min, median, max) = (row.min, row.median, row.max);

    let error = if row.users == 0 {
        "`users` is 0".to_owned()
    } else if !has_colour(implementation) {
        format!("`implementation` is `{implementation}`, which has no colour")
    } else if !["ns", "us", "bytes"].contains(&unit.as_str()) {
        format!("`unit` is `{unit}`, not one of `ns`, `us`, `bytes`")
    } else if !(min > 0.0 && max.is_finite()) {
        format!("`min` is {min} and `max` {max}, which no log scale can show")
    } else if !(min <= median && median <= max) {
        format!("`median` is {median}, which is not within {min} and {max}")
    } else {
        return Ok(());
    };
    Err(error)
}
