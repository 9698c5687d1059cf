//! The lines of a file: each is a user or a relation.

use std::borrow::Cow;
use std::io::BufRead;

use csv::{ReaderBuilder, StringRecord, Terminator, Trim};
use serde::Deserialize;
use socialgraph::{RequestMode, RequestSending};

use crate::command_line::Format;

/// A line.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub(super) enum Line<'a> {
    /// A user, with what they say about friend requests.
    User {
        #[serde(borrow)]
        name: Cow<'a, str>,
        #[serde(default)]
        request_mode: Option<RequestMode>,
        #[serde(default)]
        request_sending: Option<RequestSending>,
    },
    /// Two users who list each other.
    Friends {
        #[serde(borrow)]
        a: Cow<'a, str>,
        #[serde(borrow)]
        b: Cow<'a, str>,
    },
    /// A lists b.
    Lists {
        #[serde(borrow)]
        a: Cow<'a, str>,
        #[serde(borrow)]
        b: Cow<'a, str>,
    },
    /// A blocks b.
    Blocks {
        #[serde(borrow)]
        a: Cow<'a, str>,
        #[serde(borrow)]
        b: Cow<'a, str>,
    },
    /// A has asked b, who has not answered.
    Requests {
        #[serde(borrow)]
        a: Cow<'a, str>,
        #[serde(borrow)]
        b: Cow<'a, str>,
    },
}

/// What is wrong with a line.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {what}")]
pub(super) struct LineError {
    line: u64,
    what: String,
}

/// Reads lines, and passes each with its number.
pub(super) fn read(
    input: impl BufRead,
    format: Format,
    add: impl FnMut(u64, Line<'_>) -> Result<(), String>,
) -> Result<(), LineError> {
    match format {
        Format::Jsonl => read_json(input, add),
        Format::Csv => read_csv(input, add),
    }
}

fn read_json(
    mut input: impl BufRead,
    mut add: impl FnMut(u64, Line<'_>) -> Result<(), String>,
) -> Result<(), LineError> {
    let (mut text, mut line) = (String::new(), 0);
    loop {
        line += 1;
        text.clear();
        let failed = |what: String| LineError { line, what };
        if input
            .read_line(&mut text)
            .map_err(|error| failed(error.to_string()))?
            == 0
        {
            return Ok(());
        }
        let trimmed = text.trim_start_matches('\u{feff}').trim();
        if trimmed.is_empty() {
            continue;
        }
        let read = serde_json::from_str(trimmed).map_err(|error| failed(error.to_string()))?;
        add(line, read).map_err(failed)?;
    }
}

/// The columns of CSV. A user has a name in `a`.
const COLUMNS: [&str; 3] = ["kind", "a", "b"];

fn read_csv(
    input: impl BufRead,
    mut add: impl FnMut(u64, Line<'_>) -> Result<(), String>,
) -> Result<(), LineError> {
    // With the usual terminator, lines that end in CR and LF are counted one late.
    let mut reader = ReaderBuilder::new()
        .terminator(Terminator::Any(b'\n'))
        .flexible(true)
        .trim(Trim::All)
        .from_reader(input);
    let at = |line: u64, what: String| LineError { line, what };
    let header = reader.headers().map_err(|error| at(1, error.to_string()))?;
    let is_header = header
        .iter()
        .map(|it| it.trim_start_matches('\u{feff}'))
        .eq(COLUMNS);
    if !is_header {
        return Err(at(1, format!("the first line is {}", COLUMNS.join(","))));
    }

    let mut record = StringRecord::new();
    loop {
        let line = reader.position().line();
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(error) => return Err(at(line, error.to_string())),
        }
        let read = of_record(&record).map_err(|what| at(line, what))?;
        add(line, read).map_err(|what| at(line, what))?;
    }
}

/// Reads a record of CSV.
fn of_record(record: &StringRecord) -> Result<Line<'_>, String> {
    let mut fields = record.iter();
    let mut next = || fields.next().map(Cow::Borrowed).unwrap_or_default();
    let (kind, a, b) = (next(), next(), next());
    if fields.next().is_some() {
        return Err("there are more than three columns".to_owned());
    }
    match &*kind {
        "user" if b.is_empty() => Ok(Line::User {
            name: a,
            request_mode: None,
            request_sending: None,
        }),
        "user" => Err("a user has one name".to_owned()),
        "friends" => Ok(Line::Friends { a, b }),
        "lists" => Ok(Line::Lists { a, b }),
        "blocks" => Ok(Line::Blocks { a, b }),
        "requests" => Ok(Line::Requests { a, b }),
        _ => Err(format!(
            "{kind:?} is none of user, friends, lists, blocks, requests"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::{Format, Line, read};

    fn kinds(text: &str, format: Format) -> Result<Vec<String>, String> {
        let mut kinds = Vec::new();
        let done = read(text.as_bytes(), format, |number, line| {
            let kind = match &line {
                Line::User {
                    name, request_mode, ..
                } => format!("{name} {request_mode:?}"),
                Line::Friends { a, b } => format!("{a} and {b}"),
                Line::Lists { a, b } => format!("{a} lists {b}"),
                Line::Blocks { a, b } => format!("{a} blocks {b}"),
                Line::Requests { a, b } => format!("{a} asks {b}"),
            };
            kinds.push(format!("{number}: {kind}"));
            Ok(())
        });
        done.map(|()| kinds).map_err(|error| error.to_string())
    }

    #[test]
    fn both_formats_have_each_kind() {
        let json = "\u{feff}{\"kind\":\"user\",\"name\":\"a\\u00e4\",\"request_mode\":\"anyone\"}\r\n\n\
                    {\"kind\":\"friends\",\"a\":\"x\",\"b\":\"y\"}\n{\"kind\":\"blocks\",\"a\":\"x\",\"b\":\"y\"}";
        let read = kinds(json, Format::Jsonl);
        let expected = ["1: aä Some(Anyone)", "3: x and y", "4: x blocks y"];
        assert_eq!(read, Ok(expected.map(str::to_owned).to_vec()));

        let csv = "\u{feff}kind,a,b\r\nuser,\"a, b\",\nlists,x,y\nrequests,x,y\n";
        let expected = ["2: a, b None", "3: x lists y", "4: x asks y"];
        assert_eq!(
            kinds(csv, Format::Csv),
            Ok(expected.map(str::to_owned).to_vec())
        );
    }

    #[test]
    fn a_wrong_line_is_named() {
        for (text, format, what) in [
            (
                "{\"kind\":\"user\"}",
                Format::Jsonl,
                "line 1: missing field `name`",
            ),
            (
                "\n{\"kind\":\"pals\"}",
                Format::Jsonl,
                "line 2: unknown variant `pals`",
            ),
            (
                "user,a\n",
                Format::Csv,
                "line 1: the first line is kind,a,b",
            ),
            (
                "kind,a,b\npals,a,b\n",
                Format::Csv,
                "line 2: \"pals\" is none of",
            ),
            (
                "kind,a,b\nuser,a,b\n",
                Format::Csv,
                "line 2: a user has one name",
            ),
            (
                "kind,a,b\nuser,a,,x\n",
                Format::Csv,
                "line 2: there are more",
            ),
        ] {
            let error = kinds(text, format).err().unwrap_or_default();
            assert!(error.starts_with(what), "{error}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let broken = read(&b"kind,a,b\nuser,\xff,\n"[..], Format::Csv, |_, _| Ok(()));
        assert!(broken.is_err_and(|error| error.to_string().starts_with("line 2: ")));
    }
}
