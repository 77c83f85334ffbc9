//! Files that hold secrets. No secret stands in a settings file, an argument or the environment:
//! settings name files, and a file that others can read is refused.
use anyhow::{Context as _, bail};
use std::{
    ffi::OsStr,
    fs::{File, OpenOptions},
    io::Read as _,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// A key, a password, a token: whatever is larger is another file.
const FILE_BYTES_MAX: u64 = 64 << 10;
/// The folder in which systemd keeps a service's credentials (systemd.exec(5)).
const CREDENTIALS: &str = "$CREDENTIALS_DIRECTORY";

/// What the file holds, at most 64 KiB. `$CREDENTIALS_DIRECTORY/name` is a credential of systemd.
///
/// # Errors
/// It cannot be read, it is too large, or others than its owner may read or write it.
pub(crate) fn read(path: &Path) -> anyhow::Result<Zeroizing<Vec<u8>>> {
    let folder = std::env::var_os("CREDENTIALS_DIRECTORY");
    read_with(path, folder.as_deref())
}

/// The same on one line: without white space around it.
///
/// # Errors
/// As of [`read`]; what it holds is no text.
pub(crate) fn read_line(path: &Path) -> anyhow::Result<Zeroizing<String>> {
    let bytes = read(path)?;
    let told = || format!("{} holds no text", path.display());
    let text = std::str::from_utf8(&bytes).ok().with_context(told)?;
    Ok(Zeroizing::new(text.trim().to_owned()))
}

fn read_with(path: &Path, folder: Option<&OsStr>) -> anyhow::Result<Zeroizing<Vec<u8>>> {
    let place = place(path, folder)?;
    let told = || format!("{} cannot be read", path.display());
    let file = OpenOptions::new().read(true).open(&place).with_context(told)?;
    refuse_open(path, &place, folder, &file).with_context(told)?;
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).with_context(told)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        bail!("{} is larger than a secret is", path.display());
    }
    Ok(bytes)
}

/// For a secret that is read elsewhere.
///
/// # Errors
/// Others than its owner may read or write the file.
pub(crate) fn check(path: &Path, file: &File) -> anyhow::Result<()> {
    refuse_open(path, path, std::env::var_os("CREDENTIALS_DIRECTORY").as_deref(), file)
}

fn refuse_open(
    path: &Path,
    place: &Path,
    folder: Option<&OsStr>,
    file: &File,
) -> anyhow::Result<()> {
    // systemd keeps credentials for the service alone, by an access list that looks like a group.
    if folder.is_some_and(|folder| place.starts_with(folder)) {
        return Ok(());
    }
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        let path = path.display();
        bail!("{path} is open to others than its owner, and holds a secret: chmod 600 {path}");
    }
    Ok(())
}

/// Where a file of the settings is.
pub(crate) fn place_of(path: &Path) -> anyhow::Result<PathBuf> {
    place(path, std::env::var_os("CREDENTIALS_DIRECTORY").as_deref())
}

fn place(path: &Path, folder: Option<&OsStr>) -> anyhow::Result<PathBuf> {
    let Ok(name) = path.strip_prefix(CREDENTIALS) else { return Ok(path.to_owned()) };
    let told = || format!("{}: systemd has given no credentials", path.display());
    Ok(Path::new(folder.with_context(told)?).join(name))
}

#[cfg(test)]
mod tests;
