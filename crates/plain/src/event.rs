//! One event, both ways.
use crate::code::PURPOSE;
use crate::sent::{Sent, at_path};
use crate::stored::{ROOT, Stored};
use crate::writer::Writer;
use crate::{agent, array, concept, entity, kind, outcome, source};
use kiln_fhir::json::{self, Value};
use kiln_fhir::{Instant, Issue, IssueType, Limits, OperationOutcome, Release, event_outcome};

/// What the server says of an event beside its content.
#[derive(Copy, Clone, Debug)]
pub struct Served<'a> {
    /// The logical id.
    pub id: &'a str,
    /// When it was received, an instant.
    pub received: &'a str,
}

/// One plain event, or an array of them, as R4 `AuditEvent`s in JSON, in the same order.
///
/// `limits` are those of one event, as it is sent and as it is stored; an array holds at most
/// [`EVENTS_MAX`](crate::EVENTS_MAX), and how long it may be as a whole is the caller's.
///
/// # Errors
/// Everything wrong with it, each issue naming its element as the sender calls it
/// (`agent[0].requestor`, in an array `[3].agent[0].requestor`), never its value: not JSON,
/// duplicate keys, unknown members, wrong types, missing mandatory members, bad values, a limit.
pub fn to_fhir(body: &[u8], limits: &Limits) -> Result<Vec<Vec<u8>>, OperationOutcome> {
    if array::is_array(body) {
        return array::to_fhir(body, limits);
    }
    Ok(vec![event_to_fhir(body, limits, "")?])
}

/// One event; `root` is what errors call it.
pub(crate) fn event_to_fhir(
    body: &[u8],
    limits: &Limits,
    root: &str,
) -> Result<Vec<u8>, OperationOutcome> {
    let refuse =
        |message: String| Err(at_path(Issue::error(IssueType::TooLong, message), root).into());
    if body.len() > limits.body_bytes_max {
        return refuse(format!("larger than {} bytes", limits.body_bytes_max));
    }
    let tape = json::read(body, limits, root).map_err(|issue| {
        let path = issue.expression.clone().unwrap_or_default();
        at_path(issue, &path)
    })?;
    let mut sent = Sent::new(&tape, root);
    let mut out = Vec::with_capacity(2 * body.len() + FHIR_BYTES);
    let nodes = Writer::object(&mut out, |json| write(&mut sent, json));
    sent.finish()?;
    if nodes > limits.nodes_max {
        return refuse(format!("too many values: as FHIR more than {}", limits.nodes_max));
    }
    if out.len() > limits.body_bytes_max {
        return refuse(format!("larger than {} bytes as FHIR", limits.body_bytes_max));
    }
    Ok(out)
}

/// About so many bytes are added to an event of two agents and an entity.
const FHIR_BYTES: usize = 512;

const NAMES: [&str; 10] = [
    "type",
    "subtype",
    "action",
    "recorded",
    "outcome",
    "outcomeDesc",
    "purposeOfEvent",
    "agent",
    "source",
    "entity",
];

fn write(sent: &mut Sent<'_, '_>, json: &mut Writer<'_>) {
    let Some(members) = sent.members(0, NAMES) else { return };
    let [r#type, subtype, action, recorded, outcome, description, purpose, agent, source, entity] =
        members;
    json.member("resourceType", ROOT);
    write_kind(sent, r#type, subtype, json);
    if let Some(action) = sent.code(action, &ACTIONS) {
        json.member("action", action);
    }
    write_recorded(sent, recorded, json);
    let code = sent.code(outcome, &event_outcome::NUMBERS);
    outcome::write(json, code, sent.text(description));
    json.array("purposeOfEvent", |json| {
        for purpose in sent.items(purpose) {
            if let Some(text) = sent.text(Some(purpose)) {
                concept::write(json, &PURPOSE, text);
            }
        }
    });
    write_agents(sent, agent, json);
    match source {
        Some(at) => json.within("source", |json| source::write(sent, at, json)),
        None => sent.missing(0, "source", "is missing: say which system reports the event"),
    }
    json.array("entity", |json| {
        for at in sent.items(entity) {
            json.item(|json| entity::write(sent, at, json));
        }
    });
}

/// Codes of `audit-event-action`.
pub(crate) const ACTIONS: [&str; 5] = ["C", "R", "U", "D", "E"];

fn write_kind(
    sent: &mut Sent<'_, '_>,
    r#type: Option<usize>,
    subtype: Option<usize>,
    json: &mut Writer<'_>,
) {
    let items = sent.items(subtype);
    let subtypes: Vec<&str> = items.into_iter().filter_map(|at| sent.text(Some(at))).collect();
    if r#type.is_none() {
        sent.missing(0, "type", "is missing: say what happened, such as rest, login or export");
    }
    if let Some(text) = sent.text(r#type) {
        kind::write(json, text, &subtypes);
    }
}

fn write_recorded(sent: &mut Sent<'_, '_>, recorded: Option<usize>, json: &mut Writer<'_>) {
    const FORM: &str = "is an instant such as 2024-06-15T08:30:00Z";
    let Some(at) = recorded else {
        return sent.missing(0, "recorded", &format!("is missing: it {FORM}"));
    };
    match sent.text(Some(at)) {
        Some(text) if Instant::parse(text).is_some() => json.member("recorded", text),
        Some(_) => sent.refuse(at, IssueType::Value, FORM),
        None => {}
    }
}

fn write_agents(sent: &mut Sent<'_, '_>, agent: Option<usize>, json: &mut Writer<'_>) {
    let problems = sent.len();
    let agents = sent.items(agent);
    if agents.is_empty() && sent.len() == problems {
        sent.missing(0, "agent", "is missing: say who took part, at least one");
    }
    json.array("agent", |json| {
        for at in agents {
            json.item(|json| agent::write(sent, at, json));
        }
    });
}

/// Appends the stored event of `release` as a plain event in JSON: what the plain shape holds of
/// it, `id` and `received`, `redacted` where its label says so, and `leftOut`, the paths of what it
/// does not hold, where there are any.
pub fn from_fhir(body: &[u8], release: Release, served: &Served<'_>, out: &mut Vec<u8>) {
    let Ok(tape) = json::read(body, &STORED, ROOT) else {
        Writer::object(out, |json| {
            json.member("id", served.id);
            json.member("received", served.received);
            json.array("leftOut", |json| json.text(ROOT));
        });
        return;
    };
    let mut stored = Stored::new(&tape);
    Writer::object(out, |json| {
        json.member("id", served.id);
        read(&mut stored, release, json);
        json.member("received", served.received);
        take_served(&mut stored);
        if take_redacted(&mut stored) {
            json.key("redacted");
            json.boolean(true);
        }
        json.array("leftOut", |json| {
            stored.left_out().iter().for_each(|path| json.text(path));
        });
    });
}

/// What was accepted once can always be read.
const STORED: Limits = Limits { body_bytes_max: usize::MAX, depth_max: 120, nodes_max: usize::MAX };

fn read(stored: &mut Stored<'_, '_>, release: Release, json: &mut Writer<'_>) {
    kind::read(stored, release, json);
    for name in ["action", "recorded"] {
        if let Some(text) = stored.take_text(0, name) {
            json.member(name, text);
        }
    }
    outcome::read(stored, json);
    let purpose = match release {
        Release::R5 | Release::R6 => "authorization",
        _ => "purposeOfEvent",
    };
    let purposes = items(stored, purpose);
    json.array("purposeOfEvent", |json| {
        for purpose in purposes {
            if let Some(text) = concept::read(stored, purpose, &PURPOSE) {
                json.text(text);
            }
        }
    });
    let agents = items(stored, "agent");
    json.array("agent", |json| {
        for at in agents {
            json.item(|json| agent::read(stored, at, json));
        }
    });
    if let Some(source) = stored.member(0, "source") {
        json.within("source", |json| source::read(stored, source, json));
    }
    let entities = items(stored, "entity");
    json.array("entity", |json| {
        for at in entities {
            json.item(|json| entity::read(stored, at, json));
        }
    });
}

fn items(stored: &Stored<'_, '_>, name: &str) -> Vec<usize> {
    let element = stored.member(0, name);
    element.into_iter().flat_map(|element| stored.tape.items(element)).collect()
}

/// What the server gives itself is told beside the content.
/// Whether the event is shown in part: one of its labels says `REDACTED`
/// (<http://terminology.hl7.org/CodeSystem/v3-ObservationValue>), whose sender may be anybody.
fn take_redacted(stored: &mut Stored<'_, '_>) -> bool {
    let labels = stored.member(0, "meta").and_then(|meta| stored.member(meta, "security"));
    let Some(labels) = labels else { return false };
    let is_redacted = |at: &usize| {
        stored.text_of(*at, "code") == Some("REDACTED")
            && stored.text_of(*at, "system").is_some_and(|it| it.ends_with("v3-ObservationValue"))
    };
    let label = stored.tape.items(labels).find(is_redacted);
    label.inspect(|at| stored.take(*at)).is_some()
}

fn take_served(stored: &mut Stored<'_, '_>) {
    stored.take_if(0, "resourceType", |_| true);
    stored.take_if(0, "id", |_| true);
    if let Some(meta) = stored.member(0, "meta") {
        stored.take_if(meta, "versionId", |_| true);
        stored.take_if(meta, "lastUpdated", |_| true);
        if matches!(stored.tape.value(meta), Value::Object(span) if span.len == 0) {
            stored.take(meta);
        }
    }
}

#[cfg(test)]
mod tests;
