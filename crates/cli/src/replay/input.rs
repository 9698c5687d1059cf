//! Reads the rows of a CSV file, or finds the first malformed line.

use std::str::Utf8Error;

use crate::text::shortened;

/// A rating of one user by another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) line: usize,
    pub(crate) source: String,
    pub(crate) target: String,
    pub(crate) opinion: Opinion,
}

/// The meaning of a rating's sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opinion {
    Trust,
    Distrust,
}

/// A malformed line.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub(crate) struct Malformed {
    pub(crate) line: usize,
    pub(crate) fault: Fault,
}

/// The reason why a line is malformed.
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
    #[error("the rating `{}` is not a whole number other than 0", shortened(.0))]
    Rating(String),
    #[error("the time `{}` is not a number of seconds", shortened(.0))]
    Time(String),
    #[error("`{}` rates themselves", shortened(.0))]
    SelfRating(String),
    #[error("the name `{}` cannot be used: {error}", shortened(name))]
    Name {
        name: String,
        error: socialgraph::AddUserError,
    },
}

/// Reads every row below the header. Blank lines are skipped.
pub(crate) fn parse(bytes: &[u8]) -> Result<Vec<Row>, Malformed> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut lines = bytes.split(|byte| *byte == b'\n').zip(1..);

    let header = lines.next().map_or(&[][..], |(line, _)| line);
    check_header(header).map_err(|fault| Malformed { line: 1, fault })?;

    let mut rows = Vec::new();
    for (bytes, line) in lines {
        if !bytes.trim_ascii().is_empty() {
            let row = parse_row(bytes, line).map_err(|fault| Malformed { line, fault })?;
            rows.push(row);
        }
    }
    Ok(rows)
}

/// Refuses a first line that is already a row, so that no rating is lost as a header.
fn check_header(line: &[u8]) -> Result<(), Fault> {
    match split_fields(line)?.as_slice() {
        [_, _, rating, time] if !is_number(rating) && !is_number(time) => Ok(()),
        _ => Err(Fault::NoHeader),
    }
}

fn is_number(field: &str) -> bool {
    field.parse::<f64>().is_ok()
}

fn parse_row(bytes: &[u8], line: usize) -> Result<Row, Fault> {
    let fields = split_fields(bytes)?;
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

fn split_fields(line: &[u8]) -> Result<Vec<String>, Fault> {
    let line = std::str::from_utf8(line.strip_suffix(b"\r").unwrap_or(line))?;
    if line.contains('\r') {
        return Err(Fault::CarriageReturn);
    }

    // Most rows have no quotes and need no CSV reader.
    if !line.contains('"') {
        let fields = line.split(',').map(|field| field.trim().to_owned());
        return Ok(fields.collect());
    }
    if !line.matches('"').count().is_multiple_of(2) {
        return Err(Fault::OpenQuote);
    }

    // A reader for each line, because a reader's own line numbers skip blank lines.
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
