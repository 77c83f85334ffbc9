//! The zstd dictionaries that frames are compressed with.
//!
//! A dictionary holds literal pieces of what it was trained on, so it is trained on
//! `kiln generate` output only. Losing one loses every log written with it: each is compiled in,
//! and a copy is put into the store's folder (`dictionaries/<id>.dict`).
use std::io;
use zstd::zstd_safe::{CDict, DDict};

/// All dictionaries by id, oldest first; the last one is written with. An id is never used again.
const COMPILED: &[(u32, &[u8])] = &[(1, include_bytes!("../dictionaries/1.dict"))];

const LEVEL: i32 = 1;

/// One dictionary, prepared for both ways.
pub(crate) struct Dictionary {
    pub(crate) id: u32,
    pub(crate) compress: CDict<'static>,
    pub(crate) decompress: DDict<'static>,
}

/// The prepared dictionaries.
pub(crate) struct Dictionaries {
    prepared: Vec<Dictionary>,
}

impl Dictionaries {
    /// Prepares what is compiled in.
    pub(crate) fn compiled() -> io::Result<Self> {
        let prepared = COMPILED.iter().map(|(id, bytes)| prepare(*id, bytes));
        Ok(Self { prepared: prepared.collect::<io::Result<_>>()? })
    }

    /// The dictionary with this id; `None` when this build does not have it.
    pub(crate) fn get(&self, id: u32) -> Option<&Dictionary> {
        self.prepared.iter().find(|dictionary| dictionary.id == id)
    }

    /// The dictionary to write with.
    pub(crate) fn newest(&self) -> Option<&Dictionary> {
        self.prepared.last()
    }
}

/// What to keep in the store's folder: file name and bytes.
pub(crate) fn copies() -> impl Iterator<Item = (String, &'static [u8])> {
    COMPILED.iter().map(|(id, bytes)| (format!("{id}.dict"), *bytes))
}

fn prepare(id: u32, bytes: &[u8]) -> io::Result<Dictionary> {
    let unusable = || io::Error::other(format!("dictionary {id} cannot be loaded"));
    let mut bytes = bytes.to_owned();
    // Bytes 4 to 8 are zstd's own number of the dictionary (RFC 8878 §5). With 0 there zstd leaves
    // the number out of each frame; our frame header has the dictionary's id already.
    bytes.get_mut(4..8).ok_or_else(unusable)?.fill(0);
    let compress = CDict::try_create(&bytes, LEVEL).ok_or_else(unusable)?;
    let decompress = DDict::try_create(&bytes).ok_or_else(unusable)?;
    Ok(Dictionary { id, compress, decompress })
}
