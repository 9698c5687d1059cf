//! Any bytes as calls of the REST API.
#![no_main]

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../crates/tim/tests/it/fixtures.rs"]
mod fixtures;
#[path = "../../crates/tim/tests/it/request.rs"]
mod request;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    request::run(bytes);
});
