//! A small store of FHIR resources inside of the log
//! (`docs/decisions/0025-resources-in-the-log.md`).
//!
//! A version of a resource is a record of the log ([`body`]) that no search for events shows. What
//! is current is a [`table`] over it, made again from the log at each start; all else is found by
//! the log's own index ([`terms`]).
pub(crate) mod body;
mod locks;
pub(crate) mod place;
mod settings;
mod table;
pub(crate) mod terms;

pub use settings::ResourceSettings;

use body::Head;
use kiln_index::LogIndex;
use kiln_store::{Millis, ReadError, Snapshot};
pub(crate) use locks::Held;
use locks::Locks;
use std::sync::{
    PoisonError, RwLock,
    atomic::{AtomicI64, Ordering},
};
pub(crate) use table::Current;
use table::Table;

/// What of a tenant's log are resources.
pub(crate) struct Resources {
    table: RwLock<Table>,
    locks: Locks,
    last: AtomicI64,
}

impl Resources {
    /// Reads the log for what is current in it.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn of(snapshot: &Snapshot) -> Result<Self, ReadError> {
        let table = RwLock::new(Table::of(snapshot)?);
        Ok(Self { table, locks: Locks::default(), last: AtomicI64::new(0) })
    }

    /// The current version of `Type/id`, also where that is a deletion; `None` where there never
    /// was one. Whoever is to change it holds it ([`Resources::hold`]).
    pub(crate) fn current(&self, key: &str) -> Option<Current> {
        self.table.read().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    /// Whether the version at this position is current, and no deletion, in the log below `size`.
    pub(crate) fn is_current(
        &self,
        snapshot: &Snapshot,
        at: LogIndex,
        size: LogIndex,
    ) -> Result<bool, ReadError> {
        let newest = {
            let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
            if table.is_current(at) {
                return Ok(true);
            }
            table.newest()
        };
        if newest.is_none_or(|newest| newest < size) {
            return Ok(false);
        }
        // It may have been replaced since.
        let record = snapshot.read(at)?;
        let Some((head, _)) = body::read(&record.body) else { return Ok(false) };
        let newest = place::newest(snapshot, &head.key(), size)?;
        Ok(newest == Some(at) && !head.is_deletion())
    }

    /// Takes in what was stored. To be called before what was held for it is let go.
    pub(crate) fn stored(&self, head: &Head, at: LogIndex) {
        self.table.write().unwrap_or_else(PoisonError::into_inner).put(head, at);
    }

    /// Waits until nobody else changes these resources, `Type/id` each; `None`: any.
    pub(crate) async fn hold(&self, keys: Option<&[String]>) -> Held {
        self.locks.hold(keys).await
    }

    /// An instant for an event: now, but never before the last one that was given, so that events
    /// sorted by it stand in the order of what happened.
    pub(crate) fn instant(&self, now: Millis) -> Millis {
        Millis(self.last.fetch_max(now.0, Ordering::Relaxed).max(now.0))
    }
}
