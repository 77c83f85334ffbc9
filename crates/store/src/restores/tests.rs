use super::*;
use crate::clock::OsRandom;

/// Worked out with Python: SHA-256 of `kiln/origin/v1\0`, sixteen bytes 07, four of the number, and
/// behind a number that is not 0 sixteen bytes 05.
#[test]
fn an_origin_hides_its_log_and_changes_with_each_restore() {
    let name = |restores: Restores| restores.origin(LogId([7; 16])).to_string();
    let first = Restores::default();
    assert_eq!(name(first), "kiln-audit.org/log/9752d12a50ab6f0985f7d32aa20311c0");
    let drawn = Restores { count: 1, draw: [5; DRAW_LEN] };
    assert_eq!(name(drawn), "kiln-audit.org/log/9b92ed1047864caa47fc6220b4635f34");
}

#[test]
fn two_ways_on_from_one_copy_have_two_names() {
    let copy = Restores::default().next(&OsRandom);
    let (one, other) = (copy.next(&OsRandom), copy.next(&OsRandom));
    assert_eq!((one.count(), other.count()), (2, 2));
    assert_ne!(one.origin(LogId([7; 16])), other.origin(LogId([7; 16])));
}
