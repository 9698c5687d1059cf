//! The formats of files, and how a file's own format is found.

use super::fault::{Fault, Malformed, ReadError};
use super::mastodon::{self, Header};
use super::records::{Comments, Delimiter, Records};
use super::x;

/// A format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// Finds the format from the content
    Auto,
    /// Mastodon's `blocked_accounts.csv`
    MastodonBlocks,
    /// Mastodon's `following_accounts.csv`
    MastodonFollows,
    /// Mastodon's blocked domains: refused, because blocks are between users
    MastodonDomains,
    /// X's `block.js`
    XBlocks,
    /// X's `following.js`
    XFollowing,
    /// X's `follower.js`
    XFollowers,
    /// A signed network, as SNAP has them: source, target, rating, time
    Network,
    /// A name on each line
    Names,
}

impl Format {
    /// Returns the name that the command line has for the format.
    pub(crate) fn name(self) -> String {
        use clap::ValueEnum;

        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// Returns whether a file of the format has one user's list.
    pub(crate) const fn is_list(self) -> bool {
        !matches!(self, Self::Network)
    }

    /// Returns the format of these bytes, if it is not known.
    pub(crate) fn or_found(self, bytes: &[u8]) -> Result<Self, ReadError> {
        match self {
            Self::Auto => find(bytes),
            known => Ok(known),
        }
    }
}

/// Finds the format of a file from its content.
fn find(bytes: &[u8]) -> Result<Format, ReadError> {
    let text = bytes.trim_ascii_start();
    if text.starts_with(b"window.YTD.") {
        let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        return Ok(match x::list(&String::from_utf8_lossy(line))? {
            Some(x::List::Following) => Format::XFollowing,
            Some(x::List::Followers) => Format::XFollowers,
            Some(x::List::Blocks) | None => Format::XBlocks,
        });
    }
    // Of an archive's list without its first line, only the key of an entry tells.
    if text.starts_with(b"[") {
        let error = "the file is JSON: if it is a list of X's archive, name its format";
        return Err(ReadError::Refused(error.to_owned()));
    }

    let (first, has_comments) = first_record(bytes)?;
    match Header::of(&first) {
        Some(Header::Follows) => return Ok(Format::MastodonFollows),
        Some(Header::Accounts) => {
            let error = "the header `Account address` is that of Mastodon's blocks and of its \
                         follows: name the format";
            return Err(ReadError::Refused(error.to_owned()));
        }
        Some(header) => {
            if let Some(error) = header.refusal(mastodon::Accounts::Followed) {
                return Err(ReadError::Refused(error));
            }
        }
        None => {}
    }

    let Ok([only]) = <[String; 1]>::try_from(first) else {
        return Ok(Format::Network);
    };
    let account = only.strip_prefix('@').unwrap_or(&only);
    Ok(match () {
        () if account.contains('@') && mastodon::is_address(account) => Format::MastodonBlocks,
        // A list of names may have names that start with `#`.
        () if has_comments && mastodon::is_domain(account) => Format::Network,
        () if mastodon::only_domains(bytes)? => Format::MastodonDomains,
        () => Format::Names,
    })
}

/// Returns the fields of the first record that is no comment, and whether one stands before it.
fn first_record(bytes: &[u8]) -> Result<(Vec<String>, bool), Malformed> {
    let mut has_comments = false;
    let mut alone = None;
    for record in Records::new(bytes, Comments::Hash) {
        let record = record?;
        let fields = record.fields(Delimiter::of(record.text));
        if !record.is_comment {
            return Ok((fields?, has_comments));
        }

        // `#domain` is a header of Mastodon's, and no comment.
        let fields = fields.unwrap_or_default();
        if Header::of(&fields).is_some() {
            return Ok((fields, has_comments));
        }
        alone.get_or_insert(fields);
        has_comments = true;
    }

    // Comments alone are a network without a row.
    match alone {
        Some(_) => Ok((Vec::new(), true)),
        None => Err(Fault::Empty.at(1)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Format, find};

    #[test]
    fn the_content_tells_the_format() {
        for (text, format) in [
            ("ben@example.social\n", Format::MastodonBlocks),
            ("@ben@example.social\n", Format::MastodonBlocks),
            ("Account address,Show boosts\n", Format::MastodonFollows),
            ("example.social\nexample.org\n", Format::MastodonDomains),
            ("example.social\nann\n", Format::Names),
            ("\n\"O'Hara, Ben\"\n", Format::Names),
            ("#ann\nben\n", Format::Names),
            ("ann,ben,1,0\n", Format::Network),
            ("ann\tben\t1\n", Format::Network),
            ("# FromNodeId\tToNodeId\tSign\n0\t1\t-1\n", Format::Network),
            ("# nothing\n", Format::Network),
            ("\nwindow.YTD.block.part0 = [ ]", Format::XBlocks),
            ("window.YTD.following.part1 = [\n", Format::XFollowing),
            ("window.YTD.follower.part0 = [\n", Format::XFollowers),
        ] {
            assert_eq!(find(text.as_bytes()), Ok(format), "{text}");
        }
    }

    #[test]
    fn what_no_format_reads_is_refused() {
        for (text, word) in [
            ("", "line 1: the file is empty"),
            ("Account address\nben@example.social\n", "name the format"),
            ("Account address,Hide notifications\n", "a mute is no block"),
            (
                "#domain,#severity\nexample.social,suspend\n",
                "domains are not supported",
            ),
            ("[{\"blocking\"", "name its format"),
            ("window.YTD.mute.part0 = [", "a mute is no block"),
        ] {
            let error = find(text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}
