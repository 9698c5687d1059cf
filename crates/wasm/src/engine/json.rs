//! Values of JavaScript as JSON.
//!
//! JSON crosses the border as one string. Objects and lists made property by property would cross
//! it once for each property.

use serde::Serialize;
use serde::de::DeserializeOwned;
use socialgraph::Reasons;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::Failure;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = JSON, catch)]
    fn stringify(value: &JsValue) -> Result<Option<String>, JsValue>;

    #[wasm_bindgen(js_namespace = JSON, catch)]
    fn parse(text: &str) -> Result<JsValue, JsValue>;
}

/// The code of an argument that has another form than declared.
pub(super) const MALFORMED: &str = "malformed";

/// Reads an argument.
pub(super) fn read<T: DeserializeOwned>(value: &JsValue, what: &str) -> Result<T, Failure> {
    // A function, `undefined` and an object that contains itself have no JSON.
    let text = stringify(value).ok().flatten();
    let text = text.ok_or_else(|| malformed(what, "it has no form in JSON"))?;
    read_text(&text, what)
}

/// Reads JSON text.
pub(super) fn read_text<T: DeserializeOwned>(text: &str, what: &str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|error| malformed(what, &error.to_string()))
}

/// Returns the failure of an argument that has another form than declared.
fn malformed(what: &str, why: &str) -> Failure {
    Failure {
        message: format!("{what}: {why}"),
        code: MALFORMED,
        reasons: Reasons::EMPTY,
        visible: Reasons::EMPTY,
    }
}

/// Writes a result.
pub(super) fn write(value: &impl Serialize) -> JsValue {
    // Every form is of names, numbers and lists: each has JSON, and JSON is read.
    let text = serde_json::to_string(value).unwrap_or_default();
    parse(&text).unwrap_or(JsValue::UNDEFINED)
}
