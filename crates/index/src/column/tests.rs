use super::{BLOCK_LEN, Line, write};
use crate::file::tests::with_column;
use proptest::{collection::vec, prelude::*};

fn numbers() -> impl Strategy<Value = Vec<i64>> {
    prop_oneof![
        vec(any::<i64>(), 0..400),
        vec(-5..5_i64, 0..400),
        (any::<i64>(), vec(0..2_000_i64, 0..400)).prop_map(|(start, steps)| {
            let mut value = start >> 2;
            steps
                .into_iter()
                .map(|step| {
                    value += step;
                    value
                })
                .collect()
        }),
        (any::<i64>(), 0..i64::MAX / 400, 0..400_i64).prop_map(|(start, step, len)| (0..len)
            .map(|at| start.wrapping_add(at * step))
            .collect()),
    ]
}

proptest! {
    #[test]
    fn numbers_come_back(numbers in numbers()) {
        with_column(&numbers, |column| {
            for (at, number) in numbers.iter().enumerate() {
                assert_eq!(column.get(at).unwrap(), *number);
            }
            assert!(column.get(numbers.len()).is_err());
            let mut buffer = [0; BLOCK_LEN];
            for (block, expected) in numbers.chunks(BLOCK_LEN).enumerate() {
                let len = column.block(block, &mut buffer).unwrap();
                assert_eq!(&buffer[..len], expected);
                let (least, most) =
                    column.entries(block..block + 1).unwrap().entry(block).unwrap().bounds();
                assert!(expected.iter().all(|number| (least..=most).contains(number)));
            }
        });
    }

    #[test]
    fn the_boundary_in_ascending_numbers_is_found(
        mut numbers in numbers(),
        bounds in vec(any::<i64>(), 5),
    ) {
        numbers.sort_unstable();
        with_column(&numbers, |column| {
            for bound in numbers.iter().chain(&bounds) {
                let expected = numbers.partition_point(|number| number < bound);
                assert_eq!(column.partition(|number| number < *bound).unwrap(), expected);
            }
        });
    }
}

#[test]
fn an_even_pace_takes_no_data() {
    let even: Vec<i64> = (0..1000).map(|at| 1_780_000_000_000 + at * 1000).collect();
    let mut bytes = Vec::new();
    write(&mut bytes, even.iter().copied());
    assert_eq!(bytes.len(), 8 * 16);
}

#[test]
fn a_line_never_overflows() {
    let steepest = Line { exponent: 40, mantissa: u16::MAX };
    assert!(steepest.at(BLOCK_LEN - 1) > 0);
}
