use super::*;

const LIMITS: Limits = Limits { depth: 3, nodes: 8 };

#[test]
fn what_could_be_read_in_two_ways_is_refused() {
    let refused = [
        (r#"{"a":1,"a":2}"#, "a member twice"),
        (r#"{"a":1,"\u0061":2}"#, "a member twice, once escaped"),
        (r#"{"x":{"a":1,"a":1}}"#, "a member twice inside"),
        (r#"{"a":1} {"a":2}"#, "two texts"),
        (r#"{"a":1}x"#, "something behind"),
        ("[]", "no object"),
        ("\"a\"", "no object"),
        ("", "nothing"),
        ("{", "cut"),
        (r#"{"a":1e999}"#, "no number"),
        (r#"{"a":NaN}"#, "no number"),
        (r#"{"a":"\ud800"}"#, "half a character"),
        ("{\"a\":\"\n\"}", "a raw control character"),
        (r#"{"a":[[[1]]]}"#, "too deep"),
        (r#"{"a":[1,2,3,4,5,6,7]}"#, "too many values"),
    ];
    for (text, why) in refused {
        assert_eq!(object(text.as_bytes(), LIMITS), Err(Refused), "{why}: {text}");
    }
    assert_eq!(object(b"{\"a\":\"\xff\"}", LIMITS), Err(Refused), "no UTF-8");
}

#[test]
fn what_is_within_the_limits_is_as_serde_json_has_it() {
    for text in [r#"{"a":[[1,-1,1.5]]}"#, r#"{"a":null,"b":true,"c":"\u00e4\n"}"#, " {} "] {
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(object(text.as_bytes(), LIMITS).map(Value::Object), Ok(value), "{text}");
    }
}
