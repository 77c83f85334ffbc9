//! The data folder: who holds it, and where each tenant's log lies in it.
use crate::{
    OpenError,
    disk::{Disk, RealDisk},
};
use kiln_identity::TenantId;
use rustix::fs::{FlockOperation, flock};
use std::{
    fs::{File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
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

#[cfg(test)]
mod tests;
