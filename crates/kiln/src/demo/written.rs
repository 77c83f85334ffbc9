//! An event as its sender writes it: JSON of R4 (<https://hl7.org/fhir/R4/auditevent.html>).
use super::{
    event::{Ending, Event, Verb, Who},
    people::{Hospital, Staff},
    places::{HOSPITAL, Organisation},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Serialize;

/// One event. Equal events are equal bytes.
pub(super) fn json(event: &Event, hospital: &Hospital) -> String {
    let [r#type, subtype] = kind(event.verb);
    let (outcome, outcome_desc) = match event.ending {
        Ending::Success => ("0", None),
        Ending::Minor(says) => ("4", Some(says)),
        Ending::Serious(says) => ("8", Some(says)),
    };
    let written = AuditEvent {
        resource_type: "AuditEvent",
        meta: Meta { security: [coding(ACT_REASON, "HTEST", "test health data")] },
        r#type: r#type.unwrap_or(coding(EVENT_TYPE, "rest", "RESTful Operation")),
        subtype: subtype.into_iter().collect(),
        action: action(event.verb),
        recorded: instant(event.happened_ms + event.clock_ahead_ms),
        outcome,
        outcome_desc,
        agent: agents(event, hospital),
        source: Source {
            site: event.source.site,
            observer: Reference::device(event.source.id, event.source.name),
            r#type: [coding(SOURCE_TYPE, "4", "Application Server")],
        },
        entity: entities(event, hospital),
    };
    serde_json::to_string(&written).expect("strings and lists are always JSON")
}

const ACT_REASON: &str = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
const DCM: &str = "http://dicom.nema.org/resources/ontology/DCM";
const ENTITY_ROLE: &str = "http://terminology.hl7.org/CodeSystem/object-role";
const ENTITY_TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const EVENT_TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-event-type";
const PARTICIPATION: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
const RESTFUL: &str = "http://hl7.org/fhir/restful-interaction";
const SOURCE_TYPE: &str = "http://terminology.hl7.org/CodeSystem/security-source-type";
const STAFF_ROLE: &str = "https://st-brigid.example/staff-role";
const REQUEST_ID: &str = "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AuditEvent<'a> {
    resource_type: &'static str,
    meta: Meta,
    r#type: Coding,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subtype: Vec<Coding>,
    action: &'static str,
    recorded: String,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome_desc: Option<&'static str>,
    agent: Vec<Agent<'a>>,
    source: Source,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    entity: Vec<Entity<'a>>,
}

#[derive(Serialize)]
struct Meta {
    security: [Coding; 1],
}

#[derive(Copy, Clone, Serialize)]
struct Coding {
    system: &'static str,
    code: &'static str,
    display: &'static str,
}

#[derive(Serialize)]
struct Concept {
    coding: [Coding; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Agent<'a> {
    r#type: Concept,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<[Concept; 1]>,
    who: Reference<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alt_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    requestor: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Reference<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    network: Option<Network>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose_of_use: Option<[Concept; 1]>,
}

#[derive(Serialize)]
struct Network {
    address: String,
    r#type: &'static str,
}

#[derive(Default, Serialize)]
#[expect(clippy::struct_field_names, reason = "the names are FHIR's")]
struct Reference<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identifier: Option<Identifier>,
    #[serde(skip_serializing_if = "Option::is_none")]
    display: Option<&'a str>,
}

#[derive(Serialize)]
struct Identifier {
    value: String,
}

#[derive(Serialize)]
struct Source {
    site: &'static str,
    observer: Reference<'static>,
    r#type: [Coding; 1],
}

#[derive(Serialize)]
struct Entity<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    what: Option<Reference<'a>>,
    r#type: Coding,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Coding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<String>,
}

const fn coding(system: &'static str, code: &'static str, display: &'static str) -> Coding {
    Coding { system, code, display }
}

impl<'a> Reference<'a> {
    fn to(reference: String, display: &'a str) -> Self {
        Self { reference: Some(reference), identifier: None, display: Some(display) }
    }

    fn device(id: &str, name: &'a str) -> Self {
        Self::to(["Device/", id].concat(), name)
    }
}

/// What kind of event it is: its type, where it is not REST's, and its subtype.
fn kind(verb: Verb) -> [Option<Coding>; 2] {
    let rest = |code| [None, Some(coding(RESTFUL, code, code))];
    let authentication = coding(DCM, "110114", "User Authentication");
    match verb {
        Verb::Read => rest("read"),
        Verb::Search => rest("search-type"),
        Verb::Create => rest("create"),
        Verb::Update => rest("update"),
        Verb::Login => [Some(authentication), Some(coding(DCM, "110122", "Login"))],
        Verb::Logout => [Some(authentication), Some(coding(DCM, "110123", "Logout"))],
        Verb::Override => [
            Some(coding(DCM, "110113", "Security Alert")),
            Some(coding(DCM, "110127", "Emergency Override Started")),
        ],
        Verb::Export => [Some(coding(DCM, "110106", "Export")), None],
        Verb::View => [Some(coding(DCM, "110103", "DICOM Instances Accessed")), None],
    }
}

fn action(verb: Verb) -> &'static str {
    match verb {
        Verb::Read | Verb::Export | Verb::View => "R",
        Verb::Create => "C",
        Verb::Update => "U",
        Verb::Search | Verb::Login | Verb::Logout | Verb::Override => "E",
    }
}

/// The person, the program, whose people they are, and who is given what.
fn agents<'a>(event: &Event, hospital: &'a Hospital) -> Vec<Agent<'a>> {
    let organisation = match event.who {
        Who::Staff(id) => hospital.staff(id).unit.organisation,
        Who::Patient(_) => &HOSPITAL,
    };
    let mut agents = vec![person(event, hospital), program(event), custodian(organisation)];
    agents.extend(event.recipient.map(|recipient| Agent {
        r#type: concept(coding(DCM, "110152", "Destination Role ID")),
        who: Reference::to(["Organization/", recipient.id].concat(), recipient.name),
        location: Some(Reference { display: Some(recipient.address), ..Reference::default() }),
        ..unnamed()
    }));
    agents
}

fn person<'a>(event: &Event, hospital: &'a Hospital) -> Agent<'a> {
    let purpose = event.purpose.map(|purpose| {
        let (code, display) = purpose.code();
        [Concept { coding: [coding(ACT_REASON, code, display)], text: event.reason }]
    });
    let network = Some(Network {
        address: event.address.map(|part| part.to_string()).join("."),
        r#type: "2",
    });
    let agent = Agent {
        r#type: concept(coding(PARTICIPATION, "IRCP", "information recipient")),
        requestor: true,
        purpose_of_use: purpose,
        network,
        ..unnamed()
    };
    match event.who {
        Who::Staff(id) => staff(hospital.staff(id), agent),
        Who::Patient(id) => {
            let patient = hospital.patient(id);
            let reference = format!("Patient/{}", patient.number);
            Agent {
                who: Reference::to(reference, &patient.name),
                name: Some(&patient.name),
                ..agent
            }
        }
    }
}

fn staff<'a>(staff: &'a Staff, agent: Agent<'a>) -> Agent<'a> {
    let (code, display) = staff.role.code();
    Agent {
        role: Some([concept(coding(STAFF_ROLE, code, display))]),
        who: Reference::to(format!("Practitioner/{}", staff.number), &staff.name),
        alt_id: Some(staff.login()),
        name: Some(&staff.name),
        location: Some(Reference { display: Some(staff.unit.name), ..Reference::default() }),
        ..agent
    }
}

fn program<'a>(event: &Event) -> Agent<'a> {
    let host = [event.application.id, ".apps.st-brigid.example"].concat();
    Agent {
        r#type: concept(coding(DCM, "110153", "Source Role ID")),
        who: Reference::device(event.application.id, event.application.name),
        name: Some(event.application.name),
        network: Some(Network { address: host, r#type: "1" }),
        ..unnamed()
    }
}

fn custodian<'a>(organisation: &'static Organisation) -> Agent<'a> {
    Agent {
        r#type: concept(coding(PARTICIPATION, "CST", "custodian")),
        who: Reference::to(["Organization/", organisation.id].concat(), organisation.name),
        ..unnamed()
    }
}

fn unnamed<'a>() -> Agent<'a> {
    Agent {
        r#type: concept(coding(PARTICIPATION, "PART", "Participation")),
        role: None,
        who: Reference::default(),
        alt_id: None,
        name: None,
        requestor: false,
        location: None,
        network: None,
        purpose_of_use: None,
    }
}

fn concept(coding: Coding) -> Concept {
    Concept { coding: [coding], text: None }
}

/// The patient, what of their record, the query, and the request's id.
fn entities<'a>(event: &Event, hospital: &'a Hospital) -> Vec<Entity<'a>> {
    let patient = event.patient.map(|id| hospital.patient(id));
    let person = patient.map(|patient| Entity {
        what: Some(Reference::to(format!("Patient/{}", patient.number), &patient.name)),
        r#type: coding(ENTITY_TYPE, "1", "Person"),
        role: Some(coding(ENTITY_ROLE, "1", "Patient")),
        name: None,
        query: None,
    });
    let number = patient.map(|patient| patient.number);
    let thing = event.thing.filter(|_| event.verb != Verb::Search).map(|thing| {
        let reference = format!("{}/{}", thing.resource, thing.number);
        let role = match event.verb {
            Verb::Export => coding(ENTITY_ROLE, "3", "Report"),
            _ => coding(ENTITY_ROLE, "4", "Domain Resource"),
        };
        Entity {
            what: Some(Reference::to(reference, thing.resource)),
            r#type: coding(ENTITY_TYPE, "2", "System Object"),
            role: Some(role),
            name: None,
            query: None,
        }
    });
    let query = query(event, number).map(|text| Entity {
        what: None,
        r#type: coding(ENTITY_TYPE, "2", "System Object"),
        role: Some(coding(ENTITY_ROLE, "24", "Query")),
        name: None,
        query: Some(STANDARD.encode(text)),
    });
    let id = uuid::Builder::from_random_bytes(event.request_id.to_be_bytes()).into_uuid();
    let request = Entity {
        what: Some(Reference {
            identifier: Some(Identifier { value: id.to_string() }),
            ..Reference::default()
        }),
        r#type: coding(REQUEST_ID, "XrequestId", "X-Request-Id"),
        role: None,
        name: None,
        query: None,
    };
    let is_of_all = event.verb == Verb::Export && person.is_none() && thing.is_none();
    let everybody = is_of_all.then(|| Entity {
        what: None,
        r#type: coding(ENTITY_TYPE, "2", "System Object"),
        role: Some(coding(ENTITY_ROLE, "3", "Report")),
        name: Some("the records of all patients"),
        query: None,
    });
    let told = person.into_iter().chain(thing).chain(everybody);
    told.chain(query).chain([request]).collect()
}

/// The request of a search or an export.
fn query(event: &Event, patient: Option<u32>) -> Option<String> {
    let resource = event.thing.map_or("Patient", |thing| thing.resource);
    match (event.verb, patient) {
        (Verb::Search, Some(number)) => {
            Some(format!("GET /fhir/{resource}?patient=Patient/{number}&_count=50"))
        }
        (Verb::Search, None) => Some(format!("GET /fhir/{resource}?_count=50")),
        (Verb::Export, None) => Some(format!("POST /fhir/{resource}/$export")),
        _ => None,
    }
}

/// In UTC, to the millisecond.
fn instant(millis: i64) -> String {
    kiln_fhir::Instant { millis }.to_text()
}
