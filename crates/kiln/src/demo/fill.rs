//! Puts the thirty days into a log, each delivery at its time.
use super::{Delivery, Plan, Review, deliveries, disk::Hasty, refused};
use crate::{command::serve::close, data::DataFolder, settings::Settings};
use anyhow::{Context as _, anyhow, bail};
use bytes::Bytes;
use kiln_fhir::{Limits, Release};
use kiln_identity::{Agent, Principal, TenantId};
use kiln_server::{
    CommandUse,
    intake::{self, Sent},
    review_record,
};
use kiln_store::{
    Condition, Millis, NewRecord, Outcome, RecordId, Store, Unit, clock::Clock, disk::RealDisk,
    rejects::Shelf,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
        mpsc::{SyncSender, sync_channel},
    },
    thread,
};

/// Deliveries that are read ahead of the log.
const AHEAD_MAX: usize = 256;

/// Fills the logs of a folder that has none yet. Ends early when it is told to `stop`.
///
/// # Errors
/// The disk; `stop`.
pub(crate) fn fill(
    folder: &DataFolder,
    settings: &Settings,
    plan: &Plan,
    stop: &AtomicBool,
) -> anyhow::Result<()> {
    let clock = Arc::new(StoryClock::default());
    let store = Arc::new(folder.open_on(settings, Arc::new(Hasty), Arc::clone(&clock) as _)?);
    let limits = settings.limits();
    let reviewed = thread::scope(|scope| {
        let (ahead, coming) = sync_channel(AHEAD_MAX);
        scope.spawn(move || read(plan, &limits, &ahead));
        let mut reviewed = Vec::new();
        for Read { received_ms, sender, records, review } in coming {
            if stop.load(Ordering::Relaxed) {
                bail!("told to stop before the demo was ready");
            }
            clock.0.store(received_ms, Ordering::Relaxed);
            let ids = append(&store, sender, records)?;
            reviewed.extend(review.iter().flat_map(|review| ids.iter().map(|id| (*id, *review))));
        }
        Ok(reviewed)
    });
    let reviewed = reviewed?;
    close(store)?;
    refuse(folder, settings, plan)?;
    review(folder, settings, &clock, reviewed)
}

/// Whom a sender of the story is known as.
pub(super) fn principal(sender: &str) -> Arc<str> {
    Arc::from(["demo:", sender].concat())
}

/// A delivery whose events are read.
struct Read {
    received_ms: i64,
    sender: &'static str,
    records: Vec<NewRecord>,
    review: Option<Review>,
}

/// Nobody takes them any more after an error of the log.
fn read(plan: &Plan, limits: &Limits, ahead: &SyncSender<Read>) {
    for Delivery { received_ms, sender, events, review } in deliveries(plan) {
        let sent = Sent::json(Release::R4);
        let read = |event| intake::new_record(Bytes::from(event), sent, limits).ok();
        let records = events.into_iter().filter_map(read).map(|(record, _)| record).collect();
        if ahead.send(Read { received_ms, sender, records, review }).is_err() {
            return;
        }
    }
}

/// In a group of its own, since a group has one time. The ids of the records.
fn append(store: &Store, sender: &str, records: Vec<NewRecord>) -> anyhow::Result<Vec<RecordId>> {
    let count = records.len();
    let unit = Unit {
        records,
        principal: principal(sender),
        condition: Condition::Independent,
        key: None,
    };
    let appended = store.append(unit)?.blocking_recv().context("the log has stopped")??;
    let ids = appended.outcomes.iter().filter_map(|outcome| match outcome {
        Outcome::Created(stored) => Some(stored.id),
        _ => None,
    });
    let ids: Vec<_> = ids.collect();
    if ids.len() != count {
        bail!("the log has left out an event of the demo");
    }
    Ok(ids)
}

fn refuse(folder: &DataFolder, settings: &Settings, plan: &Plan) -> anyhow::Result<()> {
    let shelf = Shelf::open(&folder.tenant(), settings.rejects.to_room(), Arc::new(Hasty));
    let shelf = shelf.context("the reject shelf does not start")?;
    for rejected in refused::all(plan, &settings.limits()) {
        shelf.put(rejected);
    }
    Ok(())
}

/// In the log of those who look, as they would have marked it on the page.
fn review(
    folder: &DataFolder,
    settings: &Settings,
    clock: &Arc<StoryClock>,
    mut reviewed: Vec<(RecordId, Review)>,
) -> anyhow::Result<()> {
    let origin = kiln_store::origin(&folder.tenant(), &RealDisk)?;
    let log = origin.map_or_else(|| "unsigned".to_owned(), |origin| origin.as_str().to_owned());
    reviewed.sort_by_key(|(_, review)| review.at_ms);
    // The log is opened before its first record.
    let first_ms = reviewed.first().map_or(0, |(_, review)| review.at_ms);
    clock.0.store(first_ms, Ordering::Relaxed);
    let audit = folder.audit().open_on(settings, Arc::new(Hasty), Arc::clone(clock) as _)?;
    for (id, review) in reviewed {
        clock.0.store(review.at_ms, Ordering::Relaxed);
        let event = id.0.hyphenated().to_string();
        let note: Vec<String> = review.note.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let mark = CommandUse {
            command: "review",
            principal: &reviewer(review.by, folder.id()),
            tenant: folder.id(),
            arguments: &format!("POST /review/{event}\n\nmark=done&note={}", note.concat()),
            log: &log,
            at: Millis(review.at_ms),
        };
        let unit = review_record(&mark, &event);
        let unit = unit.map_err(|_outcome| anyhow!("a mark of the demo is no event"))?;
        audit.append(unit)?.blocking_recv().context("the log of those who look has stopped")??;
    }
    audit.close().context("the log of those who look did not close cleanly")
}

fn reviewer(name: &str, tenant: &TenantId) -> Principal {
    Principal {
        tenant: tenant.clone(),
        who: principal("reviewer"),
        agent: Agent { name: Some(name.to_owned()), ..Agent::default() },
        ..Principal::open()
    }
}

/// Shows the time of the story.
#[derive(Debug, Default)]
struct StoryClock(AtomicI64);

impl Clock for StoryClock {
    fn now(&self) -> Millis {
        Millis(self.0.load(Ordering::Relaxed))
    }
}
