//! Who changes what: writes to one resource come one after the other, so that versions never
//! collide, and a write that depends on a search is alone.
use std::{
    collections::BTreeSet,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::Arc,
};
use tokio::sync::{Mutex, OwnedMutexGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

/// Resources that fall together wait for each other.
const LOCKS: usize = 256;

/// Locks of resources.
pub(super) struct Locks {
    all: Arc<RwLock<()>>,
    each: Vec<Arc<Mutex<()>>>,
}

/// What is held; dropping it lets it go.
pub(crate) enum Held {
    /// Some resources.
    Some { _all: OwnedRwLockReadGuard<()>, _each: Vec<OwnedMutexGuard<()>> },
    /// All that there are, and those that are not yet there.
    All { _all: OwnedRwLockWriteGuard<()> },
}

impl Default for Locks {
    fn default() -> Self {
        let each = (0..LOCKS).map(|_| Arc::default()).collect();
        Self { all: Arc::default(), each }
    }
}

impl Locks {
    /// Waits for these resources, or for all of them.
    pub(super) async fn hold(&self, keys: Option<&[String]>) -> Held {
        let all = Arc::clone(&self.all);
        let Some(keys) = keys else { return Held::All { _all: all.write_owned().await } };
        let all = all.read_owned().await;
        // In one order, so that two who want several never wait for each other.
        let numbers: BTreeSet<usize> = keys.iter().map(|key| number(key)).collect();
        let mut each = Vec::with_capacity(numbers.len());
        for number in numbers {
            each.push(Arc::clone(&self.each[number]).lock_owned().await);
        }
        Held::Some { _all: all, _each: each }
    }
}

fn number(key: &str) -> usize {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    (hasher.finish() % LOCKS as u64) as usize
}
