//! One event for each patient.
use super::*;
use crate::tests::definitions::broken;

fn balp() -> Profile {
    Profile::Balp(Balp::default())
}

fn patients(event: &Value) -> Vec<&str> {
    let entities = event["entity"].as_array().unwrap().iter();
    let people = entities.filter(|entity| entity["role"]["code"] == "1");
    people.map(|entity| entity["what"]["reference"].as_str().unwrap()).collect()
}

#[test]
fn each_patient_has_an_event_with_what_is_about_them() {
    let [a, b] = ["Patient/a", "Patient/b"].map(Patient::Reference);
    let (of_a, of_both) = ([a], [a, b]);
    let returned = [observation("1", &of_a), observation("2", &of_both), observation("3", &[])];
    let of = Interaction {
        patients: &[b],
        returned: &returned,
        ..interaction(Restful::SearchType, None)
    };
    let events = told(&balp(), &of);
    assert_eq!(events.iter().map(patients).collect::<Vec<_>>(), [["Patient/b"], ["Patient/a"]]);
    let shown = |event: &Value| {
        let all = references(event).into_iter();
        all.filter(|shown| shown.starts_with("Observation")).map(str::to_owned).collect::<Vec<_>>()
    };
    // What is about nobody is in the first one, and only there.
    assert_eq!(shown(&events[0]), ["Observation/2/_history/4", "Observation/3/_history/4"]);
    assert_eq!(shown(&events[1]), ["Observation/1/_history/4", "Observation/2/_history/4"]);
    for event in &events {
        let url = event["meta"]["profile"][0].as_str().unwrap();
        assert!(url.ends_with("PatientQuery"));
        assert_eq!(broken(event, url), Vec::<String>::new());
        assert_eq!(event["entity"][0]["query"], events[0]["entity"][0]["query"]);
    }
}

#[test]
fn a_resource_about_two_patients_has_two_events() {
    let two = ["Patient/a", "Patient/b"].map(Patient::Reference);
    let of = Interaction { patients: &two, ..interaction(Restful::Update, None) };
    let events = told(&balp(), &of);
    assert_eq!(events.iter().map(patients).collect::<Vec<_>>(), [["Patient/a"], ["Patient/b"]]);
    let of = Interaction { patients: &[two[0], two[0]], ..of };
    assert_eq!(told(&balp(), &of).len(), 1);
}

#[test]
fn what_was_refused_is_told_once_whomever_it_was_about() {
    let two = ["Patient/a", "Patient/b"].map(Patient::Reference);
    for kind in [Restful::Update, Restful::SearchType] {
        let of = Interaction { patients: &two, ..interaction(kind, None) };
        let event = only(&balp(), &failed(&of, 403));
        assert_eq!(patients(&event), ["Patient/a", "Patient/b"]);
        let unseen = Interaction { outcome: Outcome::Unknown, status: None, ..of };
        assert_eq!(patients(&only(&balp(), &unseen)), ["Patient/a", "Patient/b"]);
    }
}

#[test]
fn a_patient_by_identifier_is_one_too() {
    let patient = Patient::Identifier { system: Some("urn:oid:2.16.1"), value: "0042" };
    let of = Interaction { patients: &[patient], ..interaction(Restful::Read, None) };
    let event = only(&balp(), &of);
    let url = event["meta"]["profile"][0].as_str().unwrap();
    assert!(url.ends_with("PatientRead"));
    assert_eq!(broken(&event, url), Vec::<String>::new());
    assert_eq!(event["entity"][1]["what"]["identifier"]["value"], "0042");
}

#[test]
fn a_flood_of_patients_and_resources_is_all_told_in_bounded_events() {
    let ids: Vec<_> = (0..1000).map(|n| format!("Patient/{n}")).collect();
    let people: Vec<_> = ids.iter().map(|id| Patient::Reference(id)).collect();
    let names: Vec<_> = (0..2000).map(|n| n.to_string()).collect();
    // The first 1,000 are about a patient each, all others about the first one.
    let about = |n: usize| std::slice::from_ref(people.get(n).unwrap_or(&people[0]));
    let returned: Vec<_> =
        names.iter().enumerate().map(|(n, id)| observation(id, about(n))).collect();
    let of = Interaction { returned: &returned, ..interaction(Restful::SearchType, None) };
    for results in [Results::Entities, Results::Linked] {
        let events = told(&Profile::Balp(Balp { results, ..Balp::default() }), &of);
        let all: Vec<_> = events.iter().flat_map(references).collect();
        let shown: Vec<_> = all.iter().filter(|shown| shown.starts_with("Obs")).collect();
        assert_eq!(shown.len(), 2000);
        for id in &ids {
            assert!(all.contains(&id.as_str()));
        }
        for event in &events {
            let claimed = event["meta"]["profile"][0].as_str();
            assert!(claimed.is_none_or(|url| broken(event, url).is_empty()), "{event}");
        }
        assert!(events.len() < 2 * (PATIENTS_MAX + 1000 / 100 + 2000 / RESULTS_MAX));
    }
}
