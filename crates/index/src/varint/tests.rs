use super::{read, size, write};
use proptest::prelude::*;

proptest! {
    #[test]
    fn what_was_written_is_read(shift in 0..32_u32, value: u32, behind in 0..3_usize) {
        let value = value >> shift;
        let mut bytes = Vec::new();
        write(&mut bytes, value);
        prop_assert_eq!(bytes.len(), size(value));
        bytes.resize(bytes.len() + behind, 0xFF);
        let mut rest = bytes.as_slice();
        prop_assert_eq!(read(&mut rest), Some(value));
        prop_assert_eq!(rest.len(), behind);
    }
}

#[test]
fn what_is_cut_or_too_large_is_none() {
    let too_large = [0xFF, 0xFF, 0xFF, 0xFF, 0x1F];
    for bytes in [&[][..], &[0x80], &[0x80, 0x80], &[0x80; 5], &[0x80; 9], &too_large] {
        assert_eq!(read(&mut &*bytes), None);
    }
}
