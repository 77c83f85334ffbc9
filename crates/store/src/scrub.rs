//! Goes over the whole store again and again, slowly: what nobody reads for years is found damaged
//! while there is still a copy of it.
//!
//! A step is one group (its checksums, its records up to its root, the signature under it, the
//! tiles of its records) or one index file on disk. Damage to the log or to an index file is told,
//! and stays told until the next start; a tile is derived, and is made again from the records that
//! were just checked. What is read may come from the kernel's memory rather than from the disk.
mod mark;
mod pace;
mod walk;

use crate::{LogIndex, Millis, ScrubStatus, shared::Shared};
pub(crate) use pace::run;
use std::{
    io,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use walk::Walk;

/// Between the checker and those who ask it.
#[derive(Debug, Default)]
pub(crate) struct Scrub {
    /// One at a time walks.
    walk: Mutex<Walk>,
    told: Mutex<Told>,
    stopped: Condvar,
}

#[derive(Clone, Debug, Default)]
struct Told {
    status: ScrubStatus,
    damaged: Option<Arc<str>>,
    stop: bool,
}

/// What a step was.
pub(crate) struct Step {
    /// Bytes that were read.
    bytes: u64,
    /// Whether it was the last one of a pass.
    is_last: bool,
}

impl Step {
    /// Whether it was the last one of a pass.
    pub(crate) fn is_last(&self) -> bool {
        self.is_last
    }
}

impl Scrub {
    /// Goes on where the last process was.
    pub(crate) fn resume(shared: &Shared) -> io::Result<()> {
        let disk = &*shared.components.disk;
        let Some((position, passed)) = mark::read(disk, &shared.folder.scrubbed())? else {
            return Ok(());
        };
        shared.scrub.tell(|told| {
            told.status.position = position;
            told.status.passed = passed;
        });
        shared.scrub.walk().begin(&shared.snapshot(), position);
        Ok(())
    }

    /// What was found so far.
    pub(crate) fn told(&self) -> (ScrubStatus, Option<Arc<str>>) {
        let told = self.lock();
        (told.status, told.damaged.clone())
    }

    /// No more steps are begun.
    pub(crate) fn stop(&self) {
        self.tell(|told| told.stop = true);
        self.stopped.notify_all();
    }

    /// Waits so long; false when it is time to stop.
    fn pause(&self, pause: Duration) -> bool {
        let going = |told: &mut Told| !told.stop;
        let waited = self.stopped.wait_timeout_while(self.lock(), pause, going);
        !waited.unwrap_or_else(PoisonError::into_inner).0.stop
    }

    fn tell(&self, change: impl FnOnce(&mut Told)) {
        change(&mut self.lock());
    }

    /// Tells of damage; the first stays.
    fn damage(&self, told: String) {
        tracing::error!(%told, "stored data is damaged: run `kiln fsck`");
        self.tell(|all| {
            all.damaged.get_or_insert_with(|| told.into());
        });
    }

    fn lock(&self) -> MutexGuard<'_, Told> {
        // Each change in there is one step.
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn walk(&self) -> MutexGuard<'_, Walk> {
        // A walk that a panic has left astray tells of damage that is none, so it begins again.
        self.walk.lock().unwrap_or_else(|poisoned| {
            let mut walk = poisoned.into_inner();
            *walk = Walk::default();
            self.walk.clear_poison();
            walk
        })
    }
}

/// Does one step.
pub(crate) fn step(shared: &Shared) -> Step {
    let snapshot = shared.snapshot();
    let step = shared.scrub.walk().step(shared, &snapshot);
    if step.is_last {
        let now = shared.components.clock.now();
        shared.scrub.tell(|told| told.status.passed = Some(now));
        keep(shared, LogIndex(0));
    }
    step
}

/// Remembers where the pass is, at the beginning of a segment.
fn keep(shared: &Shared, position: LogIndex) {
    let passed: Option<Millis> = shared.scrub.told().0.passed;
    let path = shared.folder.scrubbed();
    if let Err(error) = mark::write(&*shared.components.disk, &path, position, passed) {
        tracing::warn!(%error, "how far the background check is could not be written");
    }
}

#[cfg(test)]
mod tests;
