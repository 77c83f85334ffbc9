//! Batch and transaction of resources (<https://hl7.org/fhir/R4/http.html#transaction>).
//!
//! The entries of a batch are interactions of their own. The changes of a transaction, with their
//! events, are one unit of the log; what it reads is read behind them. A Bundle that is about audit
//! events alone is taken as where there are no resources.
mod transaction;

use super::{Wanted, check_form, commit, perform, reply, settings, told, unread};
use crate::{
    answer::{Answer, Refusal},
    exchange::Exchange,
    interaction::batch,
};
use bytes::Bytes;
use hyper::StatusCode;
use kiln_fhir::{
    IssueType,
    bundle::{Outgoing, Writer},
};
use kiln_identity::Scope;
use kiln_trail::rest::{self, Asked, BundleKind, Limits, Sent};
use reply::Reply;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::sync::Arc;
use tokio::task::JoinSet;

/// Does what the Bundle asks, and answers it in order.
pub(super) async fn answer(
    exchange: Arc<Exchange>,
    asked: &Asked,
    limits: &Limits,
) -> Result<Answer, Refusal> {
    let body = exchange.body.bytes.clone();
    if is_of_events(&body) {
        return events(exchange).await;
    }
    let whole = Arc::new(Wanted {
        asked: asked.clone(),
        sent: Sent::Nothing,
        body: body.clone(),
        entry: 0,
        correlation: None,
    });
    match run(&exchange, asked, limits, &body).await {
        Ok(answer) => Ok(answer),
        Err((sent, refusal)) => {
            let whole =
                Wanted { sent, asked: whole.asked.clone(), body, entry: 0, correlation: None };
            match told::refused(&exchange, &whole, refusal).await {
                Err(refusal) => Err(refusal),
                Ok(reply) => Ok(reply.into_answer(&exchange, &whole)),
            }
        }
    }
}

/// What is about audit events alone goes where it went before there were resources.
async fn events(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    if !settings(&exchange).takes_events() {
        let says = "audit events are made by this server alone";
        return Err(super::not_allowed(says, ""));
    }
    if !exchange.principal.may(Scope::Create) {
        return Err(super::forbidden());
    }
    batch::batch(exchange).await
}

type Failed = (Sent, Refusal);

async fn run(
    exchange: &Arc<Exchange>,
    asked: &Asked,
    limits: &Limits,
    body: &Bytes,
) -> Result<Answer, Failed> {
    let sent = check_form(asked).and_then(|()| asked.body(body, limits).map_err(unread));
    let sent = sent.map_err(|refusal| (Sent::Opaque, refusal))?;
    let Sent::Bundle(bundle) = &sent else { return Err((sent, super::nothing_here())) };
    let resources = resources_of(body).ok_or_else(|| (Sent::Opaque, super::nothing_here()))?;
    let correlation = exchange.request_id.to_str().ok().map(str::to_owned);
    let entries = (0..).zip(bundle.entries.iter().zip(resources));
    let wanted: Vec<Arc<Wanted>> = entries
        .map(|(position, (entry, resource))| {
            Arc::new(Wanted {
                asked: entry.asked.clone(),
                sent: sent_of(entry),
                body: resource.map(|raw| body.slice_ref(raw.get().as_bytes())).unwrap_or_default(),
                entry: position,
                correlation: correlation.clone(),
            })
        })
        .collect();
    let (outgoing, replies) = match bundle.kind {
        BundleKind::Batch => (Outgoing::BatchResponse, batch_of(exchange, wanted).await),
        BundleKind::Transaction => {
            let full_urls = bundle.entries.iter().map(|entry| entry.full_url.clone()).collect();
            let replies = transaction::run(exchange, wanted, full_urls).await;
            let replies = replies.map_err(|refusal| (sent.clone(), refusal))?;
            (Outgoing::TransactionResponse, replies)
        }
    };
    Ok(written(exchange, outgoing, replies, asked))
}

fn sent_of(entry: &rest::Entry) -> Sent {
    match &entry.resource {
        Some(resource) => Sent::Resource(Box::new(resource.clone())),
        None => Sent::Nothing,
    }
}

fn written(
    exchange: &Exchange,
    outgoing: Outgoing,
    replies: Vec<Result<Reply, Refusal>>,
    asked: &Asked,
) -> Answer {
    let mut out = Vec::new();
    let mut bundle = Writer::of(exchange.form.release, &mut out, outgoing);
    let is_shown = asked.prefer.r#return == Some(rest::Return::Representation);
    for reply in replies {
        match reply {
            Ok(reply) => reply.into_entry(&mut bundle, exchange, is_shown),
            Err(refusal) => reply::refused(&mut bundle, &refusal),
        }
    }
    bundle.finish();
    Answer::fhir(StatusCode::OK, exchange.form, out)
}

/// Each entry alone, several at a time: they do not depend on each other.
async fn batch_of(
    exchange: &Arc<Exchange>,
    wanted: Vec<Arc<Wanted>>,
) -> Vec<Result<Reply, Refusal>> {
    let mut replies: Vec<_> = wanted.iter().map(|_| None).collect();
    let (mut running, mut rest) = (JoinSet::new(), wanted.into_iter().enumerate());
    loop {
        while running.len() < settings(exchange).entries_at_once.max(1)
            && let Some((position, wanted)) = rest.next()
        {
            let exchange = Arc::clone(exchange);
            running.spawn(async move { (position, one(&exchange, &wanted).await) });
        }
        match running.join_next().await {
            None => break,
            Some(Ok((position, reply))) => replies[position] = Some(reply),
            Some(Err(_panicked)) => {}
        }
    }
    replies.into_iter().map(|reply| reply.unwrap_or_else(|| Err(lost()))).collect()
}

async fn one(exchange: &Arc<Exchange>, wanted: &Arc<Wanted>) -> Result<Reply, Refusal> {
    if is_event(wanted) {
        return Err(events_apart());
    }
    perform(exchange, wanted).await
}

fn is_event(wanted: &Wanted) -> bool {
    wanted.asked.resource_type().is_some_and(|it| it.as_str() == "AuditEvent")
}

fn events_apart() -> Refusal {
    let says =
        "audit events are sent and read apart from other resources: in a Bundle of their own";
    Refusal::new(StatusCode::NOT_IMPLEMENTED, IssueType::NotSupported, says)
}

fn lost() -> Refusal {
    let says = "an entry was not answered: the server's log says why";
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, IssueType::Exception, says)
}

/// The resources of the entries, as they were sent.
fn resources_of(body: &[u8]) -> Option<Vec<Option<&RawValue>>> {
    #[derive(Deserialize)]
    struct Entries<'a> {
        #[serde(borrow, default)]
        entry: Vec<Entry<'a>>,
    }
    #[derive(Deserialize)]
    struct Entry<'a> {
        #[serde(borrow)]
        resource: Option<&'a RawValue>,
    }
    let entries: Entries<'_> = serde_json::from_slice(body).ok()?;
    Some(entries.entry.into_iter().map(|entry| entry.resource).collect())
}

/// Whether a Bundle has entries, all of them about audit events, or is a collection.
fn is_of_events(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Bundle {
        r#type: Option<String>,
        #[serde(default)]
        entry: Vec<Entry>,
    }
    #[derive(Deserialize)]
    struct Entry {
        request: Option<Request>,
        resource: Option<Resource>,
    }
    #[derive(Deserialize)]
    struct Request {
        url: Option<String>,
    }
    #[derive(Deserialize)]
    struct Resource {
        #[serde(rename = "resourceType")]
        resource_type: Option<String>,
    }
    let Ok(bundle) = serde_json::from_slice::<Bundle>(body) else { return false };
    let is_event = |entry: &Entry| {
        let resource = entry.resource.as_ref().and_then(|it| it.resource_type.as_deref());
        let url = entry.request.as_ref().and_then(|request| request.url.as_deref());
        let path = url.map(|url| url.split('?').next().unwrap_or_default());
        let names = path.is_some_and(|path| path.split('/').any(|part| part == "AuditEvent"));
        resource.map_or(names, |name| name == "AuditEvent")
    };
    bundle.r#type.as_deref() == Some("collection")
        || (!bundle.entry.is_empty() && bundle.entry.iter().all(is_event))
}
