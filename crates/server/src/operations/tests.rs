//! What an operator is warned of.
use super::*;

#[test]
fn damage_and_another_history_are_told() {
    let (fine, quiet) = (Status::default(), Evidence::default());
    assert!(warnings(&fine, &quiet).is_empty());
    let damaged = Status { damaged: Some("a record".into()), ..Status::default() };
    assert!(warnings(&damaged, &quiet)[0].contains("damage"));
    let alarm = Evidence { alarm: true, ..quiet };
    assert!(warnings(&fine, &alarm)[0].contains("another history"));
    assert_eq!(warnings(&damaged, &alarm).len(), 2);
}
