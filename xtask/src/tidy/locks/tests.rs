use super::super::Source;
use super::check;

fn found(text: &str) -> Vec<Option<usize>> {
    let file = Source { path: "a/package-lock.json".to_owned(), text: text.to_owned() };
    check(&file).into_iter().map(|finding| finding.line).collect()
}

#[test]
fn another_registry_is_found_where_it_is() {
    let public = "\"resolved\": \"https://registry.npmjs.org/a/-/a-1.0.0.tgz\",\n";
    let mirror = "\"resolved\": \"https://mirror.example/a/-/a-1.0.0.tgz\",\n";
    assert_eq!(found(&format!("{{\n{public}{mirror}}}")), [Some(3)]);
    assert_eq!(found(public), []);
}

#[test]
fn the_public_registry_named_further_on_does_not_help() {
    let text = "\"resolved\": \"https://mirror.example/https://registry.npmjs.org/a.tgz\"";
    assert_eq!(found(text), [Some(1)]);
}
