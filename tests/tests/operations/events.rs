//! Events that can be told from each other, and whether a server has them.
use kiln_tests::http::{Connection, Request};
use kiln_tests::server::Server;
use serde_json::json;

pub(crate) const TYPE: &str = "/fhir/r4/AuditEvent";

/// An event that was acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) id: String,
    /// A patient that only this event has.
    pub(crate) patient: String,
}

/// An event about a patient, at a time, with a text that makes it as large as is wanted.
pub(crate) fn event(patient: &str, recorded: &str, text: &str) -> Vec<u8> {
    json!({
        "resourceType": "AuditEvent",
        "type": { "system": "http://dicom.nema.org/resources/ontology/DCM", "code": "110110" },
        "recorded": recorded,
        "agent": [{ "requestor": true, "name": format!("night job {text}") }],
        "source": { "observer": { "reference": "Device/operations" } },
        "entity": [{ "what": { "reference": format!("Patient/{patient}") } }],
    })
    .to_string()
    .into_bytes()
}

/// Stores an event; the status and body when it is not stored.
pub(crate) fn store(
    connection: &mut Connection,
    patient: &str,
    text: &str,
) -> Result<Stored, (u16, String)> {
    let body = event(patient, "2026-03-01T10:00:00Z", text);
    let request = Request::post(TYPE, body).header("Prefer", "return=minimal");
    let answer = connection.send(&request).expect("the server answers");
    match answer.created_id() {
        Some(id) if answer.status == 201 => {
            Ok(Stored { id: id.to_owned(), patient: patient.to_owned() })
        }
        _ => Err((answer.status, answer.text())),
    }
}

/// Reads and finds each of them, once, and nothing else.
pub(crate) fn check_all(server: &Server, stored: &[Stored]) {
    let mut connection = Connection::open(server.port).unwrap();
    for one in stored {
        check(&mut connection, one);
    }
}

pub(crate) fn check(connection: &mut Connection, stored: &Stored) {
    let Stored { id, patient } = stored;
    let read = connection.send(&Request::new("GET", &format!("{TYPE}/{id}"))).unwrap();
    assert_eq!(read.status, 200, "{stored:?} is lost: {}", read.text());
    let told = &read.json().unwrap()["entity"][0]["what"]["reference"];
    assert_eq!(*told, format!("Patient/{patient}"), "{stored:?} is another event");
    assert_eq!(found(connection, &format!("patient=Patient/{patient}")), [id.as_str()]);
}

/// The ids that a search finds.
pub(crate) fn found(connection: &mut Connection, query: &str) -> Vec<String> {
    let answer = connection.send(&Request::new("GET", &format!("{TYPE}?{query}"))).unwrap();
    assert_eq!(answer.status, 200, "{query}: {}", answer.text());
    let bundle = answer.json().unwrap();
    kiln_tests::run::matches(&bundle).map(str::to_owned).collect()
}

pub(crate) fn total(server: &Server) -> u64 {
    server.get(&format!("{TYPE}?_summary=count")).unwrap()["total"].as_u64().unwrap()
}
