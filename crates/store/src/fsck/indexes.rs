//! Each index file is compared with one that is built anew: the same records give the same bytes.
//! Of a file of several segments only the digest is compared: it need not fit in memory.
mod merged;

use super::Check;
use crate::{
    LogIndex,
    disk::Region,
    reindex::{self, Maker},
    sealer::parse_spilled_name,
    segment::{self, Header, Segment},
};
use kiln_index::{Error, File};
use std::{io, ops::Range, path::Path};

/// Records in one piece of an index that is built anew.
const PIECE_RECORDS: usize = 4096;

impl Check<'_> {
    /// Compares all index files. Those of another extractor, and those that are missing, are built
    /// at the next start: no problem.
    pub(super) fn indexes(
        &mut self,
        segments: &[(Segment, Header)],
        ends: &[LogIndex],
        maker: Maker<'_>,
    ) -> io::Result<()> {
        let dir = self.folder.index();
        let names = self.components.disk.list(&dir)?;
        let stretches = names.iter().filter_map(|name| {
            let (first, to) = parse_spilled_name(name)?;
            Some((name, first..to))
        });
        let (within, across): (Vec<_>, Vec<_>) = stretches.partition(|(_, records)| {
            let after = segments.partition_point(|(segment, _)| segment.first <= records.start);
            segments.get(after).is_none_or(|(next, _)| records.end <= next.first)
        });
        let mut merged = self.merged(&across, segments, ends)?;
        for ((segment, _), &end) in segments.iter().zip(ends) {
            let name = segment::index_name(segment.first);
            let path = self.folder.segments().join(&name);
            self.index(segment, &path, segment.first..end, maker)?;
            for (name, records) in &within {
                if records.start >= segment.first && records.start < end {
                    self.index(segment, &dir.join(name), records.clone(), maker)?;
                } else if records.end > end && segment.first == segments[segments.len() - 1].0.first
                {
                    self.problem(format!("index/{name}: it covers records that the log lacks"));
                }
            }
            merged.add(segment, end, maker)?;
            self.done += segment.len;
            (self.progress)(self.done, self.total);
        }
        merged.tell(self);
        Ok(())
    }

    fn index(
        &mut self,
        segment: &Segment,
        path: &Path,
        records: Range<LogIndex>,
        maker: Maker<'_>,
    ) -> io::Result<()> {
        let region = match self.components.disk.map_sealed(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            region => region?,
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let told = match self.compare(segment, &region, records, maker) {
            Ok(None) => return Ok(()),
            Ok(Some(told)) => told.to_owned(),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => error.to_string(),
            Err(error) => return Err(error),
        };
        self.problem(format!("{name}: {told}; delete it, and the next start builds it anew"));
        Ok(())
    }

    /// What is wrong with an index file; `None` when it answers for its records.
    fn compare(
        &self,
        segment: &Segment,
        region: &Region,
        records: Range<LogIndex>,
        maker: Maker<'_>,
    ) -> io::Result<Option<&'static str>> {
        let file = match File::open(region) {
            Ok(file) => file,
            Err(Error::Old) => return Ok(None),
            Err(_) => return Ok(Some("it is damaged")),
        };
        if file.first() != records.start || file.end() != records.end {
            return Ok(Some("it does not cover the records it should"));
        }
        if file.check().is_err() {
            return Ok(Some("it is damaged"));
        }
        if file.extract_version() != self.components.extract.version() {
            return Ok(None);
        }
        let anew = build(segment, records, maker)?;
        Ok((anew != region.as_ref()).then_some("it does not answer as the log does"))
    }
}

fn build(segment: &Segment, records: Range<LogIndex>, maker: Maker<'_>) -> io::Result<Vec<u8>> {
    let pieces = reindex::range(maker, segment, records, PIECE_RECORDS)?;
    let files = pieces.into_iter().map(File::open).collect::<Result<Vec<_>, _>>();
    let files = files.map_err(io::Error::other)?;
    let mut bytes = Vec::new();
    kiln_index::merge(&files.iter().collect::<Vec<_>>(), &mut bytes).map_err(io::Error::other)?;
    Ok(bytes)
}
