//! `kiln dictionary train`: what the records of a store have in common, without their values.
mod mask;
mod vocabulary;

use super::serve::close;
use crate::{
    arguments::dictionary::{Action, Dictionary, Train},
    command::bar,
    data::{DataFolder, Missing},
    exit::Verdict,
    generate::{Generator, Plan},
};
use anyhow::{Context as _, bail};
use kiln_store::{LogIndex, RecordKind, Snapshot, disk::RealDisk};
use mask::Mask;
use std::{io::Write as _, sync::Arc};
use vocabulary::Vocabulary;

/// Records that a dictionary is learned from; more make it no better.
const RECORDS_MAX: u64 = 16_000;
/// With fewer, what a few people do would look like what all have in common.
const RECORDS_MIN: usize = 1000;
/// One record of so many is judged by, and not learned from.
const JUDGED_EVERY: usize = 8;
const DICTIONARY_BYTES: usize = 64 << 10;
/// As many as a frame holds.
const RECORDS_A_FRAME: usize = 4;
const LEVEL: i32 = 1;
/// So many records to each generated one.
const GENERATED_ONE_OF: usize = 3;
/// That of the built-in dictionary, from which no test and no bench draws.
const GENERATED_SEED: u64 = 20_000;
/// A dictionary that saves less is not worth keeping for as long as the log.
const GAIN_MIN: f64 = 0.05;

pub(crate) fn run(arguments: &Dictionary) -> anyhow::Result<Verdict> {
    match &arguments.action {
        Action::Train(train) => self::train(train),
    }
}

fn train(arguments: &Train) -> anyhow::Result<Verdict> {
    let settings = arguments.data.settings()?;
    let folder = DataFolder::hold(&settings.data, Missing::Refuse)?;
    let store = Arc::new(folder.open(&settings)?);
    let bodies = sample(&store.snapshot());
    let now = store.dictionary();
    close(store)?;
    let bodies = bodies?;
    let (judged, learned): (Vec<_>, Vec<_>) =
        bodies.chunks(RECORDS_A_FRAME).enumerate().partition(|(at, _)| at % JUDGED_EVERY == 0);
    let learned: Vec<&[u8]> =
        learned.into_iter().flat_map(|(_, frame)| frame.iter().map(Vec::as_slice)).collect();
    let judged: Vec<Vec<u8>> = judged.into_iter().map(|(_, frame)| frame.concat()).collect();
    let mut dictionary = learn(&learned)?;
    // The number that zstd gives it would stand in every frame (RFC 8878 §5).
    dictionary.get_mut(4..8).context("zstd learns nothing of them")?.fill(0);
    let records = judged.len() * RECORDS_A_FRAME;
    let (before, after) = (size(&judged, &now)?, size(&judged, &dictionary)?);
    let each = |bytes: usize| bytes / records.max(1);
    let mut out = std::io::stdout();
    writeln!(
        out,
        "{} records learned from; of others, {} bytes each become {} (with the dictionary so far \
         {})",
        learned.len(),
        each(judged.iter().map(Vec::len).sum()),
        each(after),
        each(before)
    )?;
    if after as f64 > before as f64 * (1.0 - GAIN_MIN) {
        writeln!(out, "that is not worth a dictionary: nothing was changed")?;
        return Ok(Verdict::Fine);
    }
    let id = kiln_store::keep_dictionary(&folder.tenant(), &RealDisk, &dictionary)
        .context("the dictionary cannot be kept")?;
    writeln!(out, "dictionary {id} is kept: what comes from the next start on is written with it")?;
    Ok(Verdict::Fine)
}

/// The bodies of records in JSON, evenly over the log.
fn sample(snapshot: &Snapshot) -> anyhow::Result<Vec<Vec<u8>>> {
    let size = snapshot.size().0;
    let count = size.min(RECORDS_MAX);
    let bar = bar::of_records(count, false);
    let at: Vec<LogIndex> = (0..count)
        .map(|n| LogIndex((u128::from(n) * u128::from(size) / u128::from(count)) as u64))
        .collect();
    let mut bodies = Vec::new();
    for some in at.chunks(256) {
        let records = snapshot.read_all(some).context("stored data cannot be read")?;
        bar.inc(some.len() as u64);
        let events = records.into_iter().filter(|record| {
            record.envelope.kind != RecordKind::Statement && record.body.starts_with(b"{")
        });
        bodies.extend(events.map(|record| record.body.to_vec()));
    }
    bar.finish_and_clear();
    if bodies.len() < RECORDS_MIN {
        bail!("{} records in JSON are too few to learn from: {RECORDS_MIN}", bodies.len());
    }
    Ok(bodies)
}

/// A dictionary of these records, of which nothing but the form and public words goes into it, and
/// of generated ones, whose names and texts are like those of any hospital.
fn learn(bodies: &[&[u8]]) -> anyhow::Result<Vec<u8>> {
    let vocabulary = Vocabulary::of(bodies);
    let mut mask = Mask::new(&vocabulary);
    let masked: Vec<Vec<u8>> = bodies.iter().filter_map(|body| mask.masked(body)).collect();
    if masked.len() < bodies.len() / 2 {
        bail!("too few of the records have the members of the others");
    }
    let count = masked.len() / GENERATED_ONE_OF;
    let mut generated = Generator::new(Plan::r4(count as u64, GENERATED_SEED));
    // In between: zstd's trainer forgets what comes in one heap.
    let mut samples = Vec::with_capacity(masked.len() + count);
    for some in masked.chunks(GENERATED_ONE_OF) {
        samples.extend_from_slice(some);
        samples.extend(generated.next().map(String::into_bytes));
    }
    zstd::dict::from_samples(&samples, DICTIONARY_BYTES).context("zstd learns nothing of them")
}

fn size(frames: &[Vec<u8>], dictionary: &[u8]) -> anyhow::Result<usize> {
    let mut compressor = zstd::bulk::Compressor::with_dictionary(LEVEL, dictionary)?;
    frames.iter().map(|frame| Ok(compressor.compress(frame)?.len())).sum()
}

#[cfg(test)]
mod tests;
