//! The README of the project shows what the README of this crate compiles.

use std::fs;
use std::path::Path;

/// Returns the first block of code after a text, without the lines that documentation hides.
fn block(path: &str, after: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = fs::read_to_string(path).unwrap();
    let (_, rest) = text.split_once(after).unwrap();
    let (_, rest) = rest.split_once("```rust").unwrap();
    let (_, rest) = rest.split_once('\n').unwrap();
    let (code, _) = rest.split_once("```").unwrap();
    let is_hidden = |line: &str| line == "#" || line.starts_with("# ");
    let lines: Vec<_> = code.lines().filter(|line| !is_hidden(line)).collect();
    lines.join("\n") + "\n"
}

#[test]
fn the_projects_readme_shows_the_examples_that_are_compiled() {
    let compiled = block("README.md", "# socialgraph-host");
    let (_, body) = compiled.split_once("\n\n").unwrap();
    let reading = block("README.md", "## Reading the record");
    let shown = "../../README.md";
    assert_eq!(block(shown, "## Durable"), body);
    assert_eq!(block(shown, "Everything else reads one record"), reading);
    assert!([body, &reading].iter().all(|it| it.lines().count() >= 6));
}
