use super::*;
use proptest::prelude::*;

fn fine(primitive: Primitive, text: &str) -> bool {
    match primitive.judge(Value::Text(text), true) {
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
        let verdict = primitive.judge(Value::Text(text), false);
        assert!(matches!(verdict, Verdict::Unusual(_)), "{text}");
    }
}

#[test]
fn numbers_have_their_ranges() {
    let number = |primitive: Primitive, text: &str| {
        let number: serde_json::Number = serde_json::from_str(text).expect("a number");
        primitive.judge(Value::Number(&number), false) == Verdict::Fine
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
    assert_eq!(Primitive::Boolean.judge(Value::Bool(true), false), Verdict::Fine);
    assert_ne!(Primitive::String.judge(Value::Bool(true), false), Verdict::Fine);
}

proptest! {
    #[test]
    fn a_uri_has_no_space_and_no_control_anywhere(
        text in "[!a-c\u{a0}-\u{ff}\u{7f}]{0,40}",
        at in 0..40_usize,
    ) {
        prop_assert_eq!(fine(Primitive::Uri, &text), !text.is_empty());
        let at = (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        for space in [" ", "\t", "\u{1f}"] {
            let text = [&text[..at], space, &text[at..]].concat();
            prop_assert!(!is_uri(&text), "{text:?}");
        }
    }

    #[test]
    fn an_id_has_nothing_else_anywhere(id in "[A-Za-z0-9.-]{1,64}", at in 0..64_usize) {
        prop_assert!(fine(Primitive::Id, &id));
        for reference in ["Patient/x", "Patient/x/_history/x"] {
            prop_assert!(fine(Primitive::Reference, &reference.replace('x', &id)), "{reference}");
        }
        let (before, after) = id.split_at(at.min(id.len()));
        for other in ["_", "/", "@", "[", "`", "{", "ü", "="] {
            let wrong = [before, other, after].concat();
            prop_assert!(!fine(Primitive::Id, &wrong), "{wrong}");
            for reference in ["Patient/x", "Patient/1/_history/x", "P_/x"] {
                let reference = reference.replace('x', &wrong);
                prop_assert!(!fine(Primitive::Reference, &reference), "{reference}");
            }
        }
    }

    #[test]
    fn base64_has_nothing_else_anywhere(fours in "([A-Za-z0-9+/]{4}){1,20}", at in 0..80_usize) {
        prop_assert!(fine(Primitive::Base64Binary, &fours));
        let (before, after) = fours.split_at(at.min(fours.len() - 1));
        for other in ["-", "_", "=", "ü", "@"] {
            let wrong = [before, other, &after[1..]].concat();
            let is_padded = other == "=" && after.len() == 1;
            prop_assert_eq!(fine(Primitive::Base64Binary, &wrong), is_padded, "{}", wrong);
        }
    }
}
