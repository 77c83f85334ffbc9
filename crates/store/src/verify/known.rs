//! Checkpoints from elsewhere, which the log must agree with.
use super::{
    report::RecordVerdict,
    tell::{Spot, Told},
    whole::{Whole, hex},
};
use kiln_evidence::{Checkpoint, Note};

/// A checkpoint that somebody else has kept.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) source: String,
    pub(super) note: Note,
    pub(super) checkpoint: Checkpoint,
}

impl Known {
    pub(super) fn parse(source: &str, note: &Note, told: &mut Told) -> Option<Self> {
        match Checkpoint::parse(&note.text) {
            Ok(checkpoint) => {
                Some(Self { source: source.to_owned(), note: note.clone(), checkpoint })
            }
            Err(error) => {
                told.find(Spot::default(), format!("{source} is no checkpoint: {error}"));
                None
            }
        }
    }
}

/// Those that the caller brings.
pub(super) fn parse(notes: &[Note], told: &mut Told) -> Vec<Known> {
    let parse = |note| Known::parse("a checkpoint from elsewhere", note, told);
    notes.iter().filter_map(parse).collect()
}

/// The log has another root at that size.
const OTHERS: &str = "the records before it are others";
const FOREIGN: &str = "it is of another log, or of this one after an older copy of it was adopted";

impl Whole<'_> {
    /// Compares the log with all that is known of it elsewhere.
    pub(super) fn check_known(&mut self) {
        let mut known: Vec<&Known> = self.context.found.known.iter().collect();
        known.sort_by_key(|known| known.checkpoint.size);
        let mut agreed = 0;
        for known in known {
            let size = known.checkpoint.size.0;
            match self.compare(known) {
                Ok(true) => {
                    agreed = agreed.max(size);
                    self.covered(&known.checkpoint);
                }
                Ok(false) => {}
                Err(wrong) => {
                    let Known { source, .. } = known;
                    let told = format!("{source} of {size} records: {wrong}");
                    self.told.find(Spot::default(), told);
                    let end = self.size();
                    if wrong == OTHERS {
                        self.told.affect(agreed.min(size)..size, RecordVerdict::Altered);
                    } else if size > end {
                        self.told.affect(end..size, RecordVerdict::Missing);
                    }
                }
            }
        }
    }

    /// Whether the log agrees; false when that cannot be told. An error says what does not fit.
    fn compare(&mut self, known: &Known) -> Result<bool, &'static str> {
        let Known { note, checkpoint, .. } = known;
        let Some(now) = self.custody.origin() else { return Err("there is no log") };
        let adopted = self.custody.adoption_after(&checkpoint.origin);
        let is_ours = self.custody.is_ours(&checkpoint.origin);
        if !is_ours && adopted.is_none() {
            return Err(FOREIGN);
        }
        let size = checkpoint.size.0;
        if checkpoint.origin != *now
            && let Some(adopted) = adopted
            && (size > adopted.at || !is_ours)
        {
            let is_stated = size < adopted.known
                || (size == adopted.known && hex(&checkpoint.root) == adopted.root);
            self.told.doubt(format!(
                "{} of {size} records is of before the log went on from a copy of {} records{}",
                known.source,
                adopted.at,
                if is_stated { "" } else { ", which states other records as lost" }
            ));
            return Ok(false);
        }
        if size > self.size() {
            return Err("the log is shorter");
        }
        match self.root(size) {
            Some(root) if root.hash == checkpoint.root => {}
            None if !self.is_unbroken => return Ok(false),
            _ => return Err(OTHERS),
        }
        if self.custody.is_signed() && !self.custody.has_signed(note, &checkpoint.origin) {
            return Err("no key of the log has signed it");
        }
        Ok(true)
    }
}
