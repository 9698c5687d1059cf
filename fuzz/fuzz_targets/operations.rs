//! Any bytes as a log of operations.
#![no_main]

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/it/model.rs"]
mod model;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/it/corpus/operations.rs"]
mod operations;
#[path = "../../tests/it/twins.rs"]
mod twins;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (setting, log) = operations::read(bytes);
    operations::play(setting, &log);
});
