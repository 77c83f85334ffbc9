//! Which events a principal may see: one query that every way to an event goes through.
//!
//! A search, a history, a read, a proof: each finds its events with this query beside its own, so
//! that what may not be seen is not found, and nobody can tell it from what is not there.
use crate::{
    answer::Refusal, exchange::Exchange, interaction::PAGING, patient_view, query_string,
    version::record_id,
};
use hyper::StatusCode;
use kiln_fhir::IssueType;
use kiln_identity::Scope;
use kiln_index::{LogIndex, Query};
use kiln_search::Handling;
use kiln_store::Snapshot;

/// What every event that is shown must match; `None`: all may be seen.
///
/// # Errors
/// 403 for a granular scope that this server cannot enforce in this release.
pub(crate) fn of(exchange: &Exchange, snapshot: &Snapshot) -> Result<Option<Query>, Refusal> {
    let subject = patient_view::subject(exchange).map(|subject| subject.query());
    let Some(filters) = &exchange.principal.reach.filters else { return Ok(subject) };
    let filters = filters.iter().map(|filter| granular(exchange, snapshot, filter));
    let granted = Query::Or(filters.collect::<Result<_, _>>()?);
    Ok(Some(match subject {
        Some(subject) => Query::And(vec![subject, granted]),
        None => granted,
    }))
}

/// A query, of those that the principal may see.
///
/// # Errors
/// Those of [`of`].
pub(crate) fn within(
    exchange: &Exchange,
    snapshot: &Snapshot,
    query: Query,
) -> Result<Query, Refusal> {
    Ok(match of(exchange, snapshot)? {
        None => query,
        Some(restriction) => Query::And(vec![query, restriction]),
    })
}

/// Whether the principal may see this event.
///
/// # Errors
/// Those of [`of`]; the index cannot be read.
pub(crate) fn shows(
    exchange: &Exchange,
    snapshot: &Snapshot,
    at: LogIndex,
) -> Result<bool, Refusal> {
    let Some(restriction) = of(exchange, snapshot)? else { return Ok(true) };
    let query = Query::And(vec![Query::At(vec![at]), restriction]);
    let count = snapshot.count(&query, snapshot.size(), &|| false)?;
    Ok(count > 0)
}

/// Whether the principal sees less than all events.
pub(crate) fn is_any(exchange: &Exchange) -> bool {
    let reach = &exchange.principal.reach;
    reach.filters.is_some() || reach.patient.is_some()
}

/// Whether the principal may read what it has just stored: it may create, and that alone says
/// nothing of reading.
pub(crate) fn shows_own(exchange: &Exchange) -> bool {
    exchange.principal.may(Scope::Read) && !is_any(exchange)
}

/// The query of a granular scope (SMART 2.2.0 §3.0.2.3), every part of it understood: a part that
/// was left out would show more than was granted.
fn granular(exchange: &Exchange, snapshot: &Snapshot, filter: &str) -> Result<Query, Refusal> {
    let pairs = query_string::pairs(filter).ok_or_else(cannot)?;
    if pairs.is_empty() || pairs.iter().any(|(name, _)| PAGING.contains(&name.as_str())) {
        return Err(cannot());
    }
    let find = |id: &str| snapshot.find(record_id(id)?).ok().flatten();
    let settings = &exchange.app.settings.search;
    let search = kiln_search::parse(exchange.release, &pairs, Handling::Strict, settings, &find);
    search.map(|search| search.query).map_err(|_outcome| cannot())
}

/// The scope is the issuer's, and is not repeated.
fn cannot() -> Refusal {
    let says = "a granular scope of the token asks for what this release cannot search by";
    Refusal::new(StatusCode::FORBIDDEN, IssueType::Forbidden, says)
}

/// 403: the log as a whole is for those who may see all of it.
pub(crate) fn whole_log() -> Refusal {
    let says = "a stretch of the log is for those whose scopes show all of its events";
    Refusal::new(StatusCode::FORBIDDEN, IssueType::Forbidden, says)
}
