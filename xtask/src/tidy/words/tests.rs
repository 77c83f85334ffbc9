use super::super::Source;
use super::{check, path};

fn found_in(path: &str, text: &str) -> usize {
    check(&Source { path: path.to_owned(), text: text.to_owned() }).len()
}

fn found(text: &str) -> usize {
    found_in("crates/a/src/lib.rs", text)
}

#[test]
fn unfinished_code_is_found() {
    assert_eq!(found("fn f() { todo!() }"), 1);
    assert_eq!(found("fn f() { unimplemented!(\"x\") }"), 1);
    assert_eq!(found("fn f() { dbg!(1); }"), 1);
    assert_eq!(found("// todo!() is for later\nlet x = \"todo!()\";"), 0);
}

#[test]
fn unsafe_is_found_outside_its_one_place() {
    assert_eq!(found("let x = unsafe { y() };"), 1);
    assert_eq!(found("#[expect(unsafe_code, reason = \"\")]"), 0);
    assert_eq!(found_in("crates/store/src/disk/map.rs", "let x = unsafe { y() };"), 0);
    assert_eq!(found_in("crates/store/src/disk/mod.rs", "let x = unsafe { y() };"), 1);
}

#[test]
fn an_allow_attribute_is_found() {
    assert_eq!(found("#[allow(dead_code)]"), 1);
    assert_eq!(found("#![allow(dead_code)]"), 1);
    assert_eq!(found("#[expect(dead_code, reason = \"\")]"), 0);
}

#[test]
fn inline_tests_are_found() {
    assert_eq!(found("#[cfg(test)]\nmod tests {\n}"), 1);
    assert_eq!(found("pub(crate) mod tests {"), 1);
    assert_eq!(found("#[cfg(test)]\nmod tests;"), 0);
}

#[test]
fn an_ignored_test_needs_a_reason() {
    assert_eq!(found("#[ignore]\nfn f() {}"), 1);
    assert_eq!(found("#[ignore = \"needs an hour\"]\nfn f() {}"), 0);
}

#[test]
fn names_that_say_nothing_are_found() {
    assert!(path("crates/a/src/utils.rs").is_some());
    assert!(path("crates/common/src/lib.rs").is_some());
    assert!(path("crates/a/src/segment_manager.rs").is_some());
    assert!(path("docs/decisions/0001-format-v2.md").is_some());
    assert!(path("crates/a/src/utility_room.rs").is_none());
    assert!(path("crates/a/src/segment.rs").is_none());
}
