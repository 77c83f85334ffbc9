use super::{Example, examples, first_missing};

const PAGE: &str = "\
# Page
```sh
cargo run --release -- serve
```
prose
```text
listening on http://127.0.0.1:8080
```
```sh
echo a
```
```sh
echo b
```
```json
{ \"a\": … }
```
```toml
x = 1
```
";

#[test]
fn blocks_come_with_what_they_must_print() {
    let found = examples(PAGE);
    assert_eq!(found.len(), 3);
    assert_eq!(found[0].expected.as_deref(), Some("listening on http://127.0.0.1:8080\n"));
    assert!(found[0].starts_server());
    assert_eq!(found[1], Example { line: 9, code: "echo a\n".to_owned(), expected: None });
    assert!(!found[1].starts_server());
    assert_eq!(found[2].expected.as_deref(), Some("{ \"a\": … }\n"));
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
