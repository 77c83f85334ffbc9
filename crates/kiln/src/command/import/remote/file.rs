//! A file's lines, and the name that its requests are known by.
use crate::command::import::{
    lines::{LineLimits, Lines},
    resume::hex,
    source,
};
use anyhow::Context as _;
use indicatif::ProgressBar;
use kiln_store::clock::{OsRandom, Random as _};
use sha2::{Digest as _, Sha256};
use std::{io::Read, path::Path};

/// What goes into which request hangs on these: with others, a file that was sent before would be
/// another one. A Bundle is far smaller than any server's limit.
pub(super) const LIMITS: LineLimits = LineLimits { line_bytes_max: 1 << 20, chunk_lines_max: 500 };

/// A proof shows the key of a record to outsiders, who shall not try their guesses of a file's
/// first line on it: each costs a tenth of a second.
const ROUNDS: u32 = 1 << 20;
const NAME_BYTES: usize = 16;

/// Opens a file. Its name is its first line's digest and how often it was sent before, as `again`
/// says; that of what can be read only once is drawn.
pub(super) fn open(
    file: &Path,
    again: Option<u32>,
    bar: &ProgressBar,
) -> anyhow::Result<(Lines<Box<dyn Read>>, String)> {
    let told = || format!("{} cannot be imported", file.display());
    let opened = |bar: &ProgressBar| source::open(file, bar).with_context(told);
    let is_once = source::is_stdin(file) || !std::fs::metadata(file).with_context(told)?.is_file();
    let name = if is_once { drawn() } else { fingerprint(opened(&ProgressBar::hidden())?)? };
    let name = format!("{name}.{}", again.map_or(0, |time| time - 1));
    Ok((Lines::new(opened(bar)?, LIMITS), name))
}

fn fingerprint(input: impl Read) -> anyhow::Result<String> {
    let first = LineLimits { chunk_lines_max: 1, ..LIMITS };
    let chunk = Lines::new(input, first).next_chunk()?;
    let line = chunk.and_then(|chunk| chunk.lines().next());
    let body = line.and_then(|line| line.body.ok()).unwrap_or_default();
    let first: [u8; 32] = Sha256::digest(&body).into();
    let again = |digest: [u8; 32], _round| {
        Sha256::new().chain_update(digest).chain_update(first).finalize().into()
    };
    Ok(hex(&(0..ROUNDS).fold(first, again)[..NAME_BYTES]))
}

fn drawn() -> String {
    let mut bytes = [0; NAME_BYTES];
    OsRandom.fill(&mut bytes);
    hex(&bytes)
}
