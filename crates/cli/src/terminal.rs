//! Colours. A text is written with them, and `anstream` drops them unless they belong there: if
//! the output is a terminal and `NO_COLOR` is not set, or by `--color`.

use std::fmt;

use anstyle::{AnsiColor, Style};
use clap::builder::Styles;

/// The command that fails, before its error.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();

/// What nothing confirms.
const UNCONFIRMED: Style = AnsiColor::Yellow.on_default();

/// A heading, with the line below it.
const HEADING: Style = Style::new().bold();

/// What a table says of a policy that lacks nothing, and of one that lacks something.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default();

/// The styles of help.
pub(crate) const HELP_STYLES: Styles = Styles::styled()
    .header(HEADING)
    .usage(HEADING)
    .literal(AnsiColor::Cyan.on_default())
    .error(ERROR);

/// Returns a text in a style.
pub(crate) fn painted(style: Style, text: impl fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

/// Returns a text with its headings and marks in their styles.
///
/// A heading is a line above a line of dashes or equals signs.
pub(crate) fn styled(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.split('\n') {
        if is_rule(line)
            && let Some(heading) = lines.pop()
        {
            lines.push(painted(HEADING, heading));
            lines.push(painted(HEADING, line));
        } else {
            lines.push(marked(line));
        }
    }
    lines.join("\n")
}

fn is_rule(line: &str) -> bool {
    let is_drawn = |letter| matches!(letter, '-' | '=' | ' ');
    line.starts_with(['-', '=']) && line.chars().all(is_drawn)
}

/// Paints the mark of what nothing confirms, also if it is broken over two lines.
fn marked(line: &str) -> String {
    let mut line = line.replace("(not confirmed)", &painted(UNCONFIRMED, "(not confirmed)"));
    if let Some(start) = line.strip_suffix("(not") {
        line = start.to_owned() + &painted(UNCONFIRMED, "(not");
    }
    let words = line.trim_start();
    if let Some(rest) = words.strip_prefix("confirmed)") {
        let margin = " ".repeat(line.len() - words.len());
        line = margin + &painted(UNCONFIRMED, "confirmed)") + rest;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::styled;

    #[test]
    fn headings_and_marks_are_painted_and_nothing_else_changes() {
        let text = "One\n---\n\n  - a: both (not confirmed)\n  - b: a long answer (not\n    confirmed), and\na--b";
        let styled = styled(text);
        assert_eq!(anstream::adapter::strip_str(&styled).to_string(), text);
        let (bold, yellow, end) = ("\u{1b}[1m", "\u{1b}[33m", "\u{1b}[0m");
        for painted in [
            format!("{bold}One{end}\n{bold}---{end}\n"),
            format!("both {yellow}(not confirmed){end}\n"),
            format!("answer {yellow}(not{end}\n    {yellow}confirmed){end}, and\na--b"),
        ] {
            assert!(styled.contains(&painted), "{styled:?}");
        }
    }
}
