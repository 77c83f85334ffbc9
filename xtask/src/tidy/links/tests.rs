use super::super::Source;
use super::check;

fn found(text: &str) -> Vec<Option<usize>> {
    let file = Source { path: "docs/ARCHITECTURE.md".to_owned(), text: text.to_owned() };
    let known = ["crates/store/src/lib.rs", "docs/ci.md"];
    check(&file, &|path| known.contains(&path)).into_iter().map(|finding| finding.line).collect()
}

#[test]
fn a_dead_link_is_found_where_it_is() {
    assert_eq!(found("# a\n[x](../crates/store/src/gone.rs) [y](ci.md)\n"), [Some(2)]);
}

#[test]
fn living_links_anchors_and_the_web_are_left_alone() {
    let text = "[x](../crates/store/src/lib.rs#L1) [y](./ci.md) [z](#here) [w](https://hl7.org/)";
    assert_eq!(found(text), []);
}

#[test]
fn code_is_no_prose() {
    assert_eq!(found("```json\n[x](y)\n```\n"), []);
}
