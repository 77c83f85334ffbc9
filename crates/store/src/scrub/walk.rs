//! A pass over the store, step by step.
use super::{Step, keep};
use crate::{
    LogIndex,
    chain::Chain,
    checkpoint,
    disk::Disk,
    group::Group,
    scan::{Groups, ScanError},
    sealer::path_of,
    segment::{self, Header, Segment},
    shared::Shared,
    snapshot::{Indexed, Place, Snapshot},
    tiles::{Growth, Seen},
    wire::Malformed,
};
use kiln_evidence::{Algorithm, Checkpoint, KeyName, Note, TreeSize, VerifierKey};
use kiln_index::File;
use std::{io, slice};

/// Where a pass is. It holds nothing of the store: each step takes the snapshot of its time.
#[derive(Debug, Default)]
pub(super) struct Walk {
    place: At,
    /// How the segment before ended, when all of it was good.
    before: Option<Chain>,
    growth: Growth,
    /// Tiles that were read for the group before.
    seen: Seen,
}

#[derive(Debug)]
enum At {
    /// At the header of the segment that begins here.
    Header(LogIndex),
    /// Among its groups.
    Groups(Box<Inside>),
    /// Behind them, at the first index file that begins here or later.
    Indexes { segment: LogIndex, from: LogIndex },
}

impl Default for At {
    fn default() -> Self {
        Self::Header(LogIndex(0))
    }
}

#[derive(Debug)]
struct Inside {
    segment: LogIndex,
    /// Where the next group begins.
    position: u64,
    chain: Chain,
    origin: KeyName,
}

/// What is wrong, or what the disk said when it was asked.
enum Bad {
    Malformed(Malformed),
    Io(io::Error),
}

impl From<Malformed> for Bad {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

impl From<io::Error> for Bad {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<ScanError> for Bad {
    fn from(error: ScanError) -> Self {
        match error {
            ScanError::Invalid(malformed) => Self::Malformed(malformed),
            ScanError::Io(error) => Self::Io(error),
        }
    }
}

impl Walk {
    /// Goes on at this segment, or from the beginning when none begins here.
    pub(super) fn begin(&mut self, snapshot: &Snapshot, at: LogIndex) {
        let is_first = at < snapshot.size && snapshot.segment(at).first == at;
        self.place = At::Header(if is_first { at } else { LogIndex(0) });
        self.before = None;
    }

    /// Does one step.
    pub(super) fn step(&mut self, shared: &Shared, snapshot: &Snapshot) -> Step {
        match std::mem::take(&mut self.place) {
            At::Header(first) => self.header(shared, snapshot, first),
            At::Groups(inside) => self.group(shared, snapshot, *inside),
            At::Indexes { segment, from } => self.index(shared, snapshot, segment, from),
        }
    }

    fn header(&mut self, shared: &Shared, snapshot: &Snapshot, first: LogIndex) -> Step {
        let segment = snapshot.segment(first);
        let read = segment::read_header(&*segment.file).map_err(Bad::Io);
        let parsed = read.and_then(|bytes| {
            Header::parse(&bytes).map_err(|_e| Malformed("the header of a segment").into())
        });
        let follows = parsed.and_then(|(header, len)| {
            let chain = Chain::at(&header);
            match self.before.take() {
                Some(before) if !chain.follows(&before) => {
                    Err(Malformed("what follows the segment before").into())
                }
                _ => Ok((header, chain, len as u64)),
            }
        });
        match follows {
            Ok((header, chain, position)) => {
                let (segment, origin) = (segment.first, header.origin());
                self.place = At::Groups(Box::new(Inside { segment, position, chain, origin }));
            }
            Err(bad) => self.leave(shared, segment, 0, &bad),
        }
        Step { bytes: segment::HEADER_LEN_MAX as u64, is_last: false }
    }

    fn group(&mut self, shared: &Shared, snapshot: &Snapshot, mut inside: Inside) -> Step {
        let segment = snapshot.segment(inside.segment);
        let at = inside.position;
        match self.follow(shared, snapshot, segment, &mut inside) {
            Ok(true) => {
                let size = inside.chain.size();
                shared.scrub.tell(|told| told.status.position = size);
                let bytes = inside.position - at;
                self.place = At::Groups(Box::new(inside));
                return Step { bytes, is_last: false };
            }
            Ok(false) => {
                self.before = Some(inside.chain);
                self.place = At::Indexes { segment: segment.first, from: segment.first };
            }
            Err(bad) => self.leave(shared, segment, at, &bad),
        }
        Step { bytes: 0, is_last: false }
    }

    /// Follows the next group; false at the segment's end.
    fn follow(
        &mut self,
        shared: &Shared,
        snapshot: &Snapshot,
        segment: &Segment,
        inside: &mut Inside,
    ) -> Result<bool, Bad> {
        let mut groups = Groups::at(segment, inside.position);
        if groups.next_header()?.is_none() {
            let is_whole = inside.chain.size() == end_of(snapshot, segment);
            return if is_whole { Ok(false) } else { Err(Malformed("all its groups").into()) };
        }
        let (_, group) = groups.open()?;
        let (growth, mut tree) = (&mut self.growth, inside.chain.tree.clone());
        growth.clear();
        let mut scratch = Vec::new();
        inside.chain.follow(&group, &snapshot.codec, &mut |_, opened| {
            let (heads, bodies) = opened.records();
            for head in heads {
                growth.push(head.leaf(bodies, &mut scratch).to_bytes(), &mut tree);
            }
            Ok(())
        })?;
        if let Some(newest) = snapshot.checkpoint() {
            check_signature(&group, &inside.origin, &newest.key)?;
        }
        inside.position = groups.position();
        if let Some(tiles) = &shared.tiles {
            let repaired = tiles.check(growth, tree.size(), snapshot, &mut self.seen)?;
            shared.scrub.tell(|told| told.status.repaired += repaired);
        }
        Ok(true)
    }

    fn index(
        &mut self,
        shared: &Shared,
        snapshot: &Snapshot,
        segment: LogIndex,
        from: LogIndex,
    ) -> Step {
        let end = end_of(snapshot, snapshot.segment(segment));
        let next = snapshot.files.iter().find(|indexed| {
            let first = indexed.file.first();
            indexed.place != Place::Memory && first >= from && first < end
        });
        let Some(indexed) = next else { return self.next_segment(shared, snapshot, end) };
        self.place = At::Indexes { segment, from: indexed.file.end() };
        if let Err(error) = check_index(shared, indexed) {
            let (first, end) = (indexed.file.first().0, indexed.file.end().0);
            shared.scrub.damage(format!("the index file of records {first} to {end}: {error}"));
        }
        Step { bytes: indexed.file.size_bytes(), is_last: false }
    }

    fn next_segment(&mut self, shared: &Shared, snapshot: &Snapshot, end: LogIndex) -> Step {
        let is_last = end >= snapshot.size;
        let next = if is_last { LogIndex(0) } else { end };
        self.place = At::Header(next);
        if is_last {
            self.before = None;
        } else {
            keep(shared, next);
        }
        shared.scrub.tell(|told| told.status.position = next);
        Step { bytes: 0, is_last }
    }

    /// Tells of damage, and goes on behind the segment's groups.
    fn leave(&mut self, shared: &Shared, segment: &Segment, at: u64, bad: &Bad) {
        let name = segment::log_name(segment.first);
        shared.scrub.damage(match bad {
            Bad::Malformed(malformed) => format!("{name} at byte {at}: expected {}", malformed.0),
            Bad::Io(error) => format!("{name} at byte {at} cannot be read: {error}"),
        });
        self.before = None;
        self.place = At::Indexes { segment: segment.first, from: segment.first };
    }
}

/// Where the segment's records end.
fn end_of(snapshot: &Snapshot, segment: &Segment) -> LogIndex {
    if segment.first == snapshot.open.first {
        return snapshot.size;
    }
    let after = snapshot.sealed.partition_point(|sealed| sealed.first <= segment.first);
    snapshot.sealed.get(after).map_or(snapshot.open.first, |next| next.first)
}

/// Whether the signature under a group is good. Those of keys that were in force before cannot be
/// told here: `kiln verify` follows the key changes.
fn check_signature(
    group: &Group<'_>,
    origin: &KeyName,
    key: &VerifierKey,
) -> Result<(), Malformed> {
    let bad = |_| Malformed("a good signature under the group");
    let signatures = checkpoint::take(group.checkpoint()?, origin)?;
    if signatures.is_empty() {
        return Err(Malformed("a signature under the group"));
    }
    let key = VerifierKey::new(origin.clone(), Algorithm::Ed25519, key.public_key());
    let key = key.map_err(|_e| Malformed("an Ed25519 public key"))?;
    if signatures.iter().all(|signature| signature.id != key.id()) {
        return Ok(());
    }
    let (size, root) = (TreeSize(group.trailer.tree_size), group.trailer.root);
    let text = Checkpoint { origin: origin.clone(), size, root }.to_text();
    Note { text, signatures }.verify(slice::from_ref(&key)).map(drop).map_err(bad)
}

/// Checks the file as it is on disk now. One that was merged away meanwhile is not missed.
fn check_index(shared: &Shared, indexed: &Indexed) -> io::Result<()> {
    let Some(path) = path_of(&shared.folder, indexed) else { return Ok(()) };
    let disk: &dyn Disk = &*shared.components.disk;
    let region = match disk.map_sealed(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        region => region?,
    };
    let file = File::open(region).map_err(io::Error::other)?;
    file.check().map_err(io::Error::other)
}
