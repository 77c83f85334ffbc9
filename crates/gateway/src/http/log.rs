//! A tenant's log, as the gateway writes and reads it.
use crate::{
    entry::Entry,
    seams::{Log, NotKept},
    settle::{Found, History},
};
use kiln_index::{Order, Page, Query};
use kiln_server::Tenant;
use kiln_store::{
    Condition, LogIndex, NewRecord, Outcome, ReadError, RecordKind, Store, Stored, Unit,
};
use std::sync::{Arc, OnceLock};

/// Who writes what the gateway records, in its envelopes.
const PRINCIPAL: &str = "gateway";

/// The log.
pub(crate) struct TenantLog {
    /// Held as a whole, so that nobody closes its log as idle.
    tenant: Arc<Tenant>,
    principal: Arc<str>,
    /// Once there is a checkpoint: it names the same in all of them.
    origin: OnceLock<String>,
}

impl TenantLog {
    pub(super) fn new(tenant: Arc<Tenant>) -> Self {
        Self { tenant, principal: PRINCIPAL.into(), origin: OnceLock::new() }
    }

    fn store(&self) -> &Store {
        self.tenant.log()
    }
}

impl Log for TenantLog {
    async fn append(&self, records: Vec<NewRecord>) -> Result<Vec<Stored>, NotKept> {
        let (principal, condition) = (Arc::clone(&self.principal), Condition::Atomic);
        let unit = Unit { records, principal, condition, key: None };
        let waiter = self.store().append(unit)?;
        let appended = waiter.await.map_err(|_dropped| NotKept::Stopped)??;
        let stored = appended.outcomes.into_iter().map(|outcome| match outcome {
            Outcome::Created(stored) | Outcome::Exists(stored) => Ok(stored),
            // Nothing that could keep a record out was said of one.
            Outcome::Ambiguous | Outcome::RolledBack => Err(NotKept::Stopped),
        });
        stored.collect()
    }

    fn size(&self) -> LogIndex {
        self.store().snapshot().size()
    }

    fn origin(&self) -> String {
        if let Some(origin) = self.origin.get() {
            return origin.clone();
        }
        let snapshot = self.store().snapshot();
        let Some(signed) = snapshot.checkpoint() else { return "unsigned".to_owned() };
        self.origin.get_or_init(|| signed.checkpoint.origin.to_string()).clone()
    }
}

/// Entries that are read at once.
const PAGE: usize = 256;

impl History for TenantLog {
    fn newest_outcome(&self) -> Result<Option<u64>, ReadError> {
        let mut from = None;
        self.each(Order::LogNewest, LogIndex(0), &mut |found| {
            if let Entry::Outcome { from: until, .. } = found.entry {
                from = Some(until);
            }
            from.is_none()
        })?;
        Ok(from)
    }

    fn entries(
        &self,
        from: LogIndex,
        each: &mut dyn FnMut(Found) -> bool,
    ) -> Result<(), ReadError> {
        self.each(Order::LogOldest, from, each)
    }
}

impl TenantLog {
    fn each(
        &self,
        order: Order,
        from: LogIndex,
        each: &mut dyn FnMut(Found) -> bool,
    ) -> Result<(), ReadError> {
        let snapshot = self.store().snapshot();
        let (query, mut after) = (Query::All, None);
        loop {
            let page = Page { query: &query, order, after, size: snapshot.size(), limit: PAGE };
            let hits = snapshot.query_hidden(RecordKind::Intent, &page, &|| false)?;
            let at: Vec<LogIndex> =
                hits.iter().map(|hit| hit.log_index).filter(|at| *at >= from).collect();
            for record in snapshot.read_all(&at)? {
                let Some(entry) = Entry::from_json(&record.body) else { continue };
                let found = Found { id: record.envelope.id, at: record.log_index, entry };
                if !each(found) {
                    return Ok(());
                }
            }
            let is_past = order == Order::LogNewest && at.len() < hits.len();
            after = hits.last().copied();
            if hits.len() < PAGE || is_past {
                return Ok(());
            }
        }
    }
}
