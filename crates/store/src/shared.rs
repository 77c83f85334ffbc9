//! What the threads of one store share.
use crate::{
    Components, Settings, frame::Codec, queue::Queue, scrub::Scrub, sealer::Signal, side::Side,
    snapshot::Snapshot, tail, tiles::Tiles,
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
    /// `None` in a log without signatures.
    pub(crate) tiles: Option<Arc<Tiles>>,
    pub(crate) scrub: Scrub,
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
        tiles: Option<Arc<Tiles>>,
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
            tiles,
            scrub: Scrub::default(),
            snapshot: ArcSwap::from_pointee(snapshot),
            publishing: Mutex::new(()),
        }
    }

    /// The log as it is now.
    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// Whether so much waits to be written behind the log that the log must wait.
    pub(crate) fn is_overfull(&self, snapshot: &Snapshot) -> bool {
        let tiles = self.tiles.as_ref();
        tail::is_overfull(snapshot, &self.settings)
            || tiles.is_some_and(|tiles| tiles.is_overfull(&self.settings))
    }

    /// Whether waiting for those who write behind the log leads anywhere.
    pub(crate) fn is_going(&self) -> bool {
        self.sealer.is_going() && self.tiles.as_ref().is_none_or(|tiles| tiles.is_going())
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

    /// The tiles of the tree.
    pub(crate) fn tiles(&self) -> PathBuf {
        self.0.join("tiles")
    }

    /// Says up to where the tiles are durable.
    pub(crate) fn tiled(&self) -> PathBuf {
        self.0.join("tiled")
    }

    /// The newest checkpoint that witnesses have cosigned.
    pub(crate) fn witnessed(&self) -> PathBuf {
        self.0.join("witnessed")
    }

    /// Says how far the background check is.
    pub(crate) fn scrubbed(&self) -> PathBuf {
        self.0.join("scrubbed")
    }

    /// Says that the last stop was clean.
    pub(crate) fn clean_stop(&self) -> PathBuf {
        self.0.join("clean")
    }
}
