//! Bundles written out by hand as c2sp.org/tlog-tiles has them, and bytes that are none.

use super::*;
use proptest::prelude::*;

#[test]
fn a_bundle_has_the_layout_of_the_specification() {
    let leaves: [&[u8]; 3] = [b"one", b"", &[7; 258]];
    let mut expected = b"\x00\x03one\x00\x00\x01\x02".to_vec();
    expected.extend([7; 258]);
    assert_eq!(entry_bundle(leaves.into_iter()), expected);
    assert_eq!(parse_entry_bundle(&expected), Ok(leaves.to_vec()));
}

#[test]
fn every_cut_of_a_bundle_is_seen() {
    let bundle = entry_bundle([[1; 46], [2; 46], [3; 46]].iter().map(<[u8; 46]>::as_slice));
    for end in 0..bundle.len() {
        let expected = match end {
            0 => Err(EntryError::Count),
            48 | 96 => Ok(end / 48),
            _ => Err(EntryError::Truncated),
        };
        assert_eq!(parse_entry_bundle(&bundle[..end]).map(|leaves| leaves.len()), expected);
    }
}

#[test]
fn a_bundle_has_at_most_256_entries() {
    assert_eq!(parse_entry_bundle(&[0; 512]).map(|leaves| leaves.len()), Ok(256));
    assert_eq!(parse_entry_bundle(&[0; 514]), Err(EntryError::Count));
    assert_eq!(parse_entry_bundle(&vec![0; 1 << 20]), Err(EntryError::Count));
}

fn leaf() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 0..300)
}

proptest! {
    #[test]
    fn what_was_bundled_comes_back(
        leaves in proptest::collection::vec(leaf(), 1..=256),
    ) {
        let bundle = entry_bundle(leaves.iter().map(Vec::as_slice));
        prop_assert_eq!(parse_entry_bundle(&bundle).unwrap(), leaves);
    }

    #[test]
    fn whatever_is_read_is_bundled_again_so(bytes in proptest::collection::vec(0..4_u8, 0..600)) {
        if let Ok(leaves) = parse_entry_bundle(&bytes) {
            prop_assert_eq!(entry_bundle(leaves.into_iter()), bytes);
        }
    }
}
