//! Writes the reviewer's page: one file that has everything inside.

mod assembly;
mod content_policy;
mod modules;
mod sources;

use std::path::{Path, PathBuf};

use self::assembly::Engine;
use super::{Failure, bind, compile, files};

/// Writes the page, and returns what to print.
pub(crate) fn write(out: Option<PathBuf>) -> Result<String, Failure> {
    let out = out.unwrap_or_else(committed);
    let page = assembly::page(&files::sources().join("page"), &built_engine()?)?;
    files::write(&out, &page)?;
    Ok(format!("{}: {} bytes\n", out.display(), page.len()))
}

/// Compares a page with its sources, without compiling, and returns what to print.
///
/// The WebAssembly of the page counts as the work of the sources in Rust that it names: another
/// compiler would make other bytes.
pub(crate) fn check(page: Option<PathBuf>) -> Result<String, Failure> {
    let path = page.unwrap_or_else(committed);
    compare(&path, &files::sources().join("page"))
}

/// Compares a page with the folder that has its files.
fn compare(path: &Path, folder: &Path) -> Result<String, Failure> {
    let name = path.display();
    let page = files::read_text(path)?;
    let engine = Engine::of_page(&page);
    let engine = engine.ok_or_else(|| format!("{name}: has no engine, so it is not the page"))?;
    if assembly::page(folder, &engine)? != page {
        return Err(format!(
            "{name}: older than its sources; `cargo run -p socialgraph-wasm-build -- page` writes \
             it anew"
        )
        .into());
    }
    Ok(format!("{name}: as its sources\n"))
}

fn committed() -> PathBuf {
    files::repository().join("docs/review.html")
}

fn built_engine() -> Result<Engine, Failure> {
    let folder = compile::output_folder().join("page");
    files::create_folder(&folder)?;
    let wasm = compile::compile("review")?;
    bind::write_script(&wasm, &folder)?;
    let file = |ending: &str| folder.join(format!("{}{ending}", bind::NAME));
    Engine::new(
        files::read_text(&file(".js"))?,
        &files::read(&file("_bg.wasm"))?,
    )
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::assembly::{self, Engine, with_files};
    use super::compare;

    #[test]
    fn a_page_is_as_its_files_or_the_error_says_what_is_wrong() {
        with_files(|folder| {
            let path = folder.join("page.html");
            let engine = Engine::new("call()".to_owned(), b"\0asm").unwrap();
            let page = assembly::page(folder, &engine).unwrap();
            let compared = |page: &str| {
                fs::write(&path, page).unwrap();
                let compared = compare(&path, folder).map_err(|error| error.to_string());
                let name = path.display().to_string();
                compared.map_err(|error| error.replace(&name, "page.html"))
            };
            let name = path.display();
            assert_eq!(compared(&page), Ok(format!("{name}: as its sources\n")));

            let older = "page.html: older than its sources; ";
            for other in [page.replace("p {}", "p { }"), format!("{page}\n")] {
                assert!(compared(&other).unwrap_err().starts_with(older));
            }
            let none = "page.html: has no engine, so it is not the page";
            assert_eq!(compared("<!doctype html>"), Err(none.to_owned()));

            // Another script of the engine has another hash in the content policy.
            let other = page.replace("call()", "other()");
            assert!(compared(&other).unwrap_err().starts_with(older));

            fs::write(folder.join("main.js"), "import start from \"start\";").unwrap();
            let error = compared(&page).unwrap_err();
            assert!(error.starts_with("main.js: only `import"), "{error}");
            fs::write(folder.join("main.js"), "finish()\n").unwrap();
            assert!(compared(&page).unwrap_err().starts_with(older));
        });
    }
}
