use super::{BEGIN, END, HEAD, row, section, with_section};
use crate::peers::report::tests::{report, row_of};

#[test]
fn the_section_stands_between_the_comments_and_nothing_else_changes() {
    let page = ["before\n", BEGIN, "old\n", END, "after\n"].concat();
    let written = with_section(&page, "new\n").unwrap();
    assert_eq!(written, page.replace("old", "new"));
    assert!(with_section("a page without comments", "new").is_err());
}

#[test]
fn the_page_has_a_place_for_it() {
    let page = include_str!("../../../../docs/performance.md");
    assert!(with_section(page, "new\n").unwrap().contains("begin -->\nnew\n<!-- "));
}

#[test]
fn a_row_tells_both_sides_and_the_spread() {
    let row = row(&row_of("writes", &[(200.0, 100.0), (330.0, 100.0), (250.0, 50.0)]));
    let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
    assert_eq!(cells.len(), HEAD.lines().next().unwrap().trim_matches('|').split('|').count());
    assert_eq!(cells[0], "writes, 64 connections");
    assert_eq!(cells[1..4], ["250", "PostgreSQL 100", "**3.30 ×** (2.00 to 5.00)"]);
    assert_eq!(cells[4..], ["20.0; 40.0", "1.50; 1.50", ""]);
}

#[test]
fn publication_is_told_where_it_was_measured() {
    let mut report = report(vec![row_of("writes", &[(2.0, 1.0)])]);
    assert!(!section(&report).contains("published"));
    report.published.push((std::time::Duration::ZERO, std::time::Duration::from_millis(1200)));
    assert!(section(&report).contains("within 0.00 s at Kiln, 1.20 s at Tessera"));
}
