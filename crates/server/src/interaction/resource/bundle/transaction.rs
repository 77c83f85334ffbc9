//! A transaction: its changes are stored together or not at all.
use super::{Reply, Wanted, commit, events_apart, is_event, perform};
use crate::{
    answer::Refusal,
    exchange::Exchange,
    interaction::resource::{
        allowed,
        change::{Decided, Draft, View},
        offered, resources,
    },
    tasks,
};
use hyper::StatusCode;
use kiln_fhir::IssueType;
use kiln_trail::rest::{Does, Method};
use std::{collections::HashSet, sync::Arc};

/// What becomes of each entry.
type Replies = Vec<Result<Reply, Refusal>>;

/// Does all that it asks, or none of its changes.
///
/// # Errors
/// The first thing wrong with an entry, pointing at it.
pub(super) async fn run(
    exchange: &Arc<Exchange>,
    wanted: Vec<Arc<Wanted>>,
    full_urls: Vec<Option<String>>,
) -> Result<Replies, Refusal> {
    let timeout = exchange.app.settings.store_timeout;
    let changes: Vec<_> = wanted.iter().filter(|it| !it.asked.is_read()).map(Arc::clone).collect();
    let made = {
        let exchange = Arc::clone(exchange);
        let work = async move { change(&exchange, changes, &full_urls).await };
        tasks::lasting(timeout, work).await.unwrap_or_else(|| Err(commit::unknown_outcome()))?
    };
    let mut made = made.into_iter();
    let mut replies = Vec::with_capacity(wanted.len());
    for wanted in &wanted {
        replies.push(if wanted.asked.is_read() {
            perform(exchange, wanted).await
        } else {
            made.next().map_or_else(|| Err(super::lost()), Ok)
        });
    }
    Ok(replies)
}

async fn change(
    exchange: &Arc<Exchange>,
    wanted: Vec<Arc<Wanted>>,
    full_urls: &[Option<String>],
) -> Result<Vec<Reply>, Refusal> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let held = resources(exchange).hold(None).await;
    let mut decided: Vec<Option<Decided>> = wanted.iter().map(|_| None).collect();
    for position in in_order(&wanted) {
        let one = &wanted[position];
        let taken = decide(exchange, one).await.map_err(|refusal| at(refusal, one.entry))?;
        decided[position] = Some(taken);
    }
    check_apart(&decided)?;
    let names = names(&wanted, &decided, full_urls);
    let (mut drafts, mut places, mut replies) = (Vec::new(), Vec::new(), Vec::new());
    for (one, decided) in wanted.into_iter().zip(decided) {
        match decided {
            Some(Decided::Write(draft)) => {
                places.push(replies.len());
                replies.push(None);
                drafts.push(named(one, *draft, &names));
            }
            Some(Decided::Found(kept)) => {
                replies.push(Some(commit::found(exchange, &one, *kept).await?));
            }
            None => {}
        }
    }
    if !drafts.is_empty() {
        let stored = commit::store(exchange, drafts, &held).await?;
        for (place, reply) in places.into_iter().zip(stored) {
            replies[place] = Some(reply);
        }
    }
    Ok(replies.into_iter().flatten().collect())
}

async fn decide(exchange: &Arc<Exchange>, wanted: &Wanted) -> Result<Decided, Refusal> {
    if is_event(wanted) {
        return Err(events_apart());
    }
    let (r#type, access) = offered(exchange, &wanted.asked)?;
    let patient = allowed(exchange, r#type, access)?;
    let matches = commit::matches(exchange, wanted, patient.as_deref()).await?;
    let now = exchange.app.now();
    View { exchange, matches, patient: patient.as_deref(), now }.decide(wanted)
}

/// Deletions, creates, updates and patches, in this order
/// (<https://hl7.org/fhir/R4/http.html#trules>).
fn in_order(wanted: &[Arc<Wanted>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by_key(|at| match wanted[*at].asked.method {
        Method::Delete => 0,
        Method::Post => 1,
        _ => 2,
    });
    order
}

/// No two entries change the same resource.
fn check_apart(decided: &[Option<Decided>]) -> Result<(), Refusal> {
    let mut keys = HashSet::new();
    let drafts = decided.iter().flatten().filter_map(|decided| match decided {
        Decided::Write(draft) => Some(draft),
        Decided::Found(_) => None,
    });
    for draft in drafts {
        if !keys.insert(draft.head.key()) {
            let says = "two entries of a transaction change the same resource";
            return Err(Refusal::bad_request(IssueType::Invalid, says));
        }
    }
    Ok(())
}

/// What entries call each other's resources (`urn:uuid:…`), and what these are called now.
fn names(
    wanted: &[Arc<Wanted>],
    decided: &[Option<Decided>],
    full_urls: &[Option<String>],
) -> Vec<(Vec<u8>, Vec<u8>)> {
    let each = wanted.iter().zip(decided).filter_map(|(wanted, decided)| {
        let url = full_urls.get(wanted.entry as usize)?.as_deref()?;
        let key = match decided.as_ref()? {
            Decided::Write(draft) => draft.head.key(),
            Decided::Found(kept) => kept.head.key(),
        };
        let is_placeholder = url.starts_with("urn:uuid:") || url.starts_with("urn:oid:");
        is_placeholder.then(|| (quoted(url), quoted(&key)))
    });
    each.collect()
}

fn quoted(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 2);
    kiln_fhir::json::push_string(&mut out, text);
    out
}

/// With the names that resources have now. A placeholder is replaced where it is all of a string.
fn named(
    wanted: Arc<Wanted>,
    mut draft: Draft,
    names: &[(Vec<u8>, Vec<u8>)],
) -> (Arc<Wanted>, Draft) {
    if matches!(wanted.asked.does, Does::Create(_) | Does::Update(_) | Does::UpdateIf(_)) {
        for (placeholder, name) in names {
            draft.resource = replaced(&draft.resource, placeholder, name);
        }
    }
    (wanted, draft)
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = rest.windows(from.len()).position(|window| window == from) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(to);
        rest = &rest[at + from.len()..];
    }
    out.extend_from_slice(rest);
    out
}

/// The refusal, of an entry: 400 where only its own answer would be another.
fn at(mut refusal: Refusal, position: u32) -> Refusal {
    for issue in &mut refusal.outcome.issues {
        issue.expression.get_or_insert_with(|| format!("Bundle.entry[{position}]"));
    }
    if refusal.status == StatusCode::METHOD_NOT_ALLOWED {
        refusal.status = StatusCode::BAD_REQUEST;
        refusal.headers.clear();
    }
    refusal
}
