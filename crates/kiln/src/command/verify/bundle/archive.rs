//! Reads a bundle in place: nothing is unpacked, and no size that it names is believed.
use crate::evidence_bundle::FILES_MAX;
use anyhow::Context as _;
use std::{
    collections::BTreeSet,
    fs::{File, OpenOptions},
    io::{self, BufReader, Read as _},
    path::Path,
};
use zip::{
    ZipArchive,
    read::{ArchiveOffset, Config},
    result::ZipError,
};

/// Most files of a bundle are smaller.
const BUFFER_BYTES: usize = 4 << 10;

/// An open bundle.
pub(super) struct Archive {
    zip: ZipArchive<BufReader<File>>,
    seen: BTreeSet<String>,
}

/// What became of reading a file of it.
pub(super) enum Entry {
    There(Vec<u8>),
    Absent,
    /// Why its bytes are not to be had.
    Broken(String),
}

/// Why a file is no bundle; what the disk does not give is an error of its own.
pub(super) type Opened = Result<Archive, String>;

impl Archive {
    pub(super) fn open(path: &Path) -> anyhow::Result<Opened> {
        let told = || path.display().to_string();
        let file = OpenOptions::new().read(true).open(path).with_context(told)?;
        let reader = BufReader::with_capacity(BUFFER_BYTES, file);
        // Programs disagree about what stands before an archive, so nothing may.
        let config = Config { archive_offset: ArchiveOffset::Known(0) };
        match ZipArchive::with_config(config, reader).and_then(consistent) {
            Ok(zip) if zip.len() > FILES_MAX => {
                Ok(Err(format!("it has more than {FILES_MAX} files")))
            }
            Ok(zip) => Ok(Ok(Self { zip, seen: BTreeSet::new() })),
            Err(error) => Ok(Err(format!(
                "it is no ZIP archive as Kiln writes them: {}",
                content(error).with_context(told)?
            ))),
        }
    }

    /// The bytes of a file, at most `bytes_max`.
    pub(super) fn read(&mut self, name: &str, bytes_max: usize) -> anyhow::Result<Entry> {
        // The raw name: one that only decodes to it is another file's.
        let Some(at) = self.zip.index_for_name_raw(name.as_bytes()) else {
            return Ok(Entry::Absent);
        };
        self.seen.insert(name.to_owned());
        let mut bytes = Vec::new();
        let read = self
            .zip
            .by_index(at)
            .and_then(|file| Ok(file.take(bytes_max as u64 + 1).read_to_end(&mut bytes)?));
        Ok(match read {
            Ok(len) if len > bytes_max => {
                Entry::Broken(format!("it is larger than {bytes_max} bytes"))
            }
            Ok(_) => Entry::There(bytes),
            Err(error) => Entry::Broken(content(error).with_context(|| name.to_owned())?),
        })
    }

    /// The names of files that nobody asked for, in no order that matters.
    pub(super) fn others(&self) -> Vec<String> {
        let names = self.zip.file_names_raw();
        let names = names.map(|name| String::from_utf8_lossy(name).into_owned());
        names.filter(|name| !self.seen.contains(name)).collect()
    }
}

/// Two programs that unpack it have to see the same files: one directory that agrees with what
/// stands before each file, no name twice, nothing between them, no comment.
fn consistent(
    mut zip: ZipArchive<BufReader<File>>,
) -> Result<ZipArchive<BufReader<File>>, ZipError> {
    if !zip.comment().is_empty() {
        return Err(ZipError::InvalidArchive("a comment stands at its end".into()));
    }
    zip.validate_header_consistency()?;
    Ok(zip)
}

/// What is wrong with the bytes; an error where it is the disk that does not give them.
fn content(error: ZipError) -> Result<String, io::Error> {
    match error {
        ZipError::Io(error) if error.raw_os_error().is_some() => Err(error),
        error => Ok(error.to_string()),
    }
}
