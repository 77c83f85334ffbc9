#![no_main]
//! libFuzzer's door to [`kiln_fuzz::conversion`].
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

fuzz_target!(|bytes: &[u8]| {
    kiln_fuzz::note(bytes);
    kiln_fuzz::conversion(bytes);
});
fuzz_mutator!(|bytes: &mut [u8], size: usize, size_max: usize, seed: u32| {
    kiln_fuzz::mutate(bytes, size, size_max, seed)
});
