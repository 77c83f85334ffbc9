use super::Ladder;

#[test]
fn the_lowest_comes_first_and_of_equals_the_lower_source() {
    let mut ladder = Ladder::default();
    for (source, head) in [(2, 5), (0, 7), (1, 5), (3, 1)] {
        ladder.insert(source, head, u32::cmp);
    }
    assert_eq!(ladder.peek(), Some(&(3, 1)));
    let order: Vec<_> = std::iter::from_fn(|| ladder.pop()).collect();
    assert_eq!(order, [(3, 1), (1, 5), (2, 5), (0, 7)]);
}
