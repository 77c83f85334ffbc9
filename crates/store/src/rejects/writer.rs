//! The one thread that writes the shelf.
use super::{
    Counters, Rejected, Settings,
    piece::purge_folder,
    pieces::{Pieces, Put},
    queue::Queue,
    repeats::Repeats,
};
use crate::disk::Disk;
use std::{
    io,
    path::PathBuf,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

/// A pause after each writing: a flood of what is refused does not take the disk from the log.
const PAUSE: Duration = Duration::from_millis(100);

pub(super) struct Writer {
    folder: PathBuf,
    settings: Settings,
    disk: Arc<dyn Disk>,
    counters: Arc<Counters>,
    pieces: Option<Pieces>,
    repeats: Repeats,
    /// Whether the last writing failed, and was told.
    failing: bool,
    /// Whether it was told that the oldest go.
    told_full: bool,
}

impl Writer {
    pub(super) fn new(
        folder: PathBuf,
        settings: Settings,
        disk: Arc<dyn Disk>,
        counters: Arc<Counters>,
    ) -> Self {
        Self {
            folder,
            settings,
            disk,
            counters,
            pieces: None,
            repeats: Repeats::default(),
            failing: false,
            told_full: false,
        }
    }

    /// Writes what comes, until the queue is closed and empty.
    pub(super) fn run(mut self, queue: &Queue) {
        let opened = self.open();
        self.tell(&opened);
        while let Some((waiting, purgers)) = queue.take() {
            if !waiting.is_empty() {
                self.write(&waiting);
            }
            for purger in purgers {
                // Who has gone does not want to know.
                drop(purger.send(self.purge()));
            }
            queue.rest(PAUSE);
        }
    }

    fn write(&mut self, waiting: &[Rejected]) {
        let mut outcome = self.open();
        for rejected in waiting {
            let put = self.put(rejected);
            if put.is_err() {
                self.counters.failed.fetch_add(1, Ordering::Relaxed);
                outcome = outcome.and(put);
            }
        }
        outcome = outcome.and(self.sync());
        self.count();
        self.tell(&outcome);
    }

    /// What waited was there already when it was asked for, and goes too.
    fn purge(&mut self) -> io::Result<usize> {
        self.pieces = None;
        let purged = purge_folder(&self.folder, &*self.disk);
        self.open().and(purged)
    }

    fn open(&mut self) -> io::Result<()> {
        if self.pieces.is_none() {
            self.pieces = Some(Pieces::open(&self.folder, &self.settings, &self.disk)?);
            self.count();
        }
        Ok(())
    }

    fn put(&mut self, rejected: &Rejected) -> io::Result<()> {
        let pieces = self.pieces.as_mut().ok_or(io::ErrorKind::NotFound)?;
        let counters = &self.counters;
        let hash = self.repeats.hash(rejected);
        if self.repeats.number(hash).is_some_and(|number| pieces.has(number)) {
            counters.repeated.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        }
        let mut oldest = 0;
        let put = pieces.put(rejected, &mut oldest);
        counters.oldest.fetch_add(oldest, Ordering::Relaxed);
        if oldest > 0 && !std::mem::replace(&mut self.told_full, true) {
            tracing::warn!("the reject shelf is full: from now on the oldest go");
        }
        match put? {
            Put::Kept(number) => {
                self.repeats.remember(hash, number);
                counters.kept.fetch_add(1, Ordering::Relaxed);
            }
            Put::TooLarge => {
                counters.too_large.fetch_add(1, Ordering::Relaxed);
            }
        }
        Ok(())
    }

    /// What could not be made durable is not written on: nobody knows what the disk has of it.
    fn sync(&mut self) -> io::Result<()> {
        let Some(pieces) = &mut self.pieces else { return Ok(()) };
        pieces.sync().inspect_err(|_error| pieces.close())
    }

    fn count(&self) {
        let Some(pieces) = &self.pieces else { return };
        self.counters.bytes.store(pieces.bytes(), Ordering::Relaxed);
        self.counters.count.store(pieces.count(), Ordering::Relaxed);
    }

    /// Once for each row of failures.
    fn tell(&mut self, outcome: &io::Result<()>) {
        if let Err(error) = outcome
            && !self.failing
        {
            tracing::warn!(%error, "what was refused cannot be kept on the reject shelf");
        }
        self.failing = outcome.is_err();
    }
}
