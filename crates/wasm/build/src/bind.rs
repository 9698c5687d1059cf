//! Makes the JavaScript around the WebAssembly.

use std::path::Path;

use wasm_bindgen_cli_support::Bindgen;

use super::Failure;

/// The name of the files that are made: `NAME.js` and `NAME_bg.wasm`.
pub(crate) const NAME: &str = "socialgraph";

/// Writes a module of JavaScript and the WebAssembly that it loads.
pub(crate) fn write_module(wasm: &Path, out: &Path) -> Result<(), Failure> {
    let mut bindgen = bindgen(wasm);
    // Bundlers find the WebAssembly by its address beside the module.
    bindgen.web(true)?.omit_default_module_path(false);
    Ok(bindgen.generate(out)?)
}

/// Writes a script of JavaScript for a page, which gives it the WebAssembly.
pub(crate) fn write_script(wasm: &Path, out: &Path) -> Result<(), Failure> {
    let mut bindgen = bindgen(wasm);
    // Chromium runs no module in the worker of a page from the disk.
    bindgen.no_modules(true)?;
    Ok(bindgen.generate(out)?)
}

/// Returns the declarations of what the module exports, without the functions that load it.
pub(crate) fn declarations(wasm: &Path) -> Result<String, Failure> {
    // The declarations for bundlers are those: a bundler loads the WebAssembly itself.
    let mut bindgen = bindgen(wasm);
    let output = bindgen.bundler(true)?.typescript(true).generate_output()?;
    let declarations = output
        .ts()
        .ok_or("wasm-bindgen has written no declarations")?;
    Ok(declarations.to_owned())
}

fn bindgen(wasm: &Path) -> Bindgen {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(wasm)
        .out_name(NAME)
        // Checks each argument: a number instead of a name would be read as an empty name.
        .debug(true)
        // What is left of names and tools in the file is for debuggers.
        .remove_name_section(true)
        .remove_producers_section(true);
    bindgen
}
