//! The simulated disk keeps what it promised and forgets the rest.

use super::*;
use std::collections::BTreeSet;

const ROOT: &str = "/data";

fn disk(seed: u64) -> SimDisk {
    SimDisk::new(Dice::new(seed, 0), Path::new(ROOT))
}

fn path(name: &str) -> PathBuf {
    Path::new(ROOT).join(name)
}

fn content(disk: &SimDisk, name: &str) -> Option<Vec<u8>> {
    disk.map_sealed(&path(name)).ok().map(|region| region.as_ref().to_vec())
}

/// A durable file with these bytes.
fn durable(disk: &SimDisk, name: &str, bytes: &[u8]) -> Box<dyn DiskFile> {
    let file = disk.create_new(&path(name)).unwrap();
    file.write_all_at(bytes, 0).unwrap();
    file.sync_data().unwrap();
    disk.sync_dir(Path::new(ROOT)).unwrap();
    file
}

#[test]
fn a_crash_keeps_what_was_synced_and_only_that_for_sure() {
    let mut outcomes = BTreeSet::new();
    for seed in 0..200 {
        let disk = disk(seed);
        let file = durable(&disk, "a", &[1; 1024]);
        file.write_all_at(&[2; 1024], 0).unwrap();
        assert_eq!(content(&disk, "a").unwrap(), [2; 1024]);
        disk.crash();
        let left = content(&disk, "a").expect("the name was durable");
        assert_eq!(left.len(), 1024);
        assert!(left.iter().all(|byte| matches!(byte, 1 | 2)));
        outcomes.insert((left[0], left[511], left[512], left[1023]));
    }
    // Each sector old, new or torn, and every mixture of the two.
    for wanted in [(1, 1, 1, 1), (2, 2, 2, 2), (1, 1, 2, 2), (2, 2, 1, 1), (2, 1, 2, 2)] {
        assert!(outcomes.contains(&wanted), "{wanted:?} never happened: {outcomes:?}");
    }
}

#[test]
fn a_name_is_durable_only_after_its_folder_was_synced() {
    let mut survived = 0;
    for seed in 0..200 {
        let disk = disk(seed);
        let file = disk.create_new(&path("a")).unwrap();
        file.write_all_at(b"x", 0).unwrap();
        file.sync_data().unwrap();
        disk.crash();
        survived += u32::from(content(&disk, "a").is_some());
    }
    assert!((1..200).contains(&survived), "{survived} of 200");
}

#[test]
fn a_rename_happens_wholly_or_not_at_all() {
    let mut seen = BTreeSet::new();
    for seed in 0..200 {
        let disk = disk(seed);
        durable(&disk, "final", b"old");
        durable(&disk, "draft", b"new");
        disk.rename(&path("draft"), &path("final")).unwrap();
        disk.crash();
        let after = (content(&disk, "draft"), content(&disk, "final"));
        assert!(
            after == (Some(b"new".to_vec()), Some(b"old".to_vec()))
                || after == (None, Some(b"new".to_vec())),
            "{after:?}"
        );
        seen.insert(after);
    }
    assert_eq!(seen.len(), 2, "both happen");
}

#[test]
fn a_file_in_a_folder_that_was_never_synced_may_be_lost() {
    let lost = (0..200).filter(|seed| {
        let disk = disk(*seed);
        let folder = path("folder");
        disk.create_dir_all(&folder).unwrap();
        disk.create_new(&folder.join("a")).unwrap();
        disk.sync_dir(&folder).unwrap();
        disk.crash();
        disk.open(&folder.join("a")).is_err()
    });
    assert!((1..200).contains(&lost.count()));
}

/// The page cache answers with bytes that the disk never took, and the second fsync is a lie.
#[test]
fn a_failed_sync_drops_pages_that_reads_still_return() {
    let mut lied = 0;
    for seed in 0..100 {
        let disk = disk(seed);
        let file = durable(&disk, "a", &[1; 512]);
        disk.inject(0, Fault::Sync);
        file.write_all_at(&[2; 512], 0).unwrap();
        assert_eq!(file.sync_data().unwrap_err().raw_os_error(), Some(5));
        file.sync_data().expect("the page counts as clean");
        assert_eq!(content(&disk, "a").unwrap(), [2; 512]);
        disk.kill();
        assert_eq!(content(&disk, "a").unwrap(), [2; 512], "the cache outlives the process");
        disk.crash();
        lied += u32::from(content(&disk, "a").unwrap() == [1; 512]);
    }
    assert!((1..100).contains(&lied), "{lied} of 100");
}

#[test]
fn a_full_disk_takes_no_longer_files_until_there_is_room() {
    let disk = disk(1);
    let file = durable(&disk, "a", &[1; 512]);
    disk.inject(0, Fault::Full);
    file.write_all_at(&[2; 512], 0).expect("no byte longer");
    let refused = file.write_all_at(&[3; 512], 256).unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::StorageFull);
    assert_eq!(file.set_len(4096).unwrap_err().kind(), io::ErrorKind::StorageFull);
    let refused = disk.create_new(&path("b")).err().map(|error| error.kind());
    assert_eq!(refused, Some(io::ErrorKind::StorageFull));
    disk.heal();
    file.write_all_at(&[3; 512], 256).unwrap();
}

#[test]
fn nothing_works_between_the_power_cut_and_the_crash_and_old_files_never_again() {
    let disk = disk(1);
    let file = durable(&disk, "a", &[1; 512]);
    disk.inject(0, Fault::Power);
    assert!(file.write_all_at(&[2; 512], 0).is_err());
    assert!(file.sync_data().is_err());
    assert!(disk.open(&path("a")).is_err());
    disk.crash();
    assert!(file.len().is_err(), "its process is gone");
    assert_eq!(disk.open(&path("a")).unwrap().len().unwrap(), 512);
}

#[test]
fn a_cut_file_reads_zeros_where_it_grows_again() {
    let disk = disk(1);
    let file = durable(&disk, "a", &[1; 1000]);
    file.set_len(100).unwrap();
    file.write_all_at(&[2; 10], 900).unwrap();
    file.sync_data().unwrap();
    disk.crash();
    let left = content(&disk, "a").unwrap();
    assert_eq!((left.len(), left[99], left[100], left[899], left[900]), (910, 1, 0, 0, 2));
    let refused = disk.open(&path("a")).unwrap().read_exact_at(&mut [0; 11], 900);
    assert_eq!(refused.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
}

#[test]
fn one_seed_is_one_run() {
    let run = |seed| {
        let disk = disk(seed);
        let file = durable(&disk, "a", &[1; 4096]);
        file.write_all_at(&[2; 4096], 100).unwrap();
        disk.crash();
        (content(&disk, "a"), disk.counters())
    };
    assert_eq!(run(7), run(7));
    assert!((0..20).any(|seed| run(seed).0 != run(7).0));
}

#[test]
fn a_synced_tree_survives_whole_and_its_neighbour_does_not() {
    let mut neighbours = 0;
    for seed in 0..100 {
        let disk = disk(seed);
        for folder in ["tree/a/b", "treetop"] {
            disk.create_dir_all(&path(folder)).unwrap();
            let file = disk.create_new(&path(folder).join("file")).unwrap();
            file.write_all_at(&[1; 600], 0).unwrap();
        }
        disk.sync_dir(Path::new(ROOT)).unwrap();
        disk.sync_tree(&path("tree")).unwrap();
        disk.crash();
        assert_eq!(content(&disk, "tree/a/b/file").unwrap(), [1; 600]);
        neighbours += u32::from(content(&disk, "treetop/file").is_some());
    }
    assert!((1..100).contains(&neighbours), "{neighbours} of 100");
}

#[test]
fn a_tree_that_failed_to_sync_is_lost_in_part() {
    let lost = (0..100).filter(|seed| {
        let disk = disk(*seed);
        disk.create_dir_all(&path("tree")).unwrap();
        durable(&disk, "tree/file", &[1; 512]).write_all_at(&[2; 512], 0).unwrap();
        disk.sync_dir(&path("tree")).unwrap();
        disk.inject(0, Fault::Sync);
        assert_eq!(disk.sync_tree(&path("tree")).unwrap_err().raw_os_error(), Some(5));
        disk.sync_tree(&path("tree")).expect("the pages count as clean");
        disk.crash();
        content(&disk, "tree/file").unwrap() == [1; 512]
    });
    assert!((1..100).contains(&lost.count()));
}

#[test]
fn only_an_empty_folder_goes() {
    let disk = disk(1);
    disk.create_dir_all(&path("folder")).unwrap();
    disk.create_new(&path("folder/file")).unwrap();
    let refused = disk.remove_dir(&path("folder")).unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::DirectoryNotEmpty);
    disk.remove(&path("folder/file")).unwrap();
    disk.remove_dir(&path("folder")).unwrap();
    assert_eq!(disk.remove_dir(&path("folder")).unwrap_err().kind(), io::ErrorKind::NotFound);
}
