//! The lists of X's archive: `block.js`, `following.js` and `follower.js`.
//!
//! Each is a JSON array behind `window.YTD.block.part0 = `. An entry is
//! `{"blocking": {"accountId": "1", "userLink": "…"}}`.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::encoding;
use super::fault::{Fault, ReadError};
use super::names::Named;

/// A list of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum List {
    Blocks,
    Following,
    Followers,
}

impl List {
    const ALL: [Self; 3] = [Self::Blocks, Self::Following, Self::Followers];

    /// Returns the name of the list in the first line of its file.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Blocks => "block",
            Self::Following => "following",
            Self::Followers => "follower",
        }
    }

    /// Returns the key of an entry.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Blocks => "blocking",
            Self::Following => "following",
            Self::Followers => "follower",
        }
    }

    /// Returns the format that reads the list.
    pub(crate) const fn format(self) -> &'static str {
        match self {
            Self::Blocks => "x-blocks",
            Self::Following => "x-following",
            Self::Followers => "x-followers",
        }
    }

    const fn entry(self) -> &'static str {
        match self {
            Self::Blocks => r#"{"blocking": {"accountId": "1"}}"#,
            Self::Following => r#"{"following": {"accountId": "1"}}"#,
            Self::Followers => r#"{"follower": {"accountId": "1"}}"#,
        }
    }
}

/// An account of an entry. Its link is not read.
#[derive(serde::Deserialize)]
struct Account {
    #[serde(rename = "accountId")]
    id: String,
}

/// Returns the list that a file has, or `None` if its first line is not the archive's.
pub(crate) fn list(text: &str) -> Result<Option<List>, ReadError> {
    let Some(name) = text.trim_start().strip_prefix("window.YTD.") else {
        return Ok(None);
    };
    let name = name.split(['.', ' ', '=']).next().unwrap_or_default();
    let list = List::ALL.into_iter().find(|list| list.name() == name);
    if list.is_some() {
        return Ok(list);
    }

    let error = match name {
        "mute" => "the file is X's mute.js, and a mute is no block: mutes are not supported".into(),
        _ => format!(
            "the file is `{}` of X's archive; block.js, following.js and follower.js are read",
            crate::text::shortened(name)
        ),
    };
    Err(ReadError::Refused(error))
}

/// Reads the accounts of a list.
pub(crate) fn parse(bytes: &[u8], expected: List) -> Result<Vec<Named>, ReadError> {
    let text = encoding::text(bytes)?;
    if let Some(list) = list(text)?.filter(|list| *list != expected) {
        let (name, format) = (list.name(), list.format());
        let error = format!("the file is X's {name}.js, which `{format}` reads");
        return Err(ReadError::Refused(error));
    }

    let array = match text.split_once('=') {
        Some((before, array)) if before.trim_start().starts_with("window.YTD.") => array,
        _ => text,
    };
    let array = array.trim_end();
    let array = array.strip_suffix(';').unwrap_or(array);

    let mut place = Place::start(text);
    let entries: Vec<&RawValue> = serde_json::from_str(array).map_err(|error| {
        let start = place.line(array) - 1;
        json(&error).at(start + error.line().max(1))
    })?;

    let mut named = Vec::new();
    for entry in entries {
        let line = place.line(entry.get());
        let name = account(entry, expected).map_err(|fault| fault.at(line))?;
        named.push(Named { line, name });
    }
    Ok(named)
}

fn account(entry: &RawValue, list: List) -> Result<String, Fault> {
    let fault = |error: String| Fault::Entry {
        expected: list.entry(),
        error,
    };
    let accounts: BTreeMap<String, Account> =
        serde_json::from_str(entry.get()).map_err(|error| fault(without_place(&error)))?;

    let mut accounts = accounts.into_iter();
    match (accounts.next(), accounts.next()) {
        (Some((key, account)), None) if key == list.key() => Ok(account.id),
        (Some((key, _)), None) => Err(fault(format!(
            "its key is `{}`",
            crate::text::shortened(&key)
        ))),
        _ => Err(fault("it has not one key".to_owned())),
    }
}

fn json(error: &serde_json::Error) -> Fault {
    Fault::Json(format!("not a JSON array: {}", without_place(error)))
}

/// Returns an error without its place, which is that in a part of the file.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or(&text);
    crate::text::escaped(text)
}

/// Tells in which line of a text its parts begin, one behind the other.
struct Place<'a> {
    text: &'a str,
    /// The bytes before the last part, and its line.
    before: usize,
    line: usize,
}

impl<'a> Place<'a> {
    const fn start(text: &'a str) -> Self {
        Self {
            text,
            before: 0,
            line: 1,
        }
    }

    fn line(&mut self, part: &str) -> usize {
        // Both point into one text, so the difference is the number of bytes before the part.
        let before = part
            .as_ptr()
            .addr()
            .saturating_sub(self.text.as_ptr().addr());
        let passed = self.text.as_bytes().get(self.before..before);

        self.line += passed.map_or(0, |bytes| bytes.split(|byte| *byte == b'\n').count() - 1);
        self.before = before;
        self.line
    }
}

/// Returns a list as the archive has it.
pub(crate) fn write<'a>(list: List, names: impl Iterator<Item = &'a str>) -> String {
    let entries = names.map(|name| {
        let id = serde_json::Value::from(name);
        let link = serde_json::Value::from(link(name));
        format!(
            "\n  {{\n    \"{}\" : {{\n      \"accountId\" : {id},\n      \"userLink\" : {link}\n    \
             }}\n  }}",
            list.key()
        )
    });
    let entries: Vec<_> = entries.collect();
    let end = if entries.is_empty() { " ]" } else { "\n]" };
    format!(
        "window.YTD.{}.part0 = [{}{end}\n",
        list.name(),
        entries.join(",")
    )
}

/// Returns the link to an account, with all but letters and digits as `%` and their bytes.
fn link(name: &str) -> String {
    let parts = name.bytes().map(|byte| {
        if byte.is_ascii_alphanumeric() {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    });
    let parts: Vec<_> = parts.collect();
    format!("https://twitter.com/intent/user?user_id={}", parts.concat())
}

#[cfg(test)]
mod tests {
    use super::{List, parse, write};

    const BLOCKS: &str = r#"window.YTD.block.part0 = [
  {
    "blocking" : {
      "accountId" : "10",
      "userLink" : "https://twitter.com/intent/user?user_id=10"
    }
  },
  {
    "blocking" : {
      "accountId" : "11",
      "userLink" : "https://twitter.com/intent/user?user_id=11"
    }
  }
]
"#;

    fn error(text: &str) -> String {
        parse(text.as_bytes(), List::Blocks)
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn accounts_are_read_with_the_lines_of_their_entries() {
        let named = parse(BLOCKS.as_bytes(), List::Blocks).unwrap();
        let named: Vec<_> = named.iter().map(|it| (it.line, &*it.name)).collect();
        assert_eq!(named, [(2, "10"), (8, "11")]);
        assert_eq!(
            parse(b"window.YTD.block.part0 = [ ];", List::Blocks),
            Ok(Vec::new())
        );

        let text = br#"[{"follower": {"accountId": "7"}}]"#;
        assert_eq!(parse(text, List::Followers).unwrap()[0].name, "7");
    }

    #[test]
    fn a_list_is_written_as_the_archive_has_it() {
        assert_eq!(write(List::Blocks, ["10", "11"].into_iter()), BLOCKS);
        assert_eq!(
            write(List::Blocks, [].into_iter()),
            "window.YTD.block.part0 = [ ]\n"
        );
    }

    #[test]
    fn other_lists_are_refused() {
        for (text, expected) in [
            (
                "window.YTD.following.part0 = []",
                "the file is X's following.js, which `x-following` reads",
            ),
            (
                "window.YTD.mute.part0 = []",
                "the file is X's mute.js, and a mute is no block: mutes are not supported",
            ),
            (
                "window.YTD.tweets.part0 = []",
                "the file is `tweets` of X's archive; block.js, following.js and follower.js are \
                 read",
            ),
        ] {
            assert_eq!(error(text), expected);
        }
    }

    #[test]
    fn a_malformed_entry_is_named_by_its_line() {
        let start = "window.YTD.block.part0 = [\n";
        for (entries, expected) in [
            (
                "{\"blocking\": {\"accountId\": 1}}]",
                "line 2: the entry is not `{\"blocking\": {\"accountId\": \"1\"}}`: invalid type: integer `1`, expected a string",
            ),
            (
                "\n{\"blocking\": {}}]",
                "line 3: the entry is not `{\"blocking\": {\"accountId\": \"1\"}}`: missing field `accountId`",
            ),
            (
                "{\"muting\": {\"accountId\": \"1\"}}]",
                "line 2: the entry is not `{\"blocking\": {\"accountId\": \"1\"}}`: its key is `muting`",
            ),
            (
                "{}]",
                "line 2: the entry is not `{\"blocking\": {\"accountId\": \"1\"}}`: it has not one key",
            ),
            (
                "{\"blocking\": \n",
                "line 2: not a JSON array: EOF while parsing a value",
            ),
            ("\n\n!", "line 4: not a JSON array: expected value"),
        ] {
            assert_eq!(error(&format!("{start}{entries}")), expected);
        }
    }
}
