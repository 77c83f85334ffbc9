//! What an accounting tells, leaves out, and counts.
use crate::report::{Kind, Staff, tests};
use serde_json::{Value, json};

/// How many are told, exempt, failed.
fn judged(change: impl FnOnce(&mut Value)) -> [u64; 3] {
    let mut event = tests::event(1);
    event["purposeOfEvent"] = json!([]);
    event.as_object_mut().unwrap().remove("purposeOfEvent");
    change(&mut event);
    let report = tests::report_of(Kind::Disclosure, Staff::Name, &[event]);
    [report.events.len() as u64, report.exempt, report.failed]
}

fn purpose(codes: &[&str]) -> Value {
    codes.iter().map(|code| json!({ "coding": [{ "code": code }] })).collect()
}

#[test]
fn disclosures_are_known_by_type_subtype_profile_and_life_cycle() {
    assert_eq!(judged(|_| {}), [0, 0, 0]);
    assert_eq!(judged(|event| event["type"]["code"] = json!("110106")), [1, 0, 0]);
    assert_eq!(judged(|event| event["subtype"] = json!([{ "code": "disclose" }])), [1, 0, 0]);
    let profile = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/\
                   IHE.BasicAudit.PrivacyDisclosure.Source";
    assert_eq!(judged(|event| event["meta"] = json!({ "profile": [profile] })), [1, 0, 0]);
    assert_eq!(
        judged(|event| event["entity"][1]["lifecycle"] = json!({ "code": "11" })),
        [1, 0, 0]
    );
    assert_eq!(judged(|event| event["type"]["code"] = json!("110104")), [0, 0, 0]);
}

#[test]
fn those_for_treatment_payment_and_operations_are_left_out_and_counted() {
    for (codes, expected) in [
        (&["TREAT"][..], [0, 1, 0]),
        (&["HPAYMT", "HOPERAT"], [0, 1, 0]),
        (&["TREAT", "HRESCH"], [1, 0, 0]),
        (&["HLEGAL"], [1, 0, 0]),
        (&["something of ours"], [1, 0, 0]),
    ] {
        let judged = judged(|event| {
            event["type"]["code"] = json!("110106");
            event["purposeOfEvent"] = purpose(codes);
        });
        assert_eq!(judged, expected, "{codes:?}");
    }
    let failed = judged(|event| {
        event["type"]["code"] = json!("110106");
        event["outcome"] = json!("8");
    });
    assert_eq!(failed, [0, 0, 1]);
}
