//! History of the type: every event in the order it was received, newest first, or oldest first by
//! `_sort=_lastUpdated`: this is how others pull (<https://hl7.org/fhir/R4/http.html#history>).
use super::{entry, search_type};
use crate::{
    answer::{Answer, Refusal},
    exchange::Exchange,
    page::{self, Asked},
    query_string, restriction,
    tasks::{self, Deadline},
};
use hyper::StatusCode;
use kiln_fhir::{
    Instant, IssueType,
    bundle::{Outgoing, Writer},
};
use kiln_index::{Millis, Order, Query};
use kiln_search::{Handling, Search, Total};
use std::sync::Arc;

/// Answers it, off the threads that serve connections.
pub(crate) async fn history(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    let app = Arc::clone(&exchange.app);
    tasks::blocking(&app.searches, app.settings.search_deadline, move |deadline| {
        run(&exchange, deadline)
    })
    .await
}

pub(super) fn run(exchange: &Exchange, deadline: &Deadline) -> Result<Answer, Refusal> {
    let mut pairs = exchange.parameters()?;
    refuse_others(&pairs)?;
    let since = since(&mut pairs)?;
    let snapshot = exchange.store().snapshot();
    let search = search_type::compile(exchange, &snapshot, &pairs, Handling::Strict)?;
    let order = order(&pairs, &search)?;
    let query = match &since {
        Some((_, from)) => {
            let received = Query::Received(*from..Millis(i64::MAX));
            Query::And(vec![search.query.clone(), received])
        }
        None => search.query.clone(),
    };
    let query = restriction::within(exchange, &snapshot, query)?;
    let url = Url { exchange, search: &search, since: since.as_ref().map(|(text, _)| &**text) };
    let asked = Asked {
        query: &query,
        order,
        count: if search.count_only { 0 } else { search.count },
        counted: search.total == Total::Accurate,
        form: exchange.form,
        token: search.cursor.as_deref(),
        search_sha256: page::search_sha256(
            &[&search_type::place(exchange), "/_history"].concat(),
            url.pairs().into_iter(),
        ),
    };
    let found = page::find(exchange, &snapshot, &asked, deadline)?;
    let mut out = Vec::with_capacity(64 << 10);
    let mut bundle = Writer::of(exchange.form.release, &mut out, Outgoing::History);
    if let Some(total) = found.total {
        bundle.total(total);
    }
    bundle.link("self", &url.at(search.cursor.as_deref()));
    if let Some(token) = &found.next {
        bundle.link("next", &url.at(Some(token)));
    }
    for record in &found.records {
        deadline.check()?;
        entry::of_history(&mut bundle, exchange, record)?;
    }
    bundle.finish();
    Ok(Answer::fhir(StatusCode::OK, exchange.form, out))
}

/// A history is not a search: leaving a parameter out would widen the answer.
fn refuse_others(pairs: &[(String, String)]) -> Result<(), Refusal> {
    let known = ["_since", "_count", "_sort", "_cursor", "_total", "_summary"];
    match pairs.iter().position(|(name, _)| !known.contains(&name.as_str())) {
        None => Ok(()),
        Some(_) => Err(Refusal::bad_request(
            IssueType::NotSupported,
            "the history takes _since, _count, _sort, _total and _summary: \
             use a search for everything else",
        )),
    }
}

/// Takes `_since` out of the parameters: as it was sent, and as an instant. What was received at
/// that very instant is part of the answer.
fn since(pairs: &mut Vec<(String, String)>) -> Result<Option<(String, Millis)>, Refusal> {
    let Some(at) = pairs.iter().position(|(name, _)| name == "_since") else { return Ok(None) };
    let (_, text) = pairs.remove(at);
    let says = "_since is an instant, once: 2024-06-15T08:30:00Z";
    let wrong = || Refusal::bad_request(IssueType::Value, says);
    if pairs.iter().any(|(name, _)| name == "_since") {
        return Err(wrong());
    }
    // A `+` that was not encoded has become a space.
    let text = text.replace(' ', "+");
    let from = Instant::parse(&text).ok_or_else(wrong)?;
    Ok(Some((text, Millis(from.millis))))
}

fn order(pairs: &[(String, String)], search: &Search) -> Result<Order, Refusal> {
    if !pairs.iter().any(|(name, _)| name == "_sort") {
        return Ok(Order::LogNewest);
    }
    match search.order {
        Order::LogNewest | Order::LogOldest => Ok(search.order),
        Order::RecordedNewest | Order::RecordedOldest => Err(Refusal::bad_request(
            IssueType::Value,
            "a history is sorted by _lastUpdated or -_lastUpdated",
        )),
    }
}

/// The history as it was asked for.
struct Url<'a> {
    exchange: &'a Exchange,
    search: &'a Search,
    since: Option<&'a str>,
}

impl<'a> Url<'a> {
    fn pairs(&self) -> Vec<(&'a str, &'a str)> {
        let applied = self.search.applied.iter().map(|(name, value)| (&**name, &**value));
        let applied = applied.filter(|(name, _)| *name != "_cursor");
        self.since.iter().map(|since| ("_since", *since)).chain(applied).collect()
    }

    fn at(&self, token: Option<&str>) -> String {
        let mut pairs = self.pairs();
        pairs.extend(token.map(|token| ("_cursor", token)));
        let mut url = [&self.exchange.base, "/AuditEvent/_history"].concat();
        query_string::append(&mut url, &pairs);
        url
    }
}
