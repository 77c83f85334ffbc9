//! Whether two documents say the same: members in any order, numbers as they are written.
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Panics with both where they say different things.
pub(crate) fn assert_same(one: &[u8], other: &[u8], what: &str) {
    let texts = [one, other].map(|json| std::str::from_utf8(json).expect("JSON is UTF-8"));
    let [left, right] = texts.map(canonical);
    assert!(left == right, "{what}\n{}\n{}", texts[0], texts[1]);
}

fn canonical(json: &str) -> String {
    match json.trim_start().as_bytes().first() {
        Some(b'{') => {
            let members: BTreeMap<String, Box<RawValue>> = read(json);
            let members =
                members.iter().map(|(name, value)| format!("{name:?}:{}", canonical(value.get())));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        Some(b'[') => {
            let items: Vec<Box<RawValue>> = read(json);
            let items = items.iter().map(|item| canonical(item.get()));
            format!("[{}]", items.collect::<Vec<_>>().join(","))
        }
        Some(b'"') => format!("{:?}", read::<String>(json)),
        _ => json.trim().to_owned(),
    }
}

fn read<T: DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("no JSON: {error}\n{json}"))
}
