//! A record's envelope, and its head inside a frame.
//!
//! ```text
//! envelope = version (1) = 1 ‖ kind (1) ‖ release (1) ‖ media type (1) ‖ id (16)
//!          ‖ varint entry ‖ varint principal length ‖ principal (UTF-8)
//!          ‖ [ varint key length ‖ key (UTF-8) ‖ SHA-256 of the keyed body (32) ]
//! ```
//!
//! The key part is there or the envelope ends before it. There is one encoding of an envelope:
//! these bytes, and no others, are committed to in the leaf. When it was received is the time
//! inside the id (RFC 9562 §5.7) and stands nowhere else.
//!
//! In a frame the envelope is not stored as such, but as what differs from the record before:
//!
//! ```text
//! head = flags (1)
//!      ‖ [ kind (1) ‖ release (1) ‖ media type (1) ]  unless flag 1: as before
//!      ‖ [ first half of the id (8) ]                 unless flag 2: the one before, plus one
//!      ‖ [ varint entry ]                             unless flag 4: as before, or 8: plus one
//!      ‖ [ varint principal length ‖ principal ]      unless flag 16: as before
//!      ‖ [ varint key length ‖ key ‖ SHA-256 (32) ]   if flag 32, unless flag 64: as before
//!      ‖ second half of the id (8) ‖ salt (16) ‖ varint body length
//! ```
//!
//! The first head of a frame refers to none before. Heads are not compressed: half of their bytes
//! are random, and what is random spoils the compression of what stands beside it (12 bytes an
//! event were saved by keeping them apart).
use crate::{
    Envelope, IdempotencyKey, RecordId, RecordKind, ids,
    wire::{Malformed, Reader, put_varint},
};
use kiln_evidence::{Leaf, Salt};
use std::ops::Range;
use uuid::Uuid;

const ENVELOPE_VERSION: u8 = 1;

/// What an envelope is made from, borrowed from a record on its way in.
#[derive(Copy, Clone, Debug)]
pub(crate) struct EnvelopeRef<'a> {
    pub(crate) id: RecordId,
    pub(crate) kind: RecordKind,
    pub(crate) release: u8,
    pub(crate) media_type: u8,
    pub(crate) entry: u32,
    pub(crate) principal: &'a str,
    pub(crate) key: Option<&'a IdempotencyKey>,
}

impl EnvelopeRef<'_> {
    /// Appends the envelope's one encoding.
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        out.extend([ENVELOPE_VERSION, self.kind as u8, self.release, self.media_type]);
        out.extend(self.id.0.as_bytes());
        put_varint(out, u64::from(self.entry));
        put_text(out, self.principal);
        if let Some(key) = self.key {
            put_text(out, &key.key);
            out.extend(key.body_sha256);
        }
    }
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_varint(out, text.len() as u64);
    out.extend(text.as_bytes());
}

impl Envelope {
    /// The envelope in its one encoding (`docs/FORMATS.md`): what the leaf commits to.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.as_ref().encode(&mut out);
        out
    }

    fn as_ref(&self) -> EnvelopeRef<'_> {
        let Self { id, kind, release, media_type, entry, .. } = *self;
        let key = self.key.as_ref();
        EnvelopeRef { id, kind, release, media_type, entry, principal: &self.principal, key }
    }

    /// Reads what [`Envelope::to_bytes`] wrote, and nothing else (a receipt holds these bytes).
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Self::decode(bytes).ok()
    }

    fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        if reader.u8()? != ENVELOPE_VERSION {
            return Err(Malformed("an envelope of version 1"));
        }
        let kind = RecordKind::from_number(reader.u8()?)?;
        let release = reader.u8()?;
        let media_type = reader.u8()?;
        let id = RecordId(Uuid::from_bytes(reader.array()?));
        let entry = u32::try_from(reader.varint()?).map_err(|_e| Malformed("an entry number"))?;
        let principal = take_text(&mut reader)?;
        let key = if reader.is_done() { None } else { Some(take_key(&mut reader)?) };
        if !reader.is_done() {
            return Err(Malformed("the end of the envelope"));
        }
        let received = ids::received(id);
        Ok(Self { id, kind, release, media_type, received, principal, key, entry })
    }
}

fn take_text(reader: &mut Reader<'_>) -> Result<String, Malformed> {
    let len = reader.length()?;
    let text = std::str::from_utf8(reader.take(len)?).map_err(|_e| Malformed("UTF-8"))?;
    Ok(text.to_owned())
}

fn take_key(reader: &mut Reader<'_>) -> Result<IdempotencyKey, Malformed> {
    Ok(IdempotencyKey { key: take_text(reader)?, body_sha256: reader.array()? })
}

impl RecordKind {
    fn from_number(number: u8) -> Result<Self, Malformed> {
        match number {
            1 => Ok(Self::AuditEvent),
            2 => Ok(Self::Resource),
            3 => Ok(Self::Statement),
            4 => Ok(Self::Intent),
            5 => Ok(Self::InvalidAuditEvent),
            6 => Ok(Self::TrailEvent),
            _ => Err(Malformed("a known kind of record")),
        }
    }
}

const SAME_FORM: u8 = 1;
const NEXT_ID: u8 = 2;
const SAME_ENTRY: u8 = 4;
const NEXT_ENTRY: u8 = 8;
const SAME_PRINCIPAL: u8 = 16;
const HAS_KEY: u8 = 32;
const SAME_KEY: u8 = 64;
const FLAGS: u8 = 127;

/// Appends a record's head; `before` is the record before it in the frame.
pub(crate) fn put_head(
    out: &mut Vec<u8>,
    before: Option<&EnvelopeRef<'_>>,
    envelope: &EnvelopeRef<'_>,
    salt: &Salt,
    body_len: usize,
) {
    let flags = before.map_or(0, |before| envelope.flags(before))
        | if envelope.key.is_some() { HAS_KEY } else { 0 };
    let (first, second) = halves(envelope.id);
    out.push(flags);
    if flags & SAME_FORM == 0 {
        out.extend([envelope.kind as u8, envelope.release, envelope.media_type]);
    }
    if flags & NEXT_ID == 0 {
        out.extend(first.to_be_bytes());
    }
    if flags & (SAME_ENTRY | NEXT_ENTRY) == 0 {
        put_varint(out, u64::from(envelope.entry));
    }
    if flags & SAME_PRINCIPAL == 0 {
        put_text(out, envelope.principal);
    }
    if let Some(key) = envelope.key.filter(|_| flags & SAME_KEY == 0) {
        put_text(out, &key.key);
        out.extend(key.body_sha256);
    }
    out.extend(second.to_be_bytes());
    out.extend(salt.0);
    put_varint(out, body_len as u64);
}

impl EnvelopeRef<'_> {
    /// What is as it was in the record before.
    fn flags(&self, before: &EnvelopeRef<'_>) -> u8 {
        let form = |e: &EnvelopeRef<'_>| (e.kind, e.release, e.media_type);
        let entry = if self.entry == before.entry {
            SAME_ENTRY
        } else if before.entry.checked_add(1) == Some(self.entry) {
            NEXT_ENTRY
        } else {
            0
        };
        let set = |is: bool, flag| if is { flag } else { 0 };
        entry
            | set(form(self) == form(before), SAME_FORM)
            | set(halves(before.id).0.checked_add(1) == Some(halves(self.id).0), NEXT_ID)
            | set(self.principal == before.principal, SAME_PRINCIPAL)
            | set(self.key.is_some() && self.key == before.key, SAME_KEY)
    }
}

fn halves(id: RecordId) -> (u64, u64) {
    id.0.as_u64_pair()
}

/// A record of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) envelope: Envelope,
    pub(crate) salt: [u8; 16],
    /// Where its body lies among the frame's bodies.
    pub(crate) body: Range<usize>,
}

impl Head {
    /// Takes the heads of a frame, whose bodies have this length together.
    pub(crate) fn take_all(
        reader: &mut Reader<'_>,
        records: usize,
        bodies_len: usize,
    ) -> Result<Vec<Self>, Malformed> {
        let mut heads: Vec<Self> = Vec::with_capacity(records);
        for _ in 0..records {
            heads.push(Self::take(reader, heads.last())?);
        }
        match heads.last() {
            Some(last) if last.body.end == bodies_len => Ok(heads),
            _ => Err(Malformed("bodies of their lengths")),
        }
    }

    fn take(reader: &mut Reader<'_>, before: Option<&Self>) -> Result<Self, Malformed> {
        let flags = reader.u8()?;
        let absolute = SAME_FORM | NEXT_ID | SAME_ENTRY | NEXT_ENTRY | SAME_PRINCIPAL | SAME_KEY;
        if flags & !FLAGS != 0 || (before.is_none() && flags & absolute != 0) {
            return Err(Malformed("known flags of a head"));
        }
        let envelope = take_envelope(reader, flags, before.map(|before| &before.envelope))?;
        let salt = reader.array()?;
        let start = before.map_or(0, |before| before.body.end);
        let end = start.checked_add(reader.length()?).ok_or(Malformed("a body's length"))?;
        Ok(Self { envelope, salt, body: start..end })
    }

    /// The record's leaf. `scratch` is memory.
    pub(crate) fn leaf(&self, bodies: &[u8], scratch: &mut Vec<u8>) -> Leaf {
        scratch.clear();
        self.envelope.as_ref().encode(scratch);
        let Envelope { kind, id, .. } = self.envelope;
        leaf(kind as u8, id, &Salt(self.salt), scratch, &bodies[self.body.clone()])
    }
}

/// What a flag says is as before comes from `before`, which [`Head::take`] made sure of.
fn take_envelope(
    reader: &mut Reader<'_>,
    flags: u8,
    before: Option<&Envelope>,
) -> Result<Envelope, Malformed> {
    let same = |flag| before.filter(|_| flags & flag != 0);
    let (kind, release, media_type) = match same(SAME_FORM) {
        Some(before) => (before.kind, before.release, before.media_type),
        None => (RecordKind::from_number(reader.u8()?)?, reader.u8()?, reader.u8()?),
    };
    let first = match same(NEXT_ID) {
        Some(before) => halves(before.id).0.checked_add(1).ok_or(Malformed("a next id"))?,
        None => u64::from_be_bytes(reader.array()?),
    };
    let entry = match (same(SAME_ENTRY), same(NEXT_ENTRY)) {
        (Some(before), _) => before.entry,
        (None, Some(before)) => before.entry.checked_add(1).ok_or(Malformed("a next entry"))?,
        (None, None) => {
            u32::try_from(reader.varint()?).map_err(|_e| Malformed("an entry number"))?
        }
    };
    let principal = match same(SAME_PRINCIPAL) {
        Some(before) => before.principal.clone(),
        None => take_text(reader)?,
    };
    let key = match same(SAME_KEY) {
        Some(before) => before.key.clone(),
        None if flags & HAS_KEY != 0 => Some(take_key(reader)?),
        None => None,
    };
    let id = RecordId(Uuid::from_u64_pair(first, u64::from_be_bytes(reader.array()?)));
    let received = ids::received(id);
    Ok(Envelope { id, kind, release, media_type, received, principal, key, entry })
}

/// The leaf of a record.
pub(crate) fn leaf(kind: u8, id: RecordId, salt: &Salt, envelope: &[u8], body: &[u8]) -> Leaf {
    let received_second = ids::received(id).0.unsigned_abs() / 1000;
    let commitment = kiln_evidence::commitment(salt, envelope, body);
    Leaf { kind, received_second, commitment }
}

#[cfg(test)]
mod tests;
