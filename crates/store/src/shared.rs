//! What the threads of one store share.
use crate::{
    Components, Settings, frame::Codec, queue::Queue, sealer::Signal, side::Side,
    snapshot::Snapshot,
};
use arc_swap::ArcSwap;
use kiln_index::HashKey;
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64},
    },
};

pub(crate) struct Shared {
    pub(crate) folder: Folder,
    pub(crate) settings: Settings,
    pub(crate) components: Components,
    pub(crate) codec: Arc<Codec>,
    pub(crate) key: HashKey,
    pub(crate) queue: Queue,
    pub(crate) sealer: Signal,
    pub(crate) counters: Counters,
    pub(crate) side: Side,
    snapshot: ArcSwap<Snapshot>,
    /// Sequencer and sealer both publish; each builds on what the other has published.
    publishing: Mutex<()>,
}

/// What `status` tells and no snapshot knows.
#[derive(Default)]
pub(crate) struct Counters {
    pub(crate) groups: AtomicU64,
    pub(crate) poisoned: AtomicBool,
    pub(crate) full: AtomicBool,
    pub(crate) clock_behind_ms: AtomicU64,
}

impl Shared {
    pub(crate) fn new(
        folder: Folder,
        settings: Settings,
        components: Components,
        codec: Arc<Codec>,
        snapshot: Snapshot,
        side: Side,
    ) -> Self {
        let key = snapshot.key.clone();
        Self {
            folder,
            settings,
            components,
            codec,
            key,
            queue: Queue::new(),
            sealer: Signal::new(),
            counters: Counters::default(),
            side,
            snapshot: ArcSwap::from_pointee(snapshot),
            publishing: Mutex::new(()),
        }
    }

    /// The log as it is now.
    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// Replaces the snapshot by a changed copy.
    pub(crate) fn publish(&self, change: impl FnOnce(&mut Snapshot)) -> Arc<Snapshot> {
        // The lock holds nothing that a panic could leave half changed.
        let _publishing = self.publishing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = Snapshot::clone(&self.snapshot.load());
        change(&mut next);
        let next = Arc::new(next);
        self.snapshot.store(Arc::clone(&next));
        next
    }
}

/// The folders and files of one log.
#[derive(Clone, Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    pub(crate) fn root(&self) -> &Path {
        &self.0
    }

    /// Log files, and the index files of those that are sealed.
    pub(crate) fn segments(&self) -> PathBuf {
        self.0.join("segments")
    }

    /// Index files of stretches of the open segment.
    pub(crate) fn index(&self) -> PathBuf {
        self.0.join("index")
    }

    pub(crate) fn keys(&self) -> PathBuf {
        self.0.join("keys")
    }

    pub(crate) fn dictionaries(&self) -> PathBuf {
        self.0.join("dictionaries")
    }

    /// Says that the last stop was clean.
    pub(crate) fn clean_stop(&self) -> PathBuf {
        self.0.join("clean")
    }
}
