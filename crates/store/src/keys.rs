//! Keys that survive restarts: 32 random bytes each, in `keys/<purpose>`, made at first use.
use crate::{Components, journal, shared::Folder};
use kiln_index::HashKey;
use std::io;

/// The purpose of the key that term hashes are made with.
pub(crate) const TERM_HASH: &str = "term-hash";

const LEN: usize = 32;

/// The term hash key is the first half of its file.
pub(crate) fn term_hash(key: &[u8; LEN]) -> HashKey {
    let mut half = [0; 16];
    half.copy_from_slice(&key[..16]);
    HashKey(half)
}

/// A key, and whether it was made just now.
pub(crate) fn key(
    folder: &Folder,
    components: &Components,
    purpose: &str,
) -> io::Result<([u8; LEN], bool)> {
    if let Some(key) = read(folder, components, purpose)? {
        return Ok((key, false));
    }
    let mut key = [0; LEN];
    components.random.fill(&mut key);
    journal::write_durable(&*components.disk, &folder.keys().join(purpose), &key)?;
    Ok((key, true))
}

/// A key that was made before.
pub(crate) fn read(
    folder: &Folder,
    components: &Components,
    purpose: &str,
) -> io::Result<Option<[u8; LEN]>> {
    let letters = |b: u8| b.is_ascii_lowercase() || b == b'-';
    if purpose.is_empty() || !purpose.bytes().all(letters) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "a purpose is made of a-z and -"));
    }
    let file = match components.disk.open_to_read(&folder.keys().join(purpose)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    if file.len()? != LEN as u64 {
        let told = format!("keys/{purpose} is not a key of {LEN} bytes");
        return Err(io::Error::new(io::ErrorKind::InvalidData, told));
    }
    let mut key = [0; LEN];
    file.read_exact_at(&mut key, 0)?;
    Ok(Some(key))
}
