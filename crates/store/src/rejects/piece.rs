//! The files of the shelf, as they are read: by a start, and by `kiln rejects` beside a server.
//!
//! ```text
//! file = magic "kilnrej\0" (8) ‖ format version (2) ‖ zero (2) ‖ CRC32C of these (4) ‖ entries
//! ```
//!
//! Entries are only appended. What is torn at a file's end was being written, or its writer died;
//! what is damaged before is stepped over. Either is counted.
use super::{
    Reject,
    entry::{self, Found},
    folder,
};
use crate::disk::Disk;
use std::{
    io,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

const MAGIC: [u8; 8] = *b"kilnrej\0";
const VERSION: u16 = 0;
/// Bytes of a file's header.
pub(super) const HEADER: usize = 16;
const SUFFIX: &str = ".rejects";

/// What a reading of the shelf could not tell.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct Unread {
    /// Entries that are not as they were written, or are torn.
    pub entries: u64,
    /// Files of another format, or of a version that this build does not read.
    pub files: u64,
}

/// Shows each entry of the tenant's shelf, oldest first, until `each` has seen enough. Needs no
/// lock: a server may write meanwhile.
///
/// # Errors
/// A file cannot be read. One that was removed meanwhile is passed over.
pub fn read(
    tenant: &Path,
    disk: &dyn Disk,
    each: &mut dyn FnMut(Reject) -> ControlFlow<()>,
) -> io::Result<Unread> {
    let mut unread = Unread::default();
    let folder = folder(tenant);
    for first in list(&folder, disk)? {
        let bytes = match contents(&folder, first, disk) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            bytes => bytes?,
        };
        if !is_header(&bytes) {
            unread.files += 1;
            continue;
        }
        for found in entries(&bytes) {
            match found {
                Found::Entry(reject, _) => {
                    if each(*reject).is_break() {
                        return Ok(unread);
                    }
                }
                Found::Damaged(_) | Found::Torn => unread.entries += 1,
            }
        }
    }
    Ok(unread)
}

/// The newest entries of a shelf's own folder, newest first, at most so many.
pub(super) fn newest(
    folder: &Path,
    disk: &dyn Disk,
    max: usize,
) -> io::Result<(Vec<Reject>, Unread)> {
    let (mut newest, mut unread) = (Vec::new(), Unread::default());
    for (at, first) in list(folder, disk)?.into_iter().rev().enumerate() {
        // The shelf's own writer may be at work on the last file.
        let may_grow = at == 0;
        if newest.len() >= max {
            break;
        }
        let bytes = match contents(folder, first, disk) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            bytes => bytes?,
        };
        if !is_header(&bytes) {
            unread.files += u64::from(!(may_grow && bytes.is_empty()));
            continue;
        }
        let mut of_file = Vec::new();
        for found in entries(&bytes) {
            match found {
                Found::Entry(reject, _) => of_file.push(*reject),
                Found::Torn if may_grow => {}
                Found::Damaged(_) | Found::Torn => unread.entries += 1,
            }
        }
        newest.extend(of_file.into_iter().rev());
    }
    newest.truncate(max);
    Ok((newest, unread))
}

/// Empties the tenant's shelf, whose data folder the caller holds. Numbers go on from where they
/// were. Tells how many files were removed.
///
/// # Errors
/// The disk.
pub fn purge(tenant: &Path, disk: &dyn Disk) -> io::Result<usize> {
    purge_folder(&folder(tenant), disk)
}

/// The same of a shelf's own folder.
pub(super) fn purge_folder(folder: &Path, disk: &dyn Disk) -> io::Result<usize> {
    let files = list(folder, disk)?;
    let Some(&last) = files.last() else { return Ok(0) };
    let next = next_number(last, &contents(folder, last, disk)?);
    // First the name that the next number is told by, so that no crash makes it forgotten.
    if last != next {
        let file = disk.create_new(&path(folder, next))?;
        file.write_all_at(&header(), 0)?;
        file.sync_data()?;
        disk.sync_dir(folder)?;
    }
    let removed = files.iter().filter(|first| **first != next);
    for first in removed.clone() {
        disk.remove(&path(folder, *first))?;
    }
    disk.sync_dir(folder)?;
    Ok(removed.count())
}

/// The files of a shelf by the number of their first entry, oldest first. Other names are not ours:
/// `kiln import` leaves its own files here.
pub(super) fn list(folder: &Path, disk: &dyn Disk) -> io::Result<Vec<u64>> {
    let names = disk.list(folder)?;
    let mut firsts: Vec<u64> = names.iter().filter_map(|name| number(name)).collect();
    firsts.sort_unstable();
    Ok(firsts)
}

fn number(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(SUFFIX).filter(|digits| digits.len() == 16)?;
    u64::from_str_radix(digits, 16).ok()
}

pub(super) fn path(folder: &Path, first: u64) -> PathBuf {
    folder.join(format!("{first:016x}{SUFFIX}"))
}

/// A whole file: a sixteenth of the shelf, or one large entry.
pub(super) fn contents(folder: &Path, first: u64, disk: &dyn Disk) -> io::Result<Vec<u8>> {
    let file = disk.open(&path(folder, first))?;
    let mut bytes = vec![0; file.len()? as usize];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(bytes)
}

pub(super) fn header() -> Vec<u8> {
    let mut out = Vec::with_capacity(HEADER);
    out.extend(MAGIC);
    out.extend(VERSION.to_le_bytes());
    out.extend([0; 2]);
    out.extend(crc32c::crc32c(&out).to_le_bytes());
    out
}

pub(super) fn is_header(bytes: &[u8]) -> bool {
    bytes.starts_with(&header())
}

/// Whether all of it is as it was written, to its end.
pub(super) fn is_whole(bytes: &[u8]) -> bool {
    is_header(bytes) && entries(bytes).all(|found| matches!(found, Found::Entry(..)))
}

/// What stands behind the header of a file; after a torn end nothing.
pub(super) fn entries(bytes: &[u8]) -> impl Iterator<Item = Found> {
    let mut rest = bytes.get(HEADER..).unwrap_or_default();
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let next = entry::next(rest);
        rest = match &next {
            Found::Entry(_, len) | Found::Damaged(len) => &rest[*len..],
            Found::Torn => &[],
        };
        Some(next)
    })
}

/// The number after those of the last file; what cannot be read may have had one each.
pub(super) fn next_number(first: u64, bytes: &[u8]) -> u64 {
    let next = |next: u64, found| match found {
        Found::Entry(reject, _) => reject.number.max(next) + 1,
        Found::Damaged(_) | Found::Torn => next + 1,
    };
    let next = entries(bytes).fold(first, next);
    // A file without a header is there nevertheless: its name is taken.
    if is_header(bytes) { next } else { next.max(first + 1) }
}
