//! Writes the reviewer's page: one file that has everything inside.

mod assembly;
mod content_policy;
mod modules;
mod sources;

use std::path::PathBuf;

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
    let page = files::read_text(&path)?;
    let anew = Engine::of_page(&page)
        .and_then(|engine| assembly::page(&files::sources().join("page"), &engine).ok());
    if anew.as_ref() != Some(&page) {
        return Err(format!(
            "{}: older than its sources; `cargo run -p socialgraph-wasm-build -- page` writes it \
             anew",
            path.display()
        )
        .into());
    }
    Ok(format!("{}: as its sources\n", path.display()))
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
