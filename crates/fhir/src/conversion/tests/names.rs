//! Names that JSON can only write with an escape are no element's, and travel as they are.
use super::*;
use serde_json::Value;

#[test]
fn a_name_that_stays_escaped_comes_back_from_every_release() {
    for name in [r#"a\"b"#, r"a\\b", r"\n", r"\u0001", r"typ\u0065\\", r"\u007f"] {
        let json = format!(
            r#"{{"resourceType":"AuditEvent","{name}":1,"type":{{"code":"rest"}},
                "recorded":"2024-06-15T08:30:00Z","agent":[{{"requestor":true,"{name}":["a"]}}],
                "source":{{"observer":{{"display":"s"}}}}}}"#
        );
        let before: Value = serde_json::from_str(&json).expect("JSON");
        for to in ALL.into_iter().filter(|to| *to != Release::R4) {
            let there = converted(&json, Release::R4, to);
            let back = converted(&there, to, Release::R4);
            let after: Value = serde_json::from_str(&back).expect("JSON");
            assert_eq!(after, before, "{name} by way of {to:?}: {there}");
        }
    }
}
