//! The data folder: who holds it, and where each tenant's log lies in it.
use crate::{
    OpenError,
    disk::{Disk, RealDisk},
};
use rustix::fs::{FlockOperation, flock};
use std::{
    fmt,
    fs::{File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    str::FromStr,
};

/// A data folder that this process alone holds, until this is dropped.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    _lock: File,
}

impl DataFolder {
    /// Makes the folder if need be (0700) and takes `flock` on `<path>/lock`.
    ///
    /// The lock goes with the process, however it ends; the file stays and says nothing.
    ///
    /// # Errors
    /// [`OpenError::Held`] when another process holds it.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        RealDisk.create_dir_all(path)?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let lock = options.open(path.join("lock"))?;
        match flock(&lock, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(rustix::io::Errno::WOULDBLOCK) => Err(OpenError::Held),
            Err(error) => Err(OpenError::Io(io::Error::from(error))),
        }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the tenant's log lies: what [`crate::Store::open`] takes.
    pub fn tenant_folder(&self, tenant: &TenantId) -> PathBuf {
        self.path.join("tenants").join(tenant.as_str())
    }
}

/// Whose log it is: 1 to 64 of `a-z`, `0-9` and `-`, so that it is a folder name everywhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TenantId(String);

/// Not a tenant's name.
#[derive(Copy, Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a tenant's name is 1 to 64 of a-z, 0-9 and -")]
pub struct InvalidTenantId;

impl TenantId {
    /// The name of the tenant whose addresses need no prefix.
    pub const DEFAULT: &str = "default";
    const LEN_MAX: usize = 64;

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for TenantId {
    fn default() -> Self {
        Self(Self::DEFAULT.to_owned())
    }
}

impl FromStr for TenantId {
    type Err = InvalidTenantId;

    fn from_str(name: &str) -> Result<Self, InvalidTenantId> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let fits = (1..=Self::LEN_MAX).contains(&name.len()) && name.bytes().all(allowed);
        fits.then(|| Self(name.to_owned())).ok_or(InvalidTenantId)
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests;
