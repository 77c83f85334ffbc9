//! Stores to check, and how they are checked.
use super::memory::{Files, Memory};
use crate::{
    Components, OpenOptions, Settings, Store, Verdict, VerifyOptions, VerifyReport,
    testing::{append, components, keyed, signed, small, unit},
    verify,
};
use kiln_evidence::{Note, VerifierKey};
use std::{path::Path, sync::Arc};

/// Where the log lies on the disk in memory.
pub(super) const LOG: &str = "/data/log";
const SIDE: &str = "/data/side/log.checkpoint";

/// A disk with a log on it.
#[derive(Clone, Default)]
pub(super) struct World {
    pub(super) disk: Memory,
}

impl World {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// A world with these files.
    pub(super) fn of(files: &Files) -> Self {
        Self { disk: Memory::of(files) }
    }

    pub(super) fn open(&self) -> Store {
        self.open_with(signed(1), small())
    }

    pub(super) fn open_with(&self, components: Components, settings: Settings) -> Store {
        self.open_as(components, settings, false)
    }

    pub(super) fn open_as(
        &self,
        components: Components,
        settings: Settings,
        adopt_restore: bool,
    ) -> Store {
        let components = Components { disk: Arc::new(self.disk.clone()), ..components };
        let options = OpenOptions { side: Some(SIDE.into()), known: Vec::new(), adopt_restore };
        Store::open_stepped_with(Path::new(LOG), settings, components, options).unwrap()
    }

    /// The newest checkpoint outside the log's folder.
    pub(super) fn note(&self) -> Note {
        Note::parse(&self.disk.files()[Path::new(SIDE)]).unwrap()
    }

    /// The log's files alone.
    pub(super) fn log(&self) -> Files {
        let mut files = self.disk.files();
        files.retain(|path, _| path.starts_with(LOG));
        files
    }

    /// Puts other files in place of the log's.
    pub(super) fn replace(&self, log: &Files) -> Self {
        let mut files = self.disk.files();
        files.retain(|path, _| !path.starts_with(LOG));
        files.extend(log.clone());
        Self::of(&files)
    }

    pub(super) fn verify(&self) -> VerifyReport {
        self.verify_with(&[], &[])
    }

    pub(super) fn verify_with(&self, trusted: &[VerifierKey], known: &[Note]) -> VerifyReport {
        let components = Components { disk: Arc::new(self.disk.clone()), ..components() };
        let (trusted, known) = (trusted.to_vec(), known.to_vec());
        let options = VerifyOptions { threads: 1, trusted, known };
        verify(Path::new(LOG), &components, &options, &mut |_, _| ())
    }
}

/// Adds records until the log has so many, in groups of one to three.
pub(super) fn fill(store: &Store, size: u64) {
    fill_by(store, size, 1);
}

/// Adds records until the log has so many, in groups of one to three times as many.
pub(super) fn fill_by(store: &Store, size: u64, times: u64) {
    let mut n = store.snapshot().size().0;
    while n < size {
        let bodies = n..size.min(n + (1 + n % 3) * times);
        let bodies: Vec<String> = bodies.map(|n| format!("all n{n}")).collect();
        let unit = unit(&bodies.iter().map(|body| &**body).collect::<Vec<_>>());
        let unit = if n.is_multiple_of(7) { keyed(unit, &n.to_string(), 1) } else { unit };
        append(store, unit).unwrap();
        seal(store);
        n = store.snapshot().size().0;
    }
}

/// Does what the threads of a store do by themselves.
pub(super) fn seal(store: &Store) {
    while store.seal_step() {}
    while store.tile_step() {}
}

/// Fails with all that was told.
pub(super) fn expect(report: &VerifyReport, verdict: Verdict, what: &str) {
    let told = (&report.findings, &report.unproven, &report.unread, &report.affected);
    assert_eq!(report.verdict(), verdict, "{what}: {told:#?}");
}
