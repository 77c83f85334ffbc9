//! The side file: the newest signed checkpoint, outside the log's own folder.
//!
//! It is a signed note as it stands (C2SP tlog-checkpoint). A start compares the log with it: a log
//! that is shorter, or has another root at its size, was rolled back. It is written behind the
//! log, so it never says more than what is durable.
use crate::{OpenError, disk::Disk, journal, shared::Shared};
use kiln_evidence::{MAX_NOTE, Note};
use std::{
    io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// The side file of an open log.
pub(crate) struct Side {
    path: Option<PathBuf>,
    /// The size it says, as far as this process knows.
    written: Mutex<Option<u64>>,
}

impl Side {
    pub(crate) fn new(path: Option<PathBuf>) -> Self {
        Self { path, written: Mutex::new(None) }
    }
}

/// Makes the folder of the side file.
pub(crate) fn prepare(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    let Some(dir) = path.parent() else { return Ok(()) };
    disk.create_dir_all(dir)?;
    match dir.parent() {
        Some(above) if !above.as_os_str().is_empty() => disk.sync_dir(above),
        _ => Ok(()),
    }
}

/// Replaces the side file by the newest checkpoint; false when it says that already, or there is
/// none. At most once a second, and at a clean stop: it costs two fsyncs.
pub(crate) fn write(shared: &Shared) -> io::Result<bool> {
    let snapshot = shared.snapshot();
    let (Some(path), Some(signed)) = (&shared.side.path, snapshot.checkpoint()) else {
        return Ok(false);
    };
    // What a panic leaves here is a number that is too old: the file is written once more.
    let mut written = shared.side.written.lock().unwrap_or_else(PoisonError::into_inner);
    if *written == Some(signed.checkpoint.size.0) {
        return Ok(false);
    }
    journal::write_durable(&*shared.components.disk, path, signed.note.to_string().as_bytes())?;
    *written = Some(signed.checkpoint.size.0);
    Ok(true)
}

/// The note in a side file; `None` when there is no such file.
pub(crate) fn read(disk: &dyn Disk, path: &Path) -> Result<Option<Note>, OpenError> {
    let file = match disk.open_to_read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let mut bytes = vec![0; file.len()?.min(MAX_NOTE as u64 + 1) as usize];
    file.read_exact_at(&mut bytes, 0)?;
    Note::parse(&bytes).map(Some).map_err(|error| {
        let path = path.display();
        OpenError::Damaged(format!(
            "the side file {path} is no signed checkpoint: {error}; move it away if you know why"
        ))
    })
}
