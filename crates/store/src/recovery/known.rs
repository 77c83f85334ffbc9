//! What is known of the log elsewhere: a log that has lost records which were told of is not
//! taken for one that never had them.
use super::{segments::Found, stated};
use crate::{
    Components, KnownFrom, LogIndex, OpenError, OpenOptions, Statement,
    chain::Chain,
    frame::Codec,
    restores::Restores,
    scan::{Groups, ScanError},
    segment::Segment,
    side,
};
use kiln_evidence::{Checkpoint, Hash, KeyName, Note, Tree, TreeSize};
use std::{fmt::Write as _, path::Path};

/// A log that goes on from an older copy of itself.
pub(crate) struct Adoption {
    /// What the next segment's header says.
    pub(crate) restores: Restores,
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
    pub(super) codec: &'a Codec,
    /// How the log says that it went on from older copies.
    pub(super) restores: Restores,
    /// Whether its last group is: else nothing was ever kept beside it.
    pub(super) is_signed: bool,
}

impl Known<'_> {
    /// Compares the log with all that is known of it.
    ///
    /// # Errors
    /// [`OpenError::RolledBack`] when the log is behind and that is not to be adopted.
    pub(super) fn check(
        &self,
        options: &OpenOptions,
        components: &Components,
    ) -> Result<Option<Adoption>, OpenError> {
        let disk = &*components.disk;
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
        let mut lost: Option<Checkpoint> = None;
        for note in beside.iter().chain(&options.known) {
            let known = parse(note)?;
            let Some(how) = self.misfit(&known)? else { continue };
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
            // Of a name that the log does not know it must say that it was lost.
            let rank = |known: &Checkpoint| (!self.is_named(&known.origin), known.size);
            if lost.as_ref().is_none_or(|other| rank(other) < rank(&known)) {
                lost = Some(known);
            }
        }
        if !options.adopt_restore {
            return Ok(None);
        }
        if lost.is_none() && self.chain.size().0 > 0 && options.side.is_some() && beside.is_none() {
            lost = Some(self.nothing_known());
        }
        if lost.is_none() && self.chain.size().0 > 0 {
            tracing::warn!(
                "nothing that is known of the log elsewhere is missing in it: it goes on as it is, \
                 and nothing is adopted"
            );
        }
        let restores = self.restores.next(&*components.random);
        Ok(lost.map(|lost| Adoption { restores, lost, size: self.chain.size() }))
    }

    /// A copy that was put back without its side file: the operator alone knows that it is one.
    /// Under its old name it would sign other checkpoints of sizes that it has signed before.
    fn nothing_known(&self) -> Checkpoint {
        let origin = self.restores.origin(self.chain.log);
        Checkpoint { origin, size: TreeSize(self.chain.size().0), root: self.chain.tree.root() }
    }

    /// What does not fit between the log and a checkpoint.
    fn misfit(&self, known: &Checkpoint) -> Result<Option<&'static str>, OpenError> {
        if known.origin != self.restores.origin(self.chain.log) {
            // What was lost then is stated in the log.
            let is_behind = self.is_named(&known.origin) || self.is_lost(&known.origin)?;
            return Ok((!is_behind).then_some(
                "it is of another log, or of this one after an older copy of it was adopted",
            ));
        }
        if known.size.0 > self.chain.size().0 {
            return Ok(Some("records are missing at the end"));
        }
        match self.root_at(LogIndex(known.size.0))? {
            Some(root) if root == known.root => Ok(None),
            _ => Ok(Some("the records before are not those that were signed")),
        }
    }

    /// Whether segments have stood under this name.
    fn is_named(&self, origin: &KeyName) -> bool {
        self.found.origins.iter().any(|(name, _)| name == origin)
    }

    /// Whether the log states that it went on without what stood under this name, which only the
    /// lost log knew.
    fn is_lost(&self, origin: &KeyName) -> Result<bool, OpenError> {
        for (_, segment) in &self.found.origins {
            if stated::adopted(segment, self.codec)?.is_some_and(|lost| lost == origin.as_str()) {
                return Ok(true);
            }
        }
        Ok(false)
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
