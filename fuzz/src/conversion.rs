//! Events of one release as events of another.
use crate::{MADE, RELEASES, same::assert_same};
use kiln_fhir::conversion::convert;
use kiln_fhir::{Limits, Release, parse};

/// What is an event of a release is one in another, and the same when it comes back. Anything
/// else does not panic. Which other release, the bytes say: every input that is kept comes to all
/// of them through its changes, and an input costs a sixth.
pub fn conversion(bytes: &[u8]) {
    let sum = bytes.iter().map(|&byte| usize::from(byte)).sum::<usize>();
    for (at, from) in RELEASES.into_iter().enumerate() {
        let to = RELEASES[(at + 1 + sum % (RELEASES.len() - 1)) % RELEASES.len()];
        let mut there = Vec::new();
        convert(bytes, from, to, &mut there);
        if parse(bytes, from, &Limits::default()).is_ok() {
            assert_returns(bytes, from, to, &there);
        }
    }
}

fn assert_returns(event: &[u8], from: Release, to: Release, there: &[u8]) {
    parse(there, to, &MADE).unwrap_or_else(|outcome| {
        panic!("{from:?} as {to:?}: {outcome:?}\n{}", String::from_utf8_lossy(there))
    });
    let mut back = Vec::new();
    convert(there, to, from, &mut back);
    let seen = String::from_utf8_lossy(there);
    assert_same(event, &back, &format!("{from:?} differs after {to:?}\n{seen}"));
}
