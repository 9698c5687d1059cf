//! Reads any bytes as a snapshot.
#![no_main]

#[path = "../../tests/it/corpus/snapshot.rs"]
mod snapshot;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    snapshot::run(bytes);
});
