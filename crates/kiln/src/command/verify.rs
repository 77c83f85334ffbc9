//! `kiln verify`: what an outsider checks, without server and without network. Whom to trust comes
//! from the command line alone, never from what is checked.
mod bundle;
mod consistency;
mod event;
mod store;
pub(super) mod told;
mod trust;

use crate::{
    arguments::verify::{Verify, What},
    exit::Verdict,
};
use anyhow::Context as _;
use std::{fs::OpenOptions, io::Read as _, path::Path};

pub(crate) fn run(arguments: &Verify) -> anyhow::Result<Verdict> {
    let checked = match &arguments.what {
        What::Bundle(bundle) => bundle::run(bundle),
        What::Store(store) => store::run(store),
        What::Event(event) => event::run(event),
        What::Consistency(consistency) => consistency::run(consistency),
    };
    // As text alone: elsewhere a reader who has gone had enough and all is well, but whoever did
    // not get a verdict must not take the exit code for `ok`.
    checked.map_err(|error| anyhow::anyhow!("{error:#}"))
}

/// A file of at most `bytes_max` bytes and one more, so that whoever parses it sees what is too
/// long.
fn read(path: &Path, bytes_max: usize) -> anyhow::Result<Vec<u8>> {
    let told = || path.display().to_string();
    let mut bytes = Vec::new();
    let file = OpenOptions::new().read(true).open(path).with_context(told)?;
    file.take(bytes_max as u64 + 1).read_to_end(&mut bytes).with_context(told)?;
    Ok(bytes)
}
