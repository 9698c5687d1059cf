//! From a CSV file's bytes to rows, or to the line that is wrong.

use std::fmt;
use std::str::Utf8Error;

/// One rating of one person by another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) line: usize,
    pub(crate) source: String,
    pub(crate) target: String,
    pub(crate) opinion: Opinion,
}

/// What a rating's sign says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opinion {
    Trust,
    Distrust,
}

/// A line that is not what it should be.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub(crate) struct Malformed {
    pub(crate) line: usize,
    pub(crate) fault: Fault,
}

/// What is wrong with a line.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(crate) enum Fault {
    #[error("a header `source,target,rating,time` is missing")]
    NoHeader,
    #[error("the row is not UTF-8: {0}")]
    NotUtf8(#[from] Utf8Error),
    #[error("a carriage return stands inside the row: lines end in LF or CRLF")]
    CarriageReturn,
    #[error("a quote is opened and not closed")]
    OpenQuote,
    #[error("the row cannot be read: {0}")]
    NotCsv(String),
    #[error("the row has {0} field(s), and should have 4: source,target,rating,time")]
    FieldCount(usize),
    #[error("the rating `{}` is not a whole number other than 0", Plain(.0))]
    Rating(String),
    #[error("the time `{}` is not a number of seconds", Plain(.0))]
    Time(String),
    #[error("`{}` rates themselves", Plain(.0))]
    SelfRating(String),
    #[error("the name `{}` cannot be used: {error}", Plain(name))]
    Name {
        name: String,
        error: socialgraph::AddUserError,
    },
}

/// Text from outside, without control characters and cut to a length that fits a line.
pub(crate) struct Plain<'a>(pub(crate) &'a str);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 40;
        let shown: String = self.0.chars().take(SHOWN).collect();
        f.write_str(&shown.escape_debug().to_string().replace("\\'", "'"))?;
        f.write_str(if self.0.chars().nth(SHOWN).is_some() {
            "…"
        } else {
            ""
        })
    }
}

/// Reads every row below the header; blank lines are passed over.
pub(crate) fn parse(bytes: &[u8]) -> Result<Vec<Row>, Malformed> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut lines = bytes.split(|byte| *byte == b'\n').zip(1..);
    let header = lines.next().map_or(&[][..], |(line, _)| line);
    check_header(header).map_err(|fault| Malformed { line: 1, fault })?;
    lines
        .filter(|(bytes, _)| !bytes.trim_ascii().is_empty())
        .map(|(bytes, line)| row(bytes, line).map_err(|fault| Malformed { line, fault }))
        .collect()
}

/// Refuses a first line that is a row already, so that no rating is lost as a header.
fn check_header(line: &[u8]) -> Result<(), Fault> {
    let is_number = |field: &String| field.parse::<f64>().is_ok();
    match fields(line)?.as_slice() {
        [_, _, rating, time] if !is_number(rating) && !is_number(time) => Ok(()),
        _ => Err(Fault::NoHeader),
    }
}

fn row(bytes: &[u8], line: usize) -> Result<Row, Fault> {
    let fields = fields(bytes)?;
    let [source, target, rating, time] =
        <[String; 4]>::try_from(fields).map_err(|fields| Fault::FieldCount(fields.len()))?;
    let opinion = match rating.parse::<i64>() {
        Ok(1..) => Opinion::Trust,
        Ok(..0) => Opinion::Distrust,
        Ok(0) | Err(_) => return Err(Fault::Rating(rating)),
    };
    if !time.parse::<f64>().is_ok_and(f64::is_finite) {
        return Err(Fault::Time(time));
    }
    if source == target {
        return Err(Fault::SelfRating(source));
    }
    Ok(Row {
        line,
        source,
        target,
        opinion,
    })
}

fn fields(line: &[u8]) -> Result<Vec<String>, Fault> {
    let line = std::str::from_utf8(line.strip_suffix(b"\r").unwrap_or(line))?;
    if line.contains('\r') {
        return Err(Fault::CarriageReturn);
    }
    if !line.contains('"') {
        return Ok(line
            .split(',')
            .map(|field| field.trim().to_owned())
            .collect());
    }
    if !line.matches('"').count().is_multiple_of(2) {
        return Err(Fault::OpenQuote);
    }
    // Line by line, as the reader's own line numbers pass over blank lines.
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(line.as_bytes());
    match reader.records().next() {
        None => Ok(Vec::new()),
        Some(Ok(record)) => Ok(record.iter().map(str::to_owned).collect()),
        Some(Err(error)) => Err(Fault::NotCsv(error.to_string())),
    }
}
