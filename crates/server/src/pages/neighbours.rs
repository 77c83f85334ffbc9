//! What happened around an event: within fifteen minutes, by the same user, about the same patient,
//! in the same request.
use super::{frame::Frame, said};
use crate::{
    answer::Refusal,
    audit::{Look, Saw},
    patient_view, restriction,
    router::Interaction,
    tasks::Deadline,
};
use hyper::StatusCode;
use kiln_fhir::{Agent, AuditEvent, Entity, Release};
use kiln_index::{Order, Page, Query};
use kiln_pages::event::{NEIGHBOURS_MAX, Neighbours, Same};
use kiln_search::Handling;
use kiln_store::{Millis, Record, Snapshot};

/// How long before it and after it.
const AROUND_MS: i64 = 15 * 60 * 1000;

/// The neighbours of each kind that the event lets be found.
pub(super) fn of(
    frame: &Frame<'_>,
    record: &Record,
    deadline: &Deadline,
) -> Result<Vec<Neighbours>, Refusal> {
    let asked = said::with_event(record, |event| asked(frame, event))?;
    let snapshot = frame.exchange.store().snapshot();
    let mut all = Vec::with_capacity(asked.len());
    for (same, (name, value), at) in asked {
        let around = Query::Recorded(Millis(at - AROUND_MS)..Millis(at + AROUND_MS + 1));
        let Some(query) = query(frame, &snapshot, &name, &value) else { continue };
        let query = Query::And(vec![query, around]);
        let query = restriction::within(frame.exchange, &snapshot, query)?;
        all.push(nearest(frame, &snapshot, record, same, &query, deadline)?);
        looked(frame, &name, &value, &snapshot, all.last().map_or(0, |found| found.rows.len()));
    }
    Ok(all)
}

/// By which of R4's parameters each kind is found.
type Asked = (Same, (String, String), i64);

fn asked(frame: &Frame<'_>, event: &AuditEvent<'_>) -> Vec<Asked> {
    let is_patients = patient_view::subject(frame.exchange).is_some();
    let at = event.recorded.millis;
    let user = event.agents.iter().find(|agent| agent.requestor == Some(true));
    let user = user.or(event.agents.first()).and_then(|agent| by_agent(agent, is_patients));
    let patient = patient(event);
    let request = event.entities.iter().find_map(request_id).filter(|_| !is_patients);
    let kinds = [(Same::User, user), (Same::Patient, patient), (Same::Request, request)];
    kinds.into_iter().filter_map(|(same, by)| Some((same, by?, at))).collect()
}

/// By reference, by name, by id. In a patient's view by what is always shown alone.
fn by_agent(agent: &Agent<'_>, is_patients: bool) -> Option<(String, String)> {
    let reference = agent.who.as_ref().and_then(|who| who.reference.as_deref());
    if let Some(reference) = reference.filter(|it| !it.starts_with('#')) {
        return Some(pair("agent", reference));
    }
    let identifier = agent.who.as_ref().and_then(|who| who.identifier.as_ref()?.value.as_deref());
    let by = identifier.map(|value| pair("agent:identifier", value));
    let by = by.or_else(|| agent.alt_id.as_deref().map(|id| pair("altid", id)));
    let by = by.or_else(|| agent.name.as_deref().map(|name| pair("agent-name:exact", name)));
    by.filter(|_| !is_patients)
}

fn patient(event: &AuditEvent<'_>) -> Option<(String, String)> {
    let entities = event.entities.iter().filter_map(|entity| entity.what.as_ref());
    let agents = event.agents.iter().filter_map(|agent| agent.who.as_ref());
    let mut all = event.patient.iter().chain(entities).chain(agents);
    let is_patient = |text: &&str| text.starts_with("Patient/") || text.contains("/Patient/");
    let found = all.find_map(|it| it.reference.as_deref().filter(is_patient));
    found.map(|reference| pair("patient", reference))
}

/// BALP's `XrequestId`
/// (<https://profiles.ihe.net/ITI/BALP/CodeSystem-BasicAuditEntityType.html>).
fn request_id(entity: &Entity<'_>) -> Option<(String, String)> {
    let r#type = entity.r#type.as_ref().and_then(|coding| coding.code.as_deref());
    let value = entity.what.as_ref()?.identifier.as_ref()?.value.as_deref()?;
    (r#type == Some("XrequestId")).then(|| pair("entity:identifier", value))
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), escaped(value))
}

/// The text as one value (<https://hl7.org/fhir/R4/search.html#escaping>).
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '$' | ',' | '|') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// `None` where a sender's text is nothing that is searched by.
fn query(frame: &Frame<'_>, snapshot: &Snapshot, name: &str, value: &str) -> Option<Query> {
    let pairs = [(name.to_owned(), value.to_owned())];
    let narrowed = patient_view::narrowed(frame.exchange, &pairs, Handling::Strict).ok()?;
    let settings = &frame.exchange.app.settings.search;
    let find = |_: &str| None;
    let _ = snapshot;
    let search =
        kiln_search::parse(Release::R4, &narrowed.pairs, Handling::Strict, settings, &find);
    search.ok().map(|search| search.query)
}

/// The newest of them, the event itself left out.
fn nearest(
    frame: &Frame<'_>,
    snapshot: &Snapshot,
    record: &Record,
    same: Same,
    query: &Query,
    deadline: &Deadline,
) -> Result<Neighbours, Refusal> {
    let page = Page {
        query,
        order: Order::RecordedNewest,
        after: None,
        size: snapshot.size(),
        limit: NEIGHBOURS_MAX + 2,
    };
    let hits = snapshot.query(&page, &|| deadline.expired())?;
    let others = hits.into_iter().map(|hit| hit.log_index).filter(|at| *at != record.log_index);
    let mut at: Vec<_> = others.collect();
    let more = at.len() > NEIGHBOURS_MAX;
    at.truncate(NEIGHBOURS_MAX);
    let records = patient_view::all_shown(frame.exchange, snapshot.read_all(&at)?)?;
    let mut rows = Vec::with_capacity(records.len());
    for record in &records {
        rows.push(said::row(record, &frame.reader)?);
    }
    Ok(Neighbours { same, rows, more })
}

/// Each of them is a search of its own, and is recorded as one.
fn looked(frame: &Frame<'_>, name: &str, value: &str, snapshot: &Snapshot, count: usize) {
    let mut asked = "GET AuditEvent".to_owned();
    crate::query_string::append(&mut asked, &[(name, value)]);
    frame.exchange.looks.inside(Look {
        interaction: Interaction::SearchType,
        id: String::new(),
        patient: None,
        asked,
        status: StatusCode::OK,
        refused: None,
        saw: Some(Saw { count: count as u64, size: snapshot.size() }),
    });
}
