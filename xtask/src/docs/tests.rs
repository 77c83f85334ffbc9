use super::{first_missing, starts_server};
use crate::fenced::Example;

#[test]
fn a_block_that_ends_with_the_server_is_known() {
    let block = |code: &str| Example { line: 1, code: code.to_owned(), expected: None };
    assert!(starts_server(&block("cargo run --release -- serve\n")));
    assert!(starts_server(&block("kiln settings > kiln.toml\nkiln serve --settings kiln.toml\n")));
    assert!(!starts_server(&block("echo serve\n")));
}

#[test]
fn output_is_compared_in_order_and_without_white_space() {
    assert_eq!(first_missing("{ \"a\": 1, … \"b\": 2 }", "{\"a\":1,\"x\":0,\"b\":2}"), None);
    assert_eq!(first_missing("", "anything"), None);
}

#[test]
fn missing_output_is_told() {
    assert_eq!(first_missing("a … z", "abc"), Some("z".to_owned()));
    assert_eq!(first_missing("b … a", "a b"), Some("a".to_owned()));
}
