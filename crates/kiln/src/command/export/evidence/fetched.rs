//! A bundle that a running server has made: its bytes come over the socket, and the file is this
//! command's.
use anyhow::{Context as _, bail};
use kiln_store::disk::{Disk as _, RealDisk};
use std::{
    fs::OpenOptions,
    io::{self, BufRead as _, BufReader, Read, Write},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

/// What is told of a bundle is a few lines.
const TOLD_BYTES_MAX: u64 = 64 << 10;

/// Sends a bundle: what is told of it, as a line of JSON, then its bytes.
pub(crate) fn give(told: &str, bundle: &Path, out: &mut dyn Write) -> anyhow::Result<()> {
    serde_json::to_writer(&mut *out, told)?;
    out.write_all(b"\n")?;
    io::copy(&mut OpenOptions::new().read(true).open(bundle)?, out)?;
    Ok(())
}

/// Writes the bundle under another name, and gives it its own once it is whole and durable.
/// Returns what is told of it.
pub(super) fn fetch(answer: impl Read, file: &Path) -> anyhow::Result<String> {
    let mut answer = BufReader::new(answer);
    let mut told = Vec::new();
    answer.by_ref().take(TOLD_BYTES_MAX).read_until(b'\n', &mut told)?;
    let told = serde_json::from_slice(&told).context("the server's answer broke off")?;
    let mut name = file.as_os_str().to_owned();
    name.push(".new");
    let unfinished = PathBuf::from(name);
    let written = keep(answer, &unfinished, file);
    if let Err(error) = written {
        if let Err(error) = RealDisk.remove(&unfinished) {
            tracing::debug!(%error, "an unfinished bundle stays");
        }
        bail!(anyhow::Error::new(error).context(format!("{} was not written", file.display())));
    }
    Ok(told)
}

fn keep(mut answer: impl Read, unfinished: &Path, file: &Path) -> io::Result<()> {
    // What is in it concerns patients: nobody else reads it unless its owner says so.
    let mut options = OpenOptions::new();
    let mut out = options.write(true).create(true).truncate(true).mode(0o600).open(unfinished)?;
    io::copy(&mut answer, &mut out)?;
    out.sync_all()?;
    RealDisk.rename(unfinished, file)?;
    let dir = file.parent().filter(|dir| !dir.as_os_str().is_empty());
    RealDisk.sync_dir(dir.unwrap_or(Path::new(".")))
}
