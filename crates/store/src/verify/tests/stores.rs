//! Stores to check, and how they are checked.
use crate::{
    Components, OpenOptions, Settings, Store, Verdict, VerifyOptions, VerifyReport,
    disk::{Disk, DiskFile, RealDisk, Region},
    testing::{append, components, keyed, signed, small, unit},
    verify,
};
use kiln_evidence::{Note, VerifierKey};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// A folder with a log in it.
pub(super) struct World {
    dir: tempfile::TempDir,
}

impl World {
    pub(super) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    pub(super) fn log(&self) -> PathBuf {
        self.dir.path().join("log")
    }

    pub(super) fn side(&self) -> PathBuf {
        self.dir.path().join("side")
    }

    pub(super) fn open(&self) -> Store {
        self.open_with(signed(1), small())
    }

    pub(super) fn open_with(&self, components: Components, settings: Settings) -> Store {
        let components = Components { disk: Arc::new(Quick), ..components };
        let options = OpenOptions { side: Some(self.side()), ..OpenOptions::default() };
        Store::open_stepped_with(&self.log(), settings, components, options).unwrap()
    }

    /// The newest checkpoint outside the log's folder.
    pub(super) fn note(&self) -> Note {
        Note::parse(&fs::read(self.side()).unwrap()).unwrap()
    }

    pub(super) fn verify(&self) -> VerifyReport {
        self.verify_with(Vec::new(), Vec::new())
    }

    pub(super) fn verify_with(&self, trusted: Vec<VerifierKey>, known: Vec<Note>) -> VerifyReport {
        check(&self.log(), trusted, known)
    }
}

pub(super) fn check(log: &Path, trusted: Vec<VerifierKey>, known: Vec<Note>) -> VerifyReport {
    let options = VerifyOptions { threads: 2, trusted, known };
    verify(log, &components(), &options, &mut |_, _| ())
}

/// Adds records until the log has so many, in groups of one to three.
pub(super) fn fill(store: &Store, size: u64) {
    let mut n = store.snapshot().size().0;
    while n < size {
        let bodies: Vec<String> =
            (n..size.min(n + 1 + n % 3)).map(|n| format!("all n{n}")).collect();
        let bodies: Vec<&str> = bodies.iter().map(|body| &**body).collect();
        let unit = unit(&bodies);
        let unit = if n.is_multiple_of(7) { keyed(unit, &n.to_string(), 1) } else { unit };
        append(store, unit).unwrap();
        seal(store);
        n = store.snapshot().size().0;
    }
}

/// What the threads of a store do by themselves.
pub(super) fn seal(store: &Store) {
    while store.seal_step() {}
    while store.tile_step() {}
}

/// Fails with all that was told.
pub(super) fn expect(report: &VerifyReport, verdict: Verdict, what: &str) {
    assert_eq!(report.verdict(), verdict, "{what}: {report:#?}");
}

pub(super) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// The disk of this machine without its syncs: what is tested here is what is written, and not
/// what survives.
pub(super) struct Quick;

struct QuickFile(Box<dyn DiskFile>);

impl Disk for Quick {
    fn create_dir_all(&self, dir: &Path) -> io::Result<()> {
        RealDisk.create_dir_all(dir)
    }
    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        RealDisk.list(dir)
    }
    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(QuickFile(RealDisk.open(path)?)))
    }
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(QuickFile(RealDisk.create_new(path)?)))
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
    fn sync_dir(&self, _dir: &Path) -> io::Result<()> {
        Ok(())
    }
    fn sync_tree(&self, _dir: &Path) -> io::Result<()> {
        Ok(())
    }
}

impl DiskFile for QuickFile {
    fn read_exact_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<()> {
        self.0.read_exact_at(bytes, offset)
    }
    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.0.write_all_at(bytes, offset)
    }
    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }
    fn set_len(&self, len: u64) -> io::Result<()> {
        // Cut without the sync that the real one does.
        self.0.set_len(len)
    }
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }
}
