use super::{Packer, mask, read, width};
use proptest::{collection::vec, prelude::*};

proptest! {
    #[test]
    fn what_was_packed_is_read(numbers in vec((any::<u64>(), 0..=64_u32), 0..200)) {
        let mut bytes = Vec::new();
        let mut packer = Packer::default();
        let fitting = |(value, width)| (value & mask(width), width);
        let numbers: Vec<_> = numbers.into_iter().map(fitting).collect();
        for (value, width) in &numbers {
            packer.push(&mut bytes, *value, *width);
        }
        packer.finish(&mut bytes);
        let bits: usize = numbers.iter().map(|(_, width)| *width as usize).sum();
        prop_assert_eq!(bytes.len(), bits.div_ceil(8));
        let mut at = 0;
        for (value, width) in numbers {
            prop_assert_eq!(read(&bytes, at, width), value);
            at += width as usize;
        }
    }
}

#[test]
fn what_lies_past_the_end_is_zero() {
    assert_eq!(read(&[0xFF], 4, 64), 0x0F);
    assert_eq!(read(&[0xFF], 8, 64), 0);
    assert_eq!(read(&[], usize::MAX, 64), 0);
}

#[test]
fn a_width_holds_its_number() {
    assert_eq!([0, 1, 255, 256, u64::MAX].map(width), [0, 1, 8, 9, 64]);
}
