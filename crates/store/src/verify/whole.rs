//! Puts the segments together: that each follows the one before, and what can only be told then.
use super::{
    custody::Custody,
    ending::Ending,
    folder::LogFile,
    merged::Digests,
    report::{RecordVerdict, VerifyOptions, VerifyReport},
    tell::{self, Spot, Told},
    tiles::Rows,
    walk::{Context, Root, Walked},
};
use crate::{LogIndex, chain::Chain, stop::Mark};
use kiln_evidence::{Checkpoint, Hash, Note, Tree, TreeSize};
use std::io;

/// The log up to the segment that was added last.
pub(super) struct Whole<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) told: Told,
    pub(super) custody: Custody<'a>,
    rows: Rows,
    /// Where the segment before ended.
    pub(super) before: Option<Before>,
    /// Roots that were wanted.
    pub(super) roots: Vec<Root>,
    pub(super) last: Option<Note>,
    /// Whether all of it was followed from its beginning.
    pub(super) is_unbroken: bool,
    digests: Digests,
    report: VerifyReport,
}

/// The end of a segment.
pub(super) struct Before {
    pub(super) name: String,
    pub(super) chain: Chain,
    pub(super) byte: u64,
    pub(super) len: u64,
    pub(super) ending: Ending,
}

impl<'a> Whole<'a> {
    pub(super) fn new(context: &'a Context<'a>, options: &'a VerifyOptions) -> Self {
        Self {
            context,
            told: Told::default(),
            custody: Custody::new(&context.ring, &options.trusted),
            rows: Rows::new(),
            before: None,
            roots: Vec::new(),
            last: None,
            is_unbroken: true,
            digests: Digests::default(),
            report: VerifyReport::default(),
        }
    }

    /// Adds the next segment; `None` when its header cannot be used.
    pub(super) fn add(&mut self, log: &LogFile, walked: Option<Walked>, told: Told) {
        self.told.add(told);
        self.report.segments += 1;
        let Some(mut walked) = walked else {
            self.is_unbroken = false;
            return;
        };
        self.told.add(std::mem::take(&mut walked.told));
        self.follow(log, &walked.start);
        let files = &self.context.found.tiles;
        let first = walked.start.tree.size().0;
        self.rows.add(first, &walked.strip, &walked.nodes, files, &mut self.told);
        self.custody.add(&walked, &mut self.told);
        self.report.groups += walked.groups;
        self.report.indexes += walked.indexes;
        if let Some(digest) = walked.digest.take() {
            self.digests.add(log.first, walked.end.size(), digest);
        }
        self.roots.append(&mut walked.roots);
        if walked.last.is_some() {
            self.last = walked.last;
        }
        let Walked { name, end, byte, len, ending, .. } = walked;
        self.before = Some(Before { name, chain: end, byte, len, ending });
    }

    /// Whether the segment begins where the one before ends.
    fn follow(&mut self, log: &LogFile, start: &Chain) {
        let first = log.first.0;
        let Some(before) = self.before.take() else { return self.begin(log, start) };
        if let Ending::Broken { told, .. } = &before.ending {
            let spot = Spot::file(&before.name).byte(before.byte).record(before.chain.size());
            self.told.find(spot, told);
        }
        let end = before.chain.size().0;
        if start.follows(&before.chain) {
            return;
        }
        if end < first {
            // What is there and cannot be followed is altered; what is not there is missing.
            let is_there = matches!(before.ending, Ending::Broken { .. });
            let verdict = if is_there { RecordVerdict::Altered } else { RecordVerdict::Missing };
            self.told.affect(end..first, verdict);
        }
        let told = format!("it does not follow {}, which ends at record {end}", before.name);
        self.told.find(Spot::file(&log.name).byte(0).record(log.first), told);
        self.break_at();
    }

    /// Whether the first segment is the log's first.
    fn begin(&mut self, log: &LogFile, start: &Chain) {
        let first = log.first.0;
        if first != 0 {
            self.break_at();
            self.told.affect(0..first, RecordVerdict::Missing);
            let told = format!("the segment files of records 0 to {} are missing", first - 1);
            self.told.find(Spot::file(&log.name).record(LogIndex(0)), told);
        } else if start.last_id.is_some() || start.next_group != 0 {
            self.told.find(Spot::file(&log.name).byte(0), "a log begins with nothing before it");
        }
    }

    /// Compares index files of several segments.
    pub(super) fn merged(&mut self) -> io::Result<()> {
        self.report.indexes += self.context.found.merged.len() as u64;
        std::mem::take(&mut self.digests).finish(self.context, &mut self.told)
    }

    fn break_at(&mut self) {
        self.is_unbroken = false;
        self.custody.break_at(&mut self.told);
    }

    /// How many records the log has.
    pub(super) fn size(&self) -> u64 {
        self.before.as_ref().map_or(0, |before| before.chain.size().0)
    }

    /// The root at a size that was wanted, if all before it was followed.
    pub(super) fn root(&self, size: u64) -> Option<Root> {
        if size == 0 {
            return Some(Root { size, hash: Tree::default().root(), note: None });
        }
        self.roots.iter().find(|root| root.size == size).cloned()
    }

    /// Tells all of it.
    pub(super) fn finish(mut self) -> VerifyReport {
        self.end();
        self.custody.break_at(&mut self.told);
        let size = TreeSize(self.size());
        let files = &self.context.found.tiles;
        if self.is_unbroken {
            self.rows.finish(files, &mut self.told);
        }
        self.check_tiles(size);
        self.check_known();
        self.custody.finish(files, self.before.as_ref(), &mut self.told);
        let newest = self.last.take().and_then(|note| {
            let checkpoint = Checkpoint::parse(&note.text).ok()?;
            (!note.signatures.is_empty()).then_some((checkpoint, note))
        });
        let mut report = self.report;
        report.newest = newest;
        report.key = self.custody.key();
        report.tiles = files.compared();
        let Told { findings, left_out, unproven, absent, affected } = self.told;
        (report.findings, report.findings_left_out) = (findings, left_out);
        (report.unproven, report.absent) = (unproven, absent);
        report.affected = tell::merged(affected);
        let bad = report
            .affected
            .iter()
            .map(|a| a.records.end.min(size.0).saturating_sub(a.records.start));
        report.records = size.0.saturating_sub(bad.sum());
        report
    }

    /// How the last segment ends.
    fn end(&mut self) {
        let found = self.context.found;
        let Some(before) = &self.before else { return self.nothing() };
        let spot = || Spot::file(&before.name).byte(before.byte).record(before.chain.size());
        if let Ending::Broken { told, to } = &before.ending {
            self.told.find(spot(), told);
            let end = before.chain.size().0;
            self.told.affect(end..to.unwrap_or(end + 1), RecordVerdict::Altered);
        }
        if let Some(mark) = &found.mark {
            let right = Mark {
                log: before.chain.log,
                size: before.chain.size(),
                root: before.chain.tree.root(),
                segment: found.logs.last().map_or(LogIndex(0), |log| log.first),
                segment_len: before.byte,
            };
            if right != *mark || before.len != before.byte {
                let told = format!(
                    "the log was stopped cleanly with {} records in {} bytes, and {} records in \
                     {} bytes are readable of {}",
                    mark.size.0, mark.segment_len, right.size.0, before.byte, before.len
                );
                self.told.find(spot(), told);
                self.told.affect(right.size.0..mark.size.0, RecordVerdict::Missing);
            } else if !self.custody.is_stopped(mark.size) && self.custody.is_signed() {
                self.told.doubt("the last stop was clean, and the log does not state it");
            }
            return;
        }
        if found.is_clean {
            return;
        }
        self.told.doubt(match before.ending {
            Ending::Torn => {
                "Kiln or the power went while a group was written: whether it was whole once \
                 cannot be told"
            }
            _ => "the last stop was not clean: whether more stood at the end cannot be told",
        });
    }

    /// There is no segment that can be used.
    fn nothing(&mut self) {
        let found = self.context.found;
        if found.logs.is_empty() {
            self.told.doubt("there is no log");
        }
        if found.is_clean || !found.tiles.is_empty() || !found.indexes.is_empty() {
            self.told.find(Spot::default(), "what is derived from the log is there, and no log");
        }
    }

    fn check_tiles(&mut self, size: TreeSize) {
        let files = &self.context.found.tiles;
        if self.is_unbroken && !self.is_astray() {
            files.finish(size, &mut self.told);
        }
        let Some(bytes) = &files.checkpoint else {
            if self.custody.is_signed() {
                self.told.doubt("tiles/checkpoint is not there: the next start writes it");
            }
            return;
        };
        let spot = || Spot::file("tiles/checkpoint");
        let is_clean = self.context.found.is_clean;
        // A note has no zeros.
        let is_torn = bytes.is_empty() || bytes.contains(&0);
        if is_torn && files.durable < size {
            self.told.doubt("tiles/checkpoint was being written when the power went");
            return;
        }
        let note = Note::parse(bytes).ok();
        let checkpoint = note.as_ref().and_then(|note| Checkpoint::parse(&note.text).ok());
        let (Some(note), Some(checkpoint)) = (note, checkpoint) else {
            self.told.find(spot(), "it is no signed checkpoint");
            return;
        };
        let at = checkpoint.size;
        if at > size {
            let told = format!("it is of {} records, and the log has {}", at.0, size.0);
            self.told.find(spot().record(LogIndex(size.0)), told);
            self.told.affect(size.0..at.0, RecordVerdict::Missing);
            return;
        }
        let same = self.root(at.0).map(|root| root.note.as_ref() == Some(&note));
        match same {
            Some(true) => files.check_partials(at, &mut self.told),
            None if !self.is_unbroken => {}
            _ => self.told.find(spot(), "the log has no such checkpoint"),
        }
        if is_clean && at < size {
            self.told.doubt("the tiles are behind the log: the next start makes them");
        }
    }

    /// Whether the last segment ends in something that should not be there.
    fn is_astray(&self) -> bool {
        self.before.as_ref().is_some_and(|before| matches!(before.ending, Ending::Broken { .. }))
    }

    /// The largest checkpoint from elsewhere that the log agrees with.
    pub(super) fn covered(&mut self, checkpoint: &Checkpoint) {
        let larger = |other: &Checkpoint| other.size >= checkpoint.size;
        if !self.report.covered.as_ref().is_some_and(larger) {
            self.report.covered = Some(checkpoint.clone());
        }
    }
}

/// The root as texts have it.
pub(super) fn hex(hash: &Hash) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(64);
    for byte in hash.0 {
        write!(text, "{byte:02x}").expect("a string takes what is written");
    }
    text
}
