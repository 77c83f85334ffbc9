#![no_main]
//! libFuzzer's door to [`kiln_fuzz::rest`].
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    kiln_fuzz::note(bytes);
    kiln_fuzz::rest(bytes);
});
