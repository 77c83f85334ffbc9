use super::*;
use crate::disk::RealDisk;

#[test]
fn extents_grow_with_the_file() {
    assert_eq!(extent_len(0), 64 << 10);
    assert_eq!(extent_len(100 << 10), 128 << 10);
    assert_eq!(extent_len(1 << 30), 4 << 20);
}

#[test]
fn room_is_written_ahead_of_need() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("segment");
    let file = RealDisk.create_new(&path).unwrap();
    let mut extents = Extents::ahead(Arc::new(RealDisk)).unwrap();
    extents.start(path, 0);
    extents.reserve(&*file, 10).unwrap();
    extents.settle().unwrap();
    assert_eq!(file.len().unwrap(), extents.zeroed);
    extents.reserve(&*file, 60 << 10).unwrap();
    extents.settle().unwrap();
    assert_eq!(file.len().unwrap(), extents.zeroed);
    assert!(extents.zeroed > 64 << 10, "the next extent was asked for before it was needed");
}
