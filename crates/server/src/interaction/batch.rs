//! Batch, transaction, and the collections that others forward
//! (<https://hl7.org/fhir/R4/http.html#transaction>).
//!
//! All events of a Bundle are one unit of the log: one fdatasync, one idempotency key. In a batch
//! each stands or falls alone, in a transaction all or none. Reads are answered after the creates.
mod plan;
mod reply;

use super::{append, create};
use crate::{
    answer::{Answer, Refusal},
    exchange::Exchange,
    tasks::Deadline,
};
use kiln_fhir::{MediaType, bundle::BundleType, xml};
use kiln_store::{Condition, NewRecord, Outcome, Unit};
use plan::Step;
use serde::Deserialize;
use std::{borrow::Cow, sync::Arc};

/// Stores what the Bundle brings and answers what it asks, in order.
pub(crate) async fn batch(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    let app = Arc::clone(&exchange.app);
    let deadline = app.settings.search_deadline;
    let planning = Arc::clone(&exchange);
    let place = app.bundles.place()?;
    let plan = place.blocking(deadline, move |_| plan::plan(&planning)).await?;
    let (kind, steps) = (plan.kind, plan.steps);
    let outcomes = store(&exchange, kind, plan.records).await?;
    if kind == BundleType::Transaction {
        all_or_none(&exchange, &steps, &outcomes)?;
    }
    let reply = move |by: &Deadline| reply::reply(&exchange, kind, steps, &outcomes, by);
    place.blocking(deadline, reply).await
}

/// Whether a body that is no event is a Bundle. Some senders post Bundles to `[base]/AuditEvent`.
pub(super) fn is_bundle(body: &[u8], media: MediaType) -> bool {
    #[derive(Deserialize)]
    struct Resource<'a> {
        #[serde(rename = "resourceType", borrow)]
        resource_type: Cow<'a, str>,
    }
    match media {
        MediaType::Json => serde_json::from_slice::<Resource<'_>>(body)
            .is_ok_and(|resource| resource.resource_type == "Bundle"),
        MediaType::Xml => xml::root_name(body) == Some("Bundle"),
    }
}

async fn store(
    exchange: &Exchange,
    kind: BundleType,
    records: Vec<NewRecord>,
) -> Result<Vec<Outcome>, Refusal> {
    let key = append::idempotency_key(exchange)?;
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let condition = match kind {
        BundleType::Transaction => Condition::Atomic,
        BundleType::Batch | BundleType::Collection => Condition::Independent,
    };
    let principal = Arc::clone(&exchange.principal.who);
    let appended = append::append(exchange, Unit { records, principal, condition, key }).await?;
    Ok(appended.outcomes)
}

/// A transaction in which a condition matched several events was not stored at all. What it tells
/// of the log by that is a look at it.
fn all_or_none(exchange: &Exchange, steps: &[Step], outcomes: &[Outcome]) -> Result<(), Refusal> {
    for (entry, step) in steps.iter().enumerate() {
        let Step::Store { record, condition, .. } = step else { continue };
        if outcomes.get(*record) == Some(&Outcome::Ambiguous) {
            reply::note_condition(exchange, condition.as_deref(), &Outcome::Ambiguous);
            return Err(plan::at_entry(create::ambiguous(), entry));
        }
    }
    Ok(())
}
