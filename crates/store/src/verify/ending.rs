//! What stands behind the last group of a segment.
use super::{stream::Stream, walk::Broken};
use crate::{
    chain::Chain,
    group::{self, HEADER_LEN, MAGIC},
};
use std::io;

const SECTOR: u64 = 512;
/// A sector of which part was lost ends in so many zeros.
const LOST: usize = 3;
const END_MAGIC: &[u8] = b"kilnend";

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
        None => has_lost_its_header(rest, at, chain),
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
    let mut behind_header = sectors(&group[HEADER_LEN..], at + HEADER_LEN as u64);
    let lacks = behind_header.any(|sector| zeros_at_end(sector) >= LOST.min(sector.len().max(2)));
    rest[len as usize..].iter().all(|byte| *byte == 0) && (lacks || !ends_whole(group))
}

/// Whether the end mark is there, or something else that a torn write does not leave.
fn ends_whole(group: &[u8]) -> bool {
    let mark = &group[group.len() - END_MAGIC.len() - 1..];
    let same = mark.iter().zip(END_MAGIC).take_while(|(a, b)| a == b).count();
    same == END_MAGIC.len() || mark[same..].iter().any(|byte| *byte != 0)
}

/// Whether these are pieces of a group whose header did not reach the disk whole: each sector was
/// written from its front, all of it or not at all.
fn has_lost_its_header(rest: &[u8], at: u64, chain: &Chain) -> bool {
    let (header, behind) = rest.split_at(rest.len().min(HEADER_LEN));
    let expected = group::Header {
        records: 0,
        number: chain.next_group,
        epoch: chain.epoch,
        first: chain.size(),
        len: 0,
        log: chain.log,
        previous_root: chain.tree.root(),
    };
    let right = expected.to_bytes();
    // Where a torn write ended, in each sector that the header touches.
    let mut start = 0;
    let mut is_torn = false;
    for sector in sectors(header, at) {
        let written = sector.len() - zeros_at_end(sector);
        let is_right = (start..start + written).all(|i| header[i] == right[i] || !is_told(i));
        if !is_right {
            return false;
        }
        is_torn |= written < sector.len();
        start += sector.len();
    }
    let mut pieces = sectors(behind, at + header.len() as u64);
    is_torn && pieces.all(is_piece)
}

/// Whether a header's byte is known before: count, writer, length and checksum are not.
fn is_told(at: usize) -> bool {
    ![12..16, 24..32, 40..48, 96..100].iter().any(|unknown| unknown.contains(&at))
}

/// Whether a sector of a group looks written: all of it, its front, its end mark, or not at all.
fn is_piece(sector: &[u8]) -> bool {
    let written = &sector[..sector.len() - zeros_at_end(sector)];
    let bytes = written.iter().filter(|byte| **byte != 0).count();
    let is_end = (1..=END_MAGIC.len()).any(|n| written == &END_MAGIC[END_MAGIC.len() - n..]);
    written.is_empty() || is_end || (bytes > 1 && bytes * 2 > written.len())
}

fn zeros_at_end(bytes: &[u8]) -> usize {
    bytes.iter().rev().take_while(|byte| **byte == 0).count()
}

/// Cut where the disk's sectors are; `at` is where the first byte stands in the file.
fn sectors(bytes: &[u8], at: u64) -> impl Iterator<Item = &[u8]> {
    let first = ((SECTOR - at % SECTOR) as usize).min(bytes.len());
    let (first, rest) = bytes.split_at(first);
    [first].into_iter().filter(|first| !first.is_empty()).chain(rest.chunks(SECTOR as usize))
}
