//! A folder for one run.
use anyhow::Context as _;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Removed with everything in it when this is dropped.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// A new folder in `parent`, or in the current folder: `/tmp` is often memory, where an fsync
    /// costs nothing.
    pub(super) fn make(parent: Option<&Path>) -> anyhow::Result<Self> {
        let parent = std::path::absolute(parent.unwrap_or(Path::new(".")))?;
        let path = parent.join(format!("kiln-bench-{}", std::process::id()));
        fs::create_dir_all(&parent)
            .and_then(|()| fs::create_dir(&path))
            .with_context(|| format!("{} cannot be made", path.display()))?;
        Ok(Self(path))
    }

    /// A path inside.
    pub(super) fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("kiln: {} is left behind: {error}", self.0.display());
        }
    }
}

/// What the files below take.
#[derive(Copy, Clone, Debug, Default)]
pub(super) struct Sizes {
    /// The log: segments.
    pub(super) log: u64,
    /// Index files.
    pub(super) index: u64,
    /// The tiles of the tree.
    pub(super) tiles: u64,
}

impl Sizes {
    /// Of the default tenant of a data folder whose store was closed: what is written ahead is cut.
    pub(super) fn of(data: &Path) -> anyhow::Result<Self> {
        let mut sizes = Self::default();
        let tenant = data.join("tenants").join("default");
        sizes.add(&tenant, false)?;
        Ok(sizes)
    }

    fn add(&mut self, folder: &Path, of_tiles: bool) -> anyhow::Result<()> {
        for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
            let entry = entry?;
            let path = entry.path();
            let length = entry.metadata()?.len();
            if entry.file_type()?.is_dir() {
                self.add(&path, of_tiles || entry.file_name() == "tiles")?;
            } else if of_tiles {
                self.tiles += length;
            } else if path.extension().is_some_and(|extension| extension == "log") {
                self.log += length;
            } else if path.extension().is_some_and(|extension| extension == "index") {
                self.index += length;
            }
        }
        Ok(())
    }
}
