//! Hands records to the sequencer, some units ahead of what is on disk.
use super::resume::PRINCIPAL;
use anyhow::{Context as _, anyhow, bail};
use kiln_store::{AppendError, Condition, IdempotencyKey, NewRecord, Outcome, Store, Unit, Waiter};
use std::{collections::VecDeque, sync::Arc};

/// Units that may be on their way to the disk: two groups' worth, so that one forms while another
/// is written.
const UNITS_MAX: usize = 8;

/// Only of two files that this import was given at once: earlier ones are looked at before.
const REUSED: &str = "two of the files begin alike: import one, and then the other";

/// Appends and counts.
pub(crate) struct Appender<'s> {
    store: &'s Store,
    principal: Arc<str>,
    waiters: VecDeque<Waiter>,
    stored: u64,
    replayed: u64,
}

impl<'s> Appender<'s> {
    pub(crate) fn new(store: &'s Store) -> Self {
        Self {
            store,
            principal: Arc::from(PRINCIPAL),
            waiters: VecDeque::new(),
            stored: 0,
            replayed: 0,
        }
    }

    /// Hands on the records; waits for earlier ones where too many are under way.
    pub(crate) fn append(&mut self, records: Vec<NewRecord>) -> anyhow::Result<()> {
        self.append_once(records, None)
    }

    /// As [`append`](Self::append); with a key that is known already nothing is stored.
    pub(crate) fn append_once(
        &mut self,
        records: Vec<NewRecord>,
        key: Option<IdempotencyKey>,
    ) -> anyhow::Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        while self.waiters.len() >= UNITS_MAX {
            self.settle()?;
        }
        let unit = Unit {
            records,
            principal: Arc::clone(&self.principal),
            condition: Condition::Step,
            key,
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

    /// How many were there already.
    pub(crate) fn replayed(&self) -> u64 {
        self.replayed
    }

    fn settle(&mut self) -> anyhow::Result<()> {
        let Some(waiter) = self.waiters.pop_front() else { return Ok(()) };
        let appended = match waiter.blocking_recv().context("the log has stopped")? {
            Err(AppendError::KeyReused) => return Err(anyhow!(REUSED)),
            appended => appended?,
        };
        if appended.replayed {
            self.replayed += appended.outcomes.len() as u64;
            return Ok(());
        }
        let created = |outcome: &&Outcome| matches!(outcome, Outcome::Created(_));
        let stored = appended.outcomes.iter().filter(created).count();
        self.stored += stored as u64;
        if stored != appended.outcomes.len() {
            bail!("the log has left records out that depend on nothing");
        }
        Ok(())
    }
}
