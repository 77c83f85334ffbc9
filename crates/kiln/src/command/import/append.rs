//! Hands records to the sequencer, some units ahead of what is on disk.
use anyhow::{Context as _, bail};
use kiln_store::{Condition, NewRecord, Outcome, Store, Unit, Waiter};
use std::{collections::VecDeque, sync::Arc};

/// Units that may be on their way to the disk: two groups' worth, so that one forms while another
/// is written.
const UNITS_MAX: usize = 8;
/// Who the log says has sent what was imported.
const PRINCIPAL: &str = "import";

/// Appends and counts.
pub(crate) struct Appender<'s> {
    store: &'s Store,
    principal: Arc<str>,
    waiters: VecDeque<Waiter>,
    stored: u64,
}

impl<'s> Appender<'s> {
    pub(crate) fn new(store: &'s Store) -> Self {
        Self { store, principal: Arc::from(PRINCIPAL), waiters: VecDeque::new(), stored: 0 }
    }

    /// Hands on the records; waits for earlier ones where too many are under way.
    pub(crate) fn append(&mut self, records: Vec<NewRecord>) -> anyhow::Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        while self.waiters.len() >= UNITS_MAX {
            self.settle()?;
        }
        let unit = Unit {
            records,
            principal: Arc::clone(&self.principal),
            condition: Condition::Independent,
            key: None,
        };
        self.waiters.push_back(self.store.append(unit)?);
        Ok(())
    }

    /// Waits until everything is on disk.
    pub(crate) fn finish(&mut self) -> anyhow::Result<()> {
        while !self.waiters.is_empty() {
            self.settle()?;
        }
        Ok(())
    }

    /// How many records are known to be on disk.
    pub(crate) fn stored(&self) -> u64 {
        self.stored
    }

    fn settle(&mut self) -> anyhow::Result<()> {
        let Some(waiter) = self.waiters.pop_front() else { return Ok(()) };
        let appended = waiter.blocking_recv().context("the log has stopped")??;
        let created = |outcome: &&Outcome| matches!(outcome, Outcome::Created(_));
        let stored = appended.outcomes.iter().filter(created).count();
        self.stored += stored as u64;
        if stored != appended.outcomes.len() {
            bail!("the log has left records out that depend on nothing");
        }
        Ok(())
    }
}
