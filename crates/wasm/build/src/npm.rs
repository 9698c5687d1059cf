//! Writes the npm package.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Failure, bind, compile, files};

/// The files that are written by hand, in `crates/wasm/npm`.
const BY_HAND: [&str; 5] = ["package.json", "README.md", "node.js", "web.js", "error.js"];
const LICENSES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];

/// Before the declarations: `Symbol.dispose`, which TypeScript does not know by default.
const REFERENCE: &str = "/// <reference lib=\"esnext.disposable\" />\n";

/// Writes the package, and returns what to print.
pub(crate) fn write(out: Option<PathBuf>) -> Result<String, Failure> {
    let out = out.unwrap_or_else(|| compile::output_folder().join("npm"));
    let wasm = compile::compile("engine")?;

    files::create_folder(&out)?;
    bind::write_module(&wasm, &out)?;
    let declarations = bind::declarations(&wasm)?;
    files::write(
        &out.join("index.d.ts"),
        format!("{REFERENCE}{declarations}"),
    )?;

    let by_hand = BY_HAND.map(|name| (files::sources().join("npm").join(name), name));
    let licenses = LICENSES.map(|name| (files::repository().join(name), name));
    for (from, name) in by_hand.into_iter().chain(licenses) {
        files::write(&out.join(name), files::read(&from)?)?;
    }
    Ok(summary(&out))
}

/// Returns where the package is, and how large the WebAssembly.
fn summary(out: &Path) -> String {
    let wasm = out.join(format!("{}_bg.wasm", bind::NAME));
    let bytes = fs::metadata(wasm).map_or(0, |file| file.len());
    format!("{}: {bytes} bytes of WebAssembly\n", out.display())
}
