//! Plays any bytes as a log of operations to the engine and the reference model.
#![no_main]

use socialgraph_testkit::reference::log;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (setup, steps) = log::read(bytes);
    log::play(setup, &steps).unwrap();
});
