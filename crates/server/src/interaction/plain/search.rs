//! Search by the plain filters: events of every release, newest first.
use super::{push_array, push_event};
use crate::{
    answer::{Answer, Refusal},
    exchange::{Exchange, all_parameters},
    page::{self, Asked, Found},
    patient_view,
    rendition::Kept,
    restriction,
    tasks::{self, Deadline},
    version::Version,
};
use hyper::StatusCode;
use kiln_plain::filter;
use kiln_search::{Handling, Names, Search};
use serde_json::json;
use std::sync::Arc;

/// Answers it, off the threads that serve connections.
pub(crate) async fn search(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    let app = Arc::clone(&exchange.app);
    tasks::blocking(&app.searches, app.settings.search_deadline, move |deadline| {
        run(&exchange, deadline)
    })
    .await
}

fn run(exchange: &Exchange, deadline: &Deadline) -> Result<Answer, Refusal> {
    let asked = all_parameters(&exchange.query)?;
    patient_view::narrowed_plain(exchange, &asked)?;
    let filters = filter::parse(&asked)?;
    let settings = &exchange.app.settings.search;
    // No filter is an id: nothing is to be resolved.
    let search =
        kiln_search::parse(Names::Plain, &filters.pairs, Handling::Strict, settings, &|_| None)?;
    let limit = filters.limit.unwrap_or(settings.count_default).clamp(1, settings.count_max.max(1));
    let snapshot = exchange.store().snapshot();
    let query = restriction::within(exchange, &snapshot, search.query.clone())?;
    let asked = Asked {
        query: &query,
        order: search.order,
        count: limit,
        counted: false,
        form: exchange.form,
        token: filters.cursor.as_deref(),
        search_sha256: search_sha256(&search),
    };
    let found = page::find(exchange, &snapshot, &asked, deadline).map_err(as_filtered)?;
    Ok(Answer::plain(StatusCode::OK, written(&found, limit, deadline)?))
}

/// The page token is called otherwise here.
fn as_filtered(mut refusal: Refusal) -> Refusal {
    for issue in &mut refusal.outcome.issues {
        if issue.expression.as_deref() == Some("http._cursor") {
            issue.expression = Some("cursor".to_owned());
        }
    }
    refusal
}

/// A client may send the filters in another order with the next cursor.
fn search_sha256(search: &Search) -> [u8; 32] {
    let applied = search.applied.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let mut applied: Vec<_> = applied.collect();
    applied.sort_unstable();
    page::search_sha256("plain", applied.into_iter())
}

fn written(found: &Found, limit: usize, deadline: &Deadline) -> Result<Vec<u8>, Refusal> {
    let bytes: usize = found.records.iter().map(|record| record.body.len() + 128).sum();
    let mut out = Vec::with_capacity(bytes + 256);
    out.extend_from_slice(b"{\"data\":");
    push_array(&mut out, &found.records, |out, record| {
        deadline.check()?;
        push_event(out, &Version::of_record(record), &Kept::of(record)?)
    })?;
    let mut paging = json!({ "next": found.next, "limit": limit });
    if let Some(total) = found.total {
        paging["total"] = total.into();
    }
    out.extend_from_slice(b",\"paging\":");
    out.extend_from_slice(paging.to_string().as_bytes());
    out.push(b'}');
    Ok(out)
}
