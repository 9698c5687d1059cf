//! Writes the reviewer's page: one file that has everything inside.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Failure, bind, compile, files};

/// The elements that name a file, up to the name; what stands behind it; and what they become.
const ELEMENTS: [(&str, &str, &str, &str); 2] = [
    (
        "<link rel=\"stylesheet\" href=\"",
        "\">",
        "<style>",
        "</style>",
    ),
    (" src=\"", "\"></script>", ">", "</script>"),
];

/// Writes the page, and returns what to print.
pub(crate) fn write(out: Option<PathBuf>) -> Result<String, Failure> {
    let folder = files::sources().join("page");
    let html = files::read_text(&folder.join("index.html"))?;

    let built = compile::output_folder().join("page");
    files::create_folder(&built)?;
    let wasm = compile::compile("review", "wasm-small")?;
    bind::write_script(&wasm, &built)?;

    let page = with_files_inside(&html, |name| {
        let is_built = name.starts_with(bind::NAME);
        files::read(&if is_built { &built } else { &folder }.join(name))
    })?;
    let out = out.unwrap_or_else(|| files::repository().join("docs/review.html"));
    files::write(&out, &page)?;
    Ok(format!("{}: {} bytes\n", out.display(), page.len()))
}

/// Returns a page with the text of each stylesheet and script in it instead of its name.
///
/// The page names a file as `<link rel="stylesheet" href="NAME">` or `<script src="NAME"></script>`.
/// A script may have other attributes before `src`. A file that is no text comes in base64: give
/// its element a `type` that browsers do not run.
fn with_files_inside(
    html: &str,
    read: impl Fn(&str) -> Result<Vec<u8>, Failure>,
) -> Result<String, Failure> {
    let mut page = html.to_owned();
    for (before, behind, opening, closing) in ELEMENTS {
        let mut parts = page.split(before);
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) = part
                .split_once(behind)
                .ok_or_else(|| format!("index.html: `{before}` has no `{behind}` behind it"))?;
            let text = text_inside(Path::new(name), read(name)?, closing)?;
            filled.extend([opening, &text, closing, rest]);
        }
        page = filled;
    }
    Ok(page)
}

/// Returns a file's bytes as the text of an element.
fn text_inside(name: &Path, bytes: Vec<u8>, closing: &str) -> Result<String, Failure> {
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => STANDARD.encode(error.as_bytes()),
    };
    // The text would end the element.
    let end = closing.trim_end_matches('>');
    if text.to_ascii_lowercase().contains(end) {
        return Err(format!("{}: the text has `{end}` in it", name.display()).into());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::with_files_inside;
    use crate::Failure;

    fn read(name: &str) -> Result<Vec<u8>, Failure> {
        match name {
            "style.css" => Ok(b"p { color: red }".to_vec()),
            "page.js" => Ok(b"start(' src=\"x\"')".to_vec()),
            "engine.wasm" => Ok(b"\0asm\xff".to_vec()),
            "bad.js" => Ok(b"'</SCRIPT>'".to_vec()),
            _ => Err(format!("{name}: not found").into()),
        }
    }

    #[test]
    fn a_page_has_its_files_inside() {
        let html = "<head><link rel=\"stylesheet\" href=\"style.css\"></head>\
            <script type=\"application/wasm\" src=\"engine.wasm\"></script><p>\
            <script src=\"page.js\"></script>";
        let page = with_files_inside(html, read).unwrap();
        assert_eq!(
            page,
            "<head><style>p { color: red }</style></head>\
             <script type=\"application/wasm\">AGFzbf8=</script><p>\
             <script>start(' src=\"x\"')</script>"
        );
    }

    #[test]
    fn a_file_that_cannot_be_inside_is_an_error() {
        let error = |html: &str| with_files_inside(html, read).unwrap_err().to_string();
        assert_eq!(error("<script src=\"no.js\"></script>"), "no.js: not found");
        assert_eq!(
            error("<script src=\"bad.js\"></script>"),
            "bad.js: the text has `</script` in it"
        );
        assert!(error("<script src=\"page.js\" defer></script>").contains("behind it"));
    }
}
