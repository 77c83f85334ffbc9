//! `docs/settings.md` has every setting with the default that the program prints.
use kiln_tests::server::{kiln, root};
use std::collections::BTreeMap;

#[test]
fn the_page_has_every_setting_with_its_default() {
    let output = kiln().unwrap().arg("settings").output().unwrap();
    let printed = printed(&String::from_utf8(output.stdout).unwrap());
    assert!(printed.len() > 30, "only {} settings", printed.len());
    let page = std::fs::read_to_string(root().join("docs/settings.md")).unwrap();
    let page = told(&page);
    for (name, default) in &printed {
        assert_eq!(page.get(name), Some(default), "`{name}` on the page");
    }
    let unknown: Vec<_> = page.keys().filter(|name| !printed.contains_key(*name)).collect();
    // A setting without a default is not printed.
    let without = [
        "evidence.key",
        "evidence.policy",
        "evidence.side",
        "gateway.authorization_file",
        "gateway.base_url",
        "gateway.purpose_header",
        "gateway.upstream",
        "metrics.listen",
        "pages.preset",
        "pages.time_zone",
        "pages.who_looked",
        "resources.release",
        "server.base_url",
        "sign_in",
        "tls.certificate_file",
        "tls.client_ca_file",
        "tls.client_trusted_file",
        "tls.key_file",
        "trail.identifier",
        "trail.site",
        "trail.tag_system",
        "trail.user_system",
    ];
    assert_eq!(unknown, without, "the program has no such setting");
}

/// `section.name` → value, of a settings file without tables in arrays.
fn printed(text: &str) -> BTreeMap<String, String> {
    let mut section = String::new();
    let mut settings = BTreeMap::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = format!("{name}.");
        } else if let Some((name, value)) = line.split_once(" = ") {
            let value = value.strip_suffix(" # default").expect("all are defaults");
            settings.insert(format!("{section}{name}"), value.to_owned());
        }
    }
    settings
}

/// The rows `| `name` | `default` | … |`.
fn told(page: &str) -> BTreeMap<String, String> {
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    let pairs = rows.filter_map(|row| {
        let (name, rest) = row.split_once("` | ")?;
        let (default, _) = rest.split_once(" |")?;
        Some((name.to_owned(), default.trim_matches('`').to_owned()))
    });
    pairs.collect()
}
