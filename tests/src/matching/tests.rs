use super::{Variables, fill, json, text};
use serde_json::{Value, json as value};

fn differences(expected: &Value, got: &Value) -> usize {
    json(expected, got, &mut Variables::new()).len()
}

#[test]
fn equal_and_larger_objects_match() {
    assert_eq!(differences(&value!({"a": 1}), &value!({"a": 1, "b": 2})), 0);
    assert_eq!(differences(&value!({"a": {"b": [1]}}), &value!({"a": {"b": [1], "c": 0}})), 0);
}

#[test]
fn each_difference_is_told_with_its_path() {
    let expected = value!({"a": 1, "b": {"c": ["x", 2]}, "d": true});
    let got = value!({"a": 2, "b": {"c": ["x", 3]}});
    let found = json(&expected, &got, &mut Variables::new());
    assert_eq!(found[0], "$.a: expected 1, got 2");
    assert_eq!(found[1], "$.b.c[1]: expected 2, got 3");
    assert_eq!(found[2], "$.d is missing, expected true");
    assert_eq!(found.len(), 3);
}

#[test]
fn types_are_not_mixed_up() {
    assert_eq!(differences(&value!("1"), &value!(1)), 1);
    assert_eq!(differences(&value!(1), &value!("1")), 1);
    assert_eq!(differences(&value!(null), &value!("…")), 1);
    assert_eq!(differences(&value!({}), &value!([])), 1);
}

#[test]
fn arrays_are_compared_whole_unless_they_have_gaps() {
    assert_eq!(differences(&value!([1]), &value!([1, 2])), 1);
    assert_eq!(differences(&value!([1, 2]), &value!([2, 1])), 2);
    assert_eq!(differences(&value!([1, "…"]), &value!([1, 2])), 0);
    assert_eq!(differences(&value!(["…", 2]), &value!([1, 2])), 0);
    assert_eq!(differences(&value!(["…", 2, "…"]), &value!([1, 2, 3])), 0);
    assert_eq!(differences(&value!(["…", 4, "…"]), &value!([1, 2, 3])), 1);
    assert_eq!(differences(&value!(["…", 2]), &value!([1, 2, 3])), 1);
    assert_eq!(differences(&value!([]), &value!([1])), 1);
}

#[test]
fn any_value_must_still_be_there() {
    assert_eq!(differences(&value!({"a": "…"}), &value!({"a": [1]})), 0);
    assert_eq!(differences(&value!({"a": "…"}), &value!({})), 1);
}

#[test]
fn an_absent_member_must_not_be_there() {
    assert_eq!(differences(&value!({"a": "{{absent}}"}), &value!({})), 0);
    assert_eq!(differences(&value!({"a": "{{absent}}"}), &value!({"a": null})), 1);
}

#[test]
fn names_are_bound_and_then_hold() {
    let mut variables = Variables::new();
    assert!(text("/x/{{id}}/_history/{{v}}", "/x/abc/_history/1", &mut variables));
    assert_eq!(variables["id"], "abc");
    assert_eq!(variables["v"], "1");
    assert!(text("{{id}}", "abc", &mut variables));
    assert!(!text("{{id}}", "abd", &mut variables));
    assert_eq!(fill("{{id}}-{{v}}-{{w}}", &variables), "abc-1-{{w}}");
}

#[test]
fn a_failed_match_binds_nothing() {
    let mut variables = Variables::new();
    assert!(!text("{{id}}/y", "abc/x", &mut variables));
    assert!(variables.is_empty());
}

#[test]
fn gaps_in_texts() {
    let mut variables = Variables::new();
    assert!(text("a…c", "abbbc", &mut variables));
    assert!(text("…", "", &mut variables));
    assert!(!text("a…c", "abcd", &mut variables));
    assert!(!text("", "a", &mut variables));
}
