use super::{Cursor, Reference, Writer, find};
use crate::file::tests::with_dictionary;
use proptest::{collection::btree_set, prelude::*};

proptest! {
    #[test]
    fn keys_are_found_whole_and_by_their_beginning(
        keys in btree_set(
            prop_oneof!["[ab]{0,8}", "[a-z]{0,3}", "aaaaaaaaaaaaaaaa[abé]{0,40}"],
            0..200,
        ),
        asked in btree_set("[ab]{0,9}", 0..50),
    ) {
        let mut writer = Writer::default();
        let reference = |at: usize| match at % 2 {
            0 => Reference::Posting(at as u32 * 1000),
            _ => Reference::Document(at as u32),
        };
        keys.iter().enumerate().for_each(|(at, key)| writer.push(key.as_bytes(), reference(at)));
        let mut bytes = Vec::new();
        writer.write(&mut bytes);
        with_dictionary(writer.len(), &bytes, |view| {
            for (at, key) in keys.iter().enumerate() {
                assert_eq!(find(view, key.as_bytes()).unwrap(), Some(reference(at)));
            }
            for asked in &asked {
                let mut cursor = Cursor::new(view);
                cursor.seek(asked.as_bytes()).unwrap();
                for key in keys.range(asked.clone()..) {
                    assert_eq!(cursor.key(), key.as_bytes());
                    assert!(cursor.reference().is_some());
                    cursor.advance().unwrap();
                }
                assert_eq!(cursor.reference(), None);
                if !keys.contains(asked) {
                    assert_eq!(find(view, asked.as_bytes()).unwrap(), None);
                }
            }
        });
    }
}

#[test]
fn a_document_that_is_not_there_is_damage() {
    let mut writer = Writer::default();
    writer.push(b"key", Reference::Document(crate::DOCUMENTS_MAX as u32));
    let mut bytes = Vec::new();
    writer.write(&mut bytes);
    with_dictionary(writer.len(), &bytes, |view| assert!(find(view, b"key").is_err()));
}
