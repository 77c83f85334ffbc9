//! The file of API keys, read again when it has changed: a key that is revoked is none within a
//! second, whoever has written the file.
use super::denied::Denied;
use arc_swap::ArcSwap;
use kiln_identity::{
    Principal, UnixSeconds,
    api_key::{Book, KeyId},
};
use kiln_store::{Millis, disk::Disk};
use std::{
    collections::HashMap,
    io,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
};

/// How often the file is looked at, at most,
const LOOK_EVERY_MS: i64 = 1000;
/// for a key that nobody knows, which may be newer than what is known, and for a first one.
const LOOK_FOR_NEW_EVERY_MS: i64 = 10;

/// The keys as the file has them.
pub(super) struct ApiKeys {
    path: PathBuf,
    disk: Arc<dyn Disk>,
    held: ArcSwap<Held>,
    looked: AtomicI64,
    /// Whether there ever was a key, or a file that nobody can read: one that goes away opens
    /// nothing, and one that comes damaged leaves nothing open.
    are_known: AtomicBool,
}

#[derive(Default)]
struct Held {
    /// The file's bytes.
    text: Vec<u8>,
    /// `None`: the file is damaged, and nobody knows which keys are good.
    book: Option<Book>,
    principals: HashMap<KeyId, Arc<Principal>>,
}

impl ApiKeys {
    /// The keys of the file, which need not be there.
    ///
    /// # Errors
    /// It cannot be read, or is damaged.
    pub(super) fn open(path: PathBuf, disk: Arc<dyn Disk>, now: Millis) -> io::Result<Self> {
        let held = Held::of(read(&path, &*disk)?.unwrap_or_default());
        let Some(book) = &held.book else {
            let says = format!("{} is no file of API keys", path.display());
            return Err(io::Error::new(io::ErrorKind::InvalidData, says));
        };
        let are_known = AtomicBool::new(!book.is_empty());
        let looked = AtomicI64::new(now.0);
        Ok(Self { path, disk, held: ArcSwap::from_pointee(held), looked, are_known })
    }

    /// Whether there is or was any key, good or not.
    pub(super) fn are_known(&self, now: Millis) -> bool {
        if !self.are_known.load(Ordering::Acquire) {
            self.look(now, LOOK_FOR_NEW_EVERY_MS);
        }
        self.are_known.load(Ordering::Acquire)
    }

    /// Looks at the file now: it has just been changed here.
    pub(super) fn look_now(&self, now: Millis) {
        self.look(now, 0);
    }

    /// Whose key it is.
    ///
    /// # Errors
    /// Nobody's, or nobody's any more; the file is damaged.
    pub(super) fn principal(&self, key: &str, now: Millis) -> Result<Arc<Principal>, Denied> {
        self.look(now, LOOK_EVERY_MS);
        self.known(key, now).or_else(|_denied| {
            self.look(now, LOOK_FOR_NEW_EVERY_MS);
            self.known(key, now)
        })
    }

    fn known(&self, key: &str, now: Millis) -> Result<Arc<Principal>, Denied> {
        let held = self.held.load();
        let book = held.book.as_ref().ok_or(Denied::Unavailable)?;
        let seconds = UnixSeconds((now.0 / 1000).max(0) as u64);
        let found = book.find(key, seconds).map_err(Denied::ApiKey)?;
        held.principals.get(&found.id).map(Arc::clone).ok_or(Denied::Unavailable)
    }

    /// Takes up what has changed. One request does so; the others go on with what is known.
    fn look(&self, now: Millis, every_ms: i64) {
        let looked = self.looked.load(Ordering::Acquire);
        let is_due = !(0..every_ms).contains(&(now.0 - looked));
        let claim = || {
            let order = Ordering::AcqRel;
            self.looked.compare_exchange(looked, now.0, order, Ordering::Relaxed).is_ok()
        };
        if !is_due || !claim() {
            return;
        }
        let text = match read(&self.path, &*self.disk) {
            Ok(text) => text.unwrap_or_default(),
            Err(error) => {
                tracing::error!(%error, "the file of API keys cannot be read: none is taken");
                self.are_known.store(true, Ordering::Release);
                return self.held.store(Arc::default());
            }
        };
        let before = self.held.load();
        if before.book.is_some() && before.text == text {
            return;
        }
        let held = Held::of(text);
        match &held.book {
            None => {
                tracing::error!("the file of API keys is damaged: none is taken");
                self.are_known.store(true, Ordering::Release);
            }
            Some(book) => {
                tracing::info!(keys = book.len(), "the API keys have changed");
                self.are_known.fetch_or(!book.is_empty(), Ordering::AcqRel);
            }
        }
        self.held.store(Arc::new(held));
    }
}

impl Held {
    fn of(text: Vec<u8>) -> Self {
        let book = Book::parse(&text).inspect_err(|error| {
            tracing::error!(%error, "the file of API keys");
        });
        let Ok(book) = book else { return Self { text, ..Self::default() } };
        let principals = book.list().map(|key| (key.id.clone(), Arc::new(key.principal())));
        Self { principals: principals.collect(), book: Some(book), text }
    }
}

/// The file's bytes; `None` where there is no file.
fn read(path: &std::path::Path, disk: &dyn Disk) -> io::Result<Option<Vec<u8>>> {
    let file = match disk.open_to_read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let len = file.len()?;
    if len > Book::LEN_MAX as u64 {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than it may be"));
    }
    let mut text = vec![0; len as usize];
    file.read_exact_at(&mut text, 0)?;
    Ok(Some(text))
}

#[cfg(test)]
mod tests;
