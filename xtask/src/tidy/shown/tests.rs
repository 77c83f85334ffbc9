use super::*;

fn source(path: &str, text: &str) -> Source {
    Source { path: path.to_owned(), text: text.to_owned() }
}

#[test]
fn a_test_that_is_not_there_is_found() {
    let tests = source("crates/a/tests/it/b.rs", "fn it_is_there() {}");
    let file = "[b](../crates/a/tests/it/b.rs)";
    let others = "[c](c.test.js) `whatever`, [b](../x/b.rs) `Cargo.toml`";
    let page = format!("{file} `it_is_there`, {file} `it_is_not`\n{file}, {others}");
    let page = source("docs/page.md", &page);
    let findings = check(&page, &[tests]);
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].what.ends_with("has no test it_is_not"));
}
