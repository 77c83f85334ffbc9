//! What the store's tests share: a body format that is its own terms, a clock, a disk that fails.
use crate::{
    AppendError, Appended, Components, Condition, Extract, IdempotencyKey, Millis, NewRecord,
    Record, RecordKind, Settings, Statement, Store, Unit, Waiter,
    clock::{Clock, OsRandom},
    disk::{Disk, DiskFile, RealDisk, Region},
};
use bytes::Bytes;
use kiln_evidence::Ed25519Signer;
use kiln_index::{Field, Kind, Query, Term, Terms};
use std::{
    io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

pub(crate) const WORD: Field = Field(1);
pub(crate) const POINT: Kind = Kind::point(1);

/// Every word of a body is a term; `recorded` is the number of bytes.
pub(crate) struct Words(pub(crate) u32);

impl Extract for Words {
    fn version(&self) -> u32 {
        self.0
    }

    fn extract(
        &self,
        kind: RecordKind,
        _release: u8,
        _media_type: u8,
        body: &[u8],
        terms: &mut Terms,
    ) -> Millis {
        assert_ne!(kind, RecordKind::Statement, "a statement has no terms but the store's own");
        for word in String::from_utf8_lossy(body).split(' ') {
            terms.push(WORD, POINT, word);
        }
        Millis(body.len() as i64)
    }
}

pub(crate) struct TestClock(pub(crate) AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Millis {
        Millis(self.0.load(Ordering::Relaxed))
    }
}

pub(crate) fn components() -> Components {
    with_disk(Arc::new(RealDisk))
}

/// With the key of this seed.
pub(crate) fn signed(seed: u8) -> Components {
    let signer = Ed25519Signer::from_seed([seed; 32]);
    Components { signer: Some(Arc::new(signer)), ..components() }
}

/// What the log states of itself, in order.
pub(crate) fn statements(store: &Store) -> Vec<Statement> {
    let snapshot = store.snapshot();
    let stated = snapshot.statements().unwrap();
    let records = snapshot.read_all(&stated).unwrap();
    let statement = |record: &Record| Statement::from_json(&record.body).unwrap();
    records.iter().map(statement).collect()
}

/// A statement's name.
pub(crate) fn name(statement: &Statement) -> &'static str {
    match statement {
        Statement::Genesis { .. } => "genesis",
        Statement::Start { .. } => "start",
        Statement::Stop => "stop",
        Statement::KeyChange { .. } => "key-change",
        Statement::Anchor { .. } => "anchor",
        Statement::AdoptRestore { .. } => "adopt-restore",
    }
}

pub(crate) fn with_disk(disk: Arc<dyn Disk>) -> Components {
    Components {
        disk,
        clock: Arc::new(TestClock(AtomicI64::new(1_700_000_000_000))),
        random: Arc::new(OsRandom),
        extract: Arc::new(Words(1)),
        signer: None,
    }
}

/// So small that everything happens with a few records.
pub(crate) fn small() -> Settings {
    Settings {
        group_records_max: 24,
        unit_records_max: 16,
        seal_records: 50,
        spill_records: 16,
        ..Settings::default()
    }
}

pub(crate) fn has(word: &str) -> Query {
    Query::Term(Term { field: WORD, kind: POINT, value: word.to_owned() })
}

pub(crate) fn record(body: &str) -> NewRecord {
    let mut terms = Terms::new();
    let recorded = Words(1).extract(RecordKind::AuditEvent, 4, 1, body.as_bytes(), &mut terms);
    NewRecord {
        kind: RecordKind::AuditEvent,
        release: 4,
        media_type: 1,
        body: Bytes::copy_from_slice(body.as_bytes()),
        recorded,
        terms,
        entry: 0,
        if_none_exist: None,
    }
}

pub(crate) fn unit(bodies: &[&str]) -> Unit {
    let mut records: Vec<NewRecord> = bodies.iter().map(|body| record(body)).collect();
    (0..).zip(&mut records).for_each(|(entry, record)| record.entry = entry);
    Unit { records, principal: "ward".into(), condition: Condition::Independent, key: None }
}

pub(crate) fn keyed(mut unit: Unit, key: &str, body: u8) -> Unit {
    unit.key = Some(IdempotencyKey { key: key.to_owned(), body_sha256: [body; 32] });
    unit
}

/// The answer of a unit that was decided.
pub(crate) fn answer(mut waiter: Waiter) -> Result<Appended, AppendError> {
    waiter.try_recv().expect("it was answered")
}

/// Appends to a stepped store and takes the answer.
pub(crate) fn append(store: &Store, unit: Unit) -> Result<Appended, AppendError> {
    let waiter = store.append(unit)?;
    while store.step() {}
    answer(waiter)
}

pub(crate) fn bodies(store: &Store) -> Vec<String> {
    let snapshot = store.snapshot();
    let all: Vec<_> = (0..snapshot.size().0).map(crate::LogIndex).collect();
    let records = snapshot.read_all(&all).unwrap();
    records.iter().map(|record| String::from_utf8(record.body.to_vec()).unwrap()).collect()
}

/// A disk that fails on demand.
#[derive(Clone, Default)]
pub(crate) struct FailingDisk(pub(crate) Arc<Failures>);

/// How many operations still succeed; negative numbers are never reached.
pub(crate) struct Failures {
    pub(crate) syncs: AtomicI64,
    pub(crate) bytes_free: AtomicU64,
}

impl Default for Failures {
    fn default() -> Self {
        Self { syncs: AtomicI64::new(i64::MAX), bytes_free: AtomicU64::new(u64::MAX) }
    }
}

impl Failures {
    fn sync(&self) -> io::Result<()> {
        let left = self.syncs.fetch_sub(1, Ordering::Relaxed);
        if left > 0 { Ok(()) } else { Err(io::Error::other("a test's failure")) }
    }
}

impl Disk for FailingDisk {
    fn create_dir_all(&self, dir: &Path) -> io::Result<()> {
        RealDisk.create_dir_all(dir)
    }
    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        RealDisk.list(dir)
    }
    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(FailingFile { file: RealDisk.open(path)?, failures: Arc::clone(&self.0) }))
    }
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let file = RealDisk.create_new(path)?;
        Ok(Box::new(FailingFile { file, failures: Arc::clone(&self.0) }))
    }
    fn map_sealed(&self, path: &Path) -> io::Result<Region> {
        RealDisk.map_sealed(path)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        RealDisk.rename(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        RealDisk.remove(path)
    }
    fn remove_dir(&self, dir: &Path) -> io::Result<()> {
        RealDisk.remove_dir(dir)
    }
    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        RealDisk.sync_dir(dir)
    }
    fn sync_tree(&self, dir: &Path) -> io::Result<()> {
        self.0.sync()?;
        RealDisk.sync_tree(dir)
    }
}

struct FailingFile {
    file: Box<dyn DiskFile>,
    failures: Arc<Failures>,
}

impl DiskFile for FailingFile {
    fn read_exact_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<()> {
        self.file.read_exact_at(bytes, offset)
    }
    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let longer = (offset + bytes.len() as u64).saturating_sub(self.file.len()?);
        let free = &self.failures.bytes_free;
        if free.load(Ordering::Relaxed) < longer {
            return Err(io::ErrorKind::StorageFull.into());
        }
        free.fetch_sub(longer, Ordering::Relaxed);
        self.file.write_all_at(bytes, offset)
    }
    fn sync_data(&self) -> io::Result<()> {
        self.failures.sync()?;
        self.file.sync_data()
    }
    fn set_len(&self, len: u64) -> io::Result<()> {
        self.file.set_len(len)
    }
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }
}
