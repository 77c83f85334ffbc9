//! The zstd dictionaries that frames are compressed with.
//!
//! A dictionary holds literal pieces of what it was trained on. What is compiled in is trained on
//! `kiln generate` output only; what a store has learned comes from records without their values.
//! Losing one loses every log written with it: each compiled one has a copy in the store's folder
//! (`dictionaries/<id>.dict`), and each [learned](learned) one stands in two places.
pub(crate) mod learned;

use learned::Learned;
use std::io;
use zstd::zstd_safe::{CDict, DDict};

/// All dictionaries by id, oldest first. An id is never used again; they end below those that a
/// store has learned.
const COMPILED: &[(u32, &[u8])] = &[(1, include_bytes!("../dictionaries/1.dict"))];

const LEVEL: i32 = 1;

/// One dictionary, prepared to read with.
pub(crate) struct Dictionary {
    id: u32,
    pub(crate) decompress: DDict<'static>,
}

/// The prepared dictionaries.
pub(crate) struct Dictionaries {
    prepared: Vec<Dictionary>,
    /// The newest one, to write with.
    newest: Option<Newest>,
}

struct Newest {
    id: u32,
    bytes: Vec<u8>,
    compress: CDict<'static>,
}

impl Dictionaries {
    /// Prepares what is compiled in.
    #[cfg(test)]
    pub(crate) fn compiled() -> io::Result<Self> {
        Self::with(&[])
    }

    /// Prepares that, and what a store has learned, in order; what was learned last is written
    /// with. One that is lost is left out.
    pub(crate) fn with(learned: &[Learned]) -> io::Result<Self> {
        let compiled = COMPILED.iter().copied();
        let learned = learned.iter().filter_map(|it| Some((it.id, it.bytes.as_deref().ok()?)));
        let (mut prepared, mut last) = (Vec::new(), None);
        for (id, bytes) in compiled.chain(learned) {
            prepared.push(Dictionary { id, decompress: decompress(id, bytes)? });
            last = Some((id, bytes));
        }
        let newest = last.map(|(id, bytes)| Newest::prepare(id, bytes)).transpose()?;
        Ok(Self { prepared, newest })
    }

    /// The dictionary with this id; `None` when it is not here.
    pub(crate) fn get(&self, id: u32) -> Option<&Dictionary> {
        self.prepared.iter().find(|dictionary| dictionary.id == id)
    }

    /// The dictionary to write with, and its id.
    pub(crate) fn newest(&self) -> Option<(u32, &CDict<'static>)> {
        self.newest.as_ref().map(|newest| (newest.id, &newest.compress))
    }

    /// The bytes of that dictionary, as zstd takes them.
    pub(crate) fn newest_bytes(&self) -> &[u8] {
        self.newest.as_ref().map_or(&[], |newest| &newest.bytes)
    }
}

/// What to keep in the store's folder: file name and bytes.
pub(crate) fn copies() -> impl Iterator<Item = (String, &'static [u8])> {
    COMPILED.iter().map(|(id, bytes)| (file_name(*id), *bytes))
}

fn file_name(id: u32) -> String {
    format!("{id}.dict")
}

impl Newest {
    fn prepare(id: u32, bytes: &[u8]) -> io::Result<Self> {
        let bytes = nameless(id, bytes)?;
        let compress = CDict::try_create(&bytes, LEVEL).ok_or_else(|| unusable(id))?;
        Ok(Self { id, bytes, compress })
    }
}

fn decompress(id: u32, bytes: &[u8]) -> io::Result<DDict<'static>> {
    DDict::try_create(&nameless(id, bytes)?).ok_or_else(|| unusable(id))
}

/// Bytes 4 to 8 are zstd's own number of the dictionary (RFC 8878 §5). With 0 there zstd leaves
/// the number out of each frame; our frame header has the dictionary's id already.
fn nameless(id: u32, bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut bytes = bytes.to_owned();
    bytes.get_mut(4..8).ok_or_else(|| unusable(id))?.fill(0);
    Ok(bytes)
}

fn unusable(id: u32) -> io::Error {
    io::Error::other(format!("dictionary {id} cannot be loaded"))
}
