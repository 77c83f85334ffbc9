use super::{Example, examples};

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
    let found = examples(PAGE, "sh");
    assert_eq!(found.len(), 3);
    assert_eq!(found[0].expected.as_deref(), Some("listening on http://127.0.0.1:8080\n"));
    assert_eq!(found[1], Example { line: 9, code: "echo a\n".to_owned(), expected: None });
    assert_eq!(found[2].expected.as_deref(), Some("{ \"a\": … }\n"));
}

#[test]
fn only_blocks_of_the_language_count() {
    let found = examples(PAGE, "toml");
    assert_eq!(found, [Example { line: 18, code: "x = 1\n".to_owned(), expected: None }]);
    assert_eq!(examples(PAGE, "go"), []);
}
