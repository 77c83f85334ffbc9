//! Compares index files of several segments with what was built anew of each of these: by digests,
//! since such a file need not fit in memory.
use super::{
    folder::{Indexed, LogFile},
    indexes,
    tell::{Spot, Told},
    walk::Context,
};
use crate::LogIndex;
use kiln_index::Digest;
use std::{collections::BTreeMap, io};

/// What each segment that was followed to its end should give, by where it begins and ends.
#[derive(Default)]
pub(super) struct Digests(BTreeMap<LogIndex, (LogIndex, Digest)>);

impl Digests {
    pub(super) fn add(&mut self, first: LogIndex, end: LogIndex, digest: Digest) {
        self.0.insert(first, (end, digest));
    }

    /// Compares all files of several segments.
    pub(super) fn finish(&self, context: &Context<'_>, told: &mut Told) -> io::Result<()> {
        for indexed in &context.found.merged {
            if let Some(wrong) = self.compare(context, indexed, told)? {
                told.find(
                    Spot::file(&indexed.name).record(indexed.first),
                    format!("{wrong}; delete it, and the next start builds it anew"),
                );
            }
        }
        Ok(())
    }

    fn compare(
        &self,
        context: &Context<'_>,
        indexed: &Indexed,
        told: &mut Told,
    ) -> io::Result<Option<&'static str>> {
        let end = indexed.end.unwrap_or_default();
        let logs = &context.found.logs;
        let begins = |at: LogIndex| logs.iter().any(|log| log.first == at);
        if !begins(indexed.first) {
            return Ok(Some("it does not cover the records it should"));
        }
        let region = match context.components.disk.map_sealed(&indexed.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            region => region?,
        };
        let file = match indexes::open(context.components, indexed, &region, end, told) {
            Ok(file) => file,
            Err(wrong) => return Ok(wrong),
        };
        let Ok(found) = file.digest(&context.digest_key) else {
            return Ok(Some("it does not hold together"));
        };
        Ok(match self.expected(indexed.first, end, logs) {
            Expected::Unknown => None,
            Expected::Digest(digest) if digest == found => None,
            Expected::Digest(_) => Some("it does not answer as the log does"),
            Expected::Nothing => Some("it does not cover the records it should"),
        })
    }

    fn expected(&self, first: LogIndex, end: LogIndex, logs: &[LogFile]) -> Expected {
        let mut sum = Digest::default();
        let mut next = first;
        while next < end {
            let Some((after, digest)) = self.0.get(&next) else {
                // A segment that could not be followed has been told of.
                let is_there = logs.iter().any(|log| log.first >= next);
                return if is_there { Expected::Unknown } else { Expected::Nothing };
            };
            sum += digest.clone();
            next = *after;
        }
        if next == end { Expected::Digest(sum) } else { Expected::Nothing }
    }
}

/// What a file should hold.
enum Expected {
    /// Not all of it could be read.
    Unknown,
    /// No segment ends where the file does.
    Nothing,
    Digest(Digest),
}
