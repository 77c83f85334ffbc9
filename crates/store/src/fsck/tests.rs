use super::*;
use crate::{
    Store,
    testing::{append, components, keyed, small, unit},
};
use std::fs;

fn filled(folder: &Path) -> Store {
    let store = Store::open_stepped(folder, small(), components()).unwrap();
    for n in 0..130 {
        let unit = unit(&[&format!("all n{n}")]);
        append(&store, if n % 3 == 0 { keyed(unit, &n.to_string(), 1) } else { unit }).unwrap();
        while store.seal_step() {}
    }
    store
}

fn problems(folder: &Path) -> Vec<String> {
    fsck(folder, &components(), &mut |_, _| ()).problems
}

#[test]
fn a_healthy_log_has_no_problems() {
    let dir = tempfile::tempdir().unwrap();
    drop(filled(dir.path()));
    let mut last = (0, 0);
    let report = fsck(dir.path(), &components(), &mut |done, total| last = (done, total));
    assert_eq!(
        report,
        FsckReport { records: 130, groups: 130, segments: 3, ..FsckReport::default() }
    );
    assert_eq!(last.0, last.1, "it ends at all of it");
    Store::open_stepped(dir.path(), small(), components()).unwrap().close().unwrap();
    assert_eq!(problems(dir.path()), [""; 0]);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test damages files")]
fn every_damaged_byte_of_every_file_is_found() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path()).close().unwrap();
    let mut tried = 0;
    for sub in ["segments", "index", "dictionaries"] {
        for entry in fs::read_dir(dir.path().join(sub)).unwrap() {
            let path = entry.unwrap().path();
            let whole = fs::read(&path).unwrap();
            for at in (0..whole.len()).step_by(whole.len() / 12 + 1) {
                let mut bytes = whole.clone();
                bytes[at] ^= 0x04;
                fs::write(&path, &bytes).unwrap();
                assert_ne!(problems(dir.path()), [""; 0], "{} byte {at}", path.display());
                tried += 1;
            }
            fs::write(&path, &whole).unwrap();
        }
    }
    assert!(tried > 50);
    assert_eq!(problems(dir.path()), [""; 0]);
}

#[test]
fn an_index_of_other_records_is_found() {
    let dir = tempfile::tempdir().unwrap();
    drop(filled(dir.path()));
    let mut other = Vec::new();
    let foreign = tempfile::tempdir().unwrap();
    drop(filled(foreign.path()));
    for name in fs::read_dir(foreign.path().join("index")).unwrap() {
        let name = name.unwrap().file_name();
        fs::copy(foreign.path().join("index").join(&name), dir.path().join("index").join(&name))
            .unwrap();
        other.push(name);
    }
    assert!(!other.is_empty());
    assert_eq!(problems(dir.path()).len(), other.len());
}
