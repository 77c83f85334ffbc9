//! Lines end between words, and inside of one where it is longer than a line.
use super::*;
use crate::report::pdf::face::{Faces, Weight};

fn wrapped(text: &str, width: f32) -> Vec<String> {
    let faces = Faces::load().unwrap();
    let lines = wrap(text, faces.of(Weight::Regular), 10.0, width);
    lines.into_iter().map(|range| text[range].to_owned()).collect()
}

#[test]
fn words_stay_whole_where_they_can_and_nothing_is_lost() {
    assert_eq!(wrapped("one two three", 500.0), ["one two three"]);
    assert_eq!(wrapped("one two three", 40.0), ["one two ", "three"]);
    assert_eq!(wrapped("", 40.0), [""]);
    for width in [1.0, 7.0, 20.0, 33.0, 90.0] {
        let text = "Nguyễn-Văn/An überträgt   Messwerte und 0123456789abcdef0123456789abcdef";
        let lines = wrapped(text, width);
        assert_eq!(lines.concat(), text, "{width}");
        assert!(lines.iter().all(|line| !line.is_empty()), "{width}: {lines:?}");
    }
}
