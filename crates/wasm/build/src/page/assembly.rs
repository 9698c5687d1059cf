//! Puts the page together.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use miniz_oxide::deflate::compress_to_vec_zlib;

use super::content_policy::content_policy;
use super::modules;
use super::sources;
use crate::{Failure, files};

/// The strongest level of compression.
const LEVEL: u8 = 10;

/// The engine as the page has it.
pub(super) struct Engine {
    /// The script that calls the WebAssembly.
    script: String,
    /// The WebAssembly, compressed, in base64.
    wasm: String,
}

impl Engine {
    pub(super) fn new(script: String, wasm: &[u8]) -> Result<Self, Failure> {
        let wasm = STANDARD.encode(compress_to_vec_zlib(wasm, LEVEL));
        is_inside(&script)?;
        Ok(Self { script, wasm })
    }

    /// Returns the engine of a page.
    pub(super) fn of_page(page: &str) -> Option<Self> {
        let text = |id: &str| {
            let (_, rest) = page.split_once(&format!(" id=\"{id}\">"))?;
            Some(rest.split_once("</script>")?.0.to_owned())
        };
        Some(Self {
            script: text("engine")?,
            wasm: text("wasm")?,
        })
    }
}

/// Returns the page of a folder with an engine.
pub(super) fn page(folder: &Path, engine: &Engine) -> Result<String, Failure> {
    let html = files::read_text(&folder.join("index.html"))?;
    let style = files::read_text(&folder.join("style.css"))?;
    let worker = files::read_text(&folder.join("worker.js"))?;
    let script = modules::joined(folder, "main.js")?;
    for text in [&style, &worker, &script] {
        is_inside(text)?;
    }

    let content_policy = content_policy(&[&engine.script, &script], &[&style]);
    let fillings = [
        ("content policy", content_policy.as_str()),
        ("sources", &sources::hash()?),
        ("style.css", &style),
        ("engine.wasm", &engine.wasm),
        ("engine.js", &engine.script),
        ("worker.js", &worker),
        ("main.js", &script),
    ];
    filled(&html, &fillings)
}

/// Returns a text with each `{{name}}` filled. Each name stands in it once.
fn filled(text: &str, fillings: &[(&str, &str)]) -> Result<String, Failure> {
    let mut parts = text.split("{{");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    let mut names = Vec::new();
    for part in parts {
        let (name, rest) = part.split_once("}}").ok_or("a place has no `}}`")?;
        let filling = fillings.iter().find(|(known, _)| *known == name);
        let (name, filling) = filling.ok_or_else(|| format!("nothing fills {{{{{name}}}}}"))?;
        names.push(*name);
        filled.extend([filling, rest]);
    }
    let expected: Vec<&str> = fillings.iter().map(|(name, _)| *name).collect();
    if names != expected {
        return Err(format!("the places are {names:?}, not {expected:?}").into());
    }
    Ok(filled)
}

/// Refuses a text that would end its element, or begin a comment in it.
fn is_inside(text: &str) -> Result<(), Failure> {
    let lower = text.to_ascii_lowercase();
    let ends = ["</script", "</style", "<!--"];
    match ends.iter().find(|end| lower.contains(*end)) {
        Some(end) => Err(format!("a file of the page has `{end}` in it").into()),
        None => Ok(()),
    }
}

/// Calls a function with a folder that has the files of a small page.
#[cfg(test)]
pub(super) fn with_files(check: impl FnOnce(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    let html = "<meta content=\"{{content policy}}\"><meta content=\"{{sources}}\">\
         <style>{{style.css}}</style><script type=\"text/plain\" id=\"wasm\">{{engine.wasm}}</script>\
         <script id=\"engine\">{{engine.js}}</script>\
         <script type=\"text/plain\" id=\"worker\">{{worker.js}}</script>\
         <script type=\"module\">{{main.js}}</script>";
    for (name, text) in [
        ("index.html", html),
        ("style.css", "p {}"),
        ("worker.js", "work()"),
        ("main.js", "start(\"{{\")\n"),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    check(folder.path());
}

#[cfg(test)]
mod tests {
    use std::fs;

    use miniz_oxide::inflate::decompress_to_vec_zlib;

    use super::{Engine, STANDARD, content_policy, filled, modules, page, with_files};
    use base64::Engine as _;

    #[test]
    fn a_page_has_its_files_inside() {
        with_files(|folder| {
            let engine = Engine::new("call()".to_owned(), b"\0asm\xff").unwrap();
            let html = page(folder, &engine).unwrap();
            assert!(html.contains("<style>p {}</style>"), "{html}");
            assert!(html.contains("\nstart(\"{{\")\nreturn"), "{html}");

            // The browser runs both scripts.
            let script = modules::joined(folder, "main.js").unwrap();
            let policy = content_policy(&["call()", &script], &["p {}"]);
            assert!(html.contains(&format!("content=\"{policy}\"")), "{html}");

            let engine = Engine::of_page(&html).unwrap();
            assert_eq!(engine.script, "call()");
            let wasm = STANDARD.decode(&engine.wasm).unwrap();
            assert_eq!(decompress_to_vec_zlib(&wasm).unwrap(), b"\0asm\xff");
            assert_eq!(page(folder, &engine).unwrap(), html);
        });
    }

    #[test]
    fn a_file_that_would_end_its_element_is_an_error() {
        with_files(|folder| {
            let engine = Engine::new(String::new(), b"").unwrap();
            for text in ["'</SCRIPT>'", "</style>", "<!-- -->"] {
                fs::write(folder.join("main.js"), text).unwrap();
                let error = page(folder, &engine).unwrap_err().to_string();
                assert!(error.starts_with("a file of the page has `<"), "{error}");
            }
        });
        assert!(Engine::new("'</script>'".to_owned(), b"").is_err());
    }

    #[test]
    fn each_place_is_filled_once() {
        let fillings = [("a", "1{{b}}"), ("b", "2")];
        assert_eq!(filled("{{a}}-{{b}}", &fillings).unwrap(), "1{{b}}-2");
        let error = |text| filled(text, &fillings).unwrap_err().to_string();
        assert_eq!(error("{{a}}{{c}}"), "nothing fills {{c}}");
        assert_eq!(error("{{a"), "a place has no `}}`");
        assert_eq!(error("{{a}}"), "the places are [\"a\"], not [\"a\", \"b\"]");
        assert!(error("{{a}}{{b}}{{a}}").starts_with("the places are"));
    }
}
