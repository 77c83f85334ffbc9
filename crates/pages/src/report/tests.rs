//! Events for the tests of reports, and what is read of what is written.
use super::*;
use crate::{Language, Reader};
use jiff::tz::TimeZone;
use kiln_fhir::{Limits, Release};
use serde_json::{Value, json};

pub(super) fn reader(language: Language) -> Reader {
    Reader { language, zone: TimeZone::UTC, now: Instant::parse("2026-11-22T20:00:00Z").unwrap() }
}

pub(super) fn person() -> Person {
    let identifier = Identifier { system: "urn:mrn".into(), value: "4711".into() };
    Person {
        typed: vec!["Patient/1".into()],
        urls: vec!["https://kiln.example/fhir/r4/Patient/1".into()],
        identifiers: vec![identifier],
    }
}

const NAMES: [&str; 3] = ["Dr. Zoë Müller", "Nguyễn Văn An", "Иван Петров"];

/// An event that is whole in every respect, about `Patient/1`.
pub(super) fn event(minute: usize) -> Value {
    json!({
        "resourceType": "AuditEvent",
        "type": { "system": "http://x.example/type", "code": "rest" },
        "action": "R",
        "recorded": format!("2026-11-20T{:02}:{:02}:00Z", minute / 60 % 24, minute % 60),
        "outcome": if minute.is_multiple_of(7) { "8" } else { "0" },
        "purposeOfEvent": [{ "coding": [
            { "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
              "code": if minute.is_multiple_of(5) { "BTG" } else { "TREAT" } }] }],
        "agent": [
            { "who": { "reference": format!("Practitioner/{}", minute % 3) },
              "name": NAMES[minute % 3],
              "role": [{ "coding": [{ "code": "d", "display": "physician" }] }],
              "requestor": true },
            { "who": { "reference": "Organization/o", "display": "Klinik <b>Süd</b> & Söhne" },
              "requestor": false },
        ],
        "source": { "observer": { "reference": "Device/his", "display": "HIS" } },
        "entity": [
            { "what": { "reference": "Patient/1" } },
            { "what": { "reference": "Observation/7", "display": "HIV test" },
              "name": "HIV test" },
        ],
    })
}

pub(super) fn add(builder: &mut Builder, event: &Value, at: usize) {
    let json = event.to_string();
    let parsed = kiln_fhir::parse(json.as_bytes(), Release::R4, &Limits::default());
    let parsed = parsed.unwrap_or_else(|outcome| panic!("{outcome:?}: {json}"));
    let id = format!("id-{at}");
    let received = Instant { millis: parsed.event.recorded.millis + 1000 };
    builder.add(&parsed.event, Stored { id: &id, received, base: None });
}

pub(super) fn report_of(kind: Kind, staff: Staff, events: &[Value]) -> Report {
    let mut builder = Builder::new(kind, person(), staff, Period::default());
    events.iter().enumerate().for_each(|(at, event)| add(&mut builder, event, at));
    builder.with_watchers();
    let at = |text| Instant::parse(text).unwrap();
    builder.finish(Coverage {
        senders: vec![Sender {
            name: Some("HIS".into()),
            first: at("2026-01-01T00:00:00Z"),
            last: at("2026-11-22T19:00:00Z"),
            events: 1234,
        }],
        gaps: vec![Gap { start: at("2026-02-01T00:00:00Z"), end: at("2026-02-03T00:00:00Z") }],
        rejects: Some(3),
        proof: Some(Proof {
            origin: "kiln.example/log".into(),
            size: 1300,
            checkpoint: "kiln.example/log\n1300\nq83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=\n\n\
                — kiln.example/log 1mkGt8qM+RpCBhvKVJMLB93afb87EdO6kptUUEHPvpk8N17kL14hCzMfNEqR\n"
                .into(),
            is_witnessed: false,
        }),
        ..Coverage::default()
    })
}

pub(super) fn report(count: usize) -> Report {
    report_of(Kind::Access, Staff::Name, &(0..count).map(event).collect::<Vec<_>>())
}

#[test]
fn what_is_told_names_who_and_which_kind_of_data_and_nothing_else_of_it() {
    let report = report(1);
    let told = &report.events[0];
    assert_eq!(told.parties.actor, Actor::Called("Dr. Zoë Müller".into()));
    assert_eq!(told.parties.role.as_deref(), Some("physician"));
    assert_eq!(told.parties.organisation.as_deref(), Some("Klinik <b>Süd</b> & Söhne"));
    assert_eq!(told.categories.names, ["Observation"]);
    assert!(told.is_emergency && told.is_failed());
    assert!(!format!("{report:?}").contains("HIV"), "{report:?}");
}

#[test]
fn staff_are_named_as_the_setting_says() {
    let english = reader(Language::En);
    for (staff, is_named, has_role) in
        [(Staff::Name, true, true), (Staff::Role, false, true), (Staff::Organisation, false, false)]
    {
        let report = report_of(Kind::Access, staff, &[event(1), event(2), event(3)]);
        for text in [report.to_html(&english).into_string(), report.to_csv(&english)] {
            assert_eq!(text.contains("Müller") || text.contains("Петров"), is_named, "{text}");
            assert_eq!(text.contains("physician"), has_role, "{text}");
            assert!(text.contains("Klinik"), "{text}");
        }
    }
}
