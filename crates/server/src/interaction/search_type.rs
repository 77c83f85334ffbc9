//! Search: `GET AuditEvent?…` and `POST AuditEvent/_search`, and below `Patient/{id}` the same of
//! its compartment (<https://hl7.org/fhir/R4/http.html#search>).
use super::entry;
use crate::{
    answer::{Answer, Refusal},
    exchange::{Exchange, parameters},
    negotiate::Prefer,
    page::{self, Asked, Found},
    patient_view, query_string, restriction,
    tasks::{self, Deadline},
    version::record_id,
};
use hyper::StatusCode;
use kiln_fhir::{
    IssueType, OperationOutcome,
    bundle::{Outgoing, SearchMode, Writer},
};
use kiln_index::LogIndex;
use kiln_search::{Handling, Search, Total, compartment};
use kiln_store::Snapshot;
use std::sync::Arc;

/// Answers it, off the threads that serve connections.
pub(crate) async fn search(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    let app = Arc::clone(&exchange.app);
    tasks::blocking(&app.searches, app.settings.search_deadline, move |deadline| {
        let mut pairs = exchange.parameters()?;
        pairs.extend(form(&exchange)?);
        run(&exchange, &pairs, deadline)
    })
    .await
}

/// Searches, and writes the page.
pub(crate) fn run(
    exchange: &Exchange,
    pairs: &[(String, String)],
    deadline: &Deadline,
) -> Result<Answer, Refusal> {
    let snapshot = exchange.store().snapshot();
    let handling = Prefer::of(&exchange.headers).handling;
    let search = compile(exchange, &snapshot, pairs, handling)?;
    let query = restriction::within(exchange, &snapshot, search.query.clone())?;
    let asked = Asked {
        query: &query,
        order: search.order,
        count: if search.count_only { 0 } else { search.count },
        counted: search.total == Total::Accurate,
        form: exchange.form,
        token: search.cursor.as_deref(),
        search_sha256: page::search_sha256(&place(exchange), applied(&search)),
    };
    let found = page::find(exchange, &snapshot, &asked, deadline)?;
    let json = written(exchange, search, &found, deadline)?;
    Ok(Answer::fhir(StatusCode::OK, exchange.form, json))
}

/// Compiles a search of this exchange's release.
///
/// # Errors
/// What [`kiln_search::parse`] finds wrong, and what `_id` finds damaged.
pub(crate) fn compile(
    exchange: &Exchange,
    snapshot: &Snapshot,
    pairs: &[(String, String)],
    handling: Handling,
) -> Result<Search, Refusal> {
    let damaged = std::cell::RefCell::new(None);
    let find = |id: &str| -> Option<LogIndex> {
        snapshot.find(record_id(id)?).unwrap_or_else(|error| {
            *damaged.borrow_mut() = Some(error);
            None
        })
    };
    let settings = &exchange.app.settings.search;
    let compartment = exchange.compartment.and_then(|name| compartment(name, &exchange.id));
    let compartment = compartment.as_ref();
    let narrowed = patient_view::narrowed(exchange, pairs, handling)?;
    let pairs = &narrowed.pairs;
    let search =
        kiln_search::parse_in(compartment, exchange.release, pairs, handling, settings, &find);
    if let Some(error) = damaged.into_inner() {
        return Err(error.into());
    }
    let mut search = search?;
    if let Some(patient) = only_patient(&search) {
        exchange.looks.about(patient);
    }
    search.warnings.extend(narrowed.warning);
    Ok(search)
}

/// The one patient whose events are searched, by their id: a search of their log is recorded as
/// one of theirs.
fn only_patient(search: &Search) -> Option<&str> {
    let mut named = applied(search).filter(|(name, _)| *name == "patient");
    let (_, value) = named.next().filter(|_| named.next().is_none())?;
    Some(value.strip_prefix("Patient/").unwrap_or(value))
}

/// What is searched, for tokens: no release's may be used in another, whose parameters differ, and
/// no log's in another.
pub(super) fn place(exchange: &Exchange) -> String {
    let (of, release) = (if exchange.is_of_audit { "audit/" } else { "" }, exchange.release.path());
    match exchange.compartment {
        Some(name) => format!("{of}{release}/{name}/{}", exchange.id),
        None => [of, release].concat(),
    }
}

fn form(exchange: &Exchange) -> Result<Vec<(String, String)>, Refusal> {
    let text = std::str::from_utf8(&exchange.body.bytes).map_err(|_not_utf8| {
        Refusal::bad_request(IssueType::Invalid, "the form is not percent-encoded UTF-8")
    })?;
    parameters(text)
}

fn applied(search: &Search) -> impl Iterator<Item = (&str, &str)> {
    search.applied.iter().map(|(name, value)| (name.as_str(), value.as_str()))
}

fn written(
    exchange: &Exchange,
    search: Search,
    found: &Found,
    deadline: &Deadline,
) -> Result<Vec<u8>, Refusal> {
    let bytes: usize = found.records.iter().map(|record| record.body.len() + 320).sum();
    let mut out = Vec::with_capacity(bytes + 2048);
    let mut bundle = Writer::of(exchange.form.release, &mut out, Outgoing::Searchset);
    if let Some(total) = found.total {
        bundle.total(total);
    }
    bundle.link("self", &url(exchange, &search, search.cursor.as_deref()));
    if let Some(token) = &found.next {
        bundle.link("next", &url(exchange, &search, Some(token)));
    }
    for record in &found.records {
        deadline.check()?;
        entry::of_search(&mut bundle, exchange, record)?;
    }
    if !search.warnings.is_empty() {
        let outcome = OperationOutcome { issues: search.warnings };
        bundle.entry(|entry| {
            entry.outcome(&outcome);
            entry.search(SearchMode::Outcome);
        });
    }
    bundle.finish();
    Ok(out)
}

/// The search as it was applied, at this page.
fn url(exchange: &Exchange, search: &Search, token: Option<&str>) -> String {
    let mut pairs: Vec<_> = applied(search).filter(|(name, _)| *name != "_cursor").collect();
    pairs.extend(token.map(|token| ("_cursor", token)));
    let mut url = exchange.base.clone();
    if let Some(name) = exchange.compartment {
        url.extend(["/", name, "/"]);
        query_string::push_segment(&mut url, &exchange.id);
    }
    url.push_str("/AuditEvent");
    query_string::append(&mut url, &pairs);
    url
}
