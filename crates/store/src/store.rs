//! One tenant's log: open, append, snapshot, close.
mod witnessed;

use crate::{
    AppendError, LogIndex, Millis, OpenError, OpenOptions, RecordId, RecordKind, Snapshot,
    Statement, Status, Unit,
    checkpoint::Signing,
    clock::{Clock, Random},
    disk::Disk,
    extents::Extents,
    journal::LocalJournal,
    keys,
    queue::Expected,
    recovery::{Recovered, recover},
    runner::Runner,
    scrub::Scrub,
    sequencer::Sequencer,
    shared::{Folder, Shared},
    side::Side,
    tiles::{self, Tiles},
};
use kiln_evidence::{Signer, VerifierKey};
use kiln_index::{DOCUMENTS_MAX, Terms};
use std::{io, path::Path, sync::Arc};

/// Makes the terms of a record that is already in the log (recovery, rebuilt indexes).
pub trait Extract: Send + Sync {
    /// Changes whenever the terms of an unchanged record would.
    fn version(&self) -> u32;
    /// Appends the record's terms and tells when the sender says it was recorded.
    /// For a record with an idempotency key the store adds a term of its own, in `Field(u16::MAX)`:
    /// here as in `append`.
    fn extract(
        &self,
        kind: RecordKind,
        release: u8,
        media_type: u8,
        body: &[u8],
        terms: &mut Terms,
    ) -> Millis;
}

/// The effects a store has, and the extractor it calls.
#[derive(Clone)]
pub struct Components {
    /// Files.
    pub disk: Arc<dyn Disk>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Salts, ids, keys.
    pub random: Arc<dyn Random>,
    /// Terms of stored records.
    pub extract: Arc<dyn Extract>,
    /// The log's key. `None`: a log without signatures, statements and tiles, for a bench.
    pub signer: Option<Arc<dyn Signer>>,
}

/// What an operator may tune.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Bytes of bodies in one group at most; above the largest Bundle.
    pub group_bytes_max: usize,
    /// Records in one group at most.
    pub group_records_max: usize,
    /// Units that may wait for the sequencer; above, `append` is refused.
    pub queue_units_max: usize,
    /// Bytes of bodies that may wait for the sequencer; above, `append` is refused.
    pub queue_bytes_max: usize,
    /// How long the sequencer waits for more units, in microseconds, when many come at once.
    pub linger_us_max: u32,
    /// Records in one unit at most; no more than `group_records_max` counts.
    pub unit_records_max: usize,
    /// A segment is sealed at this many records,
    pub seal_records: u64,
    /// or this many bytes, whichever comes first.
    pub seal_bytes: u64,
    /// Index files in memory are written to disk at this many records.
    pub spill_records: u64,
    /// So many index files of about a size become one; at least 2.
    pub merge_files: usize,
    /// Records in an index file of several segments at most: merging takes some ten bytes of memory
    /// for each. 0: index files of segments are not merged.
    pub merge_records_max: u64,
    /// How many days an idempotency key is remembered.
    pub key_days: u32,
    /// How many hours the background check may take for all of the store; 0: there is none.
    pub scrub_hours: u32,
    /// Bytes of the open segment that are always paid for ahead: records find room there when
    /// others have filled the disk. 0: as much as the log's rate asks for.
    pub reserve_bytes: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            group_bytes_max: 32 << 20,
            group_records_max: 4096,
            queue_units_max: 4096,
            queue_bytes_max: 64 << 20,
            linger_us_max: 1000,
            unit_records_max: 4096,
            seal_records: 262_144,
            seal_bytes: 64 << 20,
            spill_records: 16_384,
            merge_files: 8,
            merge_records_max: DOCUMENTS_MAX as u64,
            key_days: 30,
            scrub_hours: 24,
            reserve_bytes: 0,
        }
    }
}

impl Settings {
    /// Segments hold at most [`SEALED_RECORDS_MAX`] records and frames less than 4 GiB, whatever an
    /// operator asks for.
    fn within_limits(self) -> Self {
        let records_max = SEALED_RECORDS_MAX / 4;
        Self {
            group_bytes_max: self.group_bytes_max.clamp(1, 1 << 30),
            group_records_max: self.group_records_max.clamp(1, records_max),
            queue_units_max: self.queue_units_max.max(1),
            unit_records_max: self.unit_records_max.max(1),
            seal_records: self.seal_records.clamp(1, 2 * records_max as u64),
            spill_records: self.spill_records.clamp(1, records_max as u64),
            merge_files: self.merge_files.max(2),
            merge_records_max: self.merge_records_max.min(DOCUMENTS_MAX as u64),
            ..self
        }
    }
}

/// Records of one segment at most: its index file is made in memory.
const SEALED_RECORDS_MAX: usize = 1 << 20;

/// A stored record, as its sender is told.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its id.
    pub id: RecordId,
    /// Its position in the log.
    pub log_index: LogIndex,
    /// When it was received.
    pub received: Millis,
}

/// What became of one record of a unit.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is on disk.
    Created(Stored),
    /// `If-None-Exist` matched this one; nothing was stored for it.
    Exists(Stored),
    /// `If-None-Exist` matched several; nothing was stored for it (for an atomic unit: for any).
    Ambiguous,
    /// Another record of the atomic unit kept it out.
    RolledBack,
}

/// What became of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// One for each record, in order.
    pub outcomes: Vec<Outcome>,
    /// Whether the idempotency key was known, and this is the first answer again.
    pub replayed: bool,
    /// How many records shared the group (for `kiln bench`); 0 when nothing was written.
    pub group_records: u32,
}

/// Resolves once the unit is on disk, or is known not to be. Dropping it cancels nothing.
pub type Waiter = tokio::sync::oneshot::Receiver<Result<Appended, AppendError>>;

/// One tenant's log. One process, one sequencer thread, one sealer thread and one that writes
/// zeros ahead; any number of readers.
pub struct Store {
    pub(crate) shared: Arc<Shared>,
    runner: Runner,
}

impl Store {
    /// Opens or makes the log in `folder` (`<data>/tenants/<tenant>`), recovers it,
    /// starts its threads.
    ///
    /// The caller holds the data folder ([`DataFolder`](crate::DataFolder)). Index files that are
    /// missing or of another [`Extract::version`] are built before this returns.
    pub fn open(
        folder: &Path,
        settings: Settings,
        components: Components,
    ) -> Result<Self, OpenError> {
        Self::open_with(folder, settings, components, OpenOptions::default())
    }

    /// Like [`Store::open`], and told what is known of the log elsewhere.
    pub fn open_with(
        folder: &Path,
        settings: Settings,
        components: Components,
        options: OpenOptions,
    ) -> Result<Self, OpenError> {
        let extents = Extents::ahead(Arc::clone(&components.disk))?;
        let extents = extents.with_reserve(settings.reserve_bytes);
        let (shared, sequencer) = start(folder, settings, components, options, extents)?;
        let runner = Runner::threads(&shared, sequencer)?;
        Ok(Self { shared, runner })
    }

    /// Like [`Store::open`], without threads: whoever holds it calls [`step`](Self::step) and
    /// [`seal_step`](Self::seal_step). For simulation.
    pub fn open_stepped(
        folder: &Path,
        settings: Settings,
        components: Components,
    ) -> Result<Self, OpenError> {
        Self::open_stepped_with(folder, settings, components, OpenOptions::default())
    }

    /// Like [`Store::open_with`], without threads.
    pub fn open_stepped_with(
        folder: &Path,
        settings: Settings,
        components: Components,
        options: OpenOptions,
    ) -> Result<Self, OpenError> {
        let extents = Extents::inline();
        let (shared, sequencer) = start(folder, settings, components, options, extents)?;
        Ok(Self { shared, runner: Runner::stepped(sequencer) })
    }

    /// Stores and answers one pool of what waits; false when nothing waits. Only for a stepped
    /// store; a threaded one does it by itself and returns false.
    pub fn step(&self) -> bool {
        self.runner.step(&self.shared)
    }

    /// Does one job of the sealer; false when there was none, or it failed and will be tried again.
    pub fn seal_step(&self) -> bool {
        self.runner.seal_step(&self.shared)
    }

    /// Does what the writer of the tiles does within a second; false when there was nothing to do,
    /// or it failed and will be tried again.
    pub fn tile_step(&self) -> bool {
        self.runner.tile_step(&self.shared)
    }

    /// The log's tiles: of its newest checkpoint and of every older one. `None` in a log without
    /// signatures.
    pub fn tiles(&self) -> Option<Arc<Tiles>> {
        self.shared.tiles.as_ref().map(Arc::clone)
    }

    /// Does one step of the background check, now; false when it was the last one of a pass.
    pub fn scrub_step(&self) -> bool {
        self.runner.scrub_step(&self.shared)
    }

    /// Hands a unit to the sequencer.
    ///
    /// # Errors
    /// When the unit is refused at once; nothing of it will be stored.
    pub fn append(&self, mut unit: Unit) -> Result<Waiter, AppendError> {
        // Here many hash at once, what each has just made; the sequencer is alone.
        unit.records.iter_mut().for_each(|record| record.terms.hash(&self.shared.key));
        self.shared.queue.push(unit, None, &self.shared.settings)
    }

    /// Tells the sequencer that a unit is on its way, until what comes back is dropped. With many
    /// on their way a group waits a little for some of them (`linger_us_max`), since what it takes
    /// to sign it and to make it durable is then theirs together.
    pub fn expect(&self) -> Expected {
        self.shared.queue.expect()
    }

    /// The key that signs the log; `None` when nobody does.
    pub fn log_key(&self) -> Option<VerifierKey> {
        self.snapshot().checkpoint().map(|signed| signed.key.clone())
    }

    /// States something in the log. Beginnings, ends and changes of keys the store states itself.
    ///
    /// # Errors
    /// [`AppendError::Unsigned`] when the log is not signed; else as [`append`](Self::append).
    #[expect(clippy::needless_pass_by_value, reason = "what is stated is given away")]
    pub fn state(&self, statement: Statement) -> Result<Waiter, AppendError> {
        self.log_key().ok_or(AppendError::Unsigned)?;
        self.append(statement.unit())
    }

    /// Hands the log over to another key, and states so. The group that says it is signed by both
    /// keys, the old one first; what comes after by the new one.
    ///
    /// # Errors
    /// [`AppendError::Unsigned`] when the log is not signed, [`AppendError::SignFailed`] when the
    /// new key's public half is none; else as [`append`](Self::append).
    pub fn rotate_key(&self, new: Arc<dyn Signer>) -> Result<Waiter, AppendError> {
        let old = self.log_key().ok_or(AppendError::Unsigned)?;
        let next = Signing::new(Arc::clone(&new), old.name().clone());
        let next = next.map_err(|_e| AppendError::SignFailed)?.key().to_string();
        let unit = Statement::KeyChange { old: old.to_string(), new: next }.unit();
        self.shared.queue.push(unit, Some(new), &self.shared.settings)
    }

    /// The log as it is now: everything acknowledged is in it.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.shared.snapshot()
    }

    /// The zstd dictionary that records are written with; empty where there is none.
    pub fn dictionary(&self) -> Vec<u8> {
        self.snapshot().codec.dictionary().to_owned()
    }

    /// What an operator wants to see.
    pub fn status(&self) -> Status {
        Status::of(&self.shared)
    }

    /// Random bytes, for an id that nobody guesses.
    pub fn draw(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        self.shared.components.random.fill(&mut bytes);
        bytes
    }

    /// A key for this purpose that survives restarts (`keys/<purpose>`, made at first use, 0600).
    ///
    /// # Errors
    /// `InvalidInput` when the purpose is not made of `a-z` and `-`.
    pub fn key(&self, purpose: &str) -> io::Result<[u8; 32]> {
        Ok(keys::key(&self.shared.folder, &self.shared.components, purpose)?.0)
    }

    /// Stops cleanly: writes what waits, cuts the open file to its length. Dropping stops too,
    /// unclean.
    ///
    /// # Errors
    /// [`AppendError::Poisoned`] when the log has stopped already, or does not end cleanly: the
    /// next start recovers it.
    pub fn close(self) -> Result<(), AppendError> {
        self.runner.close(&self.shared)
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("folder", &self.shared.folder).finish_non_exhaustive()
    }
}

/// Recovers the log.
fn start(
    folder: &Path,
    settings: Settings,
    components: Components,
    options: OpenOptions,
    extents: Extents,
) -> Result<(Arc<Shared>, Sequencer), OpenError> {
    let folder = Folder::new(folder);
    let settings = settings.within_limits();
    let recovered = recover(&folder, &components, &options)?;
    let Recovered { snapshot, codec, end, signing, adoption, is_astray } = recovered;
    let disk = Arc::clone(&components.disk);
    let journal = LocalJournal::resume(disk, &folder.segments(), &snapshot.open, extents)?;
    tracing::info!(records = snapshot.size.0, "log is open");
    let tiles = signing
        .is_some()
        .then(|| tiles::recover(&folder, &components, &settings, &snapshot).map(Arc::new));
    let (side, tiles) = (Side::new(options.side), tiles.transpose()?);
    let shared = Shared::new(folder, settings, components, codec, snapshot, side, tiles);
    let shared = Arc::new(shared);
    Scrub::resume(&shared)?;
    let mut sequencer = Sequencer::new(Arc::clone(&shared), Box::new(journal), end, signing);
    sequencer.begin(adoption.as_ref(), is_astray)?;
    Ok((shared, sequencer))
}

#[cfg(test)]
mod tests;
