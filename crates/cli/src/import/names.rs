//! Plain lists: a name on each line.

use super::fault::{Fault, Malformed};
use super::records::{Comments, Delimiter, Records};

/// A name of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) line: usize,
    pub(crate) name: String,
}

/// Reads the names of a list. A name with a comma or a quote stands in quotes.
pub(crate) fn parse(bytes: &[u8]) -> Result<Vec<Named>, Malformed> {
    let mut names = Vec::new();
    for record in Records::new(bytes, Comments::None) {
        let record = record?;
        let fields = record.fields(Delimiter::Comma)?;
        let [name] = <[String; 1]>::try_from(fields).map_err(|fields| {
            let fault = Fault::FieldCount {
                found: fields.len(),
                expected: "1: a name, in quotes if it has a comma".to_owned(),
            };
            fault.at(record.line)
        })?;
        names.push(Named {
            line: record.line,
            name,
        });
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_name_stands_on_a_line() {
        let names = parse(b"ann\r\n\r\n Ben O'Hara \n\"Cyd, \"\"the\"\" Great\"\n#dan\n").unwrap();
        let names: Vec<_> = names.iter().map(|it| (it.line, &*it.name)).collect();
        let expected = [
            (1, "ann"),
            (3, "Ben O'Hara"),
            (4, "Cyd, \"the\" Great"),
            (5, "#dan"),
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn two_names_on_a_line_are_an_error() {
        assert_eq!(
            parse(b"ann\nben,cyd\n").unwrap_err().to_string(),
            "line 2: the row has 2 field(s), and should have 1: a name, in quotes if it has a comma"
        );
    }
}
