//! What readers see, against the oracle.

use super::{FOLDER, SIDE, Simulation};
use crate::{oracle::Kept, workload};
use kiln_evidence::Note;
use kiln_index::{Buckets, LogIndex, Millis, Order, Page, Position, Query, Term, TermRef};
use kiln_store::{
    RecordId, RecordKind, Snapshot, VerifyOptions, clock::Clock, disk::Disk, fsck, verify,
};
use std::{collections::BTreeMap, ops::Range, path::Path, sync::Arc};

impl Simulation {
    /// Every record, every id, the roots, a few queries.
    pub(super) fn check_everything(&mut self) {
        let snapshot = self.store().snapshot();
        self.take_statements(&snapshot);
        assert_eq!(snapshot.size().0, self.oracle.log.len() as u64, "the log's length");
        self.check_records(&snapshot);
        self.check_root();
        self.check_reads();
    }

    /// However a process ended, `kiln fsck` finds nothing wrong in what it has left.
    pub(super) fn check_fsck(&mut self) {
        if self.dice.chance(50) {
            let found = fsck(Path::new(FOLDER), &self.components(), &mut |_, _| {});
            assert_eq!(found.problems, [""; 0], "what fsck tells");
            assert_eq!(found.unread, None, "what fsck could not look at");
            let acknowledged = self.oracle.log.len() as u64;
            assert!(found.records >= acknowledged, "fsck finds fewer records than there are");
            self.report.fscks += 1;
            self.check_verify();
        }
    }

    /// Nor does `kiln verify store`, which holds the log against its side file, too. What it
    /// cannot tell is no finding.
    fn check_verify(&self) {
        let side = self.disk.map_sealed(Path::new(SIDE)).ok();
        let side = side.map(|side| Note::parse(side.as_ref()).expect("a signed note"));
        let options = VerifyOptions { known: side.into_iter().collect(), ..Default::default() };
        let found = verify(Path::new(FOLDER), &self.components(), &options, &mut |_, _| {});
        assert_eq!(found.findings, [], "what verify finds");
        assert_eq!(found.unread, None, "what verify could not look at");
        let acknowledged = self.oracle.log.len() as u64;
        assert!(found.records >= acknowledged, "verify finds fewer records than there are");
    }

    fn check_records(&self, snapshot: &Snapshot) {
        let all: Vec<LogIndex> = (0..snapshot.size().0).map(LogIndex).collect();
        let records = snapshot.read_all(&all).expect("every record is readable");
        let mut before: Option<RecordId> = None;
        for (kept, record) in self.oracle.log.iter().zip(&records) {
            kept.check(record);
            let id = record.envelope.id;
            assert!(before < Some(id), "ids and received times never go back");
            before = Some(id);
            let found = snapshot.find(id).expect("an id is found");
            let expected = kept.record().and_then(Kept::address);
            assert_eq!(found, expected, "position of an id; what is hidden has no address");
        }
    }

    /// The root at a size never changes: the log never forks.
    pub(super) fn check_root(&mut self) {
        let snapshot = self.store().snapshot();
        let root = snapshot.root().0;
        let known = *self.roots.entry(snapshot.size()).or_insert(root);
        assert_eq!(known, root, "the log has forked at {:?}", snapshot.size());
        self.note_checkpoint(&snapshot);
    }

    /// Every root that a reader ever saw still stands in the log, behind the same records.
    pub(super) fn check_roots_on_disk(&self) {
        let files = self.disk.files();
        let logs = files.iter().filter(|(path, _)| path.extension().is_some_and(|e| e == "log"));
        let mut on_disk = BTreeMap::new();
        for (path, _) in logs {
            let bytes = self.disk.map_sealed(path).expect("a file that was listed");
            on_disk.extend(roots_in(bytes.as_ref()));
        }
        for (size, root) in self.roots.iter().filter(|(size, _)| size.0 > 0) {
            assert_eq!(on_disk.get(size), Some(root), "the log has forked at {size:?}");
        }
    }

    /// A few random queries: pages, counts, aggregates.
    pub(super) fn check_reads(&mut self) {
        let snapshot = self.some_snapshot();
        for _ in 0..3 {
            let query =
                workload::query(&mut self.dice, self.oracle.log.len() as u64, self.clock.now(), 2);
            self.check_pages(&snapshot, &query);
            self.check_counts(&snapshot, &query);
            self.check_hidden(&snapshot, &query);
            self.report.queries += 1;
        }
        // The newest statements may not have been taken in yet.
        let known = (snapshot.size().0 as usize).min(self.oracle.log.len());
        if known > 0 {
            let at = self.dice.index(known);
            let record = snapshot.read(LogIndex(at as u64)).expect("readable");
            self.oracle.log[at].check(&record);
        }
    }

    /// The log as it is, or as a reader who holds on to it still sees it.
    fn some_snapshot(&mut self) -> Arc<Snapshot> {
        let now = self.store().snapshot();
        if self.dice.chance(70) {
            return now;
        }
        let held = Arc::clone(self.held.get_or_insert(now));
        if self.dice.chance(20) {
            self.held = None;
        }
        held
    }

    /// Walks all pages of a query as of a random size.
    fn check_pages(&mut self, snapshot: &Snapshot, query: &Query) {
        let order = workload::order(&mut self.dice);
        let size = LogIndex(self.dice.range(0..snapshot.size().0 + 1));
        let limit = self.dice.range(1..40) as usize;
        let whole = Page { query, order, after: None, size, limit: usize::MAX };
        let expected = self.oracle.page(&whole);
        let mut walked: Vec<Position> = Vec::new();
        loop {
            let page = Page { query, order, after: walked.last().copied(), size, limit };
            let hits = snapshot.query(&page, &|| false).expect("a query answers");
            assert!(hits.len() <= limit, "a page is too long");
            walked.extend(&hits);
            if hits.len() < limit {
                break;
            }
        }
        assert_eq!(walked, expected, "{query:?} in {order:?} below {size:?}");
    }

    /// What no search shows is found by its kind, and nothing else with it.
    fn check_hidden(&self, snapshot: &Snapshot, query: &Query) {
        let (order, size) = (Order::LogOldest, snapshot.size());
        for kind in [RecordKind::Resource, RecordKind::Intent] {
            let page = Page { query, order, after: None, size, limit: usize::MAX };
            let hits = snapshot.query_hidden(kind, &page, &|| false).expect("a query answers");
            let mut expected = self.oracle.matching_hidden(kind, query);
            expected.retain(|hit| hit.log_index < size);
            assert_eq!(hits, expected, "{query:?} of {kind:?} below {size:?}");
            let count = snapshot.count_hidden(kind, query, size, &|| false);
            let count = count.expect("a count answers");
            assert_eq!(count, hits.len() as u64, "count of {query:?} of {kind:?} below {size:?}");
        }
    }

    fn check_counts(&mut self, snapshot: &Snapshot, query: &Query) {
        let size = LogIndex(self.dice.range(0..snapshot.size().0 + 1));
        let count = snapshot.count(query, size, &|| false).expect("a count answers");
        assert_eq!(count, self.hits_below(query, size), "count of {query:?} below {size:?}");
        let terms = self.some_terms();
        let narrowed = terms.iter().cloned().map(Query::Term);
        self.check_buckets(snapshot, query, size, &Buckets::Terms(&terms), narrowed);
        let days = days(self.clock.now());
        let narrowed = days.iter().cloned().map(Query::Recorded);
        self.check_buckets(snapshot, query, size, &Buckets::Recorded(&days), narrowed);
    }

    fn check_buckets(
        &self,
        snapshot: &Snapshot,
        query: &Query,
        size: LogIndex,
        buckets: &Buckets<'_>,
        narrowed: impl Iterator<Item = Query>,
    ) {
        let both = |bucket| Query::And(vec![query.clone(), bucket]);
        let expected: Vec<u64> =
            narrowed.map(|bucket| self.hits_below(&both(bucket), size)).collect();
        let counts = snapshot.aggregate(query, size, buckets, &|| false);
        let counts = counts.expect("an aggregate answers");
        assert_eq!(counts, expected, "{buckets:?} of {query:?} below {size:?}");
    }

    fn hits_below(&self, query: &Query, size: LogIndex) -> u64 {
        let hits = self.oracle.matching(query);
        hits.iter().filter(|hit| hit.log_index < size).count() as u64
    }

    /// Terms of the newest records.
    fn some_terms(&self) -> Vec<Term> {
        let newest = self.oracle.records().rev().take(3);
        let terms = newest.flat_map(|kept| kept.sent.terms.iter());
        let own = |term: TermRef<'_>| Term {
            field: term.field,
            kind: term.kind,
            value: term.value.to_owned(),
        };
        terms.map(own).collect()
    }
}

/// The last ten days, each a bucket.
fn days(now: Millis) -> Vec<Range<Millis>> {
    const DAY: i64 = 86_400_000;
    (0..10).rev().map(|day| Millis(now.0 - (day + 1) * DAY)..Millis(now.0 - day * DAY)).collect()
}

/// The tree's size and root after each group that the bytes of a segment file hold.
///
/// Written from `docs/FORMATS.md`, not with the store's own code: a group ends with tree size (8) ‖
/// root (32) ‖ checkpoint length (4) ‖ CRC32C (4) ‖ "kilnend\0".
fn roots_in(bytes: &[u8]) -> Vec<(LogIndex, [u8; 32])> {
    let ends = bytes.windows(56).filter(|window| window.ends_with(b"kilnend\0"));
    ends.filter_map(|trailer| {
        let (size, rest) = trailer.split_first_chunk()?;
        Some((LogIndex(u64::from_le_bytes(*size)), *rest.first_chunk()?))
    })
    .collect()
}
