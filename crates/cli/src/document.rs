//! A document, printed as text for a terminal or as Markdown.

/// The width of text for a terminal.
const WIDTH: usize = 80;

/// Paragraphs, tables, lists and code under headings.
#[derive(Default)]
pub(crate) struct Document {
    blocks: Vec<Block>,
}

enum Block {
    /// A heading and its level, from 1.
    Heading(usize, String),
    Paragraph(String),
    Table {
        header: Vec<String>,
        rows: Vec<Vec<String>>,
    },
    List(Vec<String>),
    Code(String),
}

impl Document {
    pub(crate) fn heading(&mut self, level: usize, text: impl Into<String>) {
        self.blocks.push(Block::Heading(level, text.into()));
    }

    pub(crate) fn paragraph(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Paragraph(text.into()));
    }

    /// Adds a table, unless it has no rows.
    pub(crate) fn table(&mut self, header: &[&str], rows: Vec<Vec<String>>) {
        if !rows.is_empty() {
            let header = header.iter().map(|&cell| cell.to_owned()).collect();
            self.blocks.push(Block::Table { header, rows });
        }
    }

    /// Adds a list, unless it is empty.
    pub(crate) fn list(&mut self, items: Vec<String>) {
        if !items.is_empty() {
            self.blocks.push(Block::List(items));
        }
    }

    pub(crate) fn code(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Code(text.into()));
    }

    /// Returns the document as Markdown.
    pub(crate) fn to_markdown(&self) -> String {
        let blocks = self.blocks.iter().map(Block::to_markdown);
        blocks.collect::<Vec<_>>().join("\n")
    }

    /// Returns the document as text of at most 80 columns, tables and long words aside.
    pub(crate) fn to_text(&self) -> String {
        let blocks = self.blocks.iter().map(Block::to_text);
        blocks.collect::<Vec<_>>().join("\n")
    }
}

impl Block {
    fn to_markdown(&self) -> String {
        match self {
            Self::Heading(level, text) => format!("{} {text}\n", "#".repeat(*level)),
            Self::Paragraph(text) => format!("{text}\n"),
            Self::Code(text) => format!("```text\n{}\n```\n", text.trim_end()),
            Self::List(items) => lines(items.iter().map(|item| format!("- {item}\n"))),
            Self::Table { header, rows } => {
                let line = |cells: &[String]| {
                    let cells: Vec<_> = cells.iter().map(|it| it.replace('|', "\\|")).collect();
                    format!("| {} |\n", cells.join(" | "))
                };
                let rule = vec!["---".to_owned(); header.len()];
                let body = rows.iter().map(|row| line(row));
                line(header) + &line(&rule) + &body.collect::<String>()
            }
        }
    }

    fn to_text(&self) -> String {
        match self {
            Self::Heading(1, text) => {
                let text = plain(text);
                format!("{text}\n{}\n", "=".repeat(text.chars().count()))
            }
            Self::Heading(_, text) => {
                let text = plain(text);
                format!("{text}\n{}\n", "-".repeat(text.chars().count()))
            }
            Self::Paragraph(text) => wrapped(&plain(text), "", ""),
            Self::Code(text) => {
                let code = text.trim_end().lines();
                lines(code.map(|line| format!("    {line}\n")))
            }
            Self::List(items) => {
                let items = items.iter();
                lines(items.map(|item| wrapped(&plain(item), "  - ", "    ")))
            }
            Self::Table { header, rows } => table(header, rows),
        }
    }
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.collect()
}

/// Returns Markdown without its backticks.
fn plain(text: &str) -> String {
    text.replace('`', "")
}

/// Returns a text in lines, the first behind one margin and the others behind another.
pub(crate) fn wrapped(text: &str, first: &str, margin: &str) -> String {
    let mut lines = String::new();
    let mut line = first.to_owned();
    let mut is_empty = true;

    for word in text.split(' ') {
        if !is_empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines += line.trim_end();
            lines.push('\n');
            margin.clone_into(&mut line);
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line += word;
        is_empty = false;
    }
    lines + line.trim_end() + "\n"
}

/// Returns a table in columns. If it is too wide, its last column is wrapped.
fn table(header: &[String], rows: &[Vec<String>]) -> String {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| plain(cell)).collect())
        .collect();
    let mut widths: Vec<usize> = header.iter().map(|cell| cell.chars().count()).collect();
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }

    let line = |row: &[String]| {
        let mut text = String::new();
        for (index, (cell, width)) in row.iter().zip(&widths).enumerate() {
            if index + 1 < row.len() {
                text += cell;
                text.extend(std::iter::repeat_n(' ', 2 + width - cell.chars().count()));
            } else {
                let margin = " ".repeat(text.chars().count());
                text = wrapped(cell, &text, &margin);
            }
        }
        text
    };

    let rule: Vec<String> = header
        .iter()
        .map(|it| "-".repeat(it.chars().count()))
        .collect();
    let body = rows.iter().map(|row| line(row));
    line(header) + &line(&rule) + &body.collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::Document;

    fn document() -> Document {
        let mut document = Document::default();
        document.heading(2, "One `two`");
        document.paragraph("word ".repeat(20).trim_end());
        document.table(
            &["name", "text"],
            vec![vec![
                "`a`".to_owned(),
                "b|c ".repeat(25).trim_end().to_owned(),
            ]],
        );
        document.list(vec!["x".to_owned()]);
        document.code("ann joins\n");
        document.list(Vec::new());
        document
    }

    #[test]
    fn text_fits_the_width_and_has_no_marks() {
        let text = document().to_text();
        assert!(
            text.lines().all(|line| line.chars().count() <= 80),
            "{text}"
        );
        assert!(!text.contains('`'), "{text}");
        assert!(text.starts_with("One two\n-------\n\nword"), "{text}");
        assert!(
            text.contains("name  text\n----  ----\na     b|c b|c"),
            "{text}"
        );
        assert!(text.ends_with("\n  - x\n\n    ann joins\n"), "{text}");
    }

    #[test]
    fn markdown_keeps_the_marks() {
        let markdown = document().to_markdown();
        assert!(
            markdown.contains("| name | text |\n| --- | --- |\n| `a` | b\\|c"),
            "{markdown}"
        );
        assert!(
            markdown.ends_with("\n- x\n\n```text\nann joins\n```\n"),
            "{markdown}"
        );
    }
}
