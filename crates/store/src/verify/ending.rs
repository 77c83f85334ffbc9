//! What stands behind the last group of a segment.
use super::{stream::Stream, walk::Broken};
use crate::{
    chain::Chain,
    group::{self, HEADER_LEN, MAGIC},
};
use std::io;

const SECTOR: u64 = 512;
/// A sector of which part was lost ends in so many zeros.
const LOST: usize = 8;
const END_MAGIC: &[u8] = b"kilnend";
/// A sector that was written has more than this.
const DENSE: usize = 32;

/// How a segment ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// With its last group.
    Whole,
    /// With zeros: room that was paid for.
    Zeros,
    /// With a group that was being written when Kiln or the power went.
    Torn,
    /// With something that was never written so.
    Broken {
        /// What is wrong.
        told: String,
        /// The end of the records that are there, as far as a header tells.
        to: Option<u64>,
    },
}

/// Judges what stands from here on. Only the last segment may end in anything but its last group.
pub(super) fn judge(
    stream: &mut Stream<'_>,
    chain: &Chain,
    broken: Option<Broken>,
    is_last: bool,
) -> io::Result<Ending> {
    let Some(broken) = broken else { return Ok(Ending::Whole) };
    let at = stream.position();
    let room = if is_last { stream.room() } else { stream.room().min(HEADER_LEN as u64) };
    let rest = stream.peek(room)?;
    let header = group::Header::parse(rest).ok();
    let told = |told: &str| Ending::Broken {
        told: told.to_owned(),
        to: header.as_ref().map(|header| header.end().0),
    };
    let expected = format!("expected {}", broken.told.0);
    if !is_last || broken.is_whole {
        return Ok(told(&expected));
    }
    if rest.iter().all(|byte| *byte == 0) {
        return Ok(Ending::Zeros);
    }
    if let Some(number) = later_group(rest, chain) {
        return Ok(told(&format!("{expected}: group {number} stands behind it")));
    }
    let is_torn = match &header {
        Some(header) if chain.check_place(header).is_ok() => is_torn_group(rest, header.len, at),
        Some(_) => false,
        None => has_lost_its_header(rest, at),
    };
    Ok(if is_torn { Ending::Torn } else { told(&expected) })
}

/// A group of this log that is later than the one that should stand here. A group is begun only
/// when the one before is durable.
fn later_group(rest: &[u8], chain: &Chain) -> Option<u64> {
    let starts = rest.windows(MAGIC.len()).enumerate().filter(|(_, window)| *window == MAGIC);
    let mut headers = starts.filter_map(|(start, _)| group::Header::parse(&rest[start..]).ok());
    let later = headers.find(|header| header.log == chain.log && header.number > chain.next_group);
    later.map(|header| header.number)
}

/// Whether a group that begins well lacks something that was not written any more, and nothing
/// stands behind it.
fn is_torn_group(rest: &[u8], len: u64, at: u64) -> bool {
    let Some(group) = rest.get(..len as usize) else { return true };
    let is_lost = |piece: &[u8]| {
        let end = piece.iter().rev().take(LOST);
        piece.len() > 1 && end.clone().all(|byte| *byte == 0)
    };
    // The header is there.
    let behind_header = &group[HEADER_LEN..];
    let mut lost = sectors(behind_header, at + HEADER_LEN as u64).filter(|s| is_lost(s));
    rest[len as usize..].iter().all(|byte| *byte == 0) && lost.next().is_some()
}

/// Whether these are later sectors of a group whose header never reached the disk: each is written
/// all over, or not at all.
fn has_lost_its_header(rest: &[u8], at: u64) -> bool {
    let header = &rest[..rest.len().min(HEADER_LEN)];
    let mut lost = sectors(header, at).filter(|s| s.iter().all(|byte| *byte == 0));
    if lost.next().is_none() {
        return false;
    }
    let end = rest.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let written = |sector: &[u8]| sector.iter().filter(|byte| **byte != 0).count();
    let mut pieces: Vec<&[u8]> = sectors(&rest[..end], at).collect();
    let Some(tail) = pieces.pop() else { return false };
    let ends_well = (1..=END_MAGIC.len()).any(|n| tail == &END_MAGIC[END_MAGIC.len() - n..])
        || tail.ends_with(END_MAGIC)
        || written(tail) > DENSE;
    ends_well
        && pieces.iter().all(|sector| {
            written(sector) == 0 || sector.len() < 2 * DENSE || written(sector) > DENSE
        })
}

/// Cut where the disk's sectors are; `at` is where the first byte stands in the file.
fn sectors(bytes: &[u8], at: u64) -> impl Iterator<Item = &[u8]> {
    let first = ((SECTOR - at % SECTOR) as usize).min(bytes.len());
    let (first, rest) = bytes.split_at(first);
    [first].into_iter().filter(|first| !first.is_empty()).chain(rest.chunks(SECTOR as usize))
}
