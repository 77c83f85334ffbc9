//! The file of the API keys, `<data>/api-keys`: changed by `kiln key`, read by a running server,
//! which looks for changes itself.
use anyhow::{Context as _, bail};
use kiln_identity::{
    Role, TenantId, UnixSeconds,
    api_key::{Book, NewKey},
};
use kiln_store::{
    clock::{Clock as _, OsRandom, Random as _, SystemClock},
    disk::{Disk as _, RealDisk},
};
use rustix::fs::{FlockOperation, flock};
use std::{
    fs::{File, OpenOptions},
    io::{self, Read as _},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, chown},
    path::{Path, PathBuf},
};

/// Where the keys are.
pub(crate) fn path(data: &Path) -> PathBuf {
    data.join("api-keys")
}

/// All keys; none where there is no file.
///
/// # Errors
/// The file cannot be read, or is none: nobody is to take a part of it for the whole.
pub(crate) fn load(data: &Path) -> anyhow::Result<Book> {
    let path = path(data);
    let told = || format!("the API keys in {}", path.display());
    let file = match OpenOptions::new().read(true).open(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Book::default()),
        file => file.with_context(told)?,
    };
    let mut text = Vec::new();
    file.take(Book::LEN_MAX as u64 + 1).read_to_end(&mut text).with_context(told)?;
    Book::parse(&text).with_context(told)
}

/// Changes the keys: the new file is durable, and in the old one's place, when this returns.
///
/// # Errors
/// What `change` says; the file cannot be written.
pub(crate) fn change<T>(
    data: &Path,
    change: impl FnOnce(&mut Book) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    RealDisk.create_dir_all(data).with_context(|| data.display().to_string())?;
    let _lock = lock(data).context("the API keys cannot be locked")?;
    let mut book = load(data)?;
    let changed = change(&mut book)?;
    let told = || format!("{} cannot be written", path(data).display());
    write(data, &book).with_context(told)?;
    Ok(changed)
}

/// What is asked of a new key.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) role: Role,
    pub(crate) tenant: TenantId,
    pub(crate) expires: Option<UnixSeconds>,
    pub(crate) label: String,
}

/// Puts a new key in the book. Its text is nowhere else.
pub(crate) fn add(book: &mut Book, wanted: Wanted) -> anyhow::Result<NewKey> {
    let Wanted { role, tenant, expires, label } = wanted;
    let now = now();
    if expires.is_some_and(|expires| expires <= now) {
        bail!("a key that has expired already would be of no use");
    }
    let mut random = [0; 32];
    OsRandom.fill(&mut random);
    let new = NewKey::of(&random);
    book.add(new.kept(role, tenant, now, expires, label))?;
    Ok(new)
}

/// The time that keys are dated with.
pub(crate) fn now() -> UnixSeconds {
    UnixSeconds(SystemClock.now().0.div_euclid(1000).max(0).cast_unsigned())
}

/// Held while the file is changed: two commands would lose one's change.
fn lock(data: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    let lock = options.open(data.join("api-keys.lock"))?;
    flock(&lock, FlockOperation::LockExclusive)?;
    Ok(lock)
}

fn write(data: &Path, book: &Book) -> io::Result<()> {
    let unfinished = data.join("api-keys.new");
    if unfinished.try_exists()? {
        // A crash has left it: whoever writes holds the lock.
        RealDisk.remove(&unfinished)?;
    }
    let file = RealDisk.create_new(&unfinished)?;
    file.write_all_at(book.to_text().as_bytes(), 0)?;
    // Where root adds a key, the server has to read it all the same.
    let (folder, own) = (std::fs::metadata(data)?, std::fs::metadata(&unfinished)?);
    if folder.uid() != own.uid() {
        chown(&unfinished, Some(folder.uid()), Some(folder.gid()))?;
    }
    file.sync_data()?;
    RealDisk.rename(&unfinished, &path(data))?;
    RealDisk.sync_dir(data)
}

#[cfg(test)]
mod tests;
