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
    match &arguments.what {
        What::Bundle(bundle) => bundle::run(bundle),
        What::Store(store) => store::run(store),
        What::Event(event) => event::run(event),
        What::Consistency(consistency) => consistency::run(consistency),
    }
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
