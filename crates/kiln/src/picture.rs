//! A picture of a tenant's log while a server writes it: the files that never change again are
//! linked, the one that grows is copied.
//!
//! The log only grows, and a segment file that has a follower never changes: what was listed first
//! is a log as a crash would have left it at that moment.
use anyhow::Context as _;
use kiln_store::disk::{Disk as _, RealDisk};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// One that is taken while a group is being written may show half of it, as if it were damaged:
/// so many are looked at, for what is damaged stays so.
pub(crate) const PICTURES_MAX: usize = 3;

/// The picture, in a folder of its own beside the tenants, until it is dropped.
pub(crate) struct Picture {
    root: PathBuf,
}

impl Picture {
    /// Of the log in `tenant`, which somebody may be writing; it needs room for one segment.
    ///
    /// # Errors
    /// The data folder cannot be read, or not be written.
    pub(crate) fn take(data: &Path, tenant: &Path) -> anyhow::Result<Self> {
        let root = data.join(format!("picture-{}", std::process::id()));
        let told = || format!("a picture of {} cannot be taken", tenant.display());
        remove(&root).with_context(told)?;
        let picture = Self { root };
        picture.fill(tenant).with_context(told)?;
        Ok(picture)
    }

    /// Where it is: a tenant's folder like the one that it is of.
    pub(crate) fn tenant(&self) -> &Path {
        &self.root
    }

    fn fill(&self, tenant: &Path) -> io::Result<()> {
        self.folder("")?;
        // What vouches for a part of the log is older than the log that it is compared with; what
        // says how far the tiles are is older than they.
        for mark in ["witnessed", "tiled"] {
            self.copy(tenant, Path::new(mark))?;
        }
        self.tree(tenant, Path::new("tiles"))?;
        // So are index files: none tells of a record that the log behind it has not.
        self.tree(tenant, Path::new("index"))?;
        self.log(tenant)
    }

    fn log(&self, tenant: &Path) -> io::Result<()> {
        // Segments first: what comes behind them may be missing in the picture, not before.
        let segments = RealDisk.list(&tenant.join("segments"))?;
        let mut logs: Vec<&String> = segments.iter().filter(|it| is_log(it)).collect();
        let growing = logs.pop();
        self.folder("segments")?;
        if let Some(growing) = growing {
            let path = Path::new("segments").join(growing);
            self.copy(tenant, &path)?;
        }
        for name in segments.iter().filter(|it| !is_log(it)).chain(logs) {
            self.link(tenant, &Path::new("segments").join(name))?;
        }
        self.tree(tenant, Path::new("keys"))?;
        self.tree(tenant, Path::new("dictionaries"))
    }

    fn folder(&self, name: &str) -> io::Result<()> {
        RealDisk.create_dir_all(&self.root.join(name))
    }

    /// Every file below.
    fn tree(&self, tenant: &Path, folder: &Path) -> io::Result<()> {
        let entries = match fs::read_dir(tenant.join(folder)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        RealDisk.create_dir_all(&self.root.join(folder))?;
        for entry in entries {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                self.tree(tenant, &path)?;
            } else {
                self.link(tenant, &path)?;
            }
        }
        Ok(())
    }

    fn copy(&self, tenant: &Path, path: &Path) -> io::Result<()> {
        match fs::copy(tenant.join(path), self.root.join(path)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            copied => copied.map(|_bytes| ()),
        }
    }

    /// What has gone since it was listed was derived from the log.
    fn link(&self, tenant: &Path, path: &Path) -> io::Result<()> {
        match fs::hard_link(tenant.join(path), self.root.join(path)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            linked => linked,
        }
    }
}

fn is_log(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "log")
}

fn remove(root: &Path) -> io::Result<()> {
    match fs::remove_dir_all(root) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

impl Drop for Picture {
    fn drop(&mut self) {
        if let Err(error) = remove(&self.root) {
            tracing::warn!(%error, path = %self.root.display(), "a picture of the log stays");
        }
    }
}
