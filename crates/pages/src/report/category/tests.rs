//! Kinds of data, and none where they may be another patient's.
use crate::report::{Kind, Staff, tests};
use serde_json::{Value, json};

fn categories(entities: Value) -> (Vec<String>, bool) {
    let mut event = tests::event(1);
    event["entity"] = entities;
    let told = tests::report_of(Kind::Access, Staff::Name, &[event]).events.remove(0);
    (told.categories.names, told.categories.is_shared)
}

#[test]
fn kinds_are_types_of_resources_each_once() {
    let own = json!({ "what": { "reference": "Patient/1" } });
    let of = |text: &str| json!({ "what": { "reference": text } });
    let labs = json!([own, of("Observation/1"), of("Observation/2"), of("https://x/Consent/3")]);
    assert_eq!(categories(labs), (vec!["Consent".into(), "Observation".into()], false));
    assert_eq!(categories(json!([own])), (vec!["Patient".into()], false));
    // No text of a sender is a kind.
    let invented = json!([own, of("Secretdata/1"), { "type": { "code": "anything" } }]);
    assert_eq!(categories(invented), (vec!["Patient".into()], false));
}

#[test]
fn nothing_is_told_of_data_that_may_be_anothers() {
    let own = json!({ "what": { "reference": "Patient/1" } });
    let lab = json!({ "what": { "reference": "Observation/1" } });
    for other in [
        json!({ "what": { "reference": "Patient/2" } }),
        json!({ "what": { "reference": "#contained" } }),
        json!({ "what": { "identifier": { "value": "2" } }, "role": { "code": "1" } }),
        json!({ "what": { "type": "Patient", "identifier": { "value": "2" } } }),
    ] {
        assert_eq!(categories(json!([own, lab, other])), (Vec::new(), true), "{other}");
    }
}
