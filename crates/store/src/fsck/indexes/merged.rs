//! Index files of several segments.
use super::{Check, PIECE_RECORDS};
use crate::{
    LogIndex,
    reindex::{self, Maker},
    segment::{Header, Segment},
};
use kiln_index::{Digest, Error, File, HashKey};
use std::{io, ops::Range};

/// Files of several segments, and the digest of what was built anew for each so far.
pub(super) struct Merged {
    /// Drawn now, so that nobody could fit a file to it.
    key: HashKey,
    files: Vec<Expected>,
}

struct Expected {
    name: String,
    records: Range<LogIndex>,
    /// What the file says of itself.
    found: Digest,
    anew: Digest,
    /// Why it cannot be built anew.
    unread: Option<String>,
}

impl Check<'_> {
    /// Reads the files of several segments, and tells of those that cannot be right.
    pub(super) fn merged(
        &mut self,
        names: &[(&String, Range<LogIndex>)],
        segments: &[(Segment, Header)],
        ends: &[LogIndex],
    ) -> io::Result<Merged> {
        let mut key = HashKey([0; 16]);
        self.components.random.fill(&mut key.0);
        let mut files = Vec::new();
        for (name, records) in names {
            let is_whole = segments.iter().any(|(segment, _)| segment.first == records.start)
                && ends.contains(&records.end);
            let read = if is_whole {
                self.read(name, records, &key)?
            } else {
                Err("it does not cover the records it should")
            };
            match read {
                Ok(found) => files.extend(found.map(|found| {
                    let (name, records) = ((*name).clone(), records.clone());
                    Expected { name, records, found, anew: Digest::default(), unread: None }
                })),
                Err(wrong) => self.tell(name, wrong),
            }
        }
        Ok(Merged { key, files })
    }

    /// The file's digest; `None` where it is gone, of another extractor or of an older build.
    fn read(
        &self,
        name: &str,
        records: &Range<LogIndex>,
        key: &HashKey,
    ) -> io::Result<Result<Option<Digest>, &'static str>> {
        let region = match self.components.disk.map_sealed(&self.folder.index().join(name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Ok(None)),
            region => region?,
        };
        let file = match File::open(region) {
            Ok(file) => file,
            Err(Error::Old) => return Ok(Ok(None)),
            Err(_) => return Ok(Err("it is damaged")),
        };
        if (file.first(), file.end()) != (records.start, records.end) {
            return Ok(Err("it does not cover the records it should"));
        }
        if file.check().is_err() {
            return Ok(Err("it is damaged"));
        }
        if file.extract_version() != self.components.extract.version() {
            return Ok(Ok(None));
        }
        Ok(file.digest(key).map(Some).map_err(|_e| "it does not hold together"))
    }

    fn tell(&mut self, name: &str, wrong: &str) {
        self.problem(format!(
            "index/{name}: {wrong}; delete it, and the next start builds it anew"
        ));
    }
}

impl Merged {
    /// Adds a segment's records, built anew.
    pub(super) fn add(
        &mut self,
        segment: &Segment,
        end: LogIndex,
        maker: Maker<'_>,
    ) -> io::Result<()> {
        let covers = |file: &&mut Expected| file.records.contains(&segment.first);
        let mut files = self.files.iter_mut().filter(covers).peekable();
        if files.peek().is_none() {
            return Ok(());
        }
        let pieces = reindex::range(maker, segment, segment.first..end, PIECE_RECORDS);
        let pieces = match pieces.map_err(io::Error::from) {
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                files.for_each(|file| file.unread = Some(error.to_string()));
                return Ok(());
            }
            pieces => pieces?,
        };
        let mut anew = Digest::default();
        for bytes in pieces {
            let piece = File::open(bytes).map_err(io::Error::other)?;
            anew += piece.digest(&self.key).map_err(io::Error::other)?;
        }
        files.for_each(|file| file.anew += anew.clone());
        Ok(())
    }

    /// Tells of files that do not hold what the log does.
    pub(super) fn tell(self, check: &mut Check<'_>) {
        for file in &self.files {
            match &file.unread {
                Some(told) => check.tell(&file.name, told),
                None if file.found == file.anew => {}
                None => check.tell(&file.name, "it does not answer as the log does"),
            }
        }
    }
}
