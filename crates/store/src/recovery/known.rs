//! What is known of the log elsewhere: a log that has lost records which were told of is not
//! taken for one that never had them.
use super::segments::Found;
use crate::{
    KnownFrom, LogIndex, OpenError, OpenOptions, Statement,
    chain::Chain,
    checkpoint,
    disk::Disk,
    scan::{Groups, ScanError},
    segment::Segment,
    side,
};
use kiln_evidence::{Checkpoint, Hash, KeyName, Note, Tree, TreeSize};
use std::{fmt::Write as _, path::Path};

/// A copy that is put back may be so many adoptions behind.
pub(super) const RESTORES_AHEAD_MAX: u32 = 16;

/// A log that goes on from an older copy of itself.
pub(crate) struct Adoption {
    /// What the next segment's header says.
    pub(crate) restores: u32,
    lost: Checkpoint,
    size: LogIndex,
}

impl Adoption {
    /// What the log says of it; `key` is that of the log as it goes on.
    pub(crate) fn statement(&self, key: String) -> Statement {
        let mut root = String::with_capacity(64);
        for byte in self.lost.root.0 {
            write!(root, "{byte:02x}").expect("a string takes what is written");
        }
        Statement::AdoptRestore {
            origin: self.lost.origin.to_string(),
            key,
            lost_from: self.size.0,
            known: self.lost.size.0,
            root,
        }
    }
}

/// A log and what is known of it.
pub(super) struct Known<'a> {
    pub(super) found: &'a Found,
    pub(super) chain: &'a Chain,
    /// How often the log says that it went on from an older copy.
    pub(super) restores: u32,
    /// Whether its last group is: else nothing was ever kept beside it.
    pub(super) is_signed: bool,
}

/// What does not fit between a log and a checkpoint of it.
struct Misfit {
    how: &'static str,
    /// The number of adoptions that the checkpoint knows of.
    restores: u32,
}

impl Known<'_> {
    /// Compares the log with all that is known of it.
    ///
    /// # Errors
    /// [`OpenError::RolledBack`] when the log is behind and that is not to be adopted.
    pub(super) fn check(
        &self,
        options: &OpenOptions,
        disk: &dyn Disk,
    ) -> Result<Option<Adoption>, OpenError> {
        let beside = match &options.side {
            Some(path) => {
                side::prepare(disk, path)?;
                side::read(disk, path)?
            }
            None => None,
        };
        if self.is_signed && !options.adopt_restore && beside.is_none() {
            options.side.iter().for_each(|path| warn_of_missing(path));
        }
        let mut adoption: Option<Adoption> = None;
        for note in beside.iter().chain(&options.known) {
            let known = parse(note)?;
            let Some(Misfit { how, restores }) = self.misfit(&known)? else { continue };
            let size = self.chain.size();
            if !options.adopt_restore {
                let is_beside = beside.as_ref().is_some_and(|beside| std::ptr::eq(beside, note));
                let from = match options.side.clone().filter(|_path| is_beside) {
                    Some(path) => KnownFrom::SideFile(path),
                    None => KnownFrom::Witness(witnesses(note, &known)),
                };
                let (size, known) = (size.0, known.size.0);
                return Err(OpenError::RolledBack { from, size, known, how });
            }
            let restores = restores.max(self.restores) + 1;
            let larger =
                |other: &Adoption| (other.restores, other.lost.size) >= (restores, known.size);
            if !adoption.as_ref().is_some_and(larger) {
                adoption = Some(Adoption { restores, lost: known, size });
            }
        }
        if options.adopt_restore && adoption.is_none() && self.chain.size().0 > 0 {
            if options.side.is_some() && beside.is_none() {
                return Ok(Some(self.nothing_known()));
            }
            tracing::warn!(
                "nothing that is known of the log elsewhere is missing in it: it goes on as it is, \
                 and nothing is adopted"
            );
        }
        Ok(adoption)
    }

    /// A copy that was put back without its side file: the operator alone knows that it is one.
    /// Under its old name it would sign other checkpoints of sizes that it has signed before.
    fn nothing_known(&self) -> Adoption {
        let size = self.chain.size();
        let origin = checkpoint::origin(self.chain.log, self.restores);
        let lost = Checkpoint { origin, size: TreeSize(size.0), root: self.chain.tree.root() };
        Adoption { restores: self.restores + 1, lost, size }
    }

    fn misfit(&self, known: &Checkpoint) -> Result<Option<Misfit>, OpenError> {
        let now = self.restores;
        let is_origin =
            |restores: &u32| checkpoint::origin(self.chain.log, *restores) == known.origin;
        let Some(restores) = (0..=now + RESTORES_AHEAD_MAX).find(is_origin) else {
            return Ok(Some(Misfit { how: "it is of another log", restores: now }));
        };
        let misfit = |how| Ok(Some(Misfit { how, restores }));
        if restores < now {
            // What was lost then is stated in the log.
            return Ok(None);
        }
        if restores > now {
            return misfit("it is of this log after an older copy of it was adopted");
        }
        if known.size.0 > self.chain.size().0 {
            return misfit("records are missing at the end");
        }
        match self.root_at(LogIndex(known.size.0))? {
            Some(root) if root == known.root => Ok(None),
            _ => misfit("the records before are not those that were signed"),
        }
    }

    /// The root when the log had this size, if a group ended there: checkpoints are of such sizes.
    fn root_at(&self, size: LogIndex) -> Result<Option<Hash>, OpenError> {
        if size.0 == 0 {
            return Ok(Some(Tree::default().root()));
        }
        if size == self.chain.size() {
            return Ok(Some(self.chain.tree.root()));
        }
        let segments: Vec<&Segment> = self.found.sealed.iter().chain([&self.found.open]).collect();
        let after = segments.partition_point(|segment| segment.first < size);
        let told = |error: ScanError| match error {
            ScanError::Io(error) => OpenError::Io(error),
            ScanError::Invalid(m) => OpenError::Damaged(format!(
                "the group that ends at record {}: expected {}",
                size.0, m.0
            )),
        };
        let mut groups = Groups::new(segments[after.saturating_sub(1)]).map_err(told)?;
        while let Some(header) = groups.next_header().map_err(told)? {
            if header.end() == size {
                let (_, group) = groups.open().map_err(told)?;
                return Ok(Some(group.trailer.root));
            }
            if header.end() > size {
                break;
            }
        }
        Ok(None)
    }
}

/// Nobody can tell whether the log never had one, or is a copy that was put back.
fn warn_of_missing(path: &Path) {
    tracing::warn!(
        path = %path.display(),
        "the log has records, and its side file is not there: whether this is an older copy of \
         the log cannot be told, and a new side file is written; if it is a copy that was put \
         back, stop and start once with --adopt-restore"
    );
}

/// Those who have signed it besides the log, each once.
fn witnesses(note: &Note, known: &Checkpoint) -> Vec<KeyName> {
    let names = note.signatures.iter().map(|signature| &signature.name);
    let mut names: Vec<KeyName> = names.filter(|name| **name != known.origin).cloned().collect();
    names.sort();
    names.dedup();
    names
}

fn parse(note: &Note) -> Result<Checkpoint, OpenError> {
    Checkpoint::parse(&note.text).map_err(|error| {
        OpenError::Damaged(format!("a checkpoint that is kept elsewhere: {error}"))
    })
}

#[cfg(test)]
mod tests;
