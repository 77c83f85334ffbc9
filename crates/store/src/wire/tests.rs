use super::*;
use proptest::prelude::*;

proptest! {
    #[test]
    fn a_varint_comes_back_as_it_was(value: u64) {
        let mut bytes = Vec::new();
        put_varint(&mut bytes, value);
        let mut reader = Reader::new(&bytes);
        prop_assert_eq!(reader.varint(), Ok(value));
        prop_assert!(reader.is_done());
    }

    #[test]
    fn any_bytes_are_a_shortest_varint_or_refused(bytes: Vec<u8>) {
        let mut reader = Reader::new(&bytes);
        if let Ok(value) = reader.varint() {
            let mut again = Vec::new();
            put_varint(&mut again, value);
            prop_assert_eq!(&again[..], &bytes[..reader.position()]);
        }
    }
}

#[test]
fn a_longer_form_is_refused() {
    assert!(Reader::new(&[0x80, 0x00]).varint().is_err());
    assert!(Reader::new(&[0xff; 11]).varint().is_err());
    assert_eq!(Reader::new(&[0x00]).varint(), Ok(0));
}

#[test]
fn taking_past_the_end_is_refused() {
    let mut reader = Reader::new(&[1, 2, 3]);
    assert_eq!(reader.u16(), Ok(0x0201));
    assert!(reader.u16().is_err());
    assert_eq!(reader.u8(), Ok(3));
    assert!(reader.take(usize::MAX).is_err());
}
