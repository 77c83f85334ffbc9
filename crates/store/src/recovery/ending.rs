//! Where the log ends, and what stands behind its end.
use crate::{
    OpenError,
    chain::Chain,
    extents::write_zeros,
    frame::Codec,
    group::{self, HEADER_LEN},
    reindex::Files,
    scan::{Groups, ScanError},
    segment::{self, Segment},
    stop::Mark,
};
use std::io;

const CHUNK: usize = 1 << 20;

/// Where the last valid group of the open segment stands.
pub(super) struct Ending {
    last_start: u64,
    pub(super) len: u64,
    /// What its trailer keeps of its checkpoint; `None` when there is no group.
    pub(super) checkpoint: Option<Vec<u8>>,
}

/// Follows the groups of the open segment, whose length is that of its file. What the index files
/// do not cover yet goes to `rest`.
pub(super) fn walk(
    segment: &Segment,
    chain: &mut Chain,
    codec: &Codec,
    rest: &mut Files<'_>,
) -> Result<Ending, OpenError> {
    let mut groups = Groups::new(segment).map_err(|error| told(segment, 0, error))?;
    let mut ending = Ending { last_start: groups.position(), len: 0, checkpoint: None };
    loop {
        let at = groups.position();
        ending.len = at;
        match groups.next_header() {
            Ok(Some(_)) => {}
            Ok(None) | Err(ScanError::Invalid(_)) => return Ok(ending),
            Err(ScanError::Io(error)) => return Err(error.into()),
        }
        let (start, group) = match groups.open() {
            Ok(opened) => opened,
            Err(ScanError::Invalid(_)) => return Ok(ending),
            Err(ScanError::Io(error)) => return Err(error.into()),
        };
        // Its commit mark is there: whatever is wrong now was never written so.
        chain
            .follow(&group, codec, &mut |frame, opened| rest.push_frame(frame, opened, start))
            .map_err(|malformed| told(segment, at, malformed.into()))?;
        ending.last_start = start;
        let kept = group.checkpoint().map_err(|malformed| told(segment, at, malformed.into()))?;
        let checkpoint = ending.checkpoint.get_or_insert_default();
        checkpoint.clear();
        checkpoint.extend(kept);
    }
}

impl Ending {
    /// Makes the last group durable, and everything behind it zeros.
    pub(super) fn settle(
        &self,
        segment: &Segment,
        chain: &Chain,
        mark: Option<&Mark>,
    ) -> Result<(), OpenError> {
        if let Some(mark) = mark {
            return check_mark(segment, self.len, chain, mark);
        }
        if !is_zeros(segment, self.len..segment.len)? {
            if let Some(number) = later_group(segment, self.len, chain)? {
                let name = segment::log_name(segment.first);
                return Err(OpenError::Damaged(format!(
                    "{name} at byte {}: a group is damaged, and group {number} stands behind it",
                    self.len
                )));
            }
            tracing::warn!("a group that was never finished is taken away");
            write_zeros(&*segment.file, self.len, segment.len)?;
        }
        self.write_last_again(segment)?;
        Ok(segment.file.sync_data()?)
    }

    /// The last group may stand in the kernel's memory only, and after a failed fsync the kernel
    /// may believe that it is on disk: only what is written again is sure to be synced.
    fn write_last_again(&self, segment: &Segment) -> io::Result<()> {
        let mut bytes = vec![0; (self.len - self.last_start) as usize];
        segment.file.read_exact_at(&mut bytes, self.last_start)?;
        segment.file.write_all_at(&bytes, self.last_start)
    }
}

/// After a clean stop the log is what the mark says, to the byte.
pub(crate) fn check_mark(
    segment: &Segment,
    len: u64,
    chain: &Chain,
    mark: &Mark,
) -> Result<(), OpenError> {
    let found = Mark {
        log: chain.log,
        size: chain.size(),
        root: chain.tree.root(),
        segment: segment.first,
        segment_len: len,
    };
    if found == *mark && segment.len == len {
        return Ok(());
    }
    Err(OpenError::Damaged(format!(
        "the log was stopped cleanly with {} records, but {} are readable",
        mark.size.0,
        chain.size().0
    )))
}

fn is_zeros(segment: &Segment, bytes: std::ops::Range<u64>) -> io::Result<bool> {
    let mut at = bytes.start;
    let mut chunk = vec![0; CHUNK];
    while at < bytes.end {
        let len = (bytes.end - at).min(CHUNK as u64) as usize;
        segment.file.read_exact_at(&mut chunk[..len], at)?;
        if chunk[..len].iter().any(|byte| *byte != 0) {
            return Ok(false);
        }
        at += len as u64;
    }
    Ok(true)
}

/// The number of a group of this log behind `at` that is later than the one that should stand
/// there. A group is begun only when the one before is durable, so that one was acknowledged.
pub(crate) fn later_group(segment: &Segment, at: u64, chain: &Chain) -> io::Result<Option<u64>> {
    let mut bytes = vec![0; (segment.len - at) as usize];
    segment.file.read_exact_at(&mut bytes, at)?;
    let starts = bytes.windows(group::MAGIC.len()).enumerate();
    let starts = starts.filter(|(_, window)| *window == group::MAGIC);
    let headers = starts.filter_map(|(start, _)| {
        let header = bytes.get(start..start + HEADER_LEN)?;
        group::Header::parse(header).ok()
    });
    let mut numbers = headers
        .filter(|header| header.log == chain.log && header.epoch >= chain.epoch)
        .map(|header| header.number);
    Ok(numbers.find(|number| *number > chain.next_group))
}

fn told(segment: &Segment, at: u64, error: ScanError) -> OpenError {
    match error {
        ScanError::Io(error) => error.into(),
        ScanError::Invalid(m) => {
            let name = segment::log_name(segment.first);
            OpenError::Damaged(format!("{name} at byte {at}: expected {}", m.0))
        }
    }
}
