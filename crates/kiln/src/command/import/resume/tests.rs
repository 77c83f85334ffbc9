//! Imports that stop anywhere and go on, over a real store in a temporary folder.
use super::*;
use crate::data;
use kiln_index::Terms;
use kiln_store::{Condition, LogIndex, Millis, NewRecord, RecordKind, Settings, Store, Unit};
use tempfile::TempDir;

/// A store, and what stands for the importer around it: lines that begin with `-` are refused.
struct Importer {
    store: Store,
    _folder: TempDir,
}

/// What one import did.
#[derive(Debug, PartialEq, Eq)]
struct Did {
    stored: usize,
    skipped: u64,
}

impl Importer {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let opened = Store::open_stepped(folder.path(), Settings::default(), data::components());
        Self { store: opened.unwrap(), _folder: folder }
    }

    /// Imports; dies when so many steps are stored.
    fn import(
        &self,
        text: &str,
        chunk: usize,
        again: Option<u32>,
        steps: usize,
    ) -> anyhow::Result<Did> {
        let limits = LineLimits { line_bytes_max: 20, chunk_lines_max: chunk };
        let open = || Ok(text.as_bytes());
        let resumed = resume(open, limits, (&self.store.snapshot(), [7; 32]), again)?;
        let Resumed { mut lines, rest, mut trail, skipped } = resumed;
        let (mut stored, mut left) = (0, steps);
        let mut next = rest;
        while left > 0 {
            let Some(chunk) = next.take().map_or_else(|| lines.next_chunk(), |c| Ok(Some(c)))?
            else {
                break;
            };
            let records = self.take(&chunk, &mut trail)?;
            left -= usize::from(records > 0);
            stored += records;
        }
        Ok(Did { stored, skipped })
    }

    fn take(&self, chunk: &Chunk, trail: &mut Trail) -> anyhow::Result<usize> {
        let lines: Vec<Line> = chunk.lines().collect();
        let prints: Vec<u32> = lines.iter().map(|line| print(&line.body)).collect();
        let is_good = |line: &Line| line.body.as_ref().is_ok_and(|body| !body.starts_with(b"-"));
        let taken = lines.iter().rposition(is_good).map_or(0, |last| last + 1);
        let key = (taken > 0).then(|| trail.step(&prints[..taken], lines[taken - 1].end));
        trail.pass(&prints[taken..]);
        let Some(key) = key else { return Ok(0) };
        let records: Vec<_> = lines.into_iter().filter(is_good).map(record).collect();
        let count = records.len();
        let (principal, condition) = (PRINCIPAL.into(), Condition::Step);
        let mut waiter = self.store.append(Unit { records, principal, condition, key })?;
        while self.store.step() {}
        let appended = waiter.try_recv()??;
        Ok(if appended.replayed { 0 } else { count })
    }

    fn bodies(&self) -> Vec<String> {
        let snapshot = self.store.snapshot();
        let all = (0..snapshot.size().0).map(|at| snapshot.read(LogIndex(at)).unwrap().body);
        all.map(|body| String::from_utf8(body.to_vec()).unwrap()).collect()
    }
}

fn record(line: Line) -> NewRecord {
    NewRecord {
        kind: RecordKind::AuditEvent,
        release: 3,
        media_type: 1,
        body: line.body.unwrap(),
        recorded: Millis(0),
        terms: Terms::new(),
        entry: 0,
        if_none_exist: None,
    }
}

/// With refused lines at both ends and alone in chunks, a blank one, one that is too long, equal
/// ones, and no end of the last.
const TEXT: &str =
    "-\n-\na\nb\n-\n-\n-\n\nc\r\nc\n-much longer than it may be\nd\nd\ne\n-\nf\ng\n-\n-";
const EVENTS: [&str; 9] = ["a", "b", "c", "c", "d", "d", "e", "f", "g"];
const ALL: usize = usize::MAX;

#[test]
fn each_line_is_stored_once_and_in_order_wherever_imports_stop() {
    for first in [0, 1, 2, 3, 5, 8] {
        for second in [0, 1, 2, 4, 7] {
            for chunks in [[1, 1, 1], [3, 3, 3], [7, 2, 3], [2, 5, 1]] {
                let importer = Importer::new();
                importer.import(TEXT, chunks[0], None, first).unwrap();
                importer.import(TEXT, chunks[1], None, second).unwrap();
                importer.import(TEXT, chunks[2], None, ALL).unwrap();
                assert_eq!(importer.bodies(), EVENTS, "{first} {second} {chunks:?}");
                let last = importer.import(TEXT, chunks[0], None, ALL).unwrap();
                assert_eq!(last, Did { stored: 0, skipped: 16 }, "{first} {second} {chunks:?}");
            }
        }
    }
}

#[test]
fn a_file_that_has_grown_goes_on_where_it_ended() {
    for cut in 0..=TEXT.len() {
        for chunk in [1, 3] {
            let importer = Importer::new();
            let before = &TEXT[..cut];
            importer.import(before, chunk, None, ALL).unwrap();
            importer.import(TEXT, 2, None, ALL).unwrap();
            assert_eq!(importer.bodies(), EVENTS, "{cut} {chunk}");
        }
    }
}

#[test]
fn on_purpose_a_file_is_imported_once_more_and_that_goes_on_too() {
    let importer = Importer::new();
    importer.import(TEXT, 2, None, ALL).unwrap();
    importer.import(TEXT, 2, Some(2), 2).unwrap();
    let did = importer.import(TEXT, 3, Some(2), ALL).unwrap();
    assert!(did.stored > 0 && did.skipped > 0, "{did:?}");
    assert_eq!(importer.bodies(), [EVENTS, EVENTS].concat());
    for time in [None, Some(1), Some(2)] {
        let did = importer.import(TEXT, 2, time, ALL).unwrap();
        assert_eq!(did, Did { stored: 0, skipped: 16 }, "{time:?}");
    }
    let error = importer.import(TEXT, 2, Some(4), ALL).unwrap_err().to_string();
    assert!(error.contains("2 times"), "{error}");
}

#[test]
fn a_file_that_differs_is_told_and_nothing_of_it_is_stored() {
    for other in ["a\nb\nX\nd\n", "a\nX\nb\nc\nd\n", "a\nc\nd\n", "a\nb\n"] {
        let importer = Importer::new();
        importer.import("a\nb\nc\nd\n", 4, None, ALL).unwrap();
        let error = importer.import(other, 4, None, ALL).unwrap_err().to_string();
        assert!(error.contains("differs") && error.contains("--again 2"), "{error}");
        assert_eq!(importer.bodies(), ["a", "b", "c", "d"]);
        importer.import(other, 4, Some(2), ALL).unwrap();
        // Each of the two files is known from here on.
        for text in ["a\nb\nc\nd\n", other] {
            assert_eq!(importer.import(text, 4, None, ALL).unwrap().stored, 0);
        }
    }
}

#[test]
fn files_that_begin_differently_have_nothing_to_do_with_each_other() {
    let importer = Importer::new();
    importer.import("a\nb\n", 4, None, ALL).unwrap();
    importer.import("b\na\n", 4, None, ALL).unwrap();
    importer.import("", 4, None, ALL).unwrap();
    assert_eq!(importer.bodies(), ["a", "b", "b", "a"]);
}
