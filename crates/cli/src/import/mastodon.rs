//! The lists of accounts that Mastodon exports.
//!
//! As Mastodon 4 writes them: `blocked_accounts.csv` has no header and an account on each line.
//! `following_accounts.csv` and `muted_accounts.csv` have a header, the first column of which is
//! `Account address`. The file of blocked domains has a domain on each line; that of a server's
//! admin has the header `#domain`. Mastodon's own import takes every list with or without a header,
//! and drops an `@` before an account, and so does this.

use super::fault::{Fault, Malformed, ReadError};
use super::names::Named;
use super::records::{Comments, Delimiter, Records};

/// The header of `following_accounts.csv`.
pub(crate) const FOLLOWS_HEADER: &str = "Account address,Show boosts,Notify on new posts,Languages";

/// A list of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Accounts {
    Blocked,
    Followed,
}

/// What a first line tells of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Header {
    /// `Account address` alone.
    Accounts,
    Follows,
    Mutes,
    Domains,
    Lists,
}

impl Header {
    /// Returns the header that the first fields are, if they are one.
    pub(crate) fn of(fields: &[String]) -> Option<Self> {
        let has = |name: &str| fields.iter().any(|field| field.eq_ignore_ascii_case(name));
        let first = fields.first()?.as_str();
        match () {
            () if has("List name") => Some(Self::Lists),
            () if has("Hide notifications") => Some(Self::Mutes),
            () if has("Show boosts") || has("Notify on new posts") => Some(Self::Follows),
            () if first.eq_ignore_ascii_case("Account address") => Some(Self::Accounts),
            () if first == "#domain" || first == "domain" => Some(Self::Domains),
            () => None,
        }
    }

    /// Returns why a file with this header is not read as a list of accounts, if it is not.
    pub(crate) fn refusal(self, accounts: Accounts) -> Option<String> {
        let error = match self {
            Self::Follows if accounts == Accounts::Blocked => {
                "the file is Mastodon's following_accounts.csv, which `mastodon-follows` reads"
            }
            Self::Accounts | Self::Follows => return None,
            Self::Mutes => {
                "the file is Mastodon's muted_accounts.csv, and a mute is no block: mutes are not \
                 supported"
            }
            Self::Domains => return Some(domains()),
            Self::Lists => {
                "the file has Mastodon's lists, which sort a timeline: they are not supported"
            }
        };
        Some(error.to_owned())
    }
}

/// Returns the error for a file of domains.
pub(crate) fn domains() -> String {
    "the file lists domains, and domains are not supported: blocks are between users".to_owned()
}

/// Reads the accounts of a list.
pub(crate) fn parse(bytes: &[u8], accounts: Accounts) -> Result<Vec<Named>, ReadError> {
    let mut records = Records::new(bytes, Comments::None).peekable();

    let (mut len, mut column) = (1, 0);
    if let Some(Ok(first)) = records.peek() {
        let fields = first.fields(Delimiter::Comma)?;
        if let Some(header) = Header::of(&fields) {
            if let Some(refusal) = header.refusal(accounts) {
                return Err(ReadError::Refused(refusal));
            }
            let mut names = fields.iter();
            let address = names.position(|name| name.eq_ignore_ascii_case("Account address"));
            (len, column) = (fields.len(), address.unwrap_or_default());
            records.next();
        }
    }

    let mut named = Vec::new();
    for record in records {
        let record = record?;
        let fields = record.fields(Delimiter::Comma)?;
        let account = account(&fields, len, column).map_err(|fault| fault.at(record.line))?;
        named.push(Named {
            line: record.line,
            name: account,
        });
    }
    Ok(named)
}

/// Reads the account of a row.
fn account(fields: &[String], len: usize, column: usize) -> Result<String, Fault> {
    let field = fields.get(column).filter(|_| fields.len() == len);
    let field = field.ok_or_else(|| Fault::FieldCount {
        found: fields.len(),
        expected: match len {
            1 => "1: an account".to_owned(),
            _ => format!("{len}, as the header has"),
        },
    })?;

    let account = field.strip_prefix('@').unwrap_or(field);
    if is_address(account) {
        Ok(account.to_owned())
    } else if is_domain(account) {
        Err(Fault::Domain(account.to_owned()))
    } else {
        Err(Fault::Address(field.clone()))
    }
}

/// Returns whether a text is an account: `ben@example.social`, or `ben` of the own server.
pub(crate) fn is_address(text: &str) -> bool {
    let word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let Some((user, domain)) = text.split_once('@') else {
        return !text.is_empty() && text.chars().all(word);
    };

    let inner = |letter: char| word(letter) || letter == '-' || letter == '.';
    let host = |letter: char| letter.is_alphanumeric() || ".-:_[]".contains(letter);
    user.starts_with(word)
        && user.ends_with(word)
        && user.chars().all(inner)
        && !domain.is_empty()
        && domain.chars().all(host)
}

/// Returns whether a text is a domain: `example.social`.
pub(crate) fn is_domain(text: &str) -> bool {
    // The servers that a block hides from the public have asterisks in their place.
    let label = |label: &str| {
        !label.is_empty()
            && label
                .chars()
                .all(|it| it.is_alphanumeric() || "-_*".contains(it))
    };
    text.contains('.') && text.split('.').all(label)
}

/// Returns what an unnamed file with one column is, from its lines.
pub(crate) fn only_domains(bytes: &[u8]) -> Result<bool, Malformed> {
    let mut records = Records::new(bytes, Comments::None);
    records.try_fold(
        true,
        |all, record| Ok(all && is_domain(record?.text.trim())),
    )
}

#[cfg(test)]
mod tests {
    use super::{Accounts, is_address, is_domain, parse};

    fn names(text: &str, accounts: Accounts) -> Vec<(usize, String)> {
        let named = parse(text.as_bytes(), accounts).unwrap();
        named.into_iter().map(|it| (it.line, it.name)).collect()
    }

    fn error(text: &str, accounts: Accounts) -> String {
        parse(text.as_bytes(), accounts).unwrap_err().to_string()
    }

    #[test]
    fn accounts_are_read_with_and_without_a_header() {
        let expected = vec![(1, "ben@example.social".to_owned()), (3, "cyd".to_owned())];
        let text = "ben@example.social\r\n\r\n@cyd\r\n";
        assert_eq!(names(text, Accounts::Blocked), expected);
        assert_eq!(names(text, Accounts::Followed), expected);

        let expected = vec![(2, "ben@example.social".to_owned())];
        let text = "Account address\nben@example.social\n";
        assert_eq!(names(text, Accounts::Blocked), expected);
        let text = "Account address,Show boosts,Notify on new posts,Languages\n\
                    ben@example.social,true,false,\"de, en\"\n";
        assert_eq!(names(text, Accounts::Followed), expected);
        let text = "Show boosts,Account address\ntrue,ben@example.social\n";
        assert_eq!(names(text, Accounts::Followed), expected);
        assert_eq!(names("", Accounts::Blocked), []);
    }

    #[test]
    fn other_files_of_mastodon_are_refused() {
        for (text, accounts, word) in [
            (
                "Account address,Hide notifications\n",
                Accounts::Blocked,
                "a mute is no block",
            ),
            (
                "Account address,Show boosts\n",
                Accounts::Blocked,
                "`mastodon-follows` reads",
            ),
            (
                "#domain,#severity\n",
                Accounts::Blocked,
                "domains are not supported",
            ),
            (
                "List name,Account address\n",
                Accounts::Followed,
                "sort a timeline",
            ),
        ] {
            let error = error(text, accounts);
            assert!(error.contains(word), "{error}");
        }
    }

    #[test]
    fn a_malformed_account_is_named_by_its_line() {
        assert_eq!(
            error("ben@example.social\nexample.social\n", Accounts::Blocked),
            "line 2: `example.social` is a domain, and blocks are between users"
        );
        assert_eq!(
            error("Ben O'Hara\n", Accounts::Blocked),
            "line 1: `Ben O'Hara` is no account address, such as `ben@example.social`"
        );
        assert_eq!(
            error("ben@example.social,true\n", Accounts::Followed),
            "line 1: the row has 2 field(s), and should have 1: an account"
        );
        assert_eq!(
            error(
                "Account address,Show boosts\nben@example.social\n",
                Accounts::Followed
            ),
            "line 2: the row has 1 field(s), and should have 2, as the header has"
        );
    }

    #[test]
    fn no_text_is_an_address_and_a_domain() {
        for text in [
            "ben",
            "ben@example.social",
            "b.e-n_1@localhost:3000",
            "ben@münchen.example",
        ] {
            assert!(is_address(text) && !is_domain(text), "{text}");
        }
        for text in ["example.social", "xn--mnchen-3ya.example", "exa***e.social"] {
            assert!(is_domain(text) && !is_address(text), "{text}");
        }
        for text in [
            "",
            "@",
            "ben@",
            "@example.social",
            "ben ",
            "a@b@c",
            ".ben@c",
            "a..b.",
        ] {
            assert!(!is_address(text) && !is_domain(text), "{text}");
        }
    }
}
