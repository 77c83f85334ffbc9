//! Merges index files off the path of the records, and puts them on disk.
//!
//! Everything here is derived from the log. What fails is told and tried again with the next
//! group; meanwhile the files in memory serve.
use crate::{
    LogIndex,
    disk::Region,
    journal, merging, reindex, segment,
    shared::{Folder, Shared},
    snapshot::{Indexed, Place, Snapshot},
    tail::{self, Job},
};
use kiln_index::File;
use std::{
    io,
    path::PathBuf,
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

/// After a failure the sealer waits so long, even if there is work.
const PAUSE: Duration = Duration::from_secs(1);

/// Wakes the sealer.
pub(crate) struct Signal {
    state: Mutex<State>,
    changed: Condvar,
    /// Whether the last job failed.
    failing: AtomicBool,
    /// How many sealed segments there were when files of several could not be merged.
    unmerged: AtomicUsize,
}

#[derive(Copy, Clone, Default, PartialEq, Eq)]
enum State {
    #[default]
    Idle,
    Work,
    Stop,
}

impl Signal {
    pub(crate) fn new() -> Self {
        Self {
            state: Mutex::default(),
            changed: Condvar::new(),
            failing: AtomicBool::new(false),
            unmerged: AtomicUsize::new(usize::MAX),
        }
    }

    /// There is work.
    pub(crate) fn work(&self) {
        self.change(State::Work);
    }

    /// No more work is begun.
    pub(crate) fn stop(&self) {
        self.change(State::Stop);
    }

    fn change(&self, to: State) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if *state != State::Stop && *state != to {
            *state = to;
            self.changed.notify_all();
        }
    }

    /// Waits for work; false when it is time to stop.
    fn wait(&self) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = |state: &mut State| *state == State::Idle;
        let mut state =
            self.changed.wait_while(state, idle).unwrap_or_else(PoisonError::into_inner);
        if *state == State::Work {
            *state = State::Idle;
        }
        *state != State::Stop
    }

    /// Waits a while, or until it is time to stop.
    pub(crate) fn pause(&self) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let going = |state: &mut State| *state != State::Stop;
        drop(self.changed.wait_timeout_while(state, PAUSE, going));
    }

    /// Whether waiting for the sealer leads anywhere.
    pub(crate) fn is_going(&self) -> bool {
        !self.is_stopped() && !self.failing.load(Ordering::Relaxed)
    }

    /// Files of several segments could not be merged: that is tried again with the next segment.
    pub(crate) fn leave_unmerged(&self, segments: usize) {
        self.unmerged.store(segments, Ordering::Relaxed);
    }

    /// Whether they could not, when there were as many segments.
    pub(crate) fn is_unmerged(&self, segments: usize) -> bool {
        self.unmerged.load(Ordering::Relaxed) == segments
    }

    /// Whether it is time to stop.
    pub(crate) fn is_stopped(&self) -> bool {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) == State::Stop
    }
}

/// Works until it is told to stop.
pub(crate) fn run(shared: &Shared) {
    while shared.sealer.wait() {
        while !shared.sealer.is_stopped() {
            let stepped = step(shared);
            shared.sealer.failing.store(stepped.is_err(), Ordering::Relaxed);
            match stepped {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    tracing::warn!(%error, "index files could not be merged; trying again");
                    shared.sealer.pause();
                }
            }
        }
    }
}

/// Does the most urgent job; false when there was none.
pub(crate) fn step(shared: &Shared) -> io::Result<bool> {
    Ok(tail_step(shared)? || merging::step(shared))
}

/// Does the most urgent job of those that the log may have to wait for.
pub(crate) fn tail_step(shared: &Shared) -> io::Result<bool> {
    let snapshot = shared.snapshot();
    let Some(job) = tail::next_job(&snapshot, &shared.settings) else { return Ok(false) };
    let bytes = merged(shared, &snapshot, &job)?;
    let merged = keep(shared, &snapshot, &job, bytes)?;
    shared.publish(|snapshot| replace(snapshot, &job, merged));
    if job.place == Place::Sealed {
        let spilled = snapshot.files[job.files].iter();
        remove_files(shared, spilled.filter(|indexed| indexed.place == Place::Spilled));
    }
    Ok(true)
}

fn merged(shared: &Shared, snapshot: &Snapshot, job: &Job) -> io::Result<Vec<u8>> {
    let files: Vec<&File<Region>> =
        snapshot.files[job.files.clone()].iter().map(|indexed| &*indexed.file).collect();
    let mut bytes = Vec::new();
    match kiln_index::merge(&files, &mut bytes) {
        Ok(()) => Ok(bytes),
        Err(error) => {
            tracing::warn!(%error, "index files are damaged; building them anew from the log");
            let segment = snapshot.segment(job.records.start);
            let made = reindex::range(shared.into(), segment, job.records.clone(), usize::MAX)?;
            made.into_iter().next().ok_or_else(|| io::ErrorKind::InvalidData.into())
        }
    }
}

/// Puts the file where it belongs.
fn keep(shared: &Shared, snapshot: &Snapshot, job: &Job, bytes: Vec<u8>) -> io::Result<Indexed> {
    let path = match job.place {
        Place::Memory => return indexed(Region::Heap(bytes), job.place),
        Place::Spilled => spilled_path(&shared.folder, job.records.start, job.records.end),
        Place::Sealed | Place::Merged => {
            sealed_path(&shared.folder, snapshot.segment(job.records.start).first)
        }
    };
    let disk = &*shared.components.disk;
    journal::write_durable(disk, &path, &bytes)?;
    drop(bytes);
    indexed(disk.map_sealed(&path)?, job.place)
}

pub(crate) fn indexed(region: Region, place: Place) -> io::Result<Indexed> {
    let file = Arc::new(File::open(region).map_err(io::Error::other)?);
    Ok(Indexed { file, place })
}

/// The index file of a sealed segment.
pub(crate) fn sealed_path(folder: &Folder, first: LogIndex) -> PathBuf {
    folder.segments().join(segment::index_name(first))
}

/// The index file of a stretch of the open segment, or of several sealed ones:
/// `{first:016x}-{end:016x}.index`.
pub(crate) fn spilled_path(folder: &Folder, first: LogIndex, end: LogIndex) -> PathBuf {
    folder.index().join(format!("{:016x}-{:016x}.index", first.0, end.0))
}

/// The stretch in a name that [`spilled_path`] made.
pub(crate) fn parse_spilled_name(name: &str) -> Option<(LogIndex, LogIndex)> {
    let (first, end) = name.strip_suffix(".index")?.split_once('-')?;
    let number = |digits| u64::from_str_radix(digits, 16).ok().map(LogIndex);
    Some((number(first)?, number(end)?))
}

/// Puts the merged file in place of those it was made from. The sequencer only ever adds at the
/// end, so they still stand where they stood.
fn replace(snapshot: &mut Snapshot, job: &Job, merged: Indexed) {
    snapshot.files.splice(job.files.clone(), [merged]);
}

/// Removes files that others have taken the place of.
pub(crate) fn remove_files<'a>(shared: &Shared, files: impl Iterator<Item = &'a Indexed>) {
    for indexed in files {
        let Some(path) = path_of(&shared.folder, indexed) else { continue };
        if let Err(error) = shared.components.disk.remove(&path) {
            tracing::warn!(%error, "an index file that is no longer needed stays on disk");
        }
    }
}

/// Where the file is on disk; `None` when it is in memory only.
pub(crate) fn path_of(folder: &Folder, indexed: &Indexed) -> Option<PathBuf> {
    let file = &indexed.file;
    match indexed.place {
        Place::Memory => None,
        Place::Spilled | Place::Merged => Some(spilled_path(folder, file.first(), file.end())),
        Place::Sealed => Some(sealed_path(folder, file.first())),
    }
}
