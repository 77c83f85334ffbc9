//! That a log only grew, or that there are two of it.
use crate::evidence::{expect, fill, get, log_key};
use crate::program::{copy, start, text, write};
use std::path::Path;

/// Goes on with this log, and keeps its newest checkpoint.
fn grow(data: &Path, name: &str, events: usize) -> (String, String) {
    let running = start(data, "");
    fill(&running.server, name, events);
    let note = get(&running.server, "/log/checkpoint");
    let key = log_key(&running.server);
    running.stop(data);
    let path = data.with_extension(name);
    write(&path, note.as_bytes());
    (text(&path), key)
}

#[test]
fn a_log_that_grew_holds_its_past_and_one_that_was_written_anew_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let (log, fork) = (folder.path().join("log"), folder.path().join("fork"));
    let (first, key) = grow(&log, "first", 300);
    copy(&log, &fork);
    let (second, _) = grow(&log, "second", 30);
    let (other, same) = grow(&fork, "other", 60);
    assert_eq!(key, same, "both are signed with the same key, under the same name");
    let trust = ["--key", key.as_str()];
    let check = |old: &str, new: &str, tiles: &Path, code: i32, says: &str| {
        expect(&["consistency", old, new, &text(tiles), trust[0], trust[1]], code, says);
    };
    for tiles in [log.clone(), log.join("tenants/default"), log.join("tenants/default/tiles")] {
        check(&first, &second, &tiles, 0, "begins with the log of");
    }
    check(&first, &other, &fork, 0, "begins with the log of");
    // Each alone is flawless; together they show that the log was written twice.
    check(&second, &other, &fork, 1, "the later log does not hold the earlier one");
    check(&second, &other, &log, 2, "no proof can be made of the tiles here");
    check(&second, &first, &log, 1, "the later one is smaller");
    let nothing = folder.path().join("nothing");
    std::fs::create_dir(&nothing).unwrap();
    check(&first, &second, &nothing, 2, "no proof can be made of the tiles here");
    check(&first, &text(&folder.path().join("gone")), &log, 3, "No such file");
    // What one of them keeps finds the other out.
    let stores = |data: &Path, known: &str, code: i32, says: &str| {
        expect(&["store", &text(data), "--known", known, trust[0], trust[1]], code, says);
    };
    stores(&log, &second, 0, "ok");
    stores(&fork, &first, 0, "ok");
    stores(&fork, &second, 1, "the records before it are others");
}
