//! The one place that touches files, as a trait with a simulated twin (`sim`).
//!
//! Contract: what `sync_data` returned `Ok` for survives a power cut; so does a name after
//! `sync_dir` of its folder, and so does everything below a folder after its `sync_tree`. Nothing
//! else is promised.

mod map;
mod real;

use std::{io, path::Path};

pub use map::Mapping;
pub use real::RealDisk;

/// A folder tree.
pub trait Disk: Send + Sync {
    /// Makes the folder and those above it; fine when it is there.
    fn create_dir_all(&self, dir: &Path) -> io::Result<()>;
    /// The names in a folder, sorted; empty when there is no such folder.
    fn list(&self, dir: &Path) -> io::Result<Vec<String>>;
    /// Opens a file that is there, for reading and writing.
    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;
    /// Opens a file that is there, for reading only: it may be one that nobody may write.
    fn open_to_read(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.open(path)
    }
    /// Makes a file that is not there, for reading and writing, private to this user (0600).
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;
    /// The file's bytes, mapped where the disk can. The file must never change again.
    fn map_sealed(&self, path: &Path) -> io::Result<Region>;
    /// Gives the file another name in place of whatever had it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Removes a folder that is empty.
    fn remove_dir(&self, dir: &Path) -> io::Result<()>;
    /// Makes the folder's names durable.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;
    /// Makes every file and every name below the folder durable: for thousands of small files,
    /// where a `sync_data` for each would cost a commit for each. After an error nobody knows what
    /// of it is durable, and a second try tells nothing.
    fn sync_tree(&self, dir: &Path) -> io::Result<()>;
}

/// An open file.
#[expect(clippy::len_without_is_empty, reason = "nobody asks whether a file is empty")]
pub trait DiskFile: Send + Sync {
    /// Fills `bytes` from `offset`; `UnexpectedEof` when the file ends before.
    fn read_exact_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<()>;
    /// Writes all of `bytes` at `offset`.
    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;
    /// Makes the file's bytes and length durable (`fdatasync`).
    fn sync_data(&self) -> io::Result<()>;
    /// Cuts or grows (with zeros) the file.
    fn set_len(&self, len: u64) -> io::Result<()>;
    /// How long the file is, in bytes.
    fn len(&self) -> io::Result<u64>;
}

/// The bytes of a sealed file or of an index file still in memory.
#[derive(Debug)]
pub enum Region {
    /// In memory.
    Heap(Vec<u8>),
    /// Mapped from disk.
    Mapped(Mapping),
}

impl AsRef<[u8]> for Region {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Heap(bytes) => bytes,
            Self::Mapped(mapping) => mapping.as_ref(),
        }
    }
}
