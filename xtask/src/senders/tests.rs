use super::{CODE_LINES_MAX, wanted};
use crate::fenced::Example;

fn program(code: &str, expected: Option<&str>) -> Example {
    Example { line: 1, code: code.to_owned(), expected: expected.map(str::to_owned) }
}

#[test]
fn a_program_without_what_is_stored_is_refused() {
    assert!(wanted(&program("send()\n", Some("{ \"type\": \"rest\" }"))).is_ok());
    assert!(wanted(&program("send()\n", None)).is_err());
    assert!(wanted(&program("send()\n", Some("the event"))).is_err());
}

#[test]
fn a_long_program_is_refused_and_imports_and_brackets_are_free() {
    let code = "send()\n".repeat(CODE_LINES_MAX);
    assert!(wanted(&program(&format!("import a\n\n{code}  }});\n}}\n"), Some("{}"))).is_ok());
    assert!(wanted(&program(&format!("{code}send()\n"), Some("{}"))).is_err());
}
