//! A log on which nothing is left to chance: salts, ids, key and time are the same each time, and
//! no thread works beside the one that is counted. What the kernel does is not counted.
use crate::{
    counted,
    events::{generated, record},
};
use anyhow::{Context as _, Result, bail};
use kiln_evidence::Ed25519Signer;
use kiln_server::intake::Extractor;
use kiln_sim::{Dice, SimClock, SimRandom};
use kiln_store::{
    Components, Condition, Millis, NewRecord, Outcome, Settings, Store, Unit, disk::RealDisk,
};
use std::{path::Path, sync::Arc};

/// Events of the log that is searched and read.
pub(crate) const STORED: u64 = 60_000;
/// Of a group, where many connections send one event each.
const GROUP: usize = 64;
const GROUPS: u64 = 32;
/// Of a unit while the log is prepared.
const UNIT: usize = 1000;
/// When all of it happens: the end of the generated year.
const NOW: Millis = Millis(1_767_225_600_000);

/// Encodes, frames, hashes and signs groups of events that came one by one.
pub(crate) fn append(folder: &Path) -> Result<usize> {
    let store = open(&folder.join("append"), 1)?;
    let events = generated(GROUP as u64 * GROUPS);
    let records = events.iter().map(record).collect::<Result<Vec<_>>>()?;
    let mut records = records.into_iter();
    counted(|| {
        while records.len() > 0 {
            let group = records.by_ref().take(GROUP);
            append_group(&store, group.map(|record| vec![record]))?;
        }
        Ok(())
    })?;
    Ok(events.len())
}

/// Makes the log that is searched and read, with its index files on disk.
pub(crate) fn prepare(folder: &Path) -> Result<()> {
    let store = open(&folder.join("read"), 2)?;
    for events in generated(STORED).chunks(UNIT) {
        append_group(&store, [events.iter().map(record).collect::<Result<_>>()?])?;
        while store.seal_step() {}
    }
    Ok(store.close()?)
}

/// The log that was prepared.
pub(crate) fn prepared(folder: &Path) -> Result<Store> {
    let folder = folder.join("read");
    if !folder.try_exists()? {
        bail!("`kiln-benches prepare` makes the log first");
    }
    open(&folder, 3)
}

/// One group of these units.
fn append_group(store: &Store, units: impl IntoIterator<Item = Vec<NewRecord>>) -> Result<()> {
    let mut waiters = Vec::with_capacity(GROUP);
    for records in units {
        let principal = Arc::from("bench");
        let condition = Condition::Independent;
        waiters.push(store.append(Unit { records, principal, condition, key: None })?);
    }
    while store.step() {}
    for waiter in waiters {
        let appended = waiter.blocking_recv().context("a unit was not answered")??;
        if !appended.outcomes.iter().all(|outcome| matches!(outcome, Outcome::Created(_))) {
            bail!("an event was not stored");
        }
    }
    Ok(())
}

fn open(folder: &Path, dice: u64) -> Result<Store> {
    let components = Components {
        disk: Arc::new(RealDisk),
        clock: Arc::new(SimClock::new(NOW)),
        random: Arc::new(SimRandom::new(Dice::new(dice, 0))),
        extract: Arc::new(Extractor),
        signer: Some(Arc::new(Ed25519Signer::from_seed([7; 32]))),
    };
    // So small that most of the log is in segments that are full, as it is in a log of any age.
    let settings = Settings { seal_records: 16_384, spill_records: 4_096, ..Settings::default() };
    Ok(Store::open_stepped(folder, settings, components)?)
}
