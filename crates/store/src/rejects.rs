//! The reject shelf: what was refused for its content, kept for a while, with the reason.
//!
//! It is no part of the log: nothing in it was acknowledged. It is bounded in bytes and in number,
//! the oldest go first, and whoever refuses a body never waits for it: [`Shelf::put`] copies the
//! body into a bounded queue, one thread writes. What finds no place is counted.
//!
//! `rejects/{first:016x}.rejects` in the tenant's folder, named by the number of its first entry.
//! The bytes are described in `entry` and `piece`.
mod entry;
mod piece;
mod pieces;
mod queue;
mod repeats;
mod writer;

pub use entry::{Door, Reject, Rejected};
pub use piece::{Unread, purge, read};

use crate::disk::Disk;
use queue::Queue;
use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread::{Builder, JoinHandle},
};

/// How much the shelf may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Bytes of its files; above, the oldest go.
    pub bytes_max: u64,
    /// Entries in its files; above, the oldest go.
    pub count_max: u64,
    /// Bytes that may wait to be written; above, what comes is not kept.
    pub queue_bytes_max: usize,
    /// Entries that may wait to be written; above, what comes is not kept.
    pub queue_count_max: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            bytes_max: 64 << 20,
            count_max: 10_000,
            queue_bytes_max: 32 << 20,
            queue_count_max: 1024,
        }
    }
}

/// What an operator wants to see. All but the first two count from the start of the process.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Bytes of the shelf's files.
    pub bytes: u64,
    /// Entries in them.
    pub count: u64,
    /// Entries written.
    pub kept: u64,
    /// Bodies that their sender had sent before, and that are on the shelf already.
    pub repeated: u64,
    /// Entries removed to make room for later ones.
    pub oldest: u64,
    /// Bodies not kept, as too many came at once.
    pub busy: u64,
    /// Bodies not kept, as one alone is larger than the shelf.
    pub too_large: u64,
    /// Bodies not kept, as the disk did not take them.
    pub failed: u64,
}

impl Status {
    /// That of another shelf too.
    pub fn add(&mut self, other: &Self) {
        self.bytes += other.bytes;
        self.count += other.count;
        self.kept += other.kept;
        self.repeated += other.repeated;
        self.oldest += other.oldest;
        self.busy += other.busy;
        self.too_large += other.too_large;
        self.failed += other.failed;
    }
}

/// One tenant's shelf. Dropping it writes what waits.
pub struct Shelf {
    folder: PathBuf,
    disk: Arc<dyn Disk>,
    queue: Arc<Queue>,
    counters: Arc<Counters>,
    thread: Option<JoinHandle<()>>,
}

impl Shelf {
    /// The shelf in the tenant's folder, whose data folder the caller holds. Its files are looked
    /// at by its own thread, so that a shelf that cannot be read keeps nothing from starting.
    ///
    /// # Errors
    /// The thread cannot be started.
    pub fn open(tenant: &Path, settings: Settings, disk: Arc<dyn Disk>) -> io::Result<Self> {
        let queue = Arc::new(Queue::new(&settings));
        let counters = Arc::new(Counters::default());
        let folder = folder(tenant);
        let (kept, theirs) = (Arc::clone(&disk), Arc::clone(&counters));
        let writer = writer::Writer::new(folder.clone(), settings, kept, theirs);
        let waiting = Arc::clone(&queue);
        let thread = Builder::new().name("kiln-rejects".into());
        let thread = thread.spawn(move || writer.run(&waiting))?;
        Ok(Self { folder, disk, queue, counters, thread: Some(thread) })
    }

    /// Hands over what was refused. Never waits and never fails: what finds no place is counted.
    pub fn put(&self, rejected: Rejected) {
        if !self.queue.push(rejected) {
            self.counters.busy.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The newest entries, newest first, at most so many, and what could not be read on the way to
    /// them. Reads no more of the files than that.
    ///
    /// # Errors
    /// A file cannot be read. One that was removed meanwhile is passed over.
    pub fn newest(&self, max: usize) -> io::Result<(Vec<Reject>, Unread)> {
        piece::newest(&self.folder, &*self.disk, max)
    }

    /// Empties the shelf; returns how many files were removed. Waits for it.
    ///
    /// # Errors
    /// A file cannot be removed; the shelf is being closed.
    pub fn purge(&self) -> io::Result<usize> {
        let (told, done) = mpsc::channel();
        if !self.queue.purge(told) {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        done.recv().unwrap_or_else(|_ended| Err(io::ErrorKind::BrokenPipe.into()))
    }

    /// What an operator wants to see.
    pub fn status(&self) -> Status {
        let counters = &*self.counters;
        let now = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Status {
            bytes: now(&counters.bytes),
            count: now(&counters.count),
            kept: now(&counters.kept),
            repeated: now(&counters.repeated),
            oldest: now(&counters.oldest),
            busy: now(&counters.busy),
            too_large: now(&counters.too_large),
            failed: now(&counters.failed),
        }
    }
}

impl Drop for Shelf {
    fn drop(&mut self) {
        self.queue.close();
        // A writer that panicked has lost what waited, and its panic was printed.
        drop(self.thread.take().map(JoinHandle::join));
    }
}

/// The figures of [`Status`], as they change.
#[derive(Debug, Default)]
struct Counters {
    bytes: AtomicU64,
    count: AtomicU64,
    kept: AtomicU64,
    repeated: AtomicU64,
    oldest: AtomicU64,
    busy: AtomicU64,
    too_large: AtomicU64,
    failed: AtomicU64,
}

/// Where a tenant's shelf lies.
fn folder(tenant: &Path) -> PathBuf {
    tenant.join("rejects")
}

#[cfg(test)]
mod tests;
