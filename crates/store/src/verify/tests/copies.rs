//! The check changes nothing, and tells how far it is.
use super::stores::{World, fill, seal};
use crate::{
    Components, OpenOptions, Store, Verdict, VerifyOptions,
    disk::{Disk, DiskFile, RealDisk, Region},
    testing::{append, components, signed, small, unit},
    verify,
};
use std::{io, path::Path, sync::Arc};

/// A folder that nobody may write.
struct ReadOnly;

fn refused<T>() -> io::Result<T> {
    Err(io::ErrorKind::ReadOnlyFilesystem.into())
}

impl Disk for ReadOnly {
    fn create_dir_all(&self, _dir: &Path) -> io::Result<()> {
        refused()
    }
    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        RealDisk.list(dir)
    }
    fn open(&self, _path: &Path) -> io::Result<Box<dyn DiskFile>> {
        refused()
    }
    fn open_to_read(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        RealDisk.open_to_read(path)
    }
    fn create_new(&self, _path: &Path) -> io::Result<Box<dyn DiskFile>> {
        refused()
    }
    fn map_sealed(&self, path: &Path) -> io::Result<Region> {
        RealDisk.map_sealed(path)
    }
    fn rename(&self, _from: &Path, _to: &Path) -> io::Result<()> {
        refused()
    }
    fn remove(&self, _path: &Path) -> io::Result<()> {
        refused()
    }
    fn remove_dir(&self, _dir: &Path) -> io::Result<()> {
        refused()
    }
    fn sync_dir(&self, _dir: &Path) -> io::Result<()> {
        refused()
    }
    fn sync_tree(&self, _dir: &Path) -> io::Result<()> {
        refused()
    }
}

#[test]
fn a_copy_that_nobody_may_write_is_checked() {
    let dir = tempfile::tempdir().unwrap();
    let store =
        Store::open_stepped_with(dir.path(), small(), signed(1), OpenOptions::default()).unwrap();
    for n in 0..8 {
        let bodies: Vec<String> = (0..15).map(|i| format!("all n{n} i{i}")).collect();
        append(&store, unit(&bodies.iter().map(|body| &**body).collect::<Vec<_>>())).unwrap();
        seal(&store);
    }
    store.close().unwrap();
    let components = Components { disk: Arc::new(ReadOnly), ..components() };
    for threads in [0, 1, 2, 64] {
        let options = VerifyOptions { threads, ..VerifyOptions::default() };
        let mut told = Vec::new();
        let mut progress = |done, total| told.push((done, total));
        let report = verify(dir.path(), &components, &options, &mut progress);
        assert_eq!(report.verdict(), Verdict::Ok, "{report:?}");
        assert_eq!((report.records, report.segments), (123, 3));
        assert!(told.is_sorted_by_key(|(done, _)| *done));
        let (done, total) = told.pop().unwrap();
        assert_eq!((done, report.bytes), (total, total), "each byte of the log once");
    }
}

#[test]
fn a_disk_that_does_not_answer_is_told() {
    let world = World::new();
    let store = world.open();
    fill(&store, 60);
    store.close().unwrap();
    let report =
        verify(Path::new("/dev/null"), &components(), &VerifyOptions::default(), &mut |_, _| ());
    assert_eq!(report.verdict(), Verdict::Unread, "{report:?}");
}
