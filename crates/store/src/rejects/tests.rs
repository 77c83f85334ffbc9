use super::{
    Door, Reject, Rejected, Settings, Shelf, Status, Unread, piece, pieces::Pieces, purge, read,
};
use crate::{
    Millis,
    disk::{Disk as _, RealDisk},
    testing::FailingDisk,
};
use std::{
    fs,
    ops::ControlFlow,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    sync::{Arc, atomic::Ordering},
};
use tempfile::TempDir;

fn rejected(body: &str) -> Rejected {
    Rejected {
        received: Millis(1_700_000_000_123),
        principal: "ward".into(),
        door: Door::Create,
        release: 3,
        media_type: 1,
        status: 400,
        position: 0,
        outcome: br#"{"resourceType":"OperationOutcome"}"#.to_vec(),
        body: body.as_bytes().to_vec().into(),
    }
}

/// Text that does not compress, another for each seed.
fn noise(seed: u64, len: usize) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut letter = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b' ' + (state >> 33) as u8 % 95)
    };
    (0..len).map(|_| letter()).collect()
}

fn shelf(tenant: &Path, settings: Settings) -> Shelf {
    Shelf::open(tenant, settings, Arc::new(RealDisk)).unwrap()
}

/// What a shelf counted when it had written all of it.
fn put_all(tenant: &Path, settings: &Settings, all: impl IntoIterator<Item = Rejected>) -> Status {
    let shelf = shelf(tenant, settings.clone());
    all.into_iter().for_each(|one| shelf.put(one));
    shelf.queue.close();
    let mut shelf = shelf;
    shelf.thread.take().unwrap().join().unwrap();
    shelf.status()
}

fn all(tenant: &Path) -> (Vec<Reject>, Unread) {
    let mut found = Vec::new();
    let unread = read(tenant, &RealDisk, &mut |reject| {
        found.push(reject);
        ControlFlow::Continue(())
    });
    (found, unread.unwrap())
}

fn numbers(tenant: &Path) -> Vec<u64> {
    all(tenant).0.iter().map(|reject| reject.number).collect()
}

fn files(tenant: &Path) -> Vec<std::path::PathBuf> {
    let folder = super::folder(tenant);
    let firsts = piece::list(&folder, &RealDisk).unwrap();
    firsts.into_iter().map(|first| piece::path(&folder, first)).collect()
}

#[expect(clippy::disallowed_methods, reason = "the test looks at what the disk was given")]
fn file_bytes(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "the test does to the file what no disk would")]
fn set_file(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
}

fn bytes_on_disk(tenant: &Path) -> u64 {
    files(tenant).iter().map(|file| fs::metadata(file).unwrap().len()).sum()
}

#[test]
fn a_shelf_that_is_written_is_emptied_and_written_on() {
    let tenant = TempDir::new().unwrap();
    let shelf = shelf(tenant.path(), Settings::default());
    shelf.put(rejected("1"));
    shelf.put(rejected("2"));
    assert_eq!(shelf.purge().unwrap(), 1);
    assert_eq!((numbers(tenant.path()), shelf.status().count), (vec![], 0));
    // What was there before is kept again, under a number that nothing had.
    shelf.put(rejected("1"));
    drop(shelf);
    assert_eq!(numbers(tenant.path()), [3]);
}

#[test]
fn what_was_refused_is_read_as_it_came() {
    let tenant = TempDir::new().unwrap();
    let bytes = [0_u8, 0xff, b'{', b'\n', 0x80];
    let odd = Rejected {
        door: Door::Entry,
        position: 7,
        media_type: 2,
        status: 422,
        body: bytes.to_vec().into(),
        ..rejected("")
    };
    put_all(tenant.path(), &Settings::default(), [rejected("{}"), odd.clone(), rejected("")]);
    let (found, unread) = all(tenant.path());
    assert_eq!(unread, Unread::default());
    assert_eq!(found.iter().map(|reject| reject.number).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(found[0].body().unwrap(), b"{}");
    let second = &found[1];
    assert_eq!(second.body().unwrap(), bytes);
    assert_eq!(second.outcome, odd.outcome);
    assert_eq!((second.received, &*second.principal), (odd.received, "ward"));
    assert_eq!((second.door, second.position, second.status), (Some(Door::Entry), 7, 422));
    assert_eq!((second.release, second.media_type), (3, 2));
    assert_eq!(found[2].body().unwrap(), b"");
}

#[test]
fn files_are_for_this_user_only() {
    let tenant = TempDir::new().unwrap();
    put_all(tenant.path(), &Settings::default(), [rejected("a")]);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&files(tenant.path())[0]), 0o600);
    assert_eq!(mode(&super::folder(tenant.path())), 0o700);
}

#[test]
fn a_flood_leaves_the_newest_within_the_bounds() {
    let tenant = TempDir::new().unwrap();
    let settings = Settings { bytes_max: 100_000, count_max: 1000, ..Settings::default() };
    let disk: Arc<dyn crate::disk::Disk> = Arc::new(RealDisk);
    let folder = super::folder(tenant.path());
    let mut pieces = Pieces::open(&folder, &settings, &disk).unwrap();
    let mut oldest = 0;
    for seed in 0..3000 {
        pieces.put(&rejected(&noise(seed, 500)), &mut oldest).unwrap();
        assert!(pieces.bytes() <= settings.bytes_max);
        assert!(pieces.count() <= settings.count_max);
    }
    pieces.sync().unwrap();
    assert_eq!(bytes_on_disk(tenant.path()), pieces.bytes());
    let kept = numbers(tenant.path());
    assert_eq!(*kept.last().unwrap(), 3000);
    assert_eq!(kept.len() as u64 + oldest, 3000);
    assert!(kept.len() > 100, "{}", kept.len());
    assert!(kept.windows(2).all(|pair| pair[0] + 1 == pair[1]));
}

#[test]
fn few_large_ones_and_many_small_ones_share_the_bounds() {
    let tenant = TempDir::new().unwrap();
    let settings = Settings { bytes_max: 60_000, count_max: 20, ..Settings::default() };
    let large = (0..9).map(|seed| rejected(&noise(seed, 20_000)));
    let small = (0..100).map(|seed| rejected(&format!("small {seed}")));
    let status = put_all(tenant.path(), &settings, large.chain(small));
    assert!(bytes_on_disk(tenant.path()) <= 60_000);
    assert_eq!(status.bytes, bytes_on_disk(tenant.path()));
    assert_eq!(status.kept, 109);
    assert_eq!(status.count + status.oldest, 109);
    assert!((15..=20).contains(&status.count), "{status:?}");
}

#[test]
fn what_alone_is_larger_than_the_shelf_is_counted() {
    let tenant = TempDir::new().unwrap();
    let settings = Settings { bytes_max: 10_000, ..Settings::default() };
    let bodies = [rejected("first"), rejected(&noise(1, 50_000)), rejected("last")];
    let status = put_all(tenant.path(), &settings, bodies);
    assert_eq!((status.kept, status.too_large, status.oldest), (2, 1, 0));
}

#[test]
fn what_comes_faster_than_it_can_wait_is_counted() {
    let queue = super::queue::Queue::new(&Settings {
        queue_bytes_max: 1000,
        queue_count_max: 3,
        ..Settings::default()
    });
    assert!(!queue.push(rejected(&noise(1, 2000))));
    assert!((0..3).all(|_| queue.push(rejected("a"))));
    assert!(!queue.push(rejected("a")));
    assert_eq!(queue.take().unwrap().0.len(), 3);
    assert!(queue.push(rejected("a")));
    queue.close();
    assert!(!queue.push(rejected("a")));
    assert_eq!(queue.take().unwrap().0.len(), 1);
    assert!(queue.take().is_none());
}

#[test]
fn a_sender_that_repeats_itself_fills_no_shelf() {
    let tenant = TempDir::new().unwrap();
    let settings = Settings { count_max: 4, ..Settings::default() };
    let status = put_all(tenant.path(), &settings, (0..50).map(|_| rejected("again")));
    assert_eq!((status.kept, status.repeated), (1, 49));
    // Once the first one had to go, the next is kept.
    let others = (0..20).map(|seed| rejected(&format!("other {seed}")));
    let bodies = [rejected("again")].into_iter().chain(others).chain([rejected("again")]);
    let status = put_all(tenant.path(), &settings, bodies);
    assert_eq!((status.kept, status.repeated), (22, 0));
    assert_eq!(all(tenant.path()).0.last().unwrap().body().unwrap(), b"again");
}

#[test]
fn a_restart_goes_on_where_the_shelf_ended() {
    let tenant = TempDir::new().unwrap();
    let settings = Settings { count_max: 40, ..Settings::default() };
    for start in 0..60 {
        put_all(tenant.path(), &settings, [rejected(&format!("start {start}"))]);
    }
    let numbers = numbers(tenant.path());
    assert_eq!(*numbers.last().unwrap(), 60);
    assert!((30..=40).contains(&numbers.len()), "{numbers:?}");
    assert!(files(tenant.path()).len() <= 20);
}

#[test]
fn a_torn_end_costs_its_entry_and_is_left_as_it_is() {
    let whole = TempDir::new().unwrap();
    put_all(whole.path(), &Settings::default(), [rejected("first"), rejected("second")]);
    let bytes = file_bytes(&files(whole.path())[0]);
    let one = TempDir::new().unwrap();
    put_all(one.path(), &Settings::default(), [rejected("first")]);
    let first_ends = fs::metadata(&files(one.path())[0]).unwrap().len() as usize;
    for len in (0..bytes.len()).rev().step_by(3) {
        let tenant = TempDir::new().unwrap();
        fs::create_dir(super::folder(tenant.path())).unwrap();
        let torn = piece::path(&super::folder(tenant.path()), 1);
        set_file(&torn, &bytes[..len]);
        let before = numbers(tenant.path());
        assert_eq!(before.len(), usize::from(len >= first_ends), "{len}");
        put_all(tenant.path(), &Settings::default(), [rejected("third")]);
        let (found, _) = all(tenant.path());
        assert_eq!(found.len(), before.len() + 1, "{len}");
        assert_eq!(found.last().unwrap().body().unwrap(), b"third");
        assert!(found.last().unwrap().number > before.last().copied().unwrap_or(0));
        assert!(file_bytes(&torn).starts_with(&bytes[..len]));
    }
}

#[test]
fn a_flipped_bit_costs_its_entry() {
    let tenant = TempDir::new().unwrap();
    let bodies = ["first", "second", "third"].map(rejected);
    put_all(tenant.path(), &Settings::default(), bodies);
    let file = files(tenant.path()).remove(0);
    let sound = file_bytes(&file);
    for at in piece::HEADER..sound.len() {
        let mut bytes = sound.clone();
        bytes[at] ^= 0x10;
        set_file(&file, &bytes);
        let (found, unread) = all(tenant.path());
        assert!(found.len() < 3 && unread.entries > 0, "at {at}: {}", found.len());
        for reject in found {
            let body = reject.body().unwrap();
            assert_eq!(body, [&b"first"[..], b"second", b"third"][reject.number as usize - 1]);
        }
    }
}

#[test]
fn a_file_of_a_later_version_is_told_and_goes_like_any_other() {
    let tenant = TempDir::new().unwrap();
    let settings = Settings { count_max: 2, ..Settings::default() };
    put_all(tenant.path(), &settings, [rejected("first")]);
    let file = files(tenant.path()).remove(0);
    let mut bytes = file_bytes(&file);
    bytes[8] = 9;
    set_file(&file, &bytes);
    assert_eq!(all(tenant.path()).1, Unread { entries: 0, files: 1 });
    put_all(tenant.path(), &settings, ["second", "third"].map(rejected));
    assert_eq!(numbers(tenant.path()).len(), 2);
    assert!(numbers(tenant.path()).iter().all(|number| *number > 1));
}

#[test]
fn a_full_disk_is_counted_and_survived() {
    let tenant = TempDir::new().unwrap();
    let disk = FailingDisk::default();
    let failures = Arc::clone(&disk.0);
    let disk: Arc<dyn crate::disk::Disk> = Arc::new(disk);
    let folder = super::folder(tenant.path());
    let mut pieces = Pieces::open(&folder, &Settings::default(), &disk).unwrap();
    let mut put = |body: &str| pieces.put(&rejected(body), &mut 0);
    put("first").unwrap();
    failures.bytes_free.store(50, Ordering::Relaxed);
    for _ in 0..100 {
        put("none of these").unwrap_err();
    }
    failures.bytes_free.store(u64::MAX, Ordering::Relaxed);
    put("last").unwrap();
    let (found, unread) = all(tenant.path());
    let bodies: Vec<_> = found.iter().map(|reject| reject.body().unwrap()).collect();
    assert_eq!((bodies, unread), (vec![b"first".to_vec(), b"last".to_vec()], Unread::default()));
    assert_eq!(files(tenant.path()).len(), 1);
}

#[test]
fn an_emptied_shelf_goes_on_counting() {
    let tenant = TempDir::new().unwrap();
    assert_eq!(purge(tenant.path(), &RealDisk).unwrap(), 0);
    put_all(tenant.path(), &Settings::default(), ["a", "b"].map(rejected));
    assert_eq!(purge(tenant.path(), &RealDisk).unwrap(), 1);
    assert_eq!(numbers(tenant.path()), [0; 0]);
    assert_eq!(purge(tenant.path(), &RealDisk).unwrap(), 0);
    put_all(tenant.path(), &Settings::default(), [rejected("c")]);
    assert_eq!(numbers(tenant.path()), [3]);
}

#[test]
fn the_newest_are_read_from_as_many_files_as_it_takes() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { bytes_max: 100_000, ..Settings::default() };
    put_all(folder.path(), &settings, (0..40).map(|at| rejected(&noise(at, 1000))));
    assert!(files(folder.path()).len() > 2);
    let shelf = shelf(folder.path(), settings);
    let newest = |max| {
        let (found, unread) = shelf.newest(max).unwrap();
        assert_eq!(unread, Unread::default());
        found.iter().map(|reject| reject.number).collect::<Vec<_>>()
    };
    assert_eq!(newest(3), [40, 39, 38]);
    assert_eq!(newest(1000), (1..=40).rev().collect::<Vec<_>>());
    assert!(newest(0).is_empty());
}

#[test]
fn other_names_in_the_folder_are_left_alone() {
    let tenant = TempDir::new().unwrap();
    let folder = super::folder(tenant.path());
    RealDisk.create_dir_all(&folder).unwrap();
    let theirs = folder.join("import-1700000000000.ndjson");
    set_file(&theirs, b"{}\n");
    put_all(tenant.path(), &Settings::default(), [rejected("a")]);
    purge(tenant.path(), &RealDisk).unwrap();
    assert_eq!(file_bytes(&theirs), b"{}\n");
}
