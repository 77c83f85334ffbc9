//! History of a resource and of a type: every version, newest first, deletions among them
//! (<https://hl7.org/fhir/R4/http.html#history>).
use super::{Reply, Wanted, criteria, read, reply::Kept, search, told::Shown};
use crate::{
    answer::Refusal,
    exchange::{Exchange, parameters},
    page, query_string,
    resources::{body::By, terms},
    tasks::Deadline,
};
use kiln_fhir::{
    Instant, IssueType,
    bundle::{Outgoing, Response, Writer},
};
use kiln_index::{Millis, Order, Page, Query};
use kiln_search::cursor::{self, Cursor};
use kiln_store::RecordKind;
use kiln_trail::rest::Does;
use std::sync::Arc;

/// Answers it, once its events are on disk.
pub(super) async fn history(
    exchange: &Arc<Exchange>,
    wanted: &Arc<Wanted>,
    patient: Option<String>,
) -> Result<Reply, Refusal> {
    search::bundle(exchange, wanted, patient, run).await
}

/// What a history is asked for.
struct Span {
    since: Option<(String, Millis)>,
    count: usize,
    token: Option<String>,
}

fn run(
    exchange: &Exchange,
    wanted: &Wanted,
    patient: Option<&str>,
    deadline: &Deadline,
) -> Result<(Vec<u8>, Vec<Shown>), Refusal> {
    let of = match &wanted.asked.does {
        Does::HistoryInstance(instance) => terms::of_key(&instance.to_string()),
        Does::HistoryType(r#type) => terms::of_type(r#type.as_str()),
        _ => return Err(super::nothing_here()),
    };
    let span = Span::read(exchange, wanted)?;
    let snapshot = exchange.store().snapshot();
    let mut queries = vec![criteria::of_patient(of, patient)];
    queries.extend(span.since.iter().map(|(_, from)| Query::Received(*from..Millis(i64::MAX))));
    let query = &Query::And(queries);
    let place = [exchange.release.path(), "/resource/", &wanted.asked.path].concat();
    let sha256 = page::search_sha256(&place, span.pairs().into_iter());
    let (size, after) = search::start(exchange, &snapshot, span.token.as_deref(), &sha256)?;
    let page = Page { query, order: Order::LogNewest, after, size, limit: span.count + 1 };
    let expired = || deadline.expired();
    let mut hits = snapshot.query_hidden(RecordKind::Resource, &page, &expired)?;
    let mut has_more = hits.len() > span.count;
    hits.truncate(span.count);
    let kept = search::kept(exchange, &snapshot, &hits)?;
    has_more |= kept.len() < hits.len();
    hits.truncate(kept.len());
    let total = snapshot.count_hidden(RecordKind::Resource, query, size, &expired)?;
    let is_of_one = matches!(wanted.asked.does, Does::HistoryInstance(_));
    if is_of_one && total == 0 && span.since.is_none() {
        return Err(read::unknown());
    }
    let last = hits.last().copied().filter(|_| has_more);
    let next = last
        .map(|after| cursor::encode(&Cursor { size, after }, &sha256, &exchange.tenant.cursor_key));
    Ok(written(exchange, wanted, &span, (&kept, total, next)))
}

impl Span {
    fn read(exchange: &Exchange, wanted: &Wanted) -> Result<Self, Refusal> {
        let settings = &exchange.app.settings.search;
        let mut span = Self { since: None, count: settings.count_default, token: None };
        for (name, value) in parameters(wanted.asked.query.as_deref().unwrap_or_default())? {
            match name.as_str() {
                "_since" => {
                    // A `+` that was not encoded has become a space.
                    let text = value.replace(' ', "+");
                    let from = Instant::parse(&text)
                        .ok_or_else(|| wrong("_since is an instant: 2024-06-15T08:30:00Z"))?;
                    span.since = Some((text, Millis(from.millis)));
                }
                "_count" => {
                    let count = value.parse().ok().filter(|count| *count > 0);
                    let count: usize = count.ok_or_else(|| wrong("_count is a number above 0"))?;
                    span.count = count.min(settings.count_max);
                }
                "_cursor" => span.token = Some(value),
                _ => return Err(wrong("a history takes _since and _count: search for all else")),
            }
        }
        Ok(span)
    }

    fn pairs(&self) -> Vec<(&str, &str)> {
        self.since.iter().map(|(text, _)| ("_since", &**text)).collect()
    }
}

fn wrong(says: &str) -> Refusal {
    Refusal::bad_request(IssueType::Value, says)
}

fn written(
    exchange: &Exchange,
    wanted: &Wanted,
    span: &Span,
    (all, total, next): (&[Kept], u64, Option<String>),
) -> (Vec<u8>, Vec<Shown>) {
    let mut out = Vec::new();
    let mut bundle = Writer::of(exchange.form.release, &mut out, Outgoing::History);
    bundle.total(total);
    let count = span.count.to_string();
    let link = |token: Option<&str>| {
        let mut pairs = span.pairs();
        pairs.push(("_count", &count));
        pairs.extend(token.map(|token| ("_cursor", token)));
        let mut url = [&exchange.base, "/", &wanted.asked.path].concat();
        query_string::append(&mut url, &pairs);
        url
    };
    bundle.link("self", &link(span.token.as_deref()));
    if let Some(token) = &next {
        bundle.link("next", &link(Some(token)));
    }
    for kept in all {
        bundle.entry(|entry| {
            entry.full_url(&[&exchange.base, "/", &kept.head.key()].concat());
            if !kept.head.is_deletion() {
                entry.resource(|out| kept.render(out));
            }
            let url = match kept.head.by {
                By::Post => kept.head.r#type.clone(),
                By::Put | By::Patch | By::Delete => kept.head.key(),
            };
            entry.request(kept.head.by.method(), &url);
            let (etag, modified) = (kept.etag(), kept.last_updated());
            entry.response(&Response {
                status: status(kept),
                etag: Some(&etag),
                last_modified: Some(&modified),
                ..Response::default()
            });
        });
    }
    bundle.finish();
    (out, all.iter().map(|kept| read::shown(exchange, kept)).collect())
}

fn status(kept: &Kept) -> &'static str {
    match kept.head.by {
        By::Post => "201",
        By::Put | By::Patch => "200",
        By::Delete => "204",
    }
}
