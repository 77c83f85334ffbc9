use crate::xml::name::{decoded, encoded, is_name, starts_encoded};
use proptest::prelude::*;

#[test]
fn names_of_fhir_stay_as_they_are() {
    assert_eq!(encoded("valueString", false), "valueString");
    assert_eq!(encoded("a-b.c1", false), "a-b.c1");
    assert_eq!(encoded("grün_y", false), "grün_y");
    assert_eq!(encoded("a_x", false), "a_x005F_x");
    assert_eq!(encoded("Mary Smith", false), "Mary_x0020_Smith");
    assert_eq!(encoded("1st", false), "_x0031_st");
    assert_eq!(encoded("_uuid", false), "_x005F_uuid");
    assert_eq!(encoded("a_x0020_b", false), "a_x005F_x0020_b");
    assert_eq!(encoded("id", true), "_x0069_d");
    assert_eq!(encoded("", false), "_x_");
    assert_eq!(decoded("_x_"), "");
    assert_eq!(decoded("a_x_b_xyz"), "a_x_b_xyz");
    assert_eq!(decoded("_x110000_"), "_x110000_");
    assert!(starts_encoded("_x0069_d") && !starts_encoded("_id"));
}

proptest! {
    #[test]
    fn any_json_name_travels(key in "(_|_x|x|[0-9A-F]{4}|\\PC){0,6}", awkward: bool) {
        let name = encoded(&key, awkward);
        prop_assert!(is_name(&name), "{name}");
        prop_assert_eq!(decoded(&name), key.as_str());
        prop_assert!(!name.starts_with('_') || starts_encoded(&name), "{name}");
    }
}
