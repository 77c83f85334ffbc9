use super::*;
use crate::command::import::lines::{LineLimits, Lines};
use serde_json::Value;

/// The requests of a text that is read in chunks of so many lines.
fn requests(text: &str, chunk_lines_max: usize) -> Vec<Step> {
    let mut lines = Lines::new(text.as_bytes(), LineLimits { chunk_lines_max, ..LIMITS });
    let mut all = Vec::new();
    while let Some(chunk) = lines.next_chunk().unwrap() {
        all.extend(steps(0, "f.0", &chunk));
    }
    all
}

fn keys(steps: &[Step]) -> Vec<&str> {
    steps.iter().filter_map(|step| Some(step.request.as_ref()?.key.as_str())).collect()
}

#[test]
fn a_bundle_holds_the_lines_as_they_are() {
    let steps = requests("{\"a\" : 1}\n\n{\"b\":[2 ]}\n", 100);
    let [Step { request: Some(request), refused, .. }] = &steps[..] else { panic!("one Bundle") };
    assert!(refused.is_empty() && request.is_bundle());
    let body = std::str::from_utf8(&request.body).unwrap();
    assert!(body.contains(r#"{"resource":{"a" : 1},"request":{"#), "{body}");
    let bundle: Value = serde_json::from_str(body).unwrap();
    let bodies: Vec<_> =
        bundle["entry"].as_array().unwrap().iter().map(|e| &e["resource"]).collect();
    assert_eq!(bodies, [&serde_json::json!({"a": 1}), &serde_json::json!({"b": [2]})]);
    assert_eq!(bundle["entry"][1]["request"]["url"], "AuditEvent");
}

#[test]
fn a_key_says_where_in_the_file_the_request_begins() {
    let text = "{\"a\":1}\n{\"b\":1}\n<x/>\n{\"c\":1}\n";
    assert_eq!(keys(&requests(text, 100)), ["import:f.0:0", "import:f.0:16", "import:f.0:21"]);
    let each = ["import:f.0:0", "import:f.0:8", "import:f.0:16", "import:f.0:21"];
    assert_eq!(keys(&requests(text, 1)), each);
}

#[test]
fn what_would_break_a_bundle_is_refused_here_by_its_number() {
    let text = "{\"a\":1}\n{\"b\":\nno\n[1]\n{\"c\":1}{}\n{\"d\":1}";
    let steps = requests(text, 100);
    let [Step { request: Some(request), refused, .. }] = &steps[..] else { panic!("one Bundle") };
    assert_eq!(request.lines.len(), 2);
    assert_eq!(refused.iter().map(|reject| reject.line).collect::<Vec<_>>(), [2, 3, 4, 5]);
    serde_json::from_slice::<Value>(&request.body).unwrap();
    // Of a chunk that has nothing else, what was refused is told all the same.
    let alone = requests("no\n", 100);
    assert!(matches!(&alone[..], [Step { request: None, refused, .. }] if refused.len() == 1));
}
