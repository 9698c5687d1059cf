//! Implementations side by side: a group for each operation, a bar for each of them.

use std::cmp::Reverse;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::style::{Area, Axis, Decades, GRID, colour, page, power, text};
use super::units::{Unit, short};
use super::{Drawn, operations};
use crate::report::Row;

const WIDTH: u32 = 960;
const BAR: u32 = 15;
const FOOT: u32 = 64;

const NOTE: &str = "Medians, with minimum and maximum, on a logarithmic axis; behind each bar the \
    median, and how many times that of pairs it is.";

/// A bar, and how far from the foot of the chart it stands, in bars.
struct Bar<'r> {
    row: &'r Row,
    colour: RGBColor,
    height: u32,
}

/// A group's name, and the height of its middle.
struct Group<'r> {
    operation: &'r str,
    middle: f64,
}

/// Groups and bars, and how many bars would fill the chart's height.
#[derive(Default)]
struct Arranged<'r> {
    groups: Vec<Group<'r>>,
    bars: Vec<Bar<'r>>,
    height: u32,
}

/// Draws all of these rows, which are of one size and one unit.
pub(super) fn draw(title: &str, unit: Unit, rows: &[&Row]) -> Drawn<String> {
    let arranged = Arranged::new(rows);
    let size = (WIDTH, BAR * arranged.height + FOOT);
    page(size, title, NOTE, rows, |area| arranged.draw(area, unit))
}

impl<'r> Arranged<'r> {
    /// Places groups from the last at the foot to the first, with room for a bar between them.
    fn new(rows: &[&'r Row]) -> Self {
        let mut arranged = Self::default();
        for operation in operations(rows.iter().copied()).into_iter().rev() {
            arranged.add(
                operation,
                rows.iter()
                    .copied()
                    .filter(|row| row.operation == operation),
            );
        }
        arranged
    }

    fn add(&mut self, operation: &'r str, rows: impl Iterator<Item = &'r Row>) {
        let mut rows: Vec<_> = rows
            .filter_map(|row| Some((colour(&row.implementation)?, row)))
            .collect();
        rows.sort_by_key(|((place, _), _)| Reverse(*place));
        let foot = self.height;
        for ((_, colour), row) in rows {
            self.bars.push(Bar {
                row,
                colour,
                height: self.height,
            });
            self.height += 1;
        }
        self.height += 1;
        let middle = f64::midpoint(f64::from(foot), f64::from(self.height));
        self.groups.push(Group { operation, middle });
    }

    fn draw(&self, area: &Area<'_>, unit: Unit) -> Drawn<()> {
        let base = |bar: &Bar<'_>| [bar.row.min, bar.row.max].map(|of| Unit::base(bar.row, of));
        // From one unit on, so that no bar's length depends on which others are shown.
        let decades = Decades::around(self.bars.iter().flat_map(base).chain([1.0]));
        let ticks = self.groups.iter().map(|group| group.middle).collect();
        let mut chart = ChartBuilder::on(area)
            .margin_right(12)
            .margin_left(8)
            .margin_bottom(10)
            .x_label_area_size(44)
            .y_label_area_size(222)
            .build_cartesian_2d(
                decades.axis(1.1),
                Axis {
                    range: 0.0..f64::from(self.height),
                    ticks,
                },
            )?;
        chart
            .configure_mesh()
            .disable_y_mesh()
            .bold_line_style(GRID)
            .label_style(text(12))
            .x_label_formatter(&power(unit))
            .y_label_formatter(&|middle| self.operation(*middle))
            .x_desc(unit.axis())
            .axis_desc_style(text(12))
            .draw()?;
        chart.draw_series(self.bars.iter().map(|bar| bar.body(decades.start())))?;
        chart.draw_series(self.bars.iter().map(Bar::range))?;
        chart.draw_series(self.bars.iter().map(|bar| bar.figure(unit)))?;
        Ok(())
    }

    /// Returns what the group around this height is called.
    fn operation(&self, middle: f64) -> String {
        let group = self
            .groups
            .iter()
            .find(|group| (group.middle - middle).abs() < 0.25);
        group.map_or_else(String::new, |group| group.operation.to_owned())
    }
}

impl Bar<'_> {
    fn logarithm(&self, figure: f64) -> f64 {
        Unit::base(self.row, figure).log10()
    }

    /// Returns the height of its middle.
    fn middle(&self) -> f64 {
        f64::from(self.height) + 1.0
    }

    fn body(&self, start: f64) -> Rectangle<(f64, f64)> {
        let corner = (start, self.middle() - 0.42);
        let other = (self.logarithm(self.row.median), self.middle() + 0.42);
        Rectangle::new([corner, other], self.colour.filled())
    }

    fn range(&self) -> PathElement<(f64, f64)> {
        let ends = [self.row.min, self.row.max];
        let ends = ends.map(|figure| (self.logarithm(figure), self.middle()));
        PathElement::new(ends, RGBColor(110, 110, 110).stroke_width(1))
    }

    /// Returns its figure as text, behind whatever reaches farthest.
    fn figure(&self, unit: Unit) -> Text<'_, (f64, f64), String> {
        let Row {
            median,
            max,
            ratio_to_pairs,
            ..
        } = self.row;
        let figure = unit.write(Unit::base(self.row, *median));
        let figure = match ratio_to_pairs {
            Some(ratio) if self.row.implementation != "pairs" => {
                format!("{figure} ({} ×)", short(*ratio))
            }
            _ => figure,
        };
        let left = Pos::new(HPos::Left, VPos::Center);
        Text::new(
            figure,
            (self.logarithm(*max) + 0.06, self.middle()),
            text(11).pos(left),
        )
    }
}
