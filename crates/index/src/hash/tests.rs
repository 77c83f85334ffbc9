use super::{HashKey, TermHasher};
use crate::{Field, Kind};
use siphasher::sip::SipHasher13;

#[test]
fn a_hash_is_of_the_bytes_that_the_format_names() {
    let key = *b"sixteen byte key";
    let hasher = TermHasher::new(&HashKey(key));
    let whole = SipHasher13::new_with_key(&key).hash(b"\x12\x34\x85\0\0\0\0\0some value");
    assert_eq!(hasher.hash(Field(0x1234), Kind::ordered(5), "some value"), whole);
    assert_eq!(hasher.check(), SipHasher13::new_with_key(&key).hash(b""));
}

#[test]
fn field_kind_value_and_key_all_count() {
    let hasher = TermHasher::new(&HashKey([1; 16]));
    let hash = hasher.hash(Field(1), Kind::point(1), "a");
    assert_ne!(hash, hasher.hash(Field(2), Kind::point(1), "a"));
    assert_ne!(hash, hasher.hash(Field(1), Kind::point(2), "a"));
    assert_ne!(hash, hasher.hash(Field(1), Kind::point(1), "a\0"));
    let other = TermHasher::new(&HashKey([2; 16]));
    assert_ne!(hash, other.hash(Field(1), Kind::point(1), "a"));
}
