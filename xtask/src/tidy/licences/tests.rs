use super::{check, is_allowed};
use serde_json::json;

#[test]
fn permissive_choices_are_allowed() {
    assert!(is_allowed("MIT"));
    assert!(is_allowed("MIT/Apache-2.0"));
    assert!(is_allowed("MIT OR Apache-2.0 OR LGPL-2.1-or-later"));
    assert!(is_allowed("(MIT OR Apache-2.0) AND Unicode-3.0"));
    assert!(is_allowed("Apache-2.0 WITH LLVM-exception OR GPL-2.0"));
}

#[test]
fn others_are_not() {
    assert!(!is_allowed("GPL-3.0"));
    assert!(!is_allowed("MIT AND GPL-3.0"));
    assert!(!is_allowed("(MIT OR GPL-3.0) AND AGPL-3.0"));
    assert!(!is_allowed("Apache-2.0 WITH Something-exception"));
    assert!(!is_allowed("(MIT"));
    assert!(!is_allowed(""));
}

#[test]
fn a_package_from_elsewhere_or_without_a_licence_is_found() {
    let registry = "registry+https://github.com/rust-lang/crates.io-index";
    let package = |source: &str, licence: serde_json::Value| {
        json!({ "packages": [
            { "name": "a", "source": source, "license": licence }
        ]})
    };
    assert_eq!(check(&package(registry, json!("MIT"))).len(), 0);
    assert_eq!(check(&package("git+https://example.org/a", json!("MIT"))).len(), 1);
    assert_eq!(check(&package(registry, json!(null))).len(), 1);
    assert_eq!(check(&package(registry, json!("SSPL-1.0"))).len(), 1);
}
