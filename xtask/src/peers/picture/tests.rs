use super::draw;
use crate::peers::report::tests::{report, row_of};

#[test]
fn the_longer_bar_is_full_and_the_other_in_proportion() {
    let rows = vec![row_of("writes & reads", &[(400.0, 100.0)]), row_of("slow", &[(50.0, 100.0)])];
    let picture = draw(&report(rows));
    let widths: Vec<&str> = picture
        .split("width='")
        .filter_map(|rest| rest.split_once('\'').map(|(width, _)| width))
        .filter(|width| width.contains('.'))
        .collect();
    assert_eq!(widths, ["400.0", "100.0", "200.0", "400.0"]);
    assert!(picture.contains("writes &amp; reads") && picture.contains("4.00 ×"), "{picture}");
    assert_eq!(picture.matches("<text").count(), picture.matches("</text>").count());
}
