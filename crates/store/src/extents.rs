//! Room in the open segment, written with zeros ahead of the groups.
//!
//! Writing into blocks that are already there halves the cost of an fdatasync, since no metadata
//! has to be committed with it (`STORAGE.md`: 100 instead of 250 µs). It also lets a full disk
//! show before a group is written, when nothing is lost by it.
use crate::{
    disk::{Disk, DiskFile},
    journal::{PutError, is_full},
};
use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, mpsc},
    thread::JoinHandle,
};

/// An extent is as long as the segment is by then, within these bounds: a quiet log takes little
/// room ahead, a busy one is soon at the largest.
const EXTENT_BYTES_MIN: u64 = 64 << 10;
const EXTENT_BYTES_MAX: u64 = 4 << 20;

static ZEROS: [u8; 64 << 10] = [0; 64 << 10];

/// Keeps zeros ahead of the groups of the open segment.
pub(crate) struct Extents {
    worker: Option<Worker>,
    path: PathBuf,
    /// Up to here the file is zeros, or groups.
    zeroed: u64,
    /// Whether the worker has an extent in hand.
    pending: bool,
    /// So many bytes at least are written ahead.
    ahead_min: u64,
}

impl Extents {
    /// Writes extents when they are needed, without a thread.
    pub(crate) fn inline() -> Self {
        Self { worker: None, path: PathBuf::new(), zeroed: 0, pending: false, ahead_min: 0 }
    }

    /// Writes extents ahead, on a thread of its own.
    pub(crate) fn ahead(disk: Arc<dyn Disk>) -> io::Result<Self> {
        Ok(Self { worker: Some(Worker::spawn(disk)?), ..Self::inline() })
    }

    /// With so many bytes written ahead at least: what a disk that others have filled still holds.
    pub(crate) fn with_reserve(self, bytes: u64) -> Self {
        Self { ahead_min: bytes, ..self }
    }

    /// Turns to a segment file that is `len` long.
    pub(crate) fn start(&mut self, path: PathBuf, len: u64) {
        self.path = path;
        self.zeroed = len;
    }

    /// The file was cut to `len`.
    pub(crate) fn cut(&mut self, len: u64) {
        self.zeroed = len;
    }

    /// Makes sure that everything below `end` is paid for, and has more written ahead.
    pub(crate) fn reserve(&mut self, file: &dyn DiskFile, end: u64) -> Result<(), PutError> {
        if self.pending {
            self.collect(self.zeroed < end).map_err(PutError::Failed)?;
        }
        if self.zeroed < end {
            self.extend(file, end).map_err(PutError::making_room)?;
        }
        if self.zeroed - end < (extent_len(end) / 2).max(self.ahead_min) {
            self.request();
        }
        Ok(())
    }

    /// Waits for the extent in hand.
    pub(crate) fn settle(&mut self) -> io::Result<()> {
        if self.pending { self.collect(true) } else { Ok(()) }
    }

    fn extend(&mut self, file: &dyn DiskFile, end: u64) -> io::Result<()> {
        let wanted = end.max(self.zeroed + self.extent_len());
        let written = match write_zeros(file, self.zeroed, wanted) {
            // The last room on the disk is for groups, not for what may come.
            Err(error) if is_full(&error) && wanted > end => {
                write_zeros(file, self.zeroed, end).map(|()| end)
            }
            result => result.map(|()| wanted),
        };
        self.zeroed = written?;
        Ok(())
    }

    fn request(&mut self) {
        let Some(worker) = self.worker.as_ref().filter(|_| !self.pending) else { return };
        let to = self.zeroed + self.extent_len();
        let request = Request { path: self.path.clone(), from: self.zeroed, to };
        // Without its worker the log goes on, with extents written when they are needed.
        self.pending = worker.requests.as_ref().is_some_and(|r| r.send(request).is_ok());
    }

    fn extent_len(&self) -> u64 {
        extent_len(self.zeroed).max(self.ahead_min)
    }

    /// Takes the worker's answer, waiting for it if `wait`.
    fn collect(&mut self, wait: bool) -> io::Result<()> {
        let Some(worker) = &self.worker else { return Ok(()) };
        let answer = if wait {
            worker.answers.recv().unwrap_or(Ok(self.zeroed))
        } else {
            match worker.answers.try_recv() {
                Ok(answer) => answer,
                Err(_not_yet) => return Ok(()),
            }
        };
        self.pending = false;
        match answer {
            Ok(zeroed) => self.zeroed = zeroed,
            // It shows again, to those whose records find no room, when the room is needed.
            Err(error) if is_full(&error) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

fn extent_len(file_len: u64) -> u64 {
    file_len.next_power_of_two().clamp(EXTENT_BYTES_MIN, EXTENT_BYTES_MAX)
}

/// Writes zeros from `from` to `to`.
pub(crate) fn write_zeros(file: &dyn DiskFile, from: u64, to: u64) -> io::Result<()> {
    let mut at = from;
    while at < to {
        let len = (to - at).min(ZEROS.len() as u64);
        file.write_all_at(&ZEROS[..len as usize], at)?;
        at += len;
    }
    Ok(())
}

struct Request {
    path: PathBuf,
    from: u64,
    to: u64,
}

struct Worker {
    requests: Option<mpsc::Sender<Request>>,
    answers: mpsc::Receiver<io::Result<u64>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    fn spawn(disk: Arc<dyn Disk>) -> io::Result<Self> {
        let (requests, inbox) = mpsc::channel::<Request>();
        let (outbox, answers) = mpsc::channel();
        let work = move || {
            for request in inbox {
                let Request { path, from, to } = request;
                if outbox.send(write_extent(&*disk, &path, from, to).map(|()| to)).is_err() {
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("kiln-extents".into()).spawn(work)?;
        Ok(Self { requests: Some(requests), answers, thread: Some(thread) })
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.requests = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the worker shows as extents that are written when they are needed.
            drop(thread.join());
        }
    }
}

/// The worker opens the file anew: the kernel tells a failed write-back once to each open file,
/// and the one of the group that is being written must reach the sequencer, not this thread.
fn write_extent(disk: &dyn Disk, path: &Path, from: u64, to: u64) -> io::Result<()> {
    let file = disk.open(path)?;
    write_zeros(&*file, from, to)?;
    file.sync_data()
}

#[cfg(test)]
mod tests;
