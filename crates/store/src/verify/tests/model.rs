//! A log taken apart into what it says, and put together again: what an administrator who knows
//! the format can do, with every checksum, hash and root made anew. With the key he signs anew too;
//! without it the signatures stay those that were there.
use super::{memory::Files, scene::SEEDS, stores::LOG};
use crate::{
    Envelope, LogIndex, RecordId, Statement,
    checkpoint::{self, SignedCheckpoint},
    dictionary::Dictionaries,
    frame::{self, Codec, RECORDS_MAX},
    group::{self, LogId},
    read,
    record::encoding::{self, EnvelopeRef, put_head},
    restores::Restores,
    scan::Groups,
    segment::{self, Header, Segment},
};
use kiln_evidence::{
    Algorithm, Checkpoint, Ed25519Signer, Hash, KeyId, KeyName, Note, Salt, Signature, Signer,
    Tree, VerifierKey, leaf_hash,
};
use sha2::{Digest, Sha256};
use std::{path::Path, sync::Arc};

#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) envelope: Envelope,
    pub(super) salt: [u8; 16],
    pub(super) body: Vec<u8>,
}

#[derive(Clone, Debug)]
pub(super) struct Batch {
    pub(super) epoch: u64,
    pub(super) records: Vec<Record>,
    /// Key ids and signatures as they were.
    pub(super) signatures: Vec<(KeyId, Vec<u8>)>,
    /// The seeds of the keys that signed.
    pub(super) seeds: Vec<u8>,
    /// What they signed.
    pub(super) text: String,
}

#[derive(Clone, Debug)]
pub(super) struct Stretch {
    pub(super) restores: Restores,
    pub(super) epoch: u64,
    pub(super) batches: Vec<Batch>,
}

/// A whole log.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) log: LogId,
    pub(super) stretches: Vec<Stretch>,
}

/// A segment as it was written, and what else follows from it.
pub(super) struct Written {
    pub(super) first: LogIndex,
    pub(super) bytes: Vec<u8>,
    pub(super) end: LogIndex,
}

/// All segments as they were written.
pub(super) struct Log {
    pub(super) segments: Vec<Written>,
    pub(super) leaves: Vec<[u8; 46]>,
    pub(super) tree: Tree,
    pub(super) last: Option<Note>,
    /// Whether times of receipt do not go back.
    pub(super) is_in_order: bool,
}

pub(super) fn codec() -> Arc<Codec> {
    Arc::new(Codec::new(Dictionaries::compiled().unwrap()))
}

pub(super) fn signer(seed: u8) -> Ed25519Signer {
    Ed25519Signer::from_seed([seed; 32])
}

pub(super) fn key_of(seed: u8, origin: &KeyName) -> VerifierKey {
    VerifierKey::new(origin.clone(), Algorithm::Ed25519, signer(seed).public_key()).unwrap()
}

impl Model {
    /// Takes the log in these files apart; `seeds` are those of its keys.
    pub(super) fn of(files: &Files, seeds: &[u8]) -> Self {
        let mut model = Self { log: LogId([0; 16]), stretches: Vec::new() };
        let codec = codec();
        for (path, bytes) in files.range(Path::new(LOG).join("segments")..) {
            if !path.starts_with(Path::new(LOG).join("segments")) {
                break;
            }
            if path.extension().is_some_and(|extension| extension == "log") {
                model.add(bytes, seeds, &codec);
            }
        }
        model
    }

    fn add(&mut self, bytes: &[u8], seeds: &[u8], codec: &Codec) {
        let (header, _) = Header::parse(bytes).unwrap();
        self.log = header.log;
        let disk = super::memory::Memory::of(&Files::from([("x".into(), bytes.to_vec())]));
        let file = Arc::from(crate::disk::Disk::open(&disk, Path::new("x")).unwrap());
        let segment = Segment { first: header.first, len: bytes.len() as u64, file };
        let mut groups = Groups::new(&segment).unwrap();
        let mut batches = Vec::new();
        while groups.next_header().unwrap().is_some() {
            let (_, group) = groups.open().unwrap();
            let mut records = Vec::new();
            for frame in group.frames().unwrap() {
                let opened = read::Frame::open(&frame.header, frame.stored(), codec).unwrap();
                let (heads, bodies) = opened.records();
                records.extend(heads.iter().map(|head| Record {
                    envelope: head.envelope.clone(),
                    salt: head.salt,
                    body: bodies[head.body.clone()].to_vec(),
                }));
            }
            let signatures = checkpoint::take(group.checkpoint().unwrap(), &header.origin());
            let signatures: Vec<_> =
                signatures.unwrap().into_iter().map(|s| (s.id, s.bytes)).collect();
            let seed_of = |(id, _): &(KeyId, Vec<u8>)| {
                seeds.iter().copied().find(|s| key_of(*s, &header.origin()).id() == *id).unwrap()
            };
            let seeds = signatures.iter().map(seed_of).collect();
            let epoch = group.header.epoch;
            let (size, root) = (group.trailer.tree_size, group.trailer.root);
            let size = kiln_evidence::TreeSize(size);
            let text = Checkpoint { origin: header.origin(), size, root }.to_text();
            batches.push(Batch { epoch, records, signatures, seeds, text });
        }
        self.stretches.push(Stretch { restores: header.restores, epoch: header.epoch, batches });
    }

    /// All records with their places: stretch, batch, record.
    pub(super) fn places(&self) -> Vec<(usize, usize, usize)> {
        let mut places = Vec::new();
        for (s, stretch) in self.stretches.iter().enumerate() {
            for (b, batch) in stretch.batches.iter().enumerate() {
                places.extend((0..batch.records.len()).map(|r| (s, b, r)));
            }
        }
        places
    }

    pub(super) fn record(&mut self, at: (usize, usize, usize)) -> &mut Record {
        &mut self.stretches[at.0].batches[at.1].records[at.2]
    }

    /// Makes the anchors speak of the log as it is now, signed by the key that signed them.
    pub(super) fn anchor_anew(&mut self) {
        let origin = Restores::default().origin(self.log);
        let mut leaves: Vec<Hash> = Vec::new();
        for at in self.places() {
            let record = self.record(at);
            if let Some(Statement::Anchor { note, .. }) = Statement::from_json(&record.body) {
                let was = Checkpoint::parse(
                    note.split_inclusive('\n').take(3).collect::<String>().as_str(),
                );
                let mut tree = Tree::default();
                let size = (was.unwrap().size.0 as usize).min(leaves.len());
                leaves[..size].iter().for_each(|leaf| tree.push(*leaf));
                let (size, root) = (tree.size(), tree.root());
                let made = Checkpoint { origin: origin.clone(), size, root };
                let note = made.sign(&signer(SEEDS[0])).unwrap();
                let hash = Hash(Sha256::digest(&note.text).into());
                let checkpoint = super::super::whole::hex(&hash);
                record.body = Statement::Anchor { checkpoint, note: note.to_string() }.to_json();
            }
            let (salt, encoded) = (Salt(record.salt), record.envelope.to_bytes());
            let Envelope { kind, id, .. } = record.envelope;
            let leaf = encoding::leaf(kind as u8, id, &salt, &encoded, &record.body);
            leaves.push(leaf_hash(&leaf.to_bytes()));
        }
    }

    /// Batches and segments without anything are not written.
    pub(super) fn prune(&mut self) {
        for stretch in &mut self.stretches {
            stretch.batches.retain(|batch| !batch.records.is_empty());
        }
        self.stretches.retain(|stretch| !stretch.batches.is_empty());
    }

    /// Writes all segments; signs them anew where there is a key.
    pub(super) fn write(&self, with_key: bool) -> Log {
        let mut log = Log {
            segments: Vec::new(),
            leaves: Vec::new(),
            tree: Tree::default(),
            last: None,
            is_in_order: true,
        };
        let mut number = 0;
        let mut last_id: Option<RecordId> = None;
        let mut frames = frame::Writer::new(codec());
        for stretch in &self.stretches {
            let first = LogIndex(log.tree.size().0);
            let header = Header {
                log: self.log,
                restores: stretch.restores,
                first,
                first_group: number,
                epoch: stretch.epoch,
                last_id,
                tree: log.tree.clone(),
            };
            let mut bytes = header.to_bytes();
            for batch in &stretch.batches {
                let header = group::Header {
                    records: batch.records.len() as u32,
                    number,
                    epoch: batch.epoch,
                    first: LogIndex(log.tree.size().0),
                    len: 0,
                    log: self.log,
                    previous_root: log.tree.root(),
                };
                let origin = stretch.restores.origin(self.log);
                let group = batch.write(header, &origin, with_key, &mut frames, &mut log);
                bytes.extend(group);
                let times = last_id.into_iter().chain(batch.records.iter().map(|r| r.envelope.id));
                log.is_in_order &= times.map(crate::ids::received).is_sorted();
                number += 1;
                last_id = batch.records.last().map(|record| record.envelope.id);
            }
            let end = LogIndex(log.tree.size().0);
            log.segments.push(Written { first, bytes, end });
        }
        log
    }
}

impl Batch {
    fn write(
        &self,
        header: group::Header,
        origin: &KeyName,
        with_key: bool,
        frames: &mut frame::Writer,
        log: &mut Log,
    ) -> Vec<u8> {
        let mut out = Vec::new();
        group::start(&mut out);
        let mut first = header.first;
        for records in self.records.chunks(RECORDS_MAX) {
            let (mut heads, mut bodies, mut before) = (Vec::new(), Vec::new(), None);
            for record in records {
                let envelope = as_ref(&record.envelope);
                let salt = Salt(record.salt);
                put_head(&mut heads, before.as_ref(), &envelope, &salt, record.body.len());
                bodies.extend(&record.body);
                let encoded = record.envelope.to_bytes();
                let kind = record.envelope.kind as u8;
                let leaf = encoding::leaf(kind, envelope.id, &salt, &encoded, &record.body);
                log.leaves.push(leaf.to_bytes());
                log.tree.push(leaf_hash(&leaf.to_bytes()));
                before = Some(envelope);
            }
            frames.write(first, records.len(), &heads, &bodies, &mut out).unwrap();
            first.0 += records.len() as u64;
        }
        let checkpoint =
            Checkpoint { origin: origin.clone(), size: log.tree.size(), root: log.tree.root() };
        let note = self.note(&checkpoint, with_key);
        let key = key_of(1, origin);
        let signed = SignedCheckpoint { checkpoint, note: note.clone(), key };
        group::finish(&mut out, header, log.tree.root(), Some(&signed));
        log.last = Some(note);
        out
    }

    fn note(&self, checkpoint: &Checkpoint, with_key: bool) -> Note {
        let (text, name) = (checkpoint.to_text(), &checkpoint.origin);
        let signature = |id, bytes| Signature { name: name.clone(), id, bytes };
        let sign = |(nth, seed): (usize, &u8)| {
            // What was signed so before has the same signature.
            let id = key_of(*seed, name).id();
            let is_same = self.text == text && self.signatures.get(nth).is_some_and(|s| s.0 == id);
            if (with_key && !is_same) || !SEEDS.contains(seed) {
                let bytes = signer(*seed).sign(text.as_bytes()).unwrap().to_vec();
                return signature(id, bytes);
            }
            let (id, bytes) = self.signatures.get(nth).unwrap_or(&self.signatures[0]);
            signature(*id, bytes.clone())
        };
        let signatures = self.seeds.iter().enumerate().map(sign).collect();
        Note { text, signatures }
    }
}

fn as_ref(envelope: &Envelope) -> EnvelopeRef<'_> {
    let Envelope { id, kind, release, media_type, entry, .. } = *envelope;
    let key = envelope.key.as_ref();
    EnvelopeRef { id, kind, release, media_type, entry, principal: &envelope.principal, key }
}

/// Where the groups of a segment begin, and how long they are.
pub(super) fn groups(bytes: &[u8]) -> Vec<std::ops::Range<usize>> {
    let (_, mut at) = Header::parse(bytes).unwrap();
    let mut groups = Vec::new();
    while let Ok(header) = group::Header::parse(&bytes[at..]) {
        groups.push(at..at + header.len as usize);
        at += header.len as usize;
    }
    groups
}

/// Makes the checksums of a group right, and with a key its signatures.
pub(super) fn seal(group: &mut [u8], sign: Option<(&[u8], &KeyName)>) {
    let head = crc32c::crc32c(&group[..96]);
    group[96..100].copy_from_slice(&head.to_le_bytes());
    let len = group.len();
    if let Some((seeds, origin)) = sign {
        let size = u64::from_le_bytes(group[len - 56..len - 48].try_into().unwrap());
        let root = Hash(group[len - 48..len - 16].try_into().unwrap());
        let size = kiln_evidence::TreeSize(size);
        let text = Checkpoint { origin: origin.clone(), size, root }.to_text();
        for (nth, seed) in seeds.iter().enumerate() {
            let at = len - 56 - (seeds.len() - nth) * 68;
            group[at..at + 4].copy_from_slice(&key_of(*seed, origin).id().0);
            let signature = signer(*seed).sign(text.as_bytes()).unwrap();
            group[at + 4..at + 68].copy_from_slice(&signature);
        }
    }
    let crc = crc32c::crc32c(&group[..len - 12]);
    group[len - 12..len - 8].copy_from_slice(&crc.to_le_bytes());
}

/// Makes the checksum of a segment's header right.
pub(super) fn seal_header(bytes: &mut [u8]) {
    let hashes = usize::from(u16::from_le_bytes([bytes[10], bytes[11]]));
    let drawn = if bytes[12..16] == [0; 4] { 0 } else { 16 };
    let end = 72 + drawn + 32 * hashes;
    let crc = crc32c::crc32c(&bytes[..end]);
    bytes[end..end + 4].copy_from_slice(&crc.to_le_bytes());
}

/// The name of a segment file.
pub(super) fn log_path(first: LogIndex) -> std::path::PathBuf {
    Path::new(LOG).join("segments").join(segment::log_name(first))
}
