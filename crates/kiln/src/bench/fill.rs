//! Fills a store in this process: nothing of what is measured later is in it.
use super::events::Events;
use crate::{
    command::import::append::Appender,
    data::{DataFolder, Missing},
    settings::Settings,
};
use anyhow::Context as _;
use kiln_fhir::{Limits, Release};
use kiln_server::intake::{self, Sent};
use kiln_store::{NewRecord, Store};
use std::path::Path;

/// Events of one unit.
const UNIT_EVENTS: u64 = 1000;

/// Makes a store in this folder, with so many events, and closes it.
pub(super) fn folder(data: &Path, events: &mut Events, count: u64) -> anyhow::Result<()> {
    let folder = DataFolder::hold(data, Missing::Make)?;
    let opened = folder.open(&Settings::default())?;
    store(&opened, events, count)?;
    opened.close().context("the store did not close cleanly")
}

/// Appends so many events, and waits until they are on disk.
pub(super) fn store(store: &Store, events: &mut Events, count: u64) -> anyhow::Result<()> {
    let mut appender = Appender::new(store);
    let mut left = count;
    while left > 0 {
        let unit = left.min(UNIT_EVENTS);
        appender.append(records(events, unit)?)?;
        left -= unit;
    }
    appender.finish()
}

/// The next few, as records.
pub(super) fn records(events: &mut Events, count: u64) -> anyhow::Result<Vec<NewRecord>> {
    let limits = Limits::default();
    let mut records = Vec::with_capacity(count as usize);
    for _ in 0..count {
        let Some(event) = events.next()? else { break };
        let record = intake::new_record(event, Sent::json(Release::R4), &limits);
        let (record, _) = record.map_err(|outcome| anyhow::anyhow!("{outcome:?}"))?;
        records.push(record);
    }
    Ok(records)
}
