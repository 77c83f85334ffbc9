//! Where groups are made durable: a local file today, an object store later.
use crate::{
    LogIndex,
    disk::{Disk, DiskFile},
    extents::Extents,
    segment::{self, Header, Segment},
};
use kiln_evidence::SignError;
use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Why a group was not made durable.
#[derive(Debug)]
pub(crate) enum PutError {
    /// There is no room. Nothing was written; a later try may succeed.
    Full,
    /// The key did not sign. Nothing was written; a later try may succeed.
    Unsigned(SignError),
    /// A write or an fsync failed, and nobody knows what is on disk: no retry.
    Failed(io::Error),
}

impl PutError {
    /// For what only makes room: no room is no failure there.
    pub(crate) fn making_room(error: io::Error) -> Self {
        if is_full(&error) { Self::Full } else { Self::Failed(error) }
    }
}

/// Whether the disk has no room (or this user may have no more of it).
pub(crate) fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// Takes groups one after the other, each only when the one before is durable.
pub(crate) trait Journal: Send {
    /// Makes a group durable; returns where in the open segment it begins.
    fn put(&mut self, group: &[u8]) -> Result<u64, PutError>;
    /// Ends the open segment and starts the next one.
    fn roll(&mut self, header: &Header) -> Result<(), PutError>;
    /// The open segment.
    fn segment(&self) -> Segment;
    /// Cuts the open segment to its groups: nothing follows.
    fn finish(&mut self) -> io::Result<()>;
}

/// The journal of a local disk: one file a segment, grown by [`Extents`].
pub(crate) struct LocalJournal {
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    file: Arc<dyn DiskFile>,
    first: LogIndex,
    position: u64,
    extents: Extents,
}

impl LocalJournal {
    /// Goes on at the end of a segment whose file has only zeros behind it.
    pub(crate) fn resume(
        disk: Arc<dyn Disk>,
        dir: &Path,
        segment: &Segment,
        mut extents: Extents,
    ) -> io::Result<Self> {
        extents.start(dir.join(segment::log_name(segment.first)), segment.file.len()?);
        let Segment { first, len, ref file } = *segment;
        let dir = dir.to_owned();
        Ok(Self { disk, dir, file: Arc::clone(file), first, position: len, extents })
    }
}

impl Journal for LocalJournal {
    fn put(&mut self, group: &[u8]) -> Result<u64, PutError> {
        let start = self.position;
        let end = start + group.len() as u64;
        self.extents.reserve(&*self.file, end)?;
        self.file.write_all_at(group, start).map_err(PutError::Failed)?;
        self.file.sync_data().map_err(PutError::Failed)?;
        self.position = end;
        Ok(start)
    }

    fn roll(&mut self, header: &Header) -> Result<(), PutError> {
        // The old file is cut before the new one has a name: recovery takes every file but the
        // last one as ended. Cutting twice, after a roll that found no room, changes nothing.
        self.finish().map_err(PutError::Failed)?;
        let next = create_segment(&*self.disk, &self.dir, header);
        let next = next.map_err(PutError::making_room)?;
        self.extents.start(self.dir.join(segment::log_name(next.first)), next.len);
        self.file = next.file;
        self.first = next.first;
        self.position = next.len;
        Ok(())
    }

    fn segment(&self) -> Segment {
        Segment { first: self.first, len: self.position, file: Arc::clone(&self.file) }
    }

    fn finish(&mut self) -> io::Result<()> {
        self.extents.settle()?;
        self.file.set_len(self.position)?;
        self.file.sync_data()?;
        self.extents.cut(self.position);
        Ok(())
    }
}

/// Makes a segment file that holds a header only, durable before it has its name.
pub(crate) fn create_segment(disk: &dyn Disk, dir: &Path, header: &Header) -> io::Result<Segment> {
    let path = dir.join(segment::log_name(header.first));
    let bytes = header.to_bytes();
    write_durable(disk, &path, &bytes)?;
    let file = Arc::from(disk.open(&path)?);
    Ok(Segment { first: header.first, len: bytes.len() as u64, file })
}

/// Writes a file that has its name only once it is whole and durable.
pub(crate) fn write_durable(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_durable_with(disk, path, |file| file.write_all_at(bytes, 0))
}

/// The same of a file that is written piece by piece.
pub(crate) fn write_durable_with(
    disk: &dyn Disk,
    path: &Path,
    write: impl FnOnce(&dyn DiskFile) -> io::Result<()>,
) -> io::Result<()> {
    let dir = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(UNFINISHED);
    let unfinished = PathBuf::from(unfinished);
    write_new(disk, &unfinished, write).inspect_err(|_error| {
        // The room it takes is worth more than the reason why it cannot be removed either.
        drop(disk.remove(&unfinished));
    })?;
    disk.rename(&unfinished, path)?;
    disk.sync_dir(dir)
}

/// What files end with that were never finished; removed at the next start.
pub(crate) const UNFINISHED: &str = ".new";

fn write_new(
    disk: &dyn Disk,
    path: &Path,
    write: impl FnOnce(&dyn DiskFile) -> io::Result<()>,
) -> io::Result<()> {
    let file = match disk.create_new(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            disk.remove(path)?;
            disk.create_new(path)?
        }
        file => file?,
    };
    write(&*file)?;
    file.sync_data()
}
