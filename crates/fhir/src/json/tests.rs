use super::*;
use crate::{IssueType, Limits};
use proptest::prelude::*;
use serde_json::json;
use std::io::Write as _;
use std::path::Path;

fn limits() -> Limits {
    Limits { body_bytes_max: 1 << 20, depth_max: 32, nodes_max: 10_000 }
}

/// The tape, built up again as `serde_json` has it.
fn value(tape: &Tape<'_>, at: usize) -> serde_json::Value {
    match tape.value(at) {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => json!(value),
        Value::Number(number) => serde_json::Value::Number(number.clone()),
        Value::Text(text) => json!(text),
        Value::Array(span) => {
            let items: Vec<_> = tape.children(at).map(|child| value(tape, child)).collect();
            assert_eq!(items.len(), span.len as usize);
            items.into()
        }
        Value::Object(span) => {
            let members: serde_json::Map<_, _> = tape
                .children(at)
                .map(|child| (tape.key(child).to_owned(), value(tape, child)))
                .collect();
            assert_eq!(members.len(), span.len as usize);
            members.into()
        }
    }
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        text().prop_map(Into::into),
    ];
    leaf.prop_recursive(6, 200, 50, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..10).prop_map(Into::into),
            proptest::collection::vec((text(), inner), 0..50)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// Any text that we read.
fn text() -> impl Strategy<Value = String> {
    "[^\\x00]{0,12}"
}

proptest! {
    #[test]
    fn the_tape_is_the_document(document in any_json()) {
        let body = serde_json::to_vec(&document).expect("JSON");
        let back: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
        let tape = read(&body, &limits(), "R").expect("accepted");
        prop_assert_eq!(value(&tape, 0), back);
    }

    #[test]
    fn no_bytes_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let ours = read(&body, &limits(), "R");
        if serde_json::from_slice::<serde_json::Value>(&body).is_err() {
            prop_assert!(ours.is_err());
        }
    }
}

fn refused(body: impl AsRef<[u8]>) -> (IssueType, String) {
    let issue = read(body.as_ref(), &limits(), "R").expect_err("refused");
    (issue.code, issue.expression.unwrap_or_default())
}

#[test]
fn what_fhir_does_not_allow_is_refused_at_its_element() {
    use IssueType::{Structure, TooLong, Value};
    let at = |code, path: &str| (code, path.to_owned());
    assert_eq!(refused(r#"{"a":[{"b":1},{"b":1,"c":2,"b":3}]}"#), at(Structure, "R.a[1].b"));
    assert_eq!(refused(r#"{"a":1,"\u0061":1}"#), at(Structure, "R.a"));
    assert_eq!(refused(r#"{"a":{"b":"\u0000"}}"#), at(Value, "R.a.b"));
    assert_eq!(refused(r#"{"a\u0000":1}"#), at(Value, "R"));
    assert_eq!(refused(r#"{"a":{"b":tru}}"#), at(Structure, "R.a.b"));
    assert_eq!(refused(r#"{"a":{"b":"\ud800"}}"#), at(Structure, "R.a.b"));
    assert_eq!(refused(r#"{"a":{"b":1}} x"#), at(Structure, "R.a.b"));
    assert_eq!(refused(r#"{"a":[1,2"#), at(Structure, "R.a[1]"));
    assert_eq!(refused(r#"{"Mary Smith":{"b":tru}}"#), at(Structure, "R.….b"));
    assert_eq!(refused(b"\xEF\xBB\xBF{}"), at(Structure, ""));
    assert_eq!(refused(b"{\"a\":\"\xff\"}"), at(Structure, ""));
    assert_eq!(refused(""), at(Structure, "R"));
    let deep = format!("{}{}", "[".repeat(33), "]".repeat(33));
    assert_eq!(refused(deep), at(TooLong, &format!("R{}", "[0]".repeat(32))));
    assert_eq!(refused("[".repeat(1 << 20)).0, TooLong);
    let many = format!("[1{}]", ",1".repeat(9_999));
    assert_eq!(refused(many), at(TooLong, "R[9998]"));
}

#[test]
fn what_is_within_the_limits_is_read() {
    let deep = format!("{}{}", "[".repeat(32), "]".repeat(32));
    assert!(read(deep.as_bytes(), &limits(), "R").is_ok());
    let many = format!("[1{}]", ",1".repeat(9_998));
    assert!(read(many.as_bytes(), &limits(), "R").is_ok());
}

#[test]
fn messages_say_the_place_and_no_value() {
    let issue = read(b"{\n \"a\": secret\n}", &limits(), "R").expect_err("refused");
    assert_eq!(issue.diagnostics, "this is not JSON: expected value at line 2 column 7");
    let issue = read(b"{\n \"a\": \"secret\\u0000\"\n}", &limits(), "R").expect_err("refused");
    assert!(issue.diagnostics.contains("line 2"), "{}", issue.diagnostics);
    assert!(!issue.diagnostics.contains("secret"));
}

#[test]
fn duplicates_are_found_among_many_keys() {
    for last in [0, 5, 31, 32, 33, 70, 99] {
        let keys: Vec<_> = (0..100).chain([last]).map(|key| format!("\"k{key}\":1")).collect();
        let body = format!("{{{}}}", keys.join(","));
        assert_eq!(refused(body), (IssueType::Structure, format!("R.k{last}")));
        let body = format!("{{{}}}", keys[..100].join(","));
        assert!(read(body.as_bytes(), &limits(), "R").is_ok());
    }
}

/// <https://github.com/nst/JSONTestSuite>: `y_` must be read, `n_` refused, `i_` is ours to decide.
#[test]
fn json_test_suite() {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/vectors/json-test-suite/test_parsing"
    );
    let Ok(files) = std::fs::read_dir(Path::new(folder)) else {
        writeln!(std::io::stderr(), "SKIPPED: no {folder}").expect("a line to stderr");
        return;
    };
    let mut taken_of_i = Vec::new();
    let mut count = 0;
    for file in files {
        let path = file.expect("listed").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("UTF-8").to_owned();
        #[expect(clippy::disallowed_methods, reason = "a test reads its vectors")]
        let body = std::fs::read(&path).expect("readable");
        let accepted = read(&body, &Limits { depth_max: 1_000, ..limits() }, "R").is_ok();
        match name.as_bytes()[0] {
            b'y' => assert_eq!(accepted, !STRICTER.contains(&name.as_str()), "{name}"),
            b'n' => assert!(!accepted, "{name}"),
            _ if accepted => taken_of_i.push(name),
            _ => {}
        }
        count += 1;
    }
    assert!(count > 300, "{count} files");
    taken_of_i.sort();
    assert_eq!(taken_of_i, TAKEN_OF_I);
}

/// JSON allows them, we do not: duplicate keys, NUL characters.
const STRICTER: &[&str] = &[
    "y_object_duplicated_key.json",
    "y_object_duplicated_key_and_value.json",
    "y_object_escaped_null_in_key.json",
    "y_string_null_escape.json",
];

/// What RFC 8259 leaves open and we read: numbers are doubles beyond 64 bits.
const TAKEN_OF_I: &[&str] = &[
    "i_number_double_huge_neg_exp.json",
    "i_number_real_underflow.json",
    "i_number_too_big_neg_int.json",
    "i_number_too_big_pos_int.json",
    "i_number_very_big_negative_int.json",
];
