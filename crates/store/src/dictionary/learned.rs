//! Dictionaries that one store has learned: in `dictionaries/`, and among the keys, which no copy
//! of a store leaves out.
//!
//! ```text
//! magic (8) "kilndict" ‖ format version (2) ‖ 0 (2) ‖ id (4) ‖ SHA-256 of the rest (32)
//! dictionary  as zstd's trainer makes it (RFC 8878 §5)
//! ```
use super::{Dictionaries, file_name};
use crate::{
    OpenError,
    disk::Disk,
    journal,
    shared::Folder,
    wire::{Malformed, Reader},
};
use sha2::{Digest as _, Sha256};
use std::{
    collections::BTreeSet,
    io,
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

/// Below are those that are compiled in; all have one byte in a frame's header.
const IDS: RangeInclusive<u32> = 64..=127;
const MAGIC: [u8; 8] = *b"kilndict";
const VERSION: u16 = 1;
const HEADER_LEN: usize = 48;
/// No dictionary is larger.
const BYTES_MAX: usize = 1 << 20;

/// A dictionary that is known by the name of a file.
pub(crate) struct Learned {
    pub(crate) id: u32,
    /// Its bytes, or why there are none.
    pub(crate) bytes: Result<Vec<u8>, &'static str>,
    /// The places where it should stand and does not.
    pub(crate) absent: Vec<Place>,
    /// The places where something else stands.
    pub(crate) wrong: Vec<Place>,
}

/// Where a dictionary stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// In the store's folder.
    pub(crate) name: String,
    path: PathBuf,
}

/// All that one of the two places knows of, in order.
pub(crate) fn find(folder: &Folder, disk: &dyn Disk) -> io::Result<Vec<Learned>> {
    let mut ids = BTreeSet::new();
    for dir in [folder.dictionaries(), folder.keys()] {
        ids.extend(disk.list(&dir)?.iter().filter_map(|name| id_of(name)));
    }
    ids.into_iter().map(|id| look(folder, disk, id)).collect()
}

/// Puts right what one place lacks and the other has.
///
/// # Errors
/// One that was learned is lost: what was written with it cannot be read.
pub(crate) fn settle(learned: &[Learned], disk: &dyn Disk) -> Result<(), OpenError> {
    for Learned { id, bytes, absent, wrong } in learned {
        let bytes = bytes.as_ref().map_err(|why| OpenError::Damaged(lost(*id, why)))?;
        for Place { name, path } in absent.iter().chain(wrong) {
            match journal::write_durable(disk, path, &to_file(*id, bytes)) {
                Err(error) if journal::is_full(&error) => {
                    tracing::warn!(%error, %name, "no room for the copy of a dictionary");
                }
                written => written?,
            }
        }
    }
    Ok(())
}

/// Why a dictionary is lost that frames alone tell of.
pub(crate) const NOWHERE: &str = "it is in neither place";

/// What is said of a dictionary that frames need and that is not there.
pub(crate) fn lost(id: u32, why: &str) -> String {
    let name = file_name(id);
    format!(
        "dictionary {id} is lost ({why}): records that were compressed with it cannot be read; put \
         dictionaries/{name} or keys/{name} back from a copy of this store"
    )
}

/// Keeps a dictionary, which the store that is opened next writes with, and tells its number.
///
/// # Errors
/// zstd cannot use it; the store has learned too many; the disk.
pub fn keep_dictionary(folder: &Path, disk: &dyn Disk, bytes: &[u8]) -> io::Result<u32> {
    let folder = Folder::new(folder);
    let mut known = find(&folder, disk)?;
    let id = known.last().map_or(*IDS.start(), |last| last.id + 1);
    let refused = |told: &str| Err(io::Error::new(io::ErrorKind::InvalidInput, told));
    if !IDS.contains(&id) {
        return refused("a store learns 64 dictionaries at most");
    }
    if bytes.len() > BYTES_MAX {
        return refused("a dictionary has a mebibyte at most");
    }
    let learned =
        Learned { id, bytes: Ok(bytes.to_owned()), absent: Vec::new(), wrong: Vec::new() };
    known.push(learned);
    Dictionaries::with(&known)?;
    for place in places(&folder, id) {
        journal::write_durable(disk, &place.path, &to_file(id, bytes))?;
    }
    Ok(id)
}

fn id_of(name: &str) -> Option<u32> {
    let id = name.strip_suffix(".dict")?.parse().ok()?;
    (IDS.contains(&id) && file_name(id) == name).then_some(id)
}

fn places(folder: &Folder, id: u32) -> [Place; 2] {
    let name = file_name(id);
    let place =
        |dir: PathBuf, below| Place { path: dir.join(&name), name: format!("{below}/{name}") };
    [place(folder.keys(), "keys"), place(folder.dictionaries(), "dictionaries")]
}

fn look(folder: &Folder, disk: &dyn Disk, id: u32) -> io::Result<Learned> {
    let (mut absent, mut wrong, mut right) = (Vec::new(), Vec::new(), Vec::new());
    for place in places(folder, id) {
        match read(disk, &place.path)? {
            None => absent.push(place),
            Some(file) => match parse(id, &file) {
                Ok(bytes) => right.push((place, bytes.to_owned())),
                Err(_malformed) => wrong.push(place),
            },
        }
    }
    let bytes = match &right[..] {
        [(_, one), (_, other)] if one != other => Err("its two copies differ"),
        [(_, bytes), ..] => Ok(bytes.clone()),
        [] => Err("both copies are missing or damaged"),
    };
    if bytes.is_err() {
        wrong.extend(right.into_iter().map(|(place, _)| place));
    }
    Ok(Learned { id, bytes, absent, wrong })
}

fn read(disk: &dyn Disk, path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = match disk.open_to_read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let len = file.len()?.min((HEADER_LEN + BYTES_MAX + 1) as u64);
    let mut bytes = vec![0; len as usize];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(Some(bytes))
}

fn to_file(id: u32, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEADER_LEN + bytes.len());
    out.extend(MAGIC);
    out.extend(VERSION.to_le_bytes());
    out.extend([0; 2]);
    out.extend(id.to_le_bytes());
    out.extend(Sha256::digest(bytes));
    out.extend(bytes);
    out
}

fn parse(id: u32, file: &[u8]) -> Result<&[u8], Malformed> {
    let mut reader = Reader::new(file);
    let is_ours = reader.array()? == MAGIC
        && reader.u16()? == VERSION
        && reader.u16()? == 0
        && reader.u32()? == id;
    let digest: [u8; 32] = reader.array()?;
    let bytes = &file[reader.position()..];
    let is_whole = bytes.len() <= BYTES_MAX && Sha256::digest(bytes)[..] == digest;
    if is_ours && is_whole { Ok(bytes) } else { Err(Malformed("a dictionary of this number")) }
}

#[cfg(test)]
mod tests;
