//! `/operations`: how the server does, for whoever runs it. It shows no event.
use super::{
    frame::{Frame, Sheet},
    refused, senders,
    timeline::looked_at,
};
use crate::{
    answer::{Answer, Refusal},
    exchange::Exchange,
    tasks::Deadline,
};
use kiln_fhir::Instant;
use kiln_index::Query;
use kiln_pages::{
    Section,
    operations::{self, Part, Rejects, Span, Trouble},
};
use kiln_store::{Millis, Snapshot};
use std::sync::Arc;

/// The page.
pub(super) async fn page(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    looked_at(exchange, shown).await
}

fn shown(frame: &Frame<'_>, deadline: &Deadline) -> Result<Answer, Refusal> {
    let exchange = frame.exchange;
    let snapshot = exchange.tenant.store.snapshot();
    let (senders, more_senders) = senders::of(exchange, &snapshot, frame.reader.now, deadline)?;
    let shelf = exchange.tenant.shelf.as_ref();
    let (refused, refused_unread) = shelf.map(refused::newest).unwrap_or_default();
    let view = operations::View {
        base: &frame.base,
        trouble: trouble(exchange, frame.reader.now),
        records: snapshot.size().0,
        started: Instant { millis: exchange.app.started().0 },
        arrivals: arrivals(&snapshot, frame.reader.now, deadline)?,
        latencies: exchange.app.metrics.latencies(),
        disk: disk(exchange),
        rejects: shelf.map(|shelf| {
            let status = shelf.status();
            let lost = status.oldest + status.busy + status.too_large + status.failed;
            Rejects { count: status.count, repeated: status.repeated, lost }
        }),
        refused,
        refused_unread,
        senders,
        more_senders,
    };
    Ok(frame.answer(&Sheet {
        title: frame.reader.texts().officer.operations.title,
        section: Some(Section::Operations),
        scripts: &[],
        body: operations::body(&view, &frame.reader),
    }))
}

fn trouble(exchange: &Exchange, now: Instant) -> Vec<Trouble> {
    let tenant = &exchange.tenant;
    let status = tenant.store.status();
    let audit = tenant.audit.as_ref().map(|audit| audit.status());
    let found = [
        (status.poisoned, Trouble::Stopped),
        (status.full, Trouble::Full),
        (status.damaged.is_some(), Trouble::Damaged),
        (tenant.evidence(Millis(now.millis)).alarm, Trouble::Alarm),
        (audit.is_some_and(|audit| audit.poisoned || audit.full), Trouble::AuditStopped),
    ];
    found.into_iter().filter(|(is, _)| *is).map(|(_, trouble)| trouble).collect()
}

/// How many events were received in each span up to now.
fn arrivals(
    snapshot: &Snapshot,
    now: Instant,
    deadline: &Deadline,
) -> Result<Vec<(Span, u64)>, Refusal> {
    let mut arrivals = Vec::new();
    for span in Span::ALL {
        let query = Query::Received(Millis(now.millis - span.millis())..Millis(i64::MAX));
        let count = snapshot.count(&query, snapshot.size(), &|| deadline.expired())?;
        arrivals.push((span, count));
    }
    Ok(arrivals)
}

fn disk(exchange: &Exchange) -> Vec<(Part, u64)> {
    let tenant = &exchange.tenant;
    let status = tenant.store.status();
    let audit = tenant.audit.as_ref().map(|audit| audit.status());
    let shelf = tenant.shelf.as_ref().map(|shelf| shelf.status().bytes);
    let mut parts = vec![
        (Part::Log, status.log_bytes),
        (Part::Index, status.index_bytes),
        (Part::Memory, status.tail_bytes),
    ];
    parts.extend(audit.map(|audit| (Part::Audit, audit.log_bytes + audit.index_bytes)));
    parts.extend(shelf.map(|bytes| (Part::Shelf, bytes)));
    parts
}
