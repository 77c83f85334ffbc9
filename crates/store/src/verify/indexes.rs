//! Compares the index files with ones that are built anew in the same pass: the same records give
//! the same bytes.
use super::{
    folder::Indexed,
    tell::{Spot, Told},
};
use crate::{
    Components, LogIndex,
    disk::Region,
    group, read,
    reindex::{self, Maker},
    wire::Malformed,
};
use kiln_index::{Digest, Error, File, HashKey};
use std::{io, ops::Range};

/// Records in one piece of an index that is built anew.
const PIECE_RECORDS: usize = 4096;

/// Builds what the index files of one segment should be.
pub(super) struct Indexes<'a> {
    components: &'a Components,
    anew: reindex::Files<'a>,
    files: Vec<&'a Indexed>,
    /// Where pieces must end: where index files begin and end.
    bounds: Vec<LogIndex>,
    /// Of the digest that a file of several segments needs.
    key: Option<&'a HashKey>,
}

impl<'a> Indexes<'a> {
    /// For the segment that begins here. With a key, for files of several segments too.
    pub(super) fn new(
        maker: Maker<'a>,
        first: LogIndex,
        files: Vec<&'a Indexed>,
        key: Option<&'a HashKey>,
    ) -> Self {
        let mut bounds: Vec<LogIndex> =
            files.iter().flat_map(|f| [Some(f.first), f.end]).flatten().collect();
        bounds.sort_unstable();
        let anew = reindex::Files::new(maker, first, PIECE_RECORDS);
        Self { components: maker.components, anew, files, bounds, key }
    }

    /// Adds a frame of a group that was followed.
    pub(super) fn push(
        &mut self,
        frame: &group::Frame<'_>,
        opened: &read::Frame,
        group_at: u64,
    ) -> Result<(), Malformed> {
        self.anew.push_frame(frame, opened, group_at)?;
        let next = LogIndex(frame.header.first.0 + u64::from(frame.header.records));
        if self.bounds.binary_search(&next).is_ok() {
            self.anew.end_file()?;
        }
        Ok(())
    }

    /// Compares all files with the records up to here; how many there were, and the digest of the
    /// records where it is wanted.
    pub(super) fn finish(
        self,
        records: &Range<LogIndex>,
        told: &mut Told,
    ) -> io::Result<(u64, Option<Digest>)> {
        let Self { components, anew, files, key, .. } = self;
        let pieces = anew.finish().map_err(|m| io::Error::other(m.0))?;
        let pieces = pieces.into_iter().map(File::open).collect::<Result<Vec<_>, _>>();
        let pieces = pieces.map_err(io::Error::other)?;
        for indexed in &files {
            let region = match components.disk.map_sealed(&indexed.path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                region => region?,
            };
            if let Some(wrong) = compare(components, indexed, &region, records, &pieces, told)? {
                told.find(
                    Spot::file(&indexed.name).record(indexed.first),
                    format!("{wrong}; delete it, and the next start builds it anew"),
                );
            }
        }
        let digest = key.map(|key| digest(&pieces, key)).transpose()?;
        Ok((files.len() as u64, digest))
    }
}

fn digest(pieces: &[File<Vec<u8>>], key: &HashKey) -> io::Result<Digest> {
    let mut sum = Digest::default();
    for piece in pieces {
        sum += piece.digest(key).map_err(io::Error::other)?;
    }
    Ok(sum)
}

/// Opens an index file that can be compared. Else what is wrong with it; `None` when it is only of
/// an older build or of another extractor, which is told.
pub(super) fn open<'r>(
    components: &Components,
    indexed: &Indexed,
    region: &'r Region,
    end: LogIndex,
    told: &mut Told,
) -> Result<File<&'r Region>, Option<&'static str>> {
    let file = match File::open(region) {
        Ok(file) => file,
        Err(Error::Old) => {
            told.doubt(format!(
                "{} is of an older build: it cannot be compared, and the next start builds it anew",
                indexed.name
            ));
            return Err(None);
        }
        Err(_) => return Err(Some("it is damaged")),
    };
    if file.check().is_err() {
        return Err(Some("it is damaged"));
    }
    if (file.first(), file.end()) != (indexed.first, end) {
        return Err(Some("it does not cover the records it should"));
    }
    let version = components.extract.version();
    if file.extract_version() != version {
        told.doubt(format!(
            "{} was made by extractor {}, and this is {version}: it cannot be compared, and \
                 the next start builds it anew",
            indexed.name,
            file.extract_version()
        ));
        return Err(None);
    }
    Ok(file)
}

fn compare(
    components: &Components,
    indexed: &Indexed,
    region: &Region,
    records: &Range<LogIndex>,
    pieces: &[File<Vec<u8>>],
    told: &mut Told,
) -> io::Result<Option<&'static str>> {
    let covered = indexed.first..indexed.end.unwrap_or(records.end);
    if covered.end > records.end {
        return Ok(Some("it covers records that the log lacks"));
    }
    if let Err(wrong) = open(components, indexed, region, covered.end, told) {
        return Ok(wrong);
    }
    let of_file: Vec<&File<Vec<u8>>> = pieces
        .iter()
        .filter(|piece| piece.first() >= covered.start && piece.end() <= covered.end)
        .collect();
    let found = of_file.iter().map(|piece| piece.len()).sum::<u64>();
    if found != covered.end.0 - covered.start.0 {
        return Ok(Some("it begins or ends within a frame"));
    }
    let mut anew = Vec::new();
    kiln_index::merge(&of_file, &mut anew).map_err(io::Error::other)?;
    Ok((anew != region.as_ref()).then_some("it does not answer as the log does"))
}
