//! A signed network: users who rate one another.

use std::collections::{BTreeMap, HashMap};

use super::shape::{Draw, Shape};
use super::{Population, sort_distinct};

/// The name of the population in the rows.
const SIGNED: &str = "signed";

impl Population {
    /// Reads a network from CSV, below a header: source, target, rating and time.
    ///
    /// A rating below zero is a block. Two users are friends if at least one of them rates the
    /// other above zero and neither blocks the other: in every implementation friendships are
    /// mutual. If a user rates another twice, the later row counts. Users get numbers in the order
    /// in which the file names them.
    ///
    /// # Errors
    /// Fails at the first malformed line, or if there is no block. Half of the queries are about
    /// blocks.
    pub(crate) fn from_csv(text: &str) -> Result<Self, String> {
        let mut lines = text.lines().zip(1..);
        let header = lines.next().map_or("", |(header, _)| header);
        if parse_row(header) != Err(NOT_A_NUMBER) {
            return Err(format!("line 1: {NO_HEADER}"));
        }

        let mut numbers = HashMap::new();
        let mut ratings = BTreeMap::new();
        for (line, number) in lines {
            let row = parse_row(line).map_err(|error| format!("line {number}: {error}"))?;
            let mut number_of = |name| {
                let next = numbers.len();
                *numbers.entry(name).or_insert(next)
            };
            let pair = (number_of(row.source), number_of(row.target));
            ratings.insert(pair, row.rating);
        }

        let number = |user: usize| u32::try_from(user).expect("fewer users than bytes");
        let (mut blocks, mut friends) = (Vec::new(), Vec::new());
        for (&(source, target), &rating) in &ratings {
            let is_block = |rating: &i32| *rating < 0;
            if is_block(&rating) {
                blocks.push((number(source), number(target)));
            } else if rating > 0 && !ratings.get(&(target, source)).is_some_and(is_block) {
                friends.push((number(source.min(target)), number(source.max(target))));
            }
        }
        sort_distinct(&mut friends);

        if blocks.is_empty() {
            return Err("no rating is below zero, so there are no blocks".to_owned());
        }
        let users = number(numbers.len());
        let draw = Draw::new(Shape::Uniform, users, 0);
        Ok(Self::from_parts(SIGNED, draw, blocks, friends))
    }
}

const NO_HEADER: &str = "a header `source,target,rating,time` is missing";
const NOT_A_NUMBER: &str = "the rating is not a whole number";

#[derive(PartialEq)]
struct Row<'t> {
    source: &'t str,
    target: &'t str,
    rating: i32,
}

fn parse_row(line: &str) -> Result<Row<'_>, &'static str> {
    let fields: Vec<_> = line.split(',').map(str::trim).collect();
    let [source, target, rating, _time] = fields[..] else {
        return Err("the row does not have the fields source,target,rating,time");
    };

    let rating = rating.parse().map_err(|_| NOT_A_NUMBER)?;
    if source == target {
        return Err("a user rates themselves");
    }
    Ok(Row {
        source,
        target,
        rating,
    })
}
