//! Hands a unit to the store and waits until it is on disk, and witnessed where that is asked for.
use crate::{answer::Refusal, exchange::Exchange, negotiate::only_value, settings::Acknowledge};
use hyper::header::HeaderName;
use kiln_fhir::IssueType;
use kiln_store::{Appended, IdempotencyKey, Outcome, Unit};
use sha2::{Digest, Sha256};
use tokio::time;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Characters of an idempotency key.
const KEY_BYTES_MAX: usize = 255;

/// Appends the unit. From the call on it is the store's: when the client goes, and this future with
/// it, the unit is stored nevertheless.
///
/// # Errors
/// What the store refuses; 503 when it does not answer in time, and nobody knows.
pub(super) async fn append(exchange: &Exchange, unit: Unit) -> Result<Appended, Refusal> {
    let app = &exchange.app;
    let waiter = exchange.store().append(unit)?;
    let Ok(told) = time::timeout(app.settings.store_timeout, waiter).await else {
        let says = "the disk has not answered in time: the event may or may not be stored; \
                    an Idempotency-Key makes it safe to send it again";
        return Err(Refusal::retry_after(IssueType::Transient, says, "5"));
    };
    let appended = told.map_err(|_stopped| stopped())??;
    acknowledge(exchange, &appended).await?;
    Ok(appended)
}

/// What is done when a unit is on disk, before its sender is told so.
///
/// # Errors
/// 503 where it is to be witnessed, and that takes longer than it may: nothing was lost.
pub(super) async fn acknowledge(exchange: &Exchange, appended: &Appended) -> Result<(), Refusal> {
    let app = &exchange.app;
    if !appended.replayed {
        app.metrics.appended(appended.group_records);
    }
    match app.settings.acknowledge {
        Acknowledge::Witnessed => witnessed(exchange, appended).await,
        Acknowledge::Durable => Ok(()),
    }
}

/// 503: nobody will answer any more.
pub(super) fn stopped() -> Refusal {
    let says = "the log has stopped: restart Kiln, and see its log";
    Refusal::retry_after(IssueType::Exception, says, "60")
}

/// Waits until all that the unit named is covered by a witnessed checkpoint.
///
/// # Errors
/// 503 where that takes longer than it may: nothing was lost.
async fn witnessed(exchange: &Exchange, appended: &Appended) -> Result<(), Refusal> {
    let app = &exchange.app;
    let at = appended.outcomes.iter().filter_map(|outcome| match outcome {
        Outcome::Created(stored) | Outcome::Exists(stored) => Some(stored.log_index),
        Outcome::Ambiguous | Outcome::RolledBack => None,
    });
    let (Some(last), Some(witnesses)) = (at.max(), &exchange.tenant.witnesses) else {
        return Ok(());
    };
    if witnesses.cover(last, app.settings.witness_wait).await {
        return Ok(());
    }
    let says = if exchange.headers.contains_key(IDEMPOTENCY_KEY) {
        "stored and durable, but not witnessed yet: send it again with the same Idempotency-Key"
    } else {
        "stored and durable, but not witnessed yet: sent again it would be stored twice; with an \
         Idempotency-Key it is not"
    };
    Err(Refusal::retry_after(IssueType::Transient, says, "5"))
}

/// The sender's key with the hash of the whole body.
///
/// # Errors
/// 400 when it is empty, too long, not plain text, or there twice.
pub(super) fn idempotency_key(exchange: &Exchange) -> Result<Option<IdempotencyKey>, Refusal> {
    if !exchange.headers.contains_key(IDEMPOTENCY_KEY) {
        return Ok(None);
    }
    let key = only_value(&exchange.headers, &IDEMPOTENCY_KEY)
        .filter(|key| (1..=KEY_BYTES_MAX).contains(&key.len()))
        .ok_or_else(|| {
            let says = "Idempotency-Key is 1 to 255 ASCII characters, once";
            Refusal::bad_request(IssueType::Invalid, says)
        })?;
    let body_sha256 = Sha256::digest(&exchange.body.bytes).into();
    Ok(Some(IdempotencyKey { key: key.to_owned(), body_sha256 }))
}
