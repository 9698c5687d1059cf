//! Text from outside, made safe to print.

use std::fmt;

/// The number of characters that [`shortened`] keeps.
const SHORT_LEN: usize = 40;

/// Returns the mark of what nothing confirms.
pub(crate) const fn unconfirmed_mark(is_unconfirmed: bool) -> &'static str {
    if is_unconfirmed {
        " (not confirmed)"
    } else {
        ""
    }
}

/// How like a name a text has to be for a suggestion, from 0 to 1.
const LIKE: f64 = 0.8;

/// Returns the name that is most like a text, if one is like it.
pub(crate) fn most_like<'n>(
    text: &str,
    names: impl IntoIterator<Item = &'n str>,
) -> Option<&'n str> {
    let likeness = |name: &&str| strsim::jaro_winkler(text, name);
    let by_likeness = |one: &&str, other: &&str| likeness(one).total_cmp(&likeness(other));
    let most_like = names.into_iter().max_by(by_likeness);
    most_like.filter(|name| likeness(name) >= LIKE)
}

/// Escapes every character that could steer a terminal.
pub(crate) fn escaped(text: impl fmt::Display) -> String {
    let escaped = text.to_string().escape_debug().to_string();
    escaped.replace("\\'", "'").replace("\\\"", "\"")
}

/// Escapes text, and cuts it to a length that fits a line.
pub(crate) fn shortened(text: &str) -> String {
    let start: String = text.chars().take(SHORT_LEN).collect();
    let ellipsis = if start.len() < text.len() { "…" } else { "" };
    format!("{}{ellipsis}", escaped(&start))
}

#[cfg(test)]
mod tests {
    use super::{escaped, shortened};

    #[test]
    fn control_characters_are_escaped_and_quotes_are_not() {
        assert_eq!(escaped("\u{1b}[2J\n\u{202e}"), r"\u{1b}[2J\n\u{202e}");
        assert_eq!(escaped("O'Brien \"ü\" \\"), r#"O'Brien "ü" \\"#);
    }

    #[test]
    fn long_text_is_cut() {
        assert_eq!(shortened(&"x".repeat(40)), "x".repeat(40));
        assert_eq!(shortened(&"é".repeat(41)), format!("{}…", "é".repeat(40)));
    }
}
