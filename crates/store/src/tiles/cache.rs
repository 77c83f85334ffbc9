//! Tiles of hashes that were read and checked: most proofs share those near the root.
use kiln_evidence::Hash;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// So many tiles of 8 KiB are kept: half a mebibyte.
const TILES_MAX: usize = 64;

/// Full tiles by level and index, the one used last in front.
#[derive(Debug, Default)]
pub(super) struct Cache(Mutex<VecDeque<Known>>);

#[derive(Debug)]
struct Known {
    level: u8,
    index: u64,
    hashes: Arc<[Hash]>,
}

impl Cache {
    pub(super) fn get(&self, level: u8, index: u64) -> Option<Arc<[Hash]>> {
        let mut tiles = self.tiles();
        let at = tiles.iter().position(|known| known.level == level && known.index == index)?;
        let known = tiles.remove(at)?;
        let hashes = Arc::clone(&known.hashes);
        tiles.push_front(known);
        Some(hashes)
    }

    pub(super) fn put(&self, level: u8, index: u64, hashes: &Arc<[Hash]>) {
        let mut tiles = self.tiles();
        tiles.truncate(TILES_MAX - 1);
        tiles.push_front(Known { level, index, hashes: Arc::clone(hashes) });
    }

    fn tiles(&self) -> MutexGuard<'_, VecDeque<Known>> {
        // Whatever is in there is right.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
