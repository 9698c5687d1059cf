//! How each read measure grows with the number of users: a panel for each.

use std::collections::BTreeSet;

use plotters::prelude::*;

use super::style::{Area, Axis, Decades, GRID, colour, page, power, text, thousands};
use super::units::Unit;
use super::{Drawn, operations};
use crate::report::Row;

const COLUMNS: usize = 2;
const PANEL: (u32, u32) = (480, 300);

const TITLE: &str = "What a question takes, by number of users";
const NOTE: &str = "Medians, with minimum and maximum; both axes are logarithmic. \
    An audience and a list of visible senders count as one question of 1000 users.";

/// What only asks.
const READS: [&str; 4] = [
    "can_message",
    "can_send_friend_request",
    "audience_",
    "visible_senders",
];

/// Draws the growth of every read measure, where there are two sizes at least.
pub(super) fn draw(rows: &[Row]) -> Drawn<Option<String>> {
    let rows: Vec<_> = rows.iter().filter(|row| is_read(row)).collect();
    let sizes: BTreeSet<_> = rows.iter().map(|row| row.users).collect();
    if sizes.len() < 2 {
        return Ok(None);
    }
    let operations = operations(rows.iter().copied());
    let lines = operations.len().div_ceil(COLUMNS);
    let size = (
        PANEL.0 * u32::try_from(COLUMNS)?,
        PANEL.1 * u32::try_from(lines)?,
    );
    let panels = |area: &Area<'_>| {
        area.split_evenly((lines, COLUMNS))
            .iter()
            .zip(operations)
            .try_for_each(|(area, operation)| {
                let of = |row: &&&Row| row.operation == operation;
                panel(
                    area,
                    operation,
                    &sizes,
                    &rows.iter().filter(of).copied().collect::<Vec<_>>(),
                )
            })
    };
    page(size, TITLE, NOTE, &rows, panels).map(Some)
}

fn is_read(row: &Row) -> bool {
    let asks = READS.iter().any(|name| row.operation.starts_with(name));
    asks && Unit::of(row) == Some(Unit::Time)
}

/// Draws one measure: a line for each implementation.
fn panel(area: &Area<'_>, operation: &str, sizes: &BTreeSet<u32>, rows: &[&Row]) -> Drawn<()> {
    let figures = rows
        .iter()
        .flat_map(|row| [row.min, row.max].map(|time| Unit::base(row, time)));
    let mut chart = ChartBuilder::on(area)
        .caption(operation, text(14))
        .margin_right(18)
        .margin_left(8)
        .margin_bottom(12)
        .x_label_area_size(40)
        .y_label_area_size(66)
        .build_cartesian_2d(users_axis(sizes), Decades::around(figures).axis(0.0))?;
    chart
        .configure_mesh()
        .bold_line_style(GRID)
        .label_style(text(11))
        .x_label_formatter(&|logarithm| thousands(rounded(10_f64.powf(*logarithm))))
        .y_label_formatter(&power(Unit::Time))
        .x_desc("users")
        .y_desc("time")
        .axis_desc_style(text(11))
        .draw()?;
    for (points, colour, width) in lines(rows) {
        let medians = points.iter().map(|[users, _, median, _]| (*users, *median));
        let ranges = points
            .iter()
            .map(|[users, min, _, max]| [(*users, *min), (*users, *max)]);
        chart.draw_series(LineSeries::new(medians.clone(), colour.stroke_width(width)))?;
        chart.draw_series(medians.map(|at| Circle::new(at, 3, colour.filled())))?;
        chart.draw_series(ranges.map(|range| PathElement::new(range, colour.stroke_width(1))))?;
    }
    Ok(())
}

/// Returns an axis with a tick at each size.
fn users_axis(sizes: &BTreeSet<u32>) -> Axis {
    let ticks: Vec<_> = sizes
        .iter()
        .map(|users| f64::from(*users).log10())
        .collect();
    Axis {
        range: ticks[0] - 0.12..ticks[ticks.len() - 1] + 0.12,
        ticks,
    }
}

/// Users, minimum, median and maximum, all as logarithms.
type Point = [f64; 4];

/// Returns the line of each implementation, what is drawn on top last.
fn lines(rows: &[&Row]) -> Vec<(Vec<Point>, RGBColor, u32)> {
    let mut lines: Vec<(usize, RGBColor, Vec<Point>)> = Vec::new();
    for row in rows {
        let Some((place, colour)) = colour(&row.implementation) else {
            continue;
        };
        let logarithm = |time| Unit::base(row, time).log10();
        let point = [
            f64::from(row.users).log10(),
            logarithm(row.min),
            logarithm(row.median),
            logarithm(row.max),
        ];
        match lines.iter_mut().find(|(of, ..)| *of == place) {
            Some((.., points)) => points.push(point),
            None => lines.push((place, colour, vec![point])),
        }
    }
    lines.sort_by_key(|(place, ..)| std::cmp::Reverse(*place));
    let line = |(place, colour, mut points): (usize, RGBColor, Vec<Point>)| {
        points.sort_by(|a, b| a[0].total_cmp(&b[0]));
        (points, colour, if place == 0 { 3 } else { 2 })
    };
    lines.into_iter().map(line).collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it was a number of users"
)]
fn rounded(users: f64) -> u32 {
    users.round() as u32
}
