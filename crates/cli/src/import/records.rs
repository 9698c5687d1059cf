//! The records of a file with commas or tabs, as RFC 4180 has them.

use super::fault::{Fault, Malformed};

/// Two files in one have it in the middle, too.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Whether lines that start with `#` are comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comments {
    None,
    Hash,
}

/// A record before it is split into fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Record<'a> {
    /// The number of its first line, from 1.
    pub(crate) line: usize,
    pub(crate) text: &'a str,
    pub(crate) is_comment: bool,
}

/// Splits bytes into records. Blank lines are skipped.
///
/// A record is a line, or several if a quoted field has line breaks. A CSV reader's own line
/// numbers skip blank lines, so lines are counted here.
pub(crate) struct Records<'a> {
    rest: &'a [u8],
    /// The lines that were read.
    line: usize,
    comments: Comments,
}

impl<'a> Records<'a> {
    pub(crate) const fn new(bytes: &'a [u8], comments: Comments) -> Self {
        Self {
            rest: bytes,
            line: 0,
            comments,
        }
    }

    /// Takes the bytes of the next record, or returns `None` at the end.
    fn take(&mut self) -> Option<Result<Record<'a>, Malformed>> {
        if self.rest.is_empty() {
            return None;
        }
        let first = self.line + 1;
        let is_comment = self.comments == Comments::Hash && self.rest.starts_with(b"#");

        // Inside a quoted field, the number of quotes so far is odd.
        let (mut len, mut is_open) = (0, false);
        for line in self.rest.split_inclusive(|byte| *byte == b'\n') {
            len += line.len();
            self.line += 1;
            // A line with a number of quotes has one part more than quotes.
            let parts = line.split(|byte| *byte == b'"').count();
            is_open ^= parts.is_multiple_of(2);
            if is_comment || !is_open {
                break;
            }
        }
        let (record, rest) = self.rest.split_at_checked(len).unwrap_or((self.rest, &[]));
        self.rest = rest;

        if is_open && !is_comment {
            return Some(Err(Fault::OpenQuote.at(first)));
        }
        let record = record.strip_suffix(b"\n").unwrap_or(record);
        let record = record.strip_suffix(b"\r").unwrap_or(record);
        Some(match std::str::from_utf8(record) {
            Ok(text) => Ok(Record {
                line: first,
                text: text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text),
                is_comment,
            }),
            Err(error) => Err(Fault::from(error).at(first)),
        })
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let record = self.take()?;
            let is_blank = record
                .as_ref()
                .is_ok_and(|record| record.text.trim().is_empty());
            if !is_blank {
                return Some(record);
            }
        }
    }
}

/// What stands between the fields of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delimiter {
    Comma,
    Tab,
}

impl Delimiter {
    /// Returns the delimiter of a record: tabs if it has any.
    pub(crate) fn of(record: &str) -> Self {
        if record.contains('\t') {
            Self::Tab
        } else {
            Self::Comma
        }
    }

    pub(crate) const fn char(self) -> char {
        match self {
            Self::Comma => ',',
            Self::Tab => '\t',
        }
    }

    const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Tab => b'\t',
        }
    }
}

impl Record<'_> {
    /// Splits the record into fields. Spaces around a field are dropped, unless it is quoted.
    pub(crate) fn fields(&self, delimiter: Delimiter) -> Result<Vec<String>, Malformed> {
        split(self.text, delimiter).map_err(|fault| fault.at(self.line))
    }
}

fn split(text: &str, delimiter: Delimiter) -> Result<Vec<String>, Fault> {
    // Most records have no quotes and need no CSV reader.
    if !text.contains('"') {
        let fields = text.split(delimiter.char()).map(unquoted);
        return fields.collect();
    }

    // One record at a time, so nothing ends a record. Encodings with NUL bytes are refused before.
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter.byte())
        .terminator(csv::Terminator::Any(0))
        .from_reader(text.as_bytes());
    match reader.records().next() {
        None => Ok(Vec::new()),
        Some(Ok(record)) => strict(text, &record, delimiter),
        Some(Err(error)) => Err(Fault::NotCsv(error.to_string())),
    }
}

fn unquoted(field: &str) -> Result<String, Fault> {
    if field.contains('\r') {
        return Err(Fault::CarriageReturn);
    }
    Ok(field.trim().to_owned())
}

/// Compares a record with its text, because the reader passes over quotes in the wrong place.
fn strict(
    text: &str,
    record: &csv::StringRecord,
    delimiter: Delimiter,
) -> Result<Vec<String>, Fault> {
    let mut rest = text;
    let mut fields = Vec::new();

    for (index, field) in record.iter().enumerate() {
        if index > 0 {
            rest = rest
                .strip_prefix(delimiter.char())
                .ok_or(Fault::InnerQuote)?;
        }

        if let Some(after) = rest.strip_prefix(quoted(field).as_str()) {
            fields.push(field.to_owned());
            rest = after;
        } else if let (Some(after), false) = (rest.strip_prefix(field), field.contains('"')) {
            fields.push(unquoted(field)?);
            rest = after;
        } else {
            return Err(Fault::InnerQuote);
        }
    }

    if rest.is_empty() {
        Ok(fields)
    } else {
        Err(Fault::InnerQuote)
    }
}

/// Returns a field in quotes.
fn quoted(field: &str) -> String {
    format!("\"{}\"", field.replace('"', "\"\""))
}

/// Returns a field as a record has it: in quotes if it would be read otherwise without them.
pub(crate) fn field(text: &str) -> String {
    let needs_quotes = text.contains(['"', ',', '\t', '\r', '\n'])
        || text.starts_with(['#', BYTE_ORDER_MARK])
        || text.trim() != text;
    if needs_quotes {
        quoted(text)
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{Comments, Delimiter, Records, field, split};

    fn lines(text: &str) -> Vec<(usize, &str)> {
        let records = Records::new(text.as_bytes(), Comments::Hash).map(Result::unwrap);
        records.map(|record| (record.line, record.text)).collect()
    }

    #[test]
    fn records_have_the_number_of_their_first_line() {
        let text = "a\r\n\n\"b\nc\"\n# it's \"\nd";
        assert_eq!(
            lines(text),
            [(1, "a"), (3, "\"b\nc\""), (5, "# it's \""), (6, "d")]
        );
    }

    #[test]
    fn a_byte_order_mark_before_a_record_is_dropped() {
        assert_eq!(
            lines("a\n\u{feff}b\n\"\u{feff}c\"")[1..],
            [(2, "b"), (3, "\"\u{feff}c\"")]
        );
    }

    #[test]
    fn fields_are_split_as_rfc_4180_says() {
        let fields = |text: &str| split(text, Delimiter::Comma).unwrap();
        assert_eq!(fields(" a , b"), ["a", "b"]);
        assert_eq!(
            fields("\" a,\"\"b\"\"\r\n\",c , \"\"".trim_end_matches(", \"\"")),
            [" a,\"b\"\r\n", "c"]
        );
        assert_eq!(fields("\"\",\"\""), ["", ""]);
        assert_eq!(
            split("a,b\t\"c\td\"", Delimiter::Tab).unwrap(),
            ["a,b", "c\td"]
        );
    }

    #[test]
    fn a_quote_in_the_wrong_place_is_a_fault() {
        for text in [
            "a\"b\"",
            "\"a\"b",
            "\"a\" ,b",
            " \"a\"",
            "\"a\"\"",
            "a,\"b\"c\"",
        ] {
            let error = split(text, Delimiter::Comma).unwrap_err().to_string();
            assert!(error.starts_with("a quote stands inside"), "{text}");
        }
        for text in ["a\rb", "\"a\",b\rc"] {
            let error = split(text, Delimiter::Comma).unwrap_err().to_string();
            assert!(error.starts_with("a carriage return"), "{text}");
        }
    }

    #[test]
    fn a_written_field_is_read_back() {
        for name in [
            "ann",
            "\u{feff}a",
            " a ",
            "O\"B",
            "a,b",
            "a\tb",
            "#a",
            "a\r\nb",
            "\"",
            "\u{a0}",
        ] {
            for delimiter in [Delimiter::Comma, Delimiter::Tab] {
                assert_eq!(split(&field(name), delimiter).unwrap(), [name]);
            }
        }
    }
}
