use super::super::Source;
use super::check;

fn source(path: &str, text: String) -> Source {
    Source { path: path.to_owned(), text }
}

fn function(lines: usize) -> String {
    format!("pub(crate) fn f(a: [u8; 2]) {{\n{}}}\n", "    g();\n".repeat(lines - 2))
}

#[test]
fn a_long_line_is_found_where_it_is() {
    let text = format!("{}\n{}\n", "é".repeat(100), "x".repeat(101));
    let findings = check(&source("crates/a/src/lib.rs", text));
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].line, Some(2));
}

#[test]
fn a_long_function_is_found_and_one_at_the_limit_is_not() {
    assert_eq!(check(&source("crates/a/src/lib.rs", function(70))), []);
    let findings = check(&source("crates/a/src/lib.rs", format!("\n{}", function(71))));
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].line, Some(2));
}

#[test]
fn a_declaration_without_a_body_is_not_a_function() {
    let text = format!("trait T {{\n    fn f();\n}}\n{}", "static X: u8 = 1;\n".repeat(100));
    assert_eq!(check(&source("crates/a/src/lib.rs", text)), []);
}

#[test]
fn braces_in_texts_do_not_count() {
    let text = format!("fn f() {{\n    g(\"}}\");\n{}}}\n", "    g();\n".repeat(80));
    assert_eq!(check(&source("crates/a/src/lib.rs", text)).len(), 1);
}

#[test]
fn a_long_file_is_found_unless_it_holds_tests() {
    let text = "// x\n".repeat(401);
    assert_eq!(check(&source("crates/a/src/lib.rs", text.clone())).len(), 1);
    assert_eq!(check(&source("crates/a/src/lib/tests.rs", text)), []);
}
