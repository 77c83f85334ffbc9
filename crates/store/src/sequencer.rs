//! The one who writes: takes the pool, gives positions and ids, writes one group, publishes.
//!
//! Everything in [`Sequencer`] is owned by the one who runs it. A group that finds no room leaves
//! it as it was; a group whose write or fsync fails ends it.
mod statements;

use crate::{
    AppendError, Appended, LogIndex, Millis, Outcome, RecordId, SignedCheckpoint, Statement, Unit,
    checkpoint::Signing,
    disk::Region,
    frame,
    group::{self, LogId},
    ids::Ids,
    journal::{Journal, PutError},
    pool::{Accepted, Pool},
    queue::{Answer, Waiting},
    record::encoding::{self, EnvelopeRef},
    restores::Restores,
    segment,
    shared::Shared,
    snapshot::{Indexed, Place, Snapshot},
    tail,
    tiles::Growth,
};
use kiln_evidence::Tree;
use kiln_index::{Builder, Document, File};
use std::{
    io,
    sync::{Arc, atomic::Ordering},
};

const DAY_MS: i64 = 86_400_000;

/// Where the log ends.
#[derive(Clone, Debug)]
pub(crate) struct End {
    pub(crate) log: LogId,
    pub(crate) restores: Restores,
    pub(crate) epoch: u64,
    pub(crate) next_group: u64,
    pub(crate) tree: Tree,
    pub(crate) last_id: Option<RecordId>,
}

/// Writes groups.
pub(crate) struct Sequencer {
    shared: Arc<Shared>,
    journal: Box<dyn Journal>,
    end: End,
    /// `None` in a log without signatures.
    signing: Option<Signing>,
    /// Statements that stand in the next group, before all else.
    due: Vec<Statement>,
    ids: Ids,
    frames: frame::Writer,
    memory: Memory,
}

/// Memory that is used again for each group.
#[derive(Default)]
struct Memory {
    group: Vec<u8>,
    heads: Vec<u8>,
    bodies: Vec<u8>,
    envelope: Vec<u8>,
    /// For each record, where its frame begins in the group.
    offsets: Vec<u64>,
    growth: Growth,
}

/// A pool's units with what was decided of each.
type Decided = Vec<Result<Appended, AppendError>>;

impl Sequencer {
    pub(crate) fn new(
        shared: Arc<Shared>,
        journal: Box<dyn Journal>,
        end: End,
        signing: Option<Signing>,
    ) -> Self {
        let ids = Ids::after(end.last_id);
        let frames = frame::Writer::new(Arc::clone(&shared.codec));
        let (due, memory) = (Vec::new(), Memory::default());
        Self { shared, journal, end, signing, due, ids, frames, memory }
    }

    /// Decides and stores a pool, and answers it. `answers` keeps who was not answered when this
    /// panics.
    pub(crate) fn run(&mut self, mut pool: Vec<Waiting>, answers: &mut Vec<Answer>) {
        let next = self.next_key(&mut pool);
        let mut units = Vec::with_capacity(pool.len());
        for waiting in pool {
            units.push(waiting.unit);
            answers.push(waiting.answer);
        }
        let (mut decided, stored) = self.put(units, next);
        if let Err(error) = stored {
            refuse(&mut decided, &error);
        }
        for (answer, decided) in answers.drain(..).zip(decided) {
            // Who has gone needs no answer: the record is stored all the same.
            drop(answer.send(decided));
        }
    }

    /// Decides units and stores what is due and what they create; `next` is the key from here on.
    fn put(
        &mut self,
        units: Vec<Unit>,
        next: Option<Signing>,
    ) -> (Decided, Result<(), AppendError>) {
        let shared = Arc::clone(&self.shared);
        let snapshot = shared.snapshot();
        let behind = self.ids.at(shared.components.clock.now());
        let before = shared.counters.clock_behind_ms.swap(behind, Ordering::Relaxed);
        tell_clock(before, behind);
        let mut pool =
            Pool::new(&snapshot, &*shared.components.random, self.ids, self.keys_since());
        for statement in &self.due {
            // It has neither key nor condition: there is nothing to refuse.
            drop(pool.decide(statement.unit()));
        }
        let mut decided: Decided = units.into_iter().map(|unit| pool.decide(unit)).collect();
        let Pool { ids, accepted, .. } = pool;
        let stored = self.store(&snapshot, &accepted, ids, next.as_ref());
        let stored = stored.map_err(|error| self.failed(error));
        if stored.is_ok() {
            self.due.clear();
            self.signing = next.or(self.signing.take());
            note_group(&mut decided, accepted.len() as u32);
        }
        (decided, stored)
    }

    /// Cuts the open segment to its groups: nothing follows. Returns where the log ends.
    pub(crate) fn finish(&mut self) -> io::Result<&End> {
        self.journal.finish()?;
        Ok(&self.end)
    }

    fn keys_since(&self) -> Millis {
        let days = i64::from(self.shared.settings.key_days);
        let now = self.shared.components.clock.now();
        Millis(now.0.saturating_sub(days.saturating_mul(DAY_MS)))
    }

    fn store(
        &mut self,
        snapshot: &Snapshot,
        accepted: &[Accepted],
        ids: Ids,
        next: Option<&Signing>,
    ) -> Result<(), PutError> {
        let Some(last) = accepted.last() else { return Ok(()) };
        if self.shared.is_overfull(snapshot) {
            return Err(PutError::Full);
        }
        self.roll_if_full(snapshot)?;
        let (tree, signed) = self.build_group(snapshot.size(), accepted, next)?;
        let start = self.journal.put(&self.memory.group)?;
        self.end.tree = tree;
        self.end.next_group += 1;
        self.end.last_id = Some(last.stored.id);
        self.ids = ids;
        self.publish(accepted, start, signed).map_err(PutError::Failed)
    }

    fn roll_if_full(&mut self, snapshot: &Snapshot) -> Result<(), PutError> {
        let settings = &self.shared.settings;
        let old = self.journal.segment();
        let records = snapshot.size().0 - old.first.0;
        if records == 0 || (records < settings.seal_records && old.len < settings.seal_bytes) {
            return Ok(());
        }
        self.roll(snapshot.size())
    }

    /// Ends the open segment at the log's end and starts the next one.
    fn roll(&mut self, first: LogIndex) -> Result<(), PutError> {
        let old = self.journal.segment();
        let header = segment::Header {
            log: self.end.log,
            restores: self.end.restores,
            first,
            first_group: self.end.next_group,
            epoch: self.end.epoch,
            last_id: self.end.last_id,
            tree: self.end.tree.clone(),
        };
        self.journal.roll(&header)?;
        let open = self.journal.segment();
        self.shared.publish(|snapshot| {
            // A segment without records is replaced by one of its name.
            if old.first < open.first {
                Arc::make_mut(&mut snapshot.sealed).push(old);
            }
            snapshot.open = open;
        });
        Ok(())
    }

    /// Builds the group in memory; returns the tree after it, signed.
    fn build_group(
        &mut self,
        first: LogIndex,
        accepted: &[Accepted],
        next: Option<&Signing>,
    ) -> Result<(Tree, Option<SignedCheckpoint>), PutError> {
        let mut tree = self.end.tree.clone();
        let header = group::Header {
            records: accepted.len() as u32,
            number: self.end.next_group,
            epoch: self.end.epoch,
            first,
            len: 0,
            log: self.end.log,
            previous_root: tree.root(),
        };
        group::start(&mut self.memory.group);
        self.memory.offsets.clear();
        self.memory.growth.clear();
        let mut rest = accepted;
        while !rest.is_empty() {
            let records = self.put_frame(rest, &mut tree).map_err(PutError::Failed)?;
            rest = &rest[records..];
        }
        let root = tree.root();
        let signed = self.signing.as_ref().map(|signing| signing.sign(tree.size(), root, next));
        let signed = signed.transpose().map_err(PutError::Unsigned)?;
        group::finish(&mut self.memory.group, header, root, signed.as_ref());
        Ok((tree, signed))
    }

    /// Appends a frame of the first few records; returns of how many.
    fn put_frame(&mut self, accepted: &[Accepted], tree: &mut Tree) -> io::Result<usize> {
        let memory = &mut self.memory;
        let offset = memory.group.len() as u64;
        memory.heads.clear();
        memory.bodies.clear();
        let mut before = None;
        let mut records = 0;
        for accepted in accepted.iter().take(frame::RECORDS_MAX) {
            let envelope = accepted.envelope();
            put_record(accepted, &envelope, before.as_ref(), memory, tree);
            before = Some(envelope);
            memory.offsets.push(offset);
            records += 1;
            if memory.bodies.len() >= frame::BODY_BYTES_FULL {
                break;
            }
        }
        let first = accepted[0].stored.log_index;
        self.frames.write(first, records, &memory.heads, &memory.bodies, &mut memory.group)?;
        Ok(records)
    }

    /// Makes the durable group visible.
    fn publish(
        &mut self,
        accepted: &[Accepted],
        start: u64,
        signed: Option<SignedCheckpoint>,
    ) -> io::Result<()> {
        let shared = &self.shared;
        let first = accepted[0].stored.log_index;
        let mut index = Builder::new(&shared.key, shared.components.extract.version(), first);
        for (accepted, offset) in accepted.iter().zip(&self.memory.offsets) {
            index.push(&Document {
                recorded: accepted.record.recorded,
                received: accepted.stored.received,
                location: start + offset,
                terms: &accepted.record.terms,
            });
        }
        let mut bytes = Vec::new();
        index.finish(&mut bytes)?;
        let file = File::open(Region::Heap(bytes)).map_err(io::Error::other)?;
        let indexed = Indexed { file: Arc::new(file), place: Place::Memory };
        let open = self.journal.segment();
        let checkpoint = signed.map(Arc::new);
        // Before the snapshot: whoever holds that finds its tiles.
        if let Some(tiles) = &shared.tiles {
            tiles.add(&self.memory.growth);
        }
        let snapshot = shared.publish(|snapshot| {
            snapshot.checkpoint = checkpoint;
            snapshot.size = indexed.file.end();
            snapshot.root = self.end.tree.root();
            snapshot.files.push(indexed);
            snapshot.open = open;
        });
        shared.counters.groups.fetch_add(1, Ordering::Relaxed);
        shared.counters.full.store(false, Ordering::Relaxed);
        if tail::next_job(&snapshot, &shared.settings).is_some() {
            shared.sealer.work();
        }
        if let Some(tiles) = &shared.tiles {
            tiles.tell();
        }
        Ok(())
    }

    /// What the waiters are told of a group that was not stored.
    fn failed(&self, error: PutError) -> AppendError {
        match error {
            PutError::Full => {
                self.shared.counters.full.store(true, Ordering::Relaxed);
                AppendError::Full
            }
            PutError::Unsigned(error) => {
                tracing::error!(%error, "the log's key does not sign");
                AppendError::SignFailed
            }
            PutError::Failed(error) => {
                tracing::error!(%error, "a write failed: the log takes nothing more");
                poison(&self.shared);
                AppendError::Poisoned
            }
        }
    }
}

/// The clock behind the newest record by so much is told; less comes from records of one instant.
const CLOCK_BEHIND_TOLD_MS: u64 = 1000;

/// Says when the clock has stepped back, and when it has caught up; not with each group between.
fn tell_clock(before: u64, behind: u64) {
    match (before >= CLOCK_BEHIND_TOLD_MS, behind >= CLOCK_BEHIND_TOLD_MS) {
        (false, true) => tracing::warn!(
            behind_ms = behind,
            "the clock is behind the newest record: records take that record's time until it is not"
        ),
        (true, false) => tracing::info!("the clock has caught up with the newest record"),
        _ => (),
    }
}

/// Stops the log: everything that waits or comes is refused, reading goes on.
pub(crate) fn poison(shared: &Shared) {
    shared.counters.poisoned.store(true, Ordering::Relaxed);
    shared.queue.refuse(&AppendError::Poisoned);
}

impl Accepted {
    fn envelope(&self) -> EnvelopeRef<'_> {
        EnvelopeRef {
            id: self.stored.id,
            kind: self.record.kind,
            release: self.record.release,
            media_type: self.record.media_type,
            entry: self.record.entry,
            principal: &self.principal,
            key: self.key.as_deref(),
        }
    }
}

/// Appends a record to the frame in hand and its leaf to the tree.
fn put_record(
    accepted: &Accepted,
    envelope: &EnvelopeRef<'_>,
    before: Option<&EnvelopeRef<'_>>,
    memory: &mut Memory,
    tree: &mut Tree,
) {
    let Accepted { stored, salt, record, .. } = accepted;
    let body = &*record.body;
    encoding::put_head(&mut memory.heads, before, envelope, salt, body.len());
    memory.bodies.extend_from_slice(body);
    memory.envelope.clear();
    envelope.encode(&mut memory.envelope);
    let leaf = encoding::leaf(record.kind as u8, stored.id, salt, &memory.envelope, body);
    memory.growth.push(leaf.to_bytes(), tree);
}

/// Tells those who created something how many records shared their group.
fn note_group(decided: &mut Decided, records: u32) {
    let created = |outcome: &Outcome| matches!(outcome, Outcome::Created(_));
    for appended in decided.iter_mut().flatten() {
        if !appended.replayed && appended.outcomes.iter().any(created) {
            appended.group_records = records;
        }
    }
}

/// Refuses all of them: even a refusal may rest on what another unit did not store after all.
fn refuse(decided: &mut Decided, error: &AppendError) {
    decided.fill(Err(error.clone()));
}
