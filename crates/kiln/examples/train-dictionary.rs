//! Trains a zstd dictionary on `kiln generate` events only, so that it holds nothing of anybody.
//!
//! `cargo run --release -p kiln --example train-dictionary -- crates/store/dictionaries/1.dict`
use kiln::generate::{Generator, Plan};
use kiln_fhir::Release;
use std::{io::Write as _, path::Path};

/// No test and no bench draws from this seed: they would measure what the dictionary has learned.
const TRAINING_SEED: u64 = 20_000;
const JUDGED_SEED: u64 = 20_001;
const TRAINING_EVENTS: usize = 4_000;
/// Every so many events one is R5; the trainer forgets a release that comes in one heap.
const R5_EVERY: usize = 8;
const JUDGED_EVENTS: u64 = 8_000;
const DICTIONARY_BYTES: usize = 64 << 10;
const EVENTS_PER_FRAME: usize = 4;
const LEVEL: i32 = 1;

fn main() -> std::io::Result<()> {
    let path = std::env::args().nth(1).expect("usage: train-dictionary FILE");
    let events = training_events();
    let dictionary = zstd::dict::from_samples(&events, DICTIONARY_BYTES)?;
    keep(Path::new(&path), &dictionary)?;
    let mut stdout = std::io::stdout();
    writeln!(stdout, "{path}: {} bytes", dictionary.len())?;
    for release in [Release::R4, Release::R5] {
        let (plain, packed) = judge(release, &dictionary)?;
        writeln!(stdout, "other events of {release:?}: {plain} -> {packed} bytes an event")?;
    }
    Ok(())
}

/// A dictionary never changes: one that is there is compared, so the command also shows where it
/// came from.
#[expect(clippy::disallowed_methods, reason = "a tool of the builder, not of the store")]
fn keep(path: &Path, dictionary: &[u8]) -> std::io::Result<()> {
    if !path.try_exists()? {
        return std::fs::write(path, dictionary);
    }
    if std::fs::read(path)? == dictionary {
        return Ok(());
    }
    Err(std::io::Error::other("the file holds another dictionary, which records may need"))
}

fn training_events() -> Vec<String> {
    let r4 = events(Release::R4, TRAINING_EVENTS as u64, TRAINING_SEED);
    let r5 = events(Release::R5, TRAINING_EVENTS as u64, TRAINING_SEED);
    let pairs = r4.into_iter().zip(r5).enumerate();
    pairs.map(|(at, (r4, r5))| if at % R5_EVERY == 0 { r5 } else { r4 }).collect()
}

fn events(release: Release, count: u64, seed: u64) -> Vec<String> {
    Generator::new(Plan { release, ..Plan::r4(count, seed) }).collect()
}

/// The mean size of other events, before and after.
fn judge(release: Release, dictionary: &[u8]) -> std::io::Result<(usize, usize)> {
    let events = events(release, JUDGED_EVENTS, JUDGED_SEED);
    let mut compressor = zstd::bulk::Compressor::with_dictionary(LEVEL, dictionary)?;
    let (mut plain, mut packed) = (0, 0);
    for frame in events.chunks(EVENTS_PER_FRAME) {
        let frame = frame.concat();
        plain += frame.len();
        packed += compressor.compress(frame.as_bytes())?.len();
    }
    Ok((plain / events.len(), packed / events.len()))
}
