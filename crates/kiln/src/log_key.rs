//! The log's key: a PKCS#8 PEM file, as `openssl genpkey -algorithm ed25519` writes it.
use crate::secret;
use anyhow::{Context as _, bail};
use kiln_evidence::{Ed25519Signer, Signer};
use kiln_store::{
    clock::{OsRandom, Random as _},
    disk::{Disk as _, RealDisk},
};
use std::{
    fs::OpenOptions,
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
};

/// A key file is small; whatever is larger is another file.
const FILE_BYTES_MAX: u64 = 16 << 10;

/// Where the key is when no setting names another place.
pub(crate) fn default_path(tenant: &Path) -> PathBuf {
    tenant.join("keys").join("log.pem")
}

/// The key of the log in the tenant's folder. It is made with the log, and never again: a log
/// whose key is gone is not one that has none yet.
pub(crate) fn load_or_make(path: &Path, tenant: &Path) -> anyhow::Result<Arc<dyn Signer>> {
    let told = || format!("the log's key {}", path.display());
    if let Some(signer) = load(path).with_context(told)? {
        return Ok(Arc::new(signer));
    }
    // A log of an older version never had a key, and is not told that it lost one.
    if !kiln_store::origins(tenant, &RealDisk).context("the log cannot be read")?.is_empty() {
        bail!(
            "{} is missing, and the log was begun with one: put it back (`kiln key rotate` \
             changes keys, and needs the old one for it)",
            told()
        );
    }
    let signer = make(path).with_context(|| format!("{} cannot be made", told()))?;
    Ok(Arc::new(signer))
}

/// The key in the file; `None` when there is no such file.
pub(crate) fn load(path: &Path) -> anyhow::Result<Option<Ed25519Signer>> {
    let file = match OpenOptions::new().read(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    secret::check(path, &file)?;
    let mut pem = String::new();
    file.take(FILE_BYTES_MAX).read_to_string(&mut pem)?;
    Ok(Some(Ed25519Signer::from_pkcs8_pem(&pem)?))
}

/// Makes a key and its file (0600), durable before anything is signed with it. A file that is
/// there already is left as it is: an error.
pub(crate) fn make(path: &Path) -> io::Result<Ed25519Signer> {
    let mut seed = [0; 32];
    OsRandom.fill(&mut seed);
    let signer = Ed25519Signer::from_seed(seed);
    keep(&signer, path)?;
    Ok(signer)
}

/// Writes a key's file (0600), durable. A file that is there already is left as it is: an error.
pub(crate) fn keep(signer: &Ed25519Signer, path: &Path) -> io::Result<()> {
    let dir = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    // A name alone is one in the folder that we stand in.
    let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
    RealDisk.create_dir_all(dir)?;
    let unfinished = path.with_extension("new");
    let file = match RealDisk.create_new(&unfinished) {
        // Whoever began it was killed, and has signed nothing with it.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            RealDisk.remove(&unfinished)?;
            RealDisk.create_new(&unfinished)?
        }
        file => file?,
    };
    let written = file
        .write_all_at(signer.to_pkcs8_pem().as_bytes(), 0)
        .and_then(|()| file.sync_data())
        // A link, not a rename: it takes no name that is there.
        .and_then(|()| std::fs::hard_link(&unfinished, path));
    RealDisk.remove(&unfinished)?;
    written?;
    RealDisk.sync_dir(dir)
}

#[cfg(test)]
mod tests;
