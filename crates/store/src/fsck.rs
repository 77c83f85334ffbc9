//! Checks a log that no store holds open. Nothing is changed.
mod indexes;

use crate::{
    Components, LogIndex,
    chain::Chain,
    dictionary::{
        self, Dictionaries,
        learned::{self, Learned},
    },
    frame::Codec,
    keys,
    recovery::ending,
    reindex::Maker,
    scan::{Groups, ScanError},
    segment::{self, Header, HeaderError, Segment},
    shared::Folder,
    stop::Mark,
};
use std::{io, path::Path, sync::Arc};

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FsckReport {
    /// Records that were read and are covered by a right root.
    pub records: u64,
    /// Groups that were checked.
    pub groups: u64,
    /// Segment files.
    pub segments: u64,
    /// What is wrong, each a sentence that names the file; empty when all is well.
    pub problems: Vec<String>,
    /// Why not everything could be looked at, where that is so.
    pub unread: Option<String>,
}

/// Checks the log in `folder` (`<data>/tenants/<tenant>`), which no store may hold.
///
/// Every group's checksum, place and previous root; every record's way to its group's root; the
/// order of ids and received times; the mark of a clean stop; and every index file, against one
/// that is built anew from the log. A group that was never finished is no problem: the next start
/// takes it away. `progress` is told bytes done and bytes to do.
pub fn fsck(
    folder: &Path,
    components: &Components,
    progress: &mut dyn FnMut(u64, u64),
) -> FsckReport {
    let folder = Folder::new(folder);
    let mut check = Check {
        folder: &folder,
        components,
        progress,
        done: 0,
        total: 0,
        report: FsckReport::default(),
    };
    if let Err(error) = check.run() {
        check.report.unread = Some(format!("the check could not go on: {error}"));
    }
    check.report
}

struct Check<'a> {
    folder: &'a Folder,
    components: &'a Components,
    progress: &'a mut dyn FnMut(u64, u64),
    done: u64,
    total: u64,
    report: FsckReport,
}

impl Check<'_> {
    fn run(&mut self) -> io::Result<()> {
        let learned = learned::find(self.folder, &*self.components.disk)?;
        let codec = Codec::new(Dictionaries::with(&learned)?);
        let segments = self.segments()?;
        // The log is read once for itself and once for its indexes.
        self.total = segments.iter().map(|(segment, _)| segment.len * 2).sum();
        let ends = self.chain(&segments, &codec)?;
        self.dictionaries()?;
        self.learned(&learned);
        if let Some(id) = codec.lost() {
            self.problem(learned::lost(id, learned::NOWHERE));
        }
        match keys::read(self.folder, self.components, keys::TERM_HASH)? {
            Some(key) => {
                let key = keys::term_hash(&key);
                let maker = Maker { components: self.components, codec: &codec, key: &key };
                self.indexes(&segments, &ends, maker)
            }
            None if segments.is_empty() => Ok(()),
            None => {
                self.problem("keys/term-hash is missing: the index files answer nothing");
                Ok(())
            }
        }
    }

    /// All segments that can be read, in order.
    fn segments(&mut self) -> io::Result<Vec<(Segment, Header)>> {
        let dir = self.folder.segments();
        let mut segments = Vec::new();
        for name in self.components.disk.list(&dir)? {
            let Some(first) = segment::parse_name(&name, "log") else { continue };
            let file = self.components.disk.open(&dir.join(&name))?;
            self.report.segments += 1;
            match Header::parse(&segment::read_header(&*file)?) {
                Ok((header, _)) if header.first == first => {
                    let len = file.len()?;
                    segments.push((Segment { first, len, file: Arc::from(file) }, header));
                }
                Ok(_) => self.problem(format!("{name}: it has another segment's name")),
                Err(HeaderError::Version(version)) => {
                    self.problem(format!("{name}: format version {version} is not known"));
                }
                Err(HeaderError::Malformed(m)) => {
                    self.problem(format!("{name}: expected {}", m.0));
                }
            }
        }
        Ok(segments)
    }

    /// Follows the log from its beginning; returns where the records of each segment end.
    fn chain(
        &mut self,
        segments: &[(Segment, Header)],
        codec: &Codec,
    ) -> io::Result<Vec<LogIndex>> {
        let mut ends = Vec::new();
        let mut before: Option<Chain> = None;
        for (nth, (segment, header)) in segments.iter().enumerate() {
            let mut chain = Chain::at(header);
            let follows = match &before {
                None => header.first == LogIndex(0),
                Some(before) => chain.follows(before),
            };
            if !follows {
                let name = segment::log_name(segment.first);
                self.problem(format!("{name}: it does not follow the segment before"));
            }
            let is_last = nth + 1 == segments.len();
            self.segment(segment, &mut chain, codec, is_last)?;
            self.report.records += chain.size().0 - header.first.0;
            ends.push(chain.size());
            before = Some(chain);
        }
        Ok(ends)
    }

    fn segment(
        &mut self,
        segment: &Segment,
        chain: &mut Chain,
        codec: &Codec,
        is_last: bool,
    ) -> io::Result<()> {
        let name = segment::log_name(segment.first);
        let at_start = self.done;
        let mut groups = Groups::new(segment)?;
        let (end, reason) = loop {
            let at = groups.position();
            let followed = match groups.next_header() {
                Ok(None) => break (at, None),
                Ok(Some(_)) => groups
                    .open()
                    .and_then(|(_, group)| Ok(chain.follow(&group, codec, &mut |_, _| Ok(()))?)),
                Err(error) => Err(error),
            };
            match followed {
                Ok(()) => self.report.groups += 1,
                Err(ScanError::Io(error)) => return Err(error),
                Err(ScanError::Invalid(malformed)) => break (at, Some(malformed)),
            }
            self.done = at_start + groups.position();
            (self.progress)(self.done, self.total);
        };
        self.done = at_start + segment.len;
        (self.progress)(self.done, self.total);
        if is_last {
            return self.ending(segment, end, chain);
        }
        if let Some(m) = reason {
            self.problem(format!("{name} at byte {end}: expected {}", m.0));
        }
        Ok(())
    }

    /// What stands behind the last valid group of the open segment.
    fn ending(&mut self, segment: &Segment, len: u64, chain: &Chain) -> io::Result<()> {
        let name = segment::log_name(segment.first);
        match Mark::read(&*self.components.disk, self.folder) {
            Ok(None) => {
                if let Some(number) = ending::later_group(segment, len, chain)? {
                    self.problem(format!(
                        "{name} at byte {len}: a group is damaged, and group {number} stands \
                         behind it"
                    ));
                }
            }
            Ok(Some(mark)) => {
                if let Err(error) = ending::check_mark(segment, len, chain, &mark) {
                    self.problem(format!("{name} at byte {len}: {error}"));
                }
            }
            Err(error) => self.problem(error.to_string()),
        }
        Ok(())
    }

    /// The copies of the dictionaries are what is compiled in.
    fn dictionaries(&mut self) -> io::Result<()> {
        let dir = self.folder.dictionaries();
        let kept = self.components.disk.list(&dir)?;
        for (name, bytes) in dictionary::copies().filter(|(name, _)| kept.contains(name)) {
            if self.components.disk.map_sealed(&dir.join(&name))?.as_ref() != bytes {
                self.problem(format!("dictionaries/{name} is not the dictionary of that number"));
            }
        }
        Ok(())
    }

    /// Both copies of what was learned are what was learned.
    fn learned(&mut self, learned: &[Learned]) {
        for Learned { id, bytes, wrong, .. } in learned {
            for place in wrong {
                self.problem(format!("{} is not the dictionary of that number", place.name));
            }
            if let Err(why) = bytes {
                self.problem(learned::lost(*id, why));
            }
        }
    }

    fn problem(&mut self, told: impl Into<String>) {
        self.report.problems.push(told.into());
    }
}

#[cfg(test)]
mod tests;
