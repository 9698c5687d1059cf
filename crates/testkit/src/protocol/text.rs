//! Texts of an adapter, made fit for an error: escaped, cut, and with the nearest known name.

/// The number of characters of a line that an error shows.
const SHOWN: usize = 160;

/// How like a name a text has to be for a suggestion, from 0 to 1.
const LIKE: f64 = 0.75;

/// Returns text in backticks: escaped, and cut to a length that can be read.
pub(super) fn quoted(text: &str) -> String {
    format!("`{}`", shown(text))
}

/// Returns text escaped, and cut to a length that can be read.
pub(super) fn shown(text: &str) -> String {
    let mut shown = String::new();
    for (number, character) in text.chars().enumerate() {
        if number == SHOWN {
            shown.push('…');
            break;
        }
        match character {
            // JSON is full of these, and they are harmless.
            '\'' | '"' | '\\' => shown.push(character),
            _ => shown.extend(character.escape_debug()),
        }
    }
    shown
}

/// Returns what to say of the known name that is most like a text, or of all if none is.
pub(super) fn near(text: &str, known: &[&str]) -> String {
    // A long text is none of the names, and comparing it takes long.
    let likeness = |name: &&&str| {
        if text.len() > SHOWN {
            return 0.0;
        }
        strsim::jaro_winkler(&text.to_lowercase(), name)
    };
    let by_likeness = |one: &&&str, other: &&&str| likeness(one).total_cmp(&likeness(other));

    let most_like = known.iter().max_by(by_likeness);
    match most_like.filter(|name| likeness(name) >= LIKE) {
        Some(name) => format!("; did you mean `{name}`?"),
        None if known.is_empty() => String::new(),
        None => format!(": they are {}", listed(known)),
    }
}

/// Returns names in backticks, separated by commas.
pub(super) fn listed(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::{near, quoted};

    #[test]
    fn text_is_escaped_and_cut() {
        assert_eq!(quoted("a\u{1b}[2J\n\"b\""), r#"`a\u{1b}[2J\n"b"`"#);
        let cut = quoted(&"é".repeat(200));
        assert_eq!(cut, format!("`{}…`", "é".repeat(160)));
    }

    #[test]
    fn the_nearest_name_is_suggested_or_all_are_listed() {
        let known = ["block", "unblock"];
        assert_eq!(near("blok", &known), "; did you mean `block`?");
        assert_eq!(near("Unblock", &known), "; did you mean `unblock`?");
        assert_eq!(near("x", &known), ": they are `block`, `unblock`");
        let long = "block".repeat(100_000);
        assert_eq!(near(&long, &known), ": they are `block`, `unblock`");
        assert_eq!(near("x", &[]), "");
    }
}
