//! Signed networks: a rating of one user by another on each row.
//!
//! The forms are those of the Stanford SNAP collection. Bitcoin OTC has commas, no header, and
//! times with decimals. Epinions and Slashdot have tabs, and a header in the last comment. The
//! hyperlinks of Reddit have tabs, a header, more columns, and ISO times.

use super::fault::{Fault, Malformed};
use super::records::{Comments, Delimiter, Record, Records};
use super::time;

/// A rating of one user by another.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) line: usize,
    pub(crate) source: String,
    pub(crate) target: String,
    pub(crate) opinion: Opinion,
    /// Seconds since 1970, if the network has times.
    pub(crate) time: Option<f64>,
}

/// The meaning of a rating's sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opinion {
    Trust,
    Distrust,
}

/// The names of columns, without their case and all but letters.
const SOURCES: &[&str] = &[
    "source",
    "src",
    "from",
    "fromnode",
    "fromnodeid",
    "fromid",
    "fromuser",
    "rater",
    "sourceid",
    "sourcenode",
    "sourcesubreddit",
    "sourceuser",
    "truster",
    "trustor",
];
const TARGETS: &[&str] = &[
    "target",
    "tgt",
    "dst",
    "to",
    "tonode",
    "tonodeid",
    "toid",
    "touser",
    "ratee",
    "targetid",
    "targetnode",
    "targetsubreddit",
    "targetuser",
    "trustee",
];
const RATINGS: &[&str] = &[
    "rating",
    "sign",
    "weight",
    "trust",
    "trustindex",
    "score",
    "vote",
    "value",
    "linksentiment",
];
const TIMES: &[&str] = &["time", "timestamp", "date", "datetime", "timesinceepoch"];

/// The columns of a row without a header, or with a header of four other names.
const IN_ORDER: &str = "source,target,rating,time";

/// Where the parts of a rating stand in a row.
struct Columns {
    source: usize,
    target: usize,
    rating: usize,
    time: Option<usize>,
    len: usize,
    /// The columns as an error names them.
    names: String,
}

/// Reads every row of a network.
pub(crate) fn parse(bytes: &[u8]) -> Result<Vec<Row>, Malformed> {
    let mut records = Records::new(bytes, Comments::Hash);

    let mut last_comment = None;
    let first = loop {
        match records.next().transpose()? {
            Some(record) if record.is_comment => last_comment = Some(record),
            Some(record) => break record,
            None if last_comment.is_some() => return Ok(Vec::new()),
            None => return Err(Fault::Empty.at(1)),
        }
    };

    let delimiter = Delimiter::of(first.text);
    let fields = first.fields(delimiter)?;
    let mut rows = Vec::new();
    let columns = if let Some(columns) = Columns::of_header(&fields, first.line)? {
        columns
    } else {
        let columns = match last_comment {
            Some(comment) => Columns::of_comment(comment)?,
            None => None,
        };
        let columns = columns.unwrap_or_else(|| Columns::in_order(fields.len()));
        rows.push(columns.row(&fields, first.line)?);
        columns
    };

    for record in records {
        let record = record?;
        if !record.is_comment {
            rows.push(columns.row(&record.fields(delimiter)?, record.line)?);
        }
    }
    Ok(rows)
}

impl Columns {
    /// Returns the columns of a row without a header.
    fn in_order(len: usize) -> Self {
        let (len, time, names) = match len {
            3 => (3, None, "source,target,rating"),
            _ => (4, Some(3), IN_ORDER),
        };
        Self {
            source: 0,
            target: 1,
            rating: 2,
            time,
            len,
            names: names.to_owned(),
        }
    }

    /// Returns the columns that a header names, or `None` if the fields are no header.
    fn of_header(fields: &[String], line: usize) -> Result<Option<Self>, Malformed> {
        let known = |names, role| column(fields, names, role).map_err(|fault| fault.at(line));
        let source = known(SOURCES, "source")?;
        let target = known(TARGETS, "target")?;

        let (Some(source), Some(target)) = (source, target) else {
            // Four other names are a header, too. A row is none, so that no rating is lost.
            let [_, _, rating, time] = fields else {
                return Ok(None);
            };
            let is_row = rating.parse::<f64>().is_ok() || time::seconds(time).is_some();
            return Ok((!is_row).then(|| Self::in_order(fields.len())));
        };

        let rating = known(RATINGS, "rating")?.ok_or_else(|| Fault::NoRating.at(line))?;
        Ok(Some(Self {
            source,
            target,
            rating,
            time: known(TIMES, "time")?,
            len: fields.len(),
            names: fields.join(","),
        }))
    }

    /// Returns the columns that a comment above the first row names, if it is a header.
    fn of_comment(comment: Record<'_>) -> Result<Option<Self>, Malformed> {
        let text = comment.text.trim_start_matches('#').trim();
        let fields: Vec<String> = text
            .split([' ', '\t', ','])
            .filter(|field| !field.is_empty())
            .map(str::to_owned)
            .collect();

        // A sentence may have "from" and "to" in it. A header has no more than a few words.
        let has = |names: &[&str]| fields.iter().any(|field| names.contains(&&*bare(field)));
        if has(SOURCES) && has(TARGETS) && has(RATINGS) {
            Self::of_header(&fields, comment.line)
        } else {
            Ok(None)
        }
    }

    fn row(&self, fields: &[String], line: usize) -> Result<Row, Malformed> {
        self.read(fields, line).map_err(|fault| fault.at(line))
    }

    fn read(&self, fields: &[String], line: usize) -> Result<Row, Fault> {
        let wrong_count = || Fault::FieldCount {
            found: fields.len(),
            expected: format!("{}: {}", self.len, self.names),
        };
        if fields.len() != self.len {
            return Err(wrong_count());
        }
        let field = |index: usize| fields.get(index).ok_or_else(wrong_count);

        let rating = field(self.rating)?;
        let opinion = opinion(rating).ok_or_else(|| Fault::Rating(rating.clone()))?;

        let mut time = None;
        if let Some(index) = self.time {
            let text = field(index)?;
            time = Some(time::seconds(text).ok_or_else(|| Fault::Time(text.clone()))?);
        }

        Ok(Row {
            line,
            source: field(self.source)?.clone(),
            target: field(self.target)?.clone(),
            opinion,
            time,
        })
    }
}

/// Returns the one column with a name among these.
fn column(fields: &[String], names: &[&str], role: &'static str) -> Result<Option<usize>, Fault> {
    let mut columns = fields
        .iter()
        .enumerate()
        .filter(|(_, field)| names.contains(&&*bare(field)))
        .map(|(index, _)| index);
    let first = columns.next();
    if columns.next().is_some() {
        return Err(Fault::TwoColumns(role));
    }
    Ok(first)
}

/// Returns the letters of a column's name in lower case: `fromnodeid` of `FromNodeId`.
fn bare(name: &str) -> String {
    let letters = name.chars().filter(|letter| letter.is_alphabetic());
    letters.flat_map(char::to_lowercase).collect()
}

/// Reads a rating. Only its sign counts, so it may have decimals.
fn opinion(text: &str) -> Option<Opinion> {
    let rating: f64 = text.parse().ok()?;
    match rating {
        rating if !rating.is_finite() => None,
        rating if rating > 0.0 => Some(Opinion::Trust),
        rating if rating < 0.0 => Some(Opinion::Distrust),
        _ => None,
    }
}

/// Returns how many rows are older than a row before them.
pub(crate) fn late(rows: &[Row]) -> usize {
    let mut latest = f64::NEG_INFINITY;
    let times = rows.iter().filter_map(|row| row.time);
    times
        .filter(|time| {
            let is_late = *time < latest;
            latest = latest.max(*time);
            is_late
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::{Opinion, late, parse};

    /// Reads a network, and returns its rows as text.
    fn rows(text: &str) -> Vec<String> {
        let rows = parse(text.as_bytes()).unwrap();
        let rows = rows.iter().map(|row| {
            let sign = match row.opinion {
                Opinion::Trust => '+',
                Opinion::Distrust => '-',
            };
            format!("{}: {}{sign}{}", row.line, row.source, row.target)
        });
        rows.collect()
    }

    fn error(text: &str) -> String {
        parse(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn a_network_without_a_header_has_three_or_four_columns() {
        assert_eq!(
            rows("6,2,4,1289241911.72836\n6,5,-2,1289241941.5\n"),
            ["1: 6+2", "2: 6-5"]
        );
        assert_eq!(
            rows("ann\tben\t1\nben\tann\t-1.0\n"),
            ["1: ann+ben", "2: ben-ann"]
        );
        assert_eq!(
            error("ann,ben\n"),
            "line 1: the row has 2 field(s), and should have 4: source,target,rating,time"
        );
        assert_eq!(
            error("ann,ben,1\nann,ben\n"),
            "line 2: the row has 2 field(s), and should have 3: source,target,rating"
        );
        assert_eq!(
            error("ann,ben,good\n"),
            "line 1: the rating `good` is not a number other than 0"
        );
        assert_eq!(
            error("ann,ben,good,2010-11-08\n"),
            "line 1: the rating `good` is not a number other than 0"
        );
    }

    #[test]
    fn a_header_gives_the_columns_in_any_order() {
        assert_eq!(
            rows("time,Rating,TO,from\n2010-11-08,-1,ann,ben\n"),
            ["2: ben-ann"]
        );
        assert_eq!(
            rows(
                "SOURCE_SUBREDDIT\tTARGET_SUBREDDIT\tPOST_ID\tTIMESTAMP\tLINK_SENTIMENT\tPROPERTIES\n\
                 leagues\tteams\t1u4nrps\t2013-12-31 16:39:58\t1\t345.0,298.0,0.75\n"
            ),
            ["2: leagues+teams"]
        );
        assert_eq!(rows("target,source,weight\nann,ben,-3\n"), ["2: ben-ann"]);
    }

    #[test]
    fn a_header_with_too_little_or_too_much_is_an_error() {
        assert_eq!(
            error("source,target,colour\nann,ben,1\n"),
            "line 1: the header names no column for the rating, such as `rating`, `sign` or \
             `weight`"
        );
        assert_eq!(
            error("source,from,target,sign\n"),
            "line 1: the header names two columns for the source"
        );
        assert_eq!(
            error("to,from,sign\nann,ben,1,9\n"),
            "line 2: the row has 4 field(s), and should have 3: to,from,sign"
        );
    }

    #[test]
    fn comments_are_skipped_and_the_last_may_be_the_header() {
        let text = "# Directed graph: it's a \"test\n# Nodes: 3 Edges: 2\n\
                    # FromNodeId\tToNodeId\tSign\n0\t1\t-1\n# between\n1\t2\t1\n";
        assert_eq!(rows(text), ["4: 0-1", "6: 1+2"]);
        let text = "# Sign\tToNodeId\tFromNodeId\n-1\tann\tben\n";
        assert_eq!(rows(text), ["2: ben-ann"]);
        assert_eq!(rows("# nothing\n"), [""; 0]);
    }

    #[test]
    fn rows_behind_their_time_are_counted() {
        let rows = parse(b"a,b,1,5\na,c,1,2010-01-01\na,d,1,6\na,e,1,2010-01-01").unwrap();
        assert_eq!(late(&rows), 1);
        assert_eq!(late(&parse(b"a,b,1\na,c,1\n").unwrap()), 0);
    }
}
