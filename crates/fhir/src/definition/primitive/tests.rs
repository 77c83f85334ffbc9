use super::*;

fn fine(primitive: Primitive, text: &str) -> bool {
    match primitive.judge(&Value::Text(text.to_owned().into())) {
        Verdict::Fine => true,
        Verdict::Unusual(_) | Verdict::Wrong(..) => false,
    }
}

/// What each primitive takes as it is, and what it does not.
const TEXTS: &[(Primitive, &[&str], &[&str])] = &[
    (Primitive::String, &["a", " ", "a\r\n\tb", "𝄞", "\u{200b}"], &["", "a\u{1}", "\u{1b}[0m"]),
    (Primitive::Code, &["a", "a b", "110112", "a-b c"], &["", " a", "a ", "a  b", "\ta", "a\n b"]),
    (Primitive::Uri, &["a", "urn:oid:1.2", "http://h/ü?x=1|2"], &["", "a b", " ", "a\n"]),
    (Primitive::Id, &["a", "A-1.b", "0"], &["", "a_b", "a/b", "ü", "a b"]),
    (Primitive::LogicalId, &["a"], &["", "pt_1", "a/b"]),
    (
        Primitive::Reference,
        &[
            "Patient/1",
            "Patient/1/_history/5",
            "http://h/Patient/a_b",
            "urn:uuid:x",
            "#p1",
            "#",
            "Patient?identifier=x|y",
        ],
        &["", "Patient/pt_1", "Patient", "patient/1", "Patient/1/5", "Patient/1/_history/5/6", "1"],
    ),
    (
        Primitive::Oid,
        &["urn:oid:1.2.3", "urn:oid:2.0"],
        &["", "1.2.3", "urn:oid:3.1", "urn:oid:1", "urn:oid:1.02", "urn:oid:1..2", "urn:oid:1."],
    ),
    (
        Primitive::Uuid,
        &["urn:uuid:c757873d-ec9a-4326-a141-556f43239520"],
        &[
            "",
            "c757873d-ec9a-4326-a141-556f43239520",
            "urn:uuid:C757873D-EC9A-4326-A141-556F43239520",
        ],
    ),
    (Primitive::Instant, &["2024-06-15T08:30:00Z"], &["", "2024-06-15", "now"]),
    (Primitive::DateTime, &["2024-06", "2024-06-15T08:30:00Z"], &["", "2024-06-15T08:30:00"]),
    (Primitive::Date, &["2024", "2024-06-15"], &["", "2024-06-15T08:30:00Z", "15.6.2024"]),
    (Primitive::Time, &["08:30:00"], &["", "08:30", "24:00:00"]),
    (
        Primitive::Base64Binary,
        &["YQ==", "YWI=", "YWJj", "YW Jj\nYWJj", "+/+/"],
        &[
            "",
            " ",
            "YQ",
            "YQ=",
            "Y===",
            "====",
            "YQ==YQ==",
            "Y=Q=",
            "YW-j",
            "YW_j",
            "ü",
            "https://h/",
        ],
    ),
    (
        Primitive::Integer64,
        &["0", "-7", "9223372036854775807"],
        &["", "+7", "07", "-", "9223372036854775808", "1.0"],
    ),
];

#[test]
fn texts_are_judged_by_their_grammar() {
    for (primitive, good, bad) in TEXTS {
        for text in *good {
            assert!(fine(*primitive, text), "{primitive:?} {text}");
        }
        for text in *bad {
            assert!(!fine(*primitive, text), "{primitive:?} {text}");
        }
    }
}

#[test]
fn ids_are_taken_as_sent() {
    for (primitive, text) in
        [(Primitive::LogicalId, "pt_1"), (Primitive::Reference, "Patient/pt_1")]
    {
        let verdict = primitive.judge(&Value::Text(text.into()));
        assert!(matches!(verdict, Verdict::Unusual(_)), "{text}");
    }
}

#[test]
fn numbers_have_their_ranges() {
    let number = |primitive: Primitive, text: &str| {
        let number = serde_json::from_str(text).expect("a number");
        primitive.judge(&Value::Number(number)) == Verdict::Fine
    };
    for (text, integer, positive, unsigned) in [
        ("0", true, false, true),
        ("1", true, true, true),
        ("-1", true, false, false),
        ("2147483647", true, true, true),
        ("2147483648", false, false, false),
        ("-2147483648", true, false, false),
        ("1.0", false, false, false),
        ("1e2", false, false, false),
    ] {
        assert_eq!(number(Primitive::Integer, text), integer, "{text}");
        assert_eq!(number(Primitive::PositiveInt, text), positive, "{text}");
        assert_eq!(number(Primitive::UnsignedInt, text), unsigned, "{text}");
        assert!(number(Primitive::Decimal, text), "{text}");
        assert!(!number(Primitive::String, text), "{text}");
        assert!(!number(Primitive::Boolean, text), "{text}");
    }
}

#[test]
fn the_type_of_json_counts() {
    for primitive in [Primitive::Boolean, Primitive::Decimal, Primitive::Integer] {
        assert!(!fine(primitive, "1") && !fine(primitive, "true"), "{primitive:?}");
    }
    assert_eq!(Primitive::Boolean.judge(&Value::Bool(true)), Verdict::Fine);
    assert_ne!(Primitive::String.judge(&Value::Bool(true)), Verdict::Fine);
}
