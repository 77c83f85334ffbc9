//! A disk in memory: what is tested here is what is written, and not what survives.
use crate::disk::{Disk, DiskFile, Region};
use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

type Bytes = Arc<Mutex<Vec<u8>>>;

/// Files by their paths. Clones show the same disk.
#[derive(Clone, Default)]
pub(super) struct Memory(Arc<Mutex<BTreeMap<PathBuf, Bytes>>>);

/// The files of a disk as they were.
pub(super) type Files = BTreeMap<PathBuf, Vec<u8>>;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Memory {
    /// A disk with these files.
    pub(super) fn of(files: &Files) -> Self {
        let file = |(path, bytes): (&PathBuf, &Vec<u8>)| {
            (path.clone(), Bytes::new(Mutex::new(bytes.clone())))
        };
        Self(Arc::new(Mutex::new(files.iter().map(file).collect())))
    }

    /// All files as they are now.
    pub(super) fn files(&self) -> Files {
        lock(&self.0).iter().map(|(path, bytes)| (path.clone(), lock(bytes).clone())).collect()
    }

    fn get(&self, path: &Path) -> io::Result<Bytes> {
        lock(&self.0).get(path).map(Arc::clone).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Disk for Memory {
    fn create_dir_all(&self, _dir: &Path) -> io::Result<()> {
        Ok(())
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let files = lock(&self.0);
        if files.contains_key(dir) {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        let below = files.keys().filter_map(|path| path.strip_prefix(dir).ok());
        let mut names: Vec<String> =
            below.filter_map(|path| Some(path.iter().next()?.to_str()?.to_owned())).collect();
        names.dedup();
        Ok(names)
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(File(self.get(path)?)))
    }

    fn create_new(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        if self.get(path).is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        lock(&self.0).insert(path.to_owned(), Bytes::default());
        self.open(path)
    }

    fn map_sealed(&self, path: &Path) -> io::Result<Region> {
        Ok(Region::Heap(lock(&*self.get(path)?).clone()))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut files = lock(&self.0);
        let bytes = files.remove(from).ok_or(io::ErrorKind::NotFound)?;
        files.insert(to.to_owned(), bytes);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let removed = lock(&self.0).remove(path);
        removed.map(drop).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn remove_dir(&self, _dir: &Path) -> io::Result<()> {
        Ok(())
    }

    fn sync_dir(&self, _dir: &Path) -> io::Result<()> {
        Ok(())
    }

    fn sync_tree(&self, _dir: &Path) -> io::Result<()> {
        Ok(())
    }
}

struct File(Bytes);

impl DiskFile for File {
    fn read_exact_at(&self, to: &mut [u8], offset: u64) -> io::Result<()> {
        let bytes = lock(&self.0);
        let from = bytes.get(offset as usize..).unwrap_or_default();
        to.copy_from_slice(from.get(..to.len()).ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn write_all_at(&self, from: &[u8], offset: u64) -> io::Result<()> {
        let (mut bytes, end) = (lock(&self.0), offset as usize + from.len());
        let longer = bytes.len().max(end);
        bytes.resize(longer, 0);
        bytes[offset as usize..end].copy_from_slice(from);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        lock(&self.0).resize(len as usize, 0);
        Ok(())
    }

    fn len(&self) -> io::Result<u64> {
        Ok(lock(&self.0).len() as u64)
    }
}
