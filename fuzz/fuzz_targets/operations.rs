//! Any bytes as a log of operations.
#![no_main]

use socialgraph_testkit::reference::log;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (setting, steps) = log::read(bytes);
    log::play(setting, &steps);
});
