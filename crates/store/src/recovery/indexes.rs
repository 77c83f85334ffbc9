//! The index files of a log: those that can be used, and those that are built anew.
use super::{FILE_RECORDS, damaged_if_invalid, segments::Found};
use crate::{
    LogIndex, OpenError, ReadError,
    disk::Region,
    journal, read,
    reindex::{self, Files, Maker},
    sealer::{indexed, parse_spilled_name, sealed_path},
    segment::Segment,
    shared::Folder,
    snapshot::{Indexed, Place},
};
use kiln_index::File;
use std::{
    cmp::Reverse,
    io,
    path::{Path, PathBuf},
};

/// A file in `index/`, by its name.
pub(super) struct Spilled {
    first: LogIndex,
    pub(super) end: LogIndex,
    path: PathBuf,
}

/// What is needed to find and make index files.
pub(super) struct Indexes<'a> {
    pub(super) folder: &'a Folder,
    pub(super) maker: Maker<'a>,
}

impl Indexes<'_> {
    /// Index files of all sealed segments, in order. Of files that cover the same records the
    /// largest is taken, and the others are removed.
    pub(super) fn of_sealed(&self, found: &Found) -> Result<Vec<Indexed>, OpenError> {
        let names = self.names(LogIndex(0), found.open.first)?;
        let mut files: Vec<Indexed> = Vec::new();
        let mut rest = &*found.sealed;
        while let Some((segment, behind)) = rest.split_first() {
            if let Some((merged, covered)) = self.merged(rest, found.open.first, &names)? {
                self.remove_covered(&rest[..covered], &merged, &names)?;
                files.push(merged);
                rest = &rest[covered..];
                continue;
            }
            let end = behind.first().map_or(found.open.first, |next| next.first);
            match self.usable(&sealed_path(self.folder, segment.first), segment, Place::Sealed)? {
                Some(indexed) if indexed.file.end() == end => {
                    self.remove_unused(&self.names(segment.first, end)?, &[])?;
                    files.push(indexed);
                }
                _ => {
                    let nth = found.sealed.len() - behind.len();
                    tracing::info!(segment = nth, of = found.sealed.len(), "building an index");
                    files.extend(self.build(segment, end)?);
                }
            }
            rest = behind;
        }
        Ok(files)
    }

    /// The largest usable file that covers the first few of these segments, and how many; the last
    /// of them all ends at `end`.
    fn merged(
        &self,
        segments: &[Segment],
        end: LogIndex,
        names: &[Spilled],
    ) -> Result<Option<(Indexed, usize)>, OpenError> {
        let first = segments[0].first;
        let mut here: Vec<&Spilled> = names.iter().filter(|name| name.first == first).collect();
        here.sort_unstable_by_key(|name| Reverse(name.end));
        for name in here {
            let covered = segments.partition_point(|segment| segment.first < name.end);
            let ends_at = segments.get(covered).map_or(end, |next| next.first);
            if covered < 2 || name.end != ends_at {
                continue;
            }
            let usable = self.usable(&name.path, &segments[0], Place::Merged)?;
            let Some(indexed) = usable.filter(|indexed| indexed.file.end() == name.end) else {
                continue;
            };
            if self.fits(&indexed.file, &segments[..covered], name.end)? {
                return Ok(Some((indexed, covered)));
            }
        }
        Ok(None)
    }

    /// Whether the file knows the last record of each of these segments.
    fn fits(
        &self,
        file: &File<Region>,
        segments: &[Segment],
        end: LogIndex,
    ) -> Result<bool, OpenError> {
        for (nth, segment) in segments.iter().enumerate() {
            let end = segments.get(nth + 1).map_or(end, |next| next.first);
            if !self.is_of_this_log(file, segment, LogIndex(end.0 - 1))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Removes the files of segments that a merged file covers, and parts of them.
    fn remove_covered(
        &self,
        segments: &[Segment],
        merged: &Indexed,
        names: &[Spilled],
    ) -> io::Result<()> {
        let disk = &*self.maker.components.disk;
        for segment in segments {
            match disk.remove(&sealed_path(self.folder, segment.first)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                removed => removed?,
            }
        }
        let (first, end) = (merged.file.first(), merged.file.end());
        let inside = |name: &&Spilled| name.first >= first && name.first < end;
        let others = names.iter().filter(inside).filter(|n| (n.first, n.end) != (first, end));
        others.map(|name| &name.path).try_for_each(|path| disk.remove(path))
    }

    /// Those of the files that cover the beginning of a segment and can be used.
    pub(super) fn spilled(
        &self,
        segment: &Segment,
        names: &[Spilled],
    ) -> Result<Vec<Indexed>, OpenError> {
        let mut files: Vec<Indexed> = Vec::new();
        for spilled in names {
            let next = files.last().map_or(segment.first, |last| last.file.end());
            if spilled.first != next {
                continue;
            }
            let usable = self.usable(&spilled.path, segment, Place::Spilled)?;
            files.extend(usable.filter(|indexed| indexed.file.end() == spilled.end));
        }
        Ok(files)
    }

    /// Removes those of the files that are not used.
    pub(super) fn remove_unused(&self, names: &[Spilled], used: &[Indexed]) -> io::Result<()> {
        let is_used = |s: &Spilled| {
            used.iter().any(|u| {
                u.place == Place::Spilled && u.file.first() == s.first && u.file.end() == s.end
            })
        };
        let unused = names.iter().filter(|spilled| !is_used(spilled));
        unused
            .map(|spilled| &spilled.path)
            .try_for_each(|path| self.maker.components.disk.remove(path))
    }

    /// Builds the index of a sealed segment from what was spilled of it and from the log.
    fn build(&self, segment: &Segment, end: LogIndex) -> Result<Vec<Indexed>, OpenError> {
        let names = self.names(segment.first, end)?;
        let mut files = self.spilled(segment, &names)?;
        let from = files.last().map_or(segment.first, |last| last.file.end());
        if from < end {
            let built = reindex::range(self.maker, segment, from..end, FILE_RECORDS);
            for bytes in built.map_err(io::Error::from).map_err(damaged_if_invalid)? {
                files.push(indexed(Region::Heap(bytes), Place::Memory)?);
            }
        }
        match self.seal(segment.first, &files) {
            Ok(sealed) => {
                self.remove_unused(&names, &[])?;
                Ok(vec![sealed])
            }
            Err(error) if journal::is_full(&error) => {
                tracing::warn!(%error, "no room for an index file; it is kept in memory");
                Ok(files)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn seal(&self, first: LogIndex, files: &[Indexed]) -> io::Result<Indexed> {
        let files: Vec<&File<Region>> = files.iter().map(|indexed| &*indexed.file).collect();
        let mut bytes = Vec::new();
        kiln_index::merge(&files, &mut bytes).map_err(io::Error::other)?;
        let path = sealed_path(self.folder, first);
        let disk = &*self.maker.components.disk;
        journal::write_durable(disk, &path, &bytes)?;
        indexed(disk.map_sealed(&path)?, Place::Sealed)
    }

    /// Opens an index file if it can be used as it is: whole, of this log, of this extractor.
    fn usable(
        &self,
        path: &Path,
        segment: &Segment,
        place: Place,
    ) -> Result<Option<Indexed>, OpenError> {
        let region = match self.maker.components.disk.map_sealed(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            region => region?,
        };
        let Ok(indexed) = indexed(region, place) else { return Ok(None) };
        let file = &*indexed.file;
        let fits = file.extract_version() == self.maker.components.extract.version()
            && file.first() >= segment.first
            && file.end() > file.first();
        // Of a file of several segments, whoever knows them looks at the last record of each.
        let last = LogIndex(file.end().0.saturating_sub(1));
        let is_one = place != Place::Merged;
        let usable = fits && (!is_one || self.is_of_this_log(file, segment, last)?);
        Ok(usable.then_some(indexed))
    }

    /// Whether this record of the segment is where the file says, received when it says.
    fn is_of_this_log(
        &self,
        file: &File<Region>,
        segment: &Segment,
        last: LogIndex,
    ) -> Result<bool, OpenError> {
        let (Ok(location), Ok(received)) = (file.location(last), file.received(last)) else {
            return Ok(false);
        };
        if location >= segment.len {
            return Ok(false);
        }
        let record = read::frame(segment, location, self.maker.codec);
        match record.and_then(|frame| frame.record(last)) {
            Ok(record) => Ok(record.envelope.received == received),
            Err(ReadError::Io(error)) if error.kind() != io::ErrorKind::UnexpectedEof => {
                Err(error.into())
            }
            Err(_) => Ok(false),
        }
    }

    /// The files of `index/` that begin in the range, in order.
    pub(super) fn names(&self, first: LogIndex, end: LogIndex) -> io::Result<Vec<Spilled>> {
        let dir = self.folder.index();
        let names = self.maker.components.disk.list(&dir)?;
        let spilled = names.iter().filter_map(|name| {
            let (first, end) = parse_spilled_name(name)?;
            Some(Spilled { first, end, path: dir.join(name) })
        });
        Ok(spilled.filter(|spilled| (first..end).contains(&spilled.first)).collect())
    }
}

/// Index files that were built, to be kept in memory.
pub(super) fn in_memory(built: Files<'_>) -> Result<Vec<Indexed>, OpenError> {
    let built = built.finish().map_err(|m| OpenError::Damaged(m.0.to_owned()))?;
    let open = |bytes| Ok(indexed(Region::Heap(bytes), Place::Memory)?);
    built.into_iter().map(open).collect()
}
