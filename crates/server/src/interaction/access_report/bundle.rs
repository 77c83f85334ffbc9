//! A report as a document of FHIR (<https://hl7.org/fhir/R4/documents.html>): a Composition that
//! says what the first page says, and the events, each as a patient may see it.
//!
//! A document, and not a collection: what the log cannot show must not be separated from what it
//! does. Whoever wants the events alone takes the entries that are `AuditEvent`s, or searches.
use super::{asked::Asked, gathered::Gathered};
use crate::{
    answer::{Answer, Refusal},
    exchange::Exchange,
    form::Form,
    patient_view,
    rendition::Kept,
    version::Version,
};
use hyper::StatusCode;
use kiln_fhir::Release;
use kiln_store::Record;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Answers it.
///
/// # Errors
/// 500 for a stored event that cannot be read.
pub(super) fn answer(
    exchange: &Exchange,
    asked: &Asked,
    gathered: &Gathered,
) -> Result<Answer, Refusal> {
    let release = exchange.form.release;
    let mut events = Vec::with_capacity(gathered.shown.len());
    for record in &gathered.shown {
        events.push(shown(exchange, asked, record)?);
    }
    let urls: Vec<&str> = events.iter().map(|(url, _)| url.as_str()).collect();
    let now = asked.reader.now.to_text();
    let id = document_id(asked, gathered);
    let composition = composition(exchange, asked, gathered, &urls);
    let mut out = Vec::new();
    let identifier = json!({ "system": "urn:ietf:rfc:3986", "value": id });
    out.extend_from_slice(br#"{"resourceType":"Bundle","#);
    if !matches!(release, Release::Dstu2) {
        push(&mut out, "identifier", &identifier);
    }
    out.extend_from_slice(br#""type":"document","#);
    if !matches!(release, Release::Dstu2 | Release::Stu3) {
        push(&mut out, "timestamp", &json!(now));
    }
    out.extend_from_slice(br#""entry":[{"#);
    push(&mut out, "fullUrl", &json!(id));
    out.extend_from_slice(br#""resource":"#);
    out.extend_from_slice(composition.to_string().as_bytes());
    out.push(b'}');
    for (url, event) in &events {
        out.extend_from_slice(b",{");
        push(&mut out, "fullUrl", &json!(url));
        out.extend_from_slice(br#""resource":"#);
        out.extend_from_slice(event);
        out.push(b'}');
    }
    out.extend_from_slice(b"]}");
    Ok(Answer::fhir(StatusCode::OK, Form::json(release), out))
}

/// A UUID of this report: of whom, when and from which state of the log it was made.
fn document_id(asked: &Asked, gathered: &Gathered) -> String {
    let mut hash = Sha256::new();
    hash.update(asked.reader.now.millis.to_be_bytes());
    hash.update(gathered.size.0.to_be_bytes());
    hash.update(&asked.id);
    if let Some(proof) = &gathered.report.coverage.proof {
        hash.update(&proof.checkpoint);
    }
    let [bytes @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] =
        <[u8; 32]>::from(hash.finalize());
    uuid::Builder::from_custom_bytes(bytes).into_uuid().urn().to_string()
}

fn push(out: &mut Vec<u8>, name: &str, value: &Value) {
    out.push(b'"');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
    out.extend_from_slice(value.to_string().as_bytes());
    out.push(b',');
}

/// An event's URL, and the event as a patient may see it, whoever asks.
fn shown(
    exchange: &Exchange,
    asked: &Asked,
    record: &Record,
) -> Result<(String, Vec<u8>), Refusal> {
    let is_theirs = |text: &str| asked.person.is_text(text, None);
    let record = patient_view::redacted(&is_theirs, record.clone())?;
    let version = Version::of_record(&record);
    let event = Kept::of(&record)?.json_in(exchange.form.release)?;
    let url = [&exchange.base, "/AuditEvent/", &version.id].concat();
    Ok((url, version.rendered(&event)))
}

/// What the first page says, as a section of narrative, and the events as another one.
fn composition(exchange: &Exchange, asked: &Asked, gathered: &Gathered, events: &[&str]) -> Value {
    let release = exchange.form.release;
    let title = gathered.report.title(&asked.reader);
    let subject = subject(release, &asked.id);
    let is_listed = matches!(release, Release::R5 | Release::R6);
    let entries: Vec<Value> = events.iter().map(|url| json!({ "reference": url })).collect();
    let mut listed = json!({ "title": title, "code": kind(title) });
    if entries.is_empty() {
        listed["emptyReason"] = json!({ "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/list-empty-reason",
            "code": "nilknown"
        }] });
        // A section has text, entries or sections of its own (cmp-1).
        let nothing = gathered.report.to_narrative_of_nothing(&asked.reader).into_string();
        listed["text"] = json!({ "status": "generated", "div": nothing });
    } else {
        listed["entry"] = json!(entries);
    }
    let front = gathered.report.to_narrative(&asked.reader).into_string();
    json!({
        "resourceType": "Composition",
        "language": asked.reader.language.tag(),
        "status": "final",
        "type": kind(title),
        "subject": if is_listed { json!([subject]) } else { subject },
        "date": asked.reader.now.to_text(),
        "author": [{ "display": "Kiln" }],
        "title": title,
        "section": [
            {
                "title": asked.reader.language.report_front(),
                "text": { "status": "generated", "div": front },
            },
            listed,
        ],
    })
}

/// By identifier: who is referred to would have to be in the document
/// (<https://hl7.org/fhir/R4/documents.html#content>), and the log has no Patient.
fn subject(release: Release, id: &str) -> Value {
    let display = format!("Patient/{id}");
    match release {
        Release::Dstu2 => json!({ "display": display }),
        Release::Stu3 => json!({ "identifier": { "value": id }, "display": display }),
        _ => json!({ "type": "Patient", "identifier": { "value": id }, "display": display }),
    }
}

/// LOINC has no code for it.
fn kind(title: &str) -> Value {
    json!({ "text": title })
}
