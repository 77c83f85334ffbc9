//! Runs sequencer and sealer: on threads, or step by step.
use crate::{
    AppendError,
    queue::Answer,
    scrub, sealer,
    sequencer::{self, Sequencer},
    shared::Shared,
    side,
    stop::Mark,
    tiles,
};
use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
    thread::{Builder, JoinHandle},
    time::Duration,
};

/// How often a sequencer that waits for others looks.
const FOLLOWER_POLL: Duration = Duration::from_millis(5);

/// Who does the work.
pub(crate) enum Runner {
    /// Whoever holds the store, by calling `step`.
    Stepped(Box<Mutex<Sequencer>>),
    /// A thread each.
    Threads(Threads),
}

pub(crate) struct Threads {
    shared: Arc<Shared>,
    sequencer: Option<JoinHandle<Sequencer>>,
    sealer: Option<JoinHandle<()>>,
    tiles: Option<JoinHandle<()>>,
    scrub: Option<JoinHandle<()>>,
}

impl Runner {
    pub(crate) fn stepped(sequencer: Sequencer) -> Self {
        Self::Stepped(Box::new(Mutex::new(sequencer)))
    }

    pub(crate) fn threads(shared: &Arc<Shared>, sequencer: Sequencer) -> io::Result<Self> {
        // Made first, so that what was started ends with it when something does not start.
        let mut threads = Threads {
            shared: Arc::clone(shared),
            sequencer: None,
            sealer: None,
            tiles: None,
            scrub: None,
        };
        let sealing = Arc::clone(shared);
        let sealer = Builder::new().name("kiln-sealer".into());
        threads.sealer = Some(sealer.spawn(move || run_sealer(&sealing))?);
        if let Some(tiles) = shared.tiles.as_ref().map(Arc::clone) {
            let writing = Arc::clone(shared);
            let writer = Builder::new().name("kiln-tiles".into());
            threads.tiles = Some(writer.spawn(move || tiles::run(&writing, &tiles))?);
        }
        let checking = Arc::clone(shared);
        let checker = Builder::new().name("kiln-scrub".into());
        threads.scrub = Some(checker.spawn(move || scrub::run(&checking))?);
        let sequencing = Arc::clone(shared);
        let writer = Builder::new().name("kiln-sequencer".into());
        threads.sequencer = Some(writer.spawn(move || run_sequencer(&sequencing, sequencer))?);
        // Recovery may have left work.
        shared.sealer.work();
        Ok(Self::Threads(threads))
    }

    pub(crate) fn step(&self, shared: &Shared) -> bool {
        let Self::Stepped(sequencer) = self else { return false };
        let Some(pool) = shared.queue.try_take(&shared.settings) else { return false };
        sequencer.lock().unwrap_or_else(PoisonError::into_inner).run(pool, &mut Vec::new());
        true
    }

    pub(crate) fn seal_step(&self, shared: &Shared) -> bool {
        let Self::Stepped(_) = self else { return false };
        sealer::step(shared).unwrap_or_else(|error| {
            tracing::warn!(%error, "index files could not be merged");
            false
        })
    }

    pub(crate) fn tile_step(&self, shared: &Shared) -> bool {
        let (Self::Stepped(_), Some(tiles)) = (self, &shared.tiles) else { return false };
        tiles::follow(shared, tiles).unwrap_or_else(|error| {
            tracing::warn!(%error, "tiles could not be written");
            false
        })
    }

    pub(crate) fn scrub_step(&self, shared: &Shared) -> bool {
        matches!(self, Self::Stepped(_)) && !scrub::step(shared).is_last()
    }

    pub(crate) fn close(self, shared: &Shared) -> Result<(), AppendError> {
        shared.queue.close();
        let sequencer = match self {
            Self::Stepped(sequencer) => {
                let mut sequencer = sequencer.into_inner().unwrap_or_else(PoisonError::into_inner);
                while let Some(pool) = shared.queue.try_take(&shared.settings) {
                    sequencer.run(pool, &mut Vec::new());
                }
                Some(sequencer)
            }
            Self::Threads(mut threads) => threads.sequencer.take().and_then(|t| t.join().ok()),
        };
        if shared.counters.poisoned.load(Ordering::Relaxed) {
            return Err(AppendError::Poisoned);
        }
        let Some(mut sequencer) = sequencer else { return Err(AppendError::Poisoned) };
        sequencer.end()?;
        let stopped = stop(shared, &mut sequencer);
        stopped.map_err(|error| {
            tracing::error!(%error, "the log was not stopped cleanly");
            AppendError::Poisoned
        })
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        // All end with what they have in hand; what waits is told so.
        if self.sequencer.is_some() {
            self.shared.queue.refuse(&AppendError::Closed);
        }
        self.shared.sealer.stop();
        self.shared.scrub.stop();
        if let Some(tiles) = &self.shared.tiles {
            tiles.stop();
        }
        drop(self.sequencer.take().map(JoinHandle::join));
        drop(self.sealer.take().map(JoinHandle::join));
        drop(self.tiles.take().map(JoinHandle::join));
        drop(self.scrub.take().map(JoinHandle::join));
    }
}

/// Leaves the log as it is to be found: the open file without room, and the mark of it.
fn stop(shared: &Shared, sequencer: &mut Sequencer) -> io::Result<()> {
    let snapshot = shared.snapshot();
    let log = sequencer.finish()?.log;
    if let Some(Err(error)) = shared.tiles.as_ref().map(|tiles| tiles.finish(&snapshot)) {
        tracing::warn!(%error, "the tiles are not complete; the next start makes them");
    }
    let mark = Mark {
        log,
        size: snapshot.size,
        root: snapshot.root,
        segment: snapshot.open.first,
        segment_len: snapshot.open.len,
    };
    if let Err(error) = side::write(shared) {
        tracing::warn!(%error, "the side file could not be written");
    }
    // Last: whoever sees it may take a copy.
    mark.write(&*shared.components.disk, &shared.folder)
}

fn run_sequencer(shared: &Shared, mut sequencer: Sequencer) -> Sequencer {
    while let Some(pool) = shared.queue.take(&shared.settings) {
        wait_for_followers(shared);
        let mut answers: Vec<Answer> = Vec::with_capacity(pool.len());
        let run = AssertUnwindSafe(|| sequencer.run(pool, &mut answers));
        if catch_unwind(run).is_err() {
            tracing::error!("the sequencer panicked: the log takes nothing more");
            sequencer::poison(shared);
            for answer in answers {
                // Who has gone needs no answer.
                drop(answer.send(Err(AppendError::Poisoned)));
            }
        }
    }
    sequencer
}

/// A sealer or a writer of tiles that is behind holds up the records, so that memory stays bounded;
/// one that fails does not: the log then tells that it is full.
fn wait_for_followers(shared: &Shared) {
    while shared.is_overfull(&shared.snapshot()) && shared.is_going() {
        std::thread::sleep(FOLLOWER_POLL);
    }
}

fn run_sealer(shared: &Shared) {
    // What the sealer makes is derived: it may always begin again.
    while catch_unwind(AssertUnwindSafe(|| sealer::run(shared))).is_err() {
        tracing::error!("the sealer panicked; starting it again");
        shared.sealer.pause();
    }
}
