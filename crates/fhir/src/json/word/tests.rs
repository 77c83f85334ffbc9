use super::*;
use proptest::prelude::*;

proptest! {
    #[test]
    fn eight_at_once_are_each_one_of_them(bytes in proptest::collection::vec(any::<u8>(), 0..30)) {
        let is_space = |byte: &u8| *byte <= b' ';
        prop_assert_eq!(anywhere(&bytes, has_space), bytes.iter().any(is_space));
        let is_escaped = |byte: &u8| *byte < b' ' || matches!(byte, b'"' | b'\\');
        prop_assert_eq!(anywhere(&bytes, has_escaped), bytes.iter().any(is_escaped));
    }

    #[test]
    fn one_among_many_is_found(at in 0..30_usize, length in 1..31_usize, byte in any::<u8>()) {
        for other in [b'!', b'a', 0x7F, 0x80, 0xFF] {
            let mut bytes = vec![other; length];
            bytes[at % length] = byte;
            prop_assert_eq!(anywhere(&bytes, has_space), byte <= b' ');
            let is_escaped = byte < b' ' || matches!(byte, b'"' | b'\\');
            prop_assert_eq!(anywhere(&bytes, has_escaped), is_escaped);
        }
    }
}
