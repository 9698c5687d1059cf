//! The functions of the reviewer's page, as exports: text in and text out.

use js_sys::Function;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::review;

/// Declares the exports that are one function of [`review`] each.
macro_rules! exports {
    ($($export:ident: $function:ident),+ $(,)?) => {$(
        #[doc = concat!("Calls [`review::", stringify!($function), "`].")]
        #[wasm_bindgen]
        #[must_use]
        pub fn $export(input: &str) -> String {
            review::$function(input)
        }
    )+};
}

exports! {
    review_view: view,
    review_certainties: certainties,
    review_story_file: story_file,
    review_rust_test: rust_test,
    review_policy: policy,
    review_policy_file: policy_file,
    review_with_part: with_part,
    review_systems: systems,
    review_compare: compare,
    review_nearest: nearest,
    review_what_if: what_if,
    review_estimate: estimate,
    review_properties: properties,
    review_profiles: profiles,
    review_shown_stories: shown_stories,
    review_rules: rules,
}

/// Calls [`review::check`]. The function gets the progress as JSON text.
#[wasm_bindgen]
#[must_use]
pub fn review_check(input: &str, progress: &Function) -> String {
    review::check(input, &mut |text| {
        // A page that no longer listens does not stop the search.
        let _ = progress.call1(&JsValue::NULL, &JsValue::from_str(text));
    })
}
