//! Keys that survive restarts: 32 random bytes each, in `keys/<purpose>`, made at first use.
use crate::{Components, journal, shared::Folder};
use std::io;

/// The purpose of the key that term hashes are made with.
pub(crate) const TERM_HASH: &str = "term-hash";

const LEN: usize = 32;

/// A key, and whether it was made just now.
pub(crate) fn key(
    folder: &Folder,
    components: &Components,
    purpose: &str,
) -> io::Result<([u8; LEN], bool)> {
    let letters = |b: u8| b.is_ascii_lowercase() || b == b'-';
    if purpose.is_empty() || !purpose.bytes().all(letters) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "a purpose is made of a-z and -"));
    }
    let path = folder.keys().join(purpose);
    let disk = &*components.disk;
    match disk.open(&path) {
        Ok(file) => {
            if file.len()? != LEN as u64 {
                let told = format!("keys/{purpose} is not a key of {LEN} bytes");
                return Err(io::Error::new(io::ErrorKind::InvalidData, told));
            }
            let mut key = [0; LEN];
            file.read_exact_at(&mut key, 0)?;
            Ok((key, false))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut key = [0; LEN];
            components.random.fill(&mut key);
            journal::write_durable(disk, &path, &key)?;
            Ok((key, true))
        }
        Err(error) => Err(error),
    }
}
