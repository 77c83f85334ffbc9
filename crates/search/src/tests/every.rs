//! Every parameter of every release, with a hit and a miss, on one event as each release has it.
use super::{ENDPOINTS, concept, event, finds_at, reference};
use crate::parameters;
use kiln_fhir::{Agent, AuditEvent, Coding, Entity, Identifier, Reference, Release, Source};
use std::collections::BTreeSet;

const OBJECT_ROLE: &str = "http://terminology.hl7.org/CodeSystem/object-role";

/// What all releases can say, as the view of this one has it.
fn told(release: Release) -> AuditEvent<'static> {
    let has_names = !matches!(release, Release::R5 | Release::R6);
    let mut event = event(release);
    event.r#type = vec![concept(Some("http://a.org/types"), "rest")];
    event.subtype = vec![concept(Some("http://a.org/subtypes"), "read")];
    event.action = Some("R".into());
    if release != Release::Dstu2 {
        event.outcome = Some(concept(None, "8"));
    }
    event.purpose = vec![concept(None, "TREAT")];
    event.agents = vec![agent(has_names)];
    let observer = identified(Reference::default(), "http://a.org/devices", "Gateway-7");
    event.source =
        Source { site: Some("Ward B".into()), observer: Some(observer), r#type: Vec::new() };
    event.entities = vec![entity(has_names)];
    if !has_names {
        event.encounter = Some(reference("Encounter/9"));
        event.based_on = vec![reference("ServiceRequest/5")];
        event.patient = Some(reference("Patient/1"));
    }
    event
}

fn agent(has_names: bool) -> Agent<'static> {
    let who = identified(reference("Practitioner/3"), "http://a.org/staff", "p3");
    Agent {
        who: Some(Reference { display: Some("Dr. José García".into()), ..who }),
        name: has_names.then(|| "Dr. José García".into()),
        alt_id: Some("j.garcia".into()),
        network_address: Some("WS-1.Hospital.example".into()),
        policy: vec!["http://a.org/policy".into()],
        role: vec![concept(Some("http://a.org/roles"), "nurse")],
        ..Agent::default()
    }
}

fn entity(has_names: bool) -> Entity<'static> {
    let what = identified(reference("Patient/1"), "http://a.org/mrn", "77");
    let coding = Coding { code: Some("Patient".into()), ..Coding::default() };
    Entity {
        what: Some(Reference {
            display: Some("Chart of ward B".into()),
            r#type: Some("Patient".into()),
            ..what
        }),
        r#type: has_names.then_some(coding),
        role: Some(concept(Some(OBJECT_ROLE), "1")),
        name: has_names.then(|| "Chart of ward B".into()),
        description: Some("Exported as PDF".into()),
        ..Entity::default()
    }
}

fn identified(
    reference: Reference<'static>,
    system: &'static str,
    value: &'static str,
) -> Reference<'static> {
    let identifier = Identifier {
        system: Some(system.into()),
        value: Some(value.into()),
        ..Identifier::default()
    };
    Reference { identifier: Some(identifier), ..reference }
}

/// Hits before the bar, misses behind it.
type Row = (&'static str, &'static [&'static str], &'static [&'static str]);

const EARLY: &[Row] = &[
    (
        "source",
        &["=gateway-7", "=http://a.org/devices|GATEWAY-7", ":not=x"],
        &["=gateway", "=|gateway-7"],
    ),
    (
        "user",
        &["=P3", "=http://a.org/staff|p3", ":missing=false"],
        &["=j.garcia", "=3", ":missing=true"],
    ),
];
const UNTIL_R4: &[Row] = &[
    ("altid", &["=J.GARCIA", "=|j.garcia"], &["=j", "=p3"]),
    ("site", &["=ward b", ":missing=false"], &["=ward"]),
];
const NAMED_SINCE_STU3: &[Row] = &[
    (
        "address",
        &["=ws-1", ":exact=WS-1.Hospital.example", ":contains=hospital"],
        &["=hospital", ":exact=ws-1.hospital.example"],
    ),
    ("agent-name", &["=dr. jose", ":contains=GARCIA"], &["=garcia", ":exact=dr. josé garcía"]),
    ("entity-name", &["=CHART", ":contains=ward"], &["=ward"]),
    ("entity-type", &["=patient"], &["=1"]),
];
const SINCE_STU3: &[Row] = &[
    ("agent", &["=3", "=Practitioner/3", ":Practitioner=3"], &["=Patient/1", "=p3"]),
    ("agent-role", &["=nurse", "=http://a.org/roles|"], &["=doctor", ":not=nurse"]),
    ("entity", &["=Patient/1", ":Patient=1"], &["=Patient/2", "=77"]),
    ("entity-role", &["=1", "=http://hl7.org/fhir/object-role|1"], &["=4"]),
];
const OUTCOME: &[Row] = &[("outcome", &["=8", "=error", ":not=0"], &["=0", "=success"])];
const SINCE_R4: &[Row] = &[
    (
        "source",
        &[":identifier=http://a.org/devices|gateway-7", ".identifier=gateway-7"],
        &["=gateway-7"],
    ),
    ("agent", &[":identifier=p3"], &[":identifier=x"]),
];
const EVERY: &[Row] = &[
    ("action", &["=r", "=http://hl7.org/fhir/audit-event-action|R"], &["=C"]),
    ("date", &["=2024-06-15", "=ge2024"], &["=2023"]),
    ("patient", &["=1", "=Patient/1", ":Patient=1"], &["=2", "=Practitioner/3"]),
    ("policy", &["=http://a.org/policy", ":below=http://a.org"], &["=http://a.org"]),
];
const TYPES: &[Row] = &[
    ("type", &["=rest", "=http://a.org/types|rest"], &["=read"]),
    ("subtype", &["=read"], &["=rest", ":missing=true"]),
];
const DSTU2: &[Row] = &[
    (
        "address",
        &["=ws-1.hospital.EXAMPLE", "=|ws-1.hospital.example", ":not=ws-1"],
        &["=ws-1", "=x|ws-1.hospital.example"],
    ),
    ("desc", &["=chart", ":contains=of"], &["=exported"]),
    ("identity", &["=77", "=http://a.org/mrn|77", ":missing=false"], &["=1", "=http://a.org/x|77"]),
    ("name", &["=dr.", ":exact=Dr. José García"], &["=jose"]),
    ("object-type", &["=Patient"], &["=1"]),
    ("participant", &["=Practitioner/3", ":Practitioner=3"], &["=Patient/1"]),
    ("reference", &["=Patient/1", "=1"], &["=Patient/2"]),
];
const STU3: &[Row] =
    &[("entity-id", &["=77", "=http://a.org/mrn|", ":missing=false"], &["=1", ":not=77"])];
const LATE: &[Row] = &[
    ("based-on", &["=ServiceRequest/5", ":ServiceRequest=5"], &["=6"]),
    ("encounter", &["=9", ":missing=false"], &["=8"]),
    ("purpose", &["=treat"], &["=etreat"]),
    ("agent", &[":identifier=j.garcia"], &[":identifier=j"]),
];
const R5: &[Row] = &[("category", &["=rest"], &["=read"]), ("code", &["=read"], &["=rest"])];
const R6: &[Row] = &[(
    "entity-desc",
    &["=EXPORTED", ":contains=pdf", ":exact=Exported as PDF", ":missing=false"],
    &["=pdf", ":missing=true"],
)];

fn tables(at: Release) -> Vec<&'static [Row]> {
    match at {
        Release::Dstu2 => vec![EVERY, TYPES, EARLY, UNTIL_R4, DSTU2],
        Release::Stu3 => {
            vec![EVERY, TYPES, EARLY, UNTIL_R4, NAMED_SINCE_STU3, SINCE_STU3, OUTCOME, STU3]
        }
        Release::R4 | Release::R4b => {
            vec![EVERY, TYPES, UNTIL_R4, NAMED_SINCE_STU3, SINCE_STU3, OUTCOME, SINCE_R4]
        }
        Release::R5Draft | Release::R5 => vec![EVERY, SINCE_STU3, OUTCOME, SINCE_R4, LATE, R5],
        Release::R6 => vec![EVERY, TYPES, SINCE_STU3, OUTCOME, SINCE_R4, LATE, R6],
    }
}

/// What an event of this release has nothing of: it was sent without.
fn is_silent(of: Release, name: &str) -> bool {
    let late = matches!(of, Release::R5 | Release::R6);
    match name {
        "based-on" | "encounter" => !late,
        "outcome" => of == Release::Dstu2,
        _ => false,
    }
}

#[test]
fn an_event_of_any_release_is_found_by_every_parameter_of_every_release() {
    for of in ENDPOINTS.into_iter().chain([Release::R5Draft]) {
        let event = told(of);
        for at in ENDPOINTS {
            let rows = tables(at).into_iter().flatten().filter(|row| !is_silent(of, row.0));
            for (name, hits, misses) in rows {
                for (tails, expected) in [(hits, true), (misses, false)] {
                    for tail in *tails {
                        let found = finds_at(at, &event, &format!("{name}{tail}"));
                        assert_eq!(found, expected, "{of:?} at {at:?}: {name}{tail}");
                    }
                }
            }
        }
    }
}

#[test]
fn no_parameter_is_left_out() {
    for at in ENDPOINTS {
        let told: BTreeSet<_> = tables(at).into_iter().flatten().map(|row| row.0).collect();
        let own = parameters(at).iter().map(|row| row.name).filter(|name| !name.starts_with('_'));
        assert_eq!(told, own.collect(), "{at:?}");
    }
}
