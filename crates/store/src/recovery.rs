//! Opens a log: finds where it ends, and the index files that cover it.
//!
//! 1. What was never finished (`*.new`) is removed.
//! 2. Every segment but the last one must end with the group that the next one follows.
//! 3. The last segment is read whole: each group's checksum, place, records and root.
//! 4. The last group's signature must be good, and of the key in hand. What is known of the log
//!    elsewhere must fit: else it was rolled back, and nothing is changed.
//! 5. Behind its last valid group there may be zeros, or a torn group: what was written when the
//!    process or the power went, never acknowledged. It is zeroed, durably, before anything else is
//!    written. But if a later group of this log stands behind, or the last stop was clean, the
//!    bytes were acknowledged: that is damage, and nothing is changed.
//! 6. Index files whose records a larger one covers are removed. Those that are missing, damaged,
//!    foreign or of another extractor are built from the log, before the store is ready.
pub(crate) mod ending;
mod indexes;
mod known;
mod origins;
mod segments;
mod signature;
mod stated;

use crate::{
    Components, LogIndex, OpenError, OpenOptions,
    chain::Chain,
    checkpoint::Signing,
    dictionary::{
        self, Dictionaries,
        learned::{self, NOWHERE},
    },
    frame::Codec,
    journal::{self, UNFINISHED},
    keys,
    reindex::{Files, Maker},
    segment::Segment,
    sequencer::End,
    shared::Folder,
    snapshot::Snapshot,
    stop::Mark,
};
use indexes::{Indexes, Spilled};
use kiln_index::HashKey;
pub(crate) use known::Adoption;
use known::Known;
pub use origins::{origin, origins};
use std::{io, path::Path, sync::Arc};

/// A log that was found, or made.
pub(crate) struct Recovered {
    pub(crate) snapshot: Snapshot,
    pub(crate) codec: Arc<Codec>,
    pub(crate) end: End,
    /// The key in hand, under the name that the log has.
    pub(crate) signing: Option<Signing>,
    /// What is to be stated before anything else is written.
    pub(crate) adoption: Option<Adoption>,
    /// The open segment has a header that its log has never said so: it is made anew.
    pub(crate) is_astray: bool,
}

/// Records in one index file that is built anew.
const FILE_RECORDS: usize = 4096;

/// Recovers the log in the folder, or starts one.
pub(crate) fn recover(
    folder: &Folder,
    components: &Components,
    options: &OpenOptions,
) -> Result<Recovered, OpenError> {
    prepare(folder, components)?;
    let learned = learned::find(folder, &*components.disk)?;
    learned::settle(&learned, &*components.disk)?;
    let codec = Arc::new(Codec::new(Dictionaries::with(&learned)?));
    recover_with(folder, components, options, &codec).map_err(|error| match codec.lost() {
        Some(id) => OpenError::Damaged(learned::lost(id, NOWHERE)),
        None => error,
    })
}

fn recover_with(
    folder: &Folder,
    components: &Components,
    options: &OpenOptions,
    codec: &Arc<Codec>,
) -> Result<Recovered, OpenError> {
    let key = term_key(folder, components)?;
    // Before the mark: a segment tells best of which version all of it is.
    let found = segments::find(folder, components)?;
    let mark = Mark::read(&*components.disk, folder).map_err(damaged_if_invalid)?;
    let indexes = Indexes { folder, maker: Maker { components, codec, key: &key } };
    let mut files = indexes.of_sealed(&found)?;

    let open = &found.open;
    let names = indexes.names(open.first, LogIndex(u64::MAX))?;
    let spilled = indexes.spilled(open, &names)?;
    let spilled_to = spilled.last().map_or(open.first, |indexed| indexed.file.end());
    let mut rest = Files::new(indexes.maker, spilled_to, FILE_RECORDS);
    let mut chain = Chain::at(&found.header);
    let ending = ending::walk(open, &mut chain, codec, &mut rest)?;
    // What cannot be decompressed is no torn end.
    if let Some(id) = codec.lost() {
        return Err(OpenError::Damaged(learned::lost(id, NOWHERE)));
    }
    let restores = found.restores(ending.checkpoint.is_some());
    let origin = restores.origin(chain.log);
    let signing = signature::signing(components, origin)?;
    let signed = signature::last(&found, &ending, &chain, signing.as_ref())?;
    // Whoever puts back an older copy is told that, not that its index is too new.
    let is_signed = signed.is_some();
    let known = Known { found: &found, chain: &chain, codec, restores, is_signed };
    let adoption = known.check(options, components)?;
    check_spilled(&names, chain.size())?;
    ending.settle(open, &chain, mark.as_ref())?;
    indexes.remove_unused(&names, &spilled)?;
    files.extend(spilled);
    files.extend(indexes::in_memory(rest)?);
    Mark::remove(&*components.disk, folder)?;

    let snapshot = Snapshot {
        size: chain.size(),
        root: chain.tree.root(),
        files,
        sealed: Arc::new(found.sealed),
        open: Segment { len: ending.len, ..found.open },
        codec: Arc::clone(codec),
        key,
        checkpoint: signed.map(Arc::new),
    };
    let Chain { log, next_group, epoch, tree, last_id, .. } = chain;
    let end = End { log, restores, epoch: epoch + 1, next_group, tree, last_id };
    let is_astray = restores != found.header.restores;
    Ok(Recovered { snapshot, codec: Arc::clone(codec), end, signing, adoption, is_astray })
}

/// An index file is written of durable records only.
fn check_spilled(names: &[Spilled], size: LogIndex) -> Result<(), OpenError> {
    match names.iter().map(|spilled| spilled.end).max() {
        Some(end) if end > size => Err(OpenError::Damaged(format!(
            "the log ends at record {}, but an index file covers {}; if this is a copy that was \
             made of a running log, delete the folder `index` in it",
            size.0, end.0
        ))),
        _ => Ok(()),
    }
}

/// What could be read and is wrong is damage; what could not be read is the disk's.
fn damaged_if_invalid(error: io::Error) -> OpenError {
    match error.kind() {
        io::ErrorKind::InvalidData => OpenError::Damaged(error.to_string()),
        _ => OpenError::Io(error),
    }
}

/// Makes the folders and removes what was never finished.
fn prepare(folder: &Folder, components: &Components) -> io::Result<()> {
    let disk = &*components.disk;
    let inside = [folder.segments(), folder.index(), folder.keys(), folder.dictionaries()];
    for dir in &inside {
        disk.create_dir_all(dir)?;
    }
    // A process may have been killed between a rename and its sync: the name is seen now, but would
    // not be after a power cut, and with it all that is going to be written behind it.
    inside.iter().try_for_each(|dir| disk.sync_dir(dir))?;
    sync_with_parents(components, folder.root())?;
    for dir in inside.iter().map(|dir| &**dir).chain([folder.root()]) {
        let names = disk.list(dir)?;
        for name in names.iter().filter(|name| name.ends_with(UNFINISHED)) {
            disk.remove(&dir.join(name))?;
        }
    }
    keep_dictionaries(folder, components)
}

/// A log is only as durable as the names of the folders above it: tenant, `tenants`, data folder.
fn sync_with_parents(components: &Components, root: &Path) -> io::Result<()> {
    for dir in root.ancestors().take(4) {
        let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
        match components.disk.sync_dir(dir) {
            // Folders that are not ours to open were there before us.
            Err(error) if dir != root && is_foreign(&error) => break,
            synced => synced?,
        }
    }
    Ok(())
}

fn is_foreign(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied)
}

/// Losing a dictionary is losing the log, so each is kept in two places.
fn keep_dictionaries(folder: &Folder, components: &Components) -> io::Result<()> {
    let dir = folder.dictionaries();
    let kept = components.disk.list(&dir)?;
    for (name, bytes) in dictionary::copies().filter(|(name, _)| !kept.contains(name)) {
        match journal::write_durable(&*components.disk, &dir.join(name), bytes) {
            Err(error) if journal::is_full(&error) => {
                tracing::warn!(%error, "no room for the copy of a dictionary");
            }
            written => written?,
        }
    }
    Ok(())
}

fn is_index(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "index")
}

/// The key of the term hashes. Index files that were made with a lost one answer nothing.
fn term_key(folder: &Folder, components: &Components) -> Result<HashKey, OpenError> {
    let (key, made) = keys::key(folder, components, keys::TERM_HASH).map_err(damaged_if_invalid)?;
    let disk = &*components.disk;
    if made {
        for dir in [folder.segments(), folder.index()] {
            for name in disk.list(&dir)?.iter().filter(|name| is_index(name)) {
                disk.remove(&dir.join(name))?;
            }
        }
    }
    Ok(keys::term_hash(&key))
}

#[cfg(test)]
mod tests;
