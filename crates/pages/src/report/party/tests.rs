//! Who did it, and who is not named.
use crate::report::{Actor, Kind, Staff, tests};
use serde_json::{Value, json};

fn parties(agents: Value) -> crate::report::Parties {
    let mut event = tests::event(1);
    event["agent"] = agents;
    tests::report_of(Kind::Access, Staff::Name, &[event]).events[0].parties.clone()
}

#[test]
fn whoever_asked_for_it_did_it_and_a_program_only_where_nobody_else_did() {
    let program = json!({ "who": { "reference": "Device/app" }, "requestor": false });
    let person = json!({ "who": { "reference": "Practitioner/7" }, "requestor": true });
    let both = parties(json!([program, person]));
    assert_eq!(both.actor, Actor::Called("Practitioner/7".into()));
    let alone = parties(json!([program]));
    assert_eq!(alone.actor, Actor::Called("Device/app".into()));
    let organisation = json!({ "who": { "reference": "Organization/o" }, "requestor": true });
    let alone = parties(json!([organisation]));
    assert_eq!(
        (alone.actor, alone.organisation),
        (Actor::NotStated, Some("Organization/o".into()))
    );
    assert_eq!(parties(json!([{ "requestor": true }])).actor, Actor::NotStated);
}

#[test]
fn the_person_is_told_from_other_patients_of_whom_nothing_is() {
    let who = |who: Value| {
        parties(json!([{ "who": who, "name": "Mallory", "altId": "m",
        "role": [{ "coding": [{ "code": "r", "display": "neighbour" }] }], "requestor": true }]))
    };
    assert_eq!(who(json!({ "reference": "Patient/1" })).actor, Actor::Themselves);
    for other in [
        json!({ "reference": "Patient/2", "display": "Mallory" }),
        json!({ "reference": "https://x.example/Patient/1" }),
        json!({ "reference": "#p" }),
        json!({ "type": "Patient", "display": "Mallory" }),
    ] {
        let parties = who(other.clone());
        assert_eq!(parties.actor, Actor::AnotherPatient, "{other}");
        assert!(!format!("{parties:?}").contains("Mallory"), "{parties:?}");
        assert_eq!((parties.role, parties.recipient), (None, None), "{other}");
    }
    let by_role = parties(json!([{ "name": "Mallory", "requestor": true,
        "type": { "coding": [{ "code": "PAT" }] } }]));
    assert_eq!(by_role.actor, Actor::AnotherPatient);
}

#[test]
fn where_a_recipient_is_is_told_by_its_place_before_its_network() {
    let at = |location: Value, network: Value| {
        let recipient = json!({ "type": { "coding": [{ "code": "IRCP" }] }, "requestor": false,
            "name": "District Court", "location": location, "network": network });
        let asked = json!({ "who": { "reference": "Practitioner/7" }, "requestor": true });
        parties(json!([asked, recipient])).address
    };
    let network = json!({ "address": "10.0.0.1", "type": "2" });
    let place = json!({ "display": "1 Justice Lane, Northport" });
    let of_place = Some("1 Justice Lane, Northport".to_owned());
    assert_eq!(at(place.clone(), network.clone()), of_place);
    assert_eq!(at(place, json!({ "type": "2" })), of_place);
    let bare = json!({ "reference": "Location/7" });
    assert_eq!(at(bare.clone(), network.clone()).as_deref(), Some("10.0.0.1"));
    assert_eq!(at(bare, json!({ "type": "2" })).as_deref(), Some("Location/7"));
    let patient = json!({ "reference": "Patient/2", "display": "Mallory" });
    assert_eq!(at(patient, network).as_deref(), Some("10.0.0.1"));
}
