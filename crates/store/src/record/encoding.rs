//! A record as it lies inside a frame, before compression.
//!
//! ```text
//! record   = varint envelope length ‖ envelope ‖ salt (16) ‖ varint body length ‖ body
//! envelope = version (1) = 1 ‖ kind (1) ‖ release (1) ‖ media type (1) ‖ id (16)
//!          ‖ varint entry ‖ varint principal length ‖ principal (UTF-8)
//!          ‖ [ varint key length ‖ key (UTF-8) ‖ SHA-256 of the keyed body (32) ]
//! ```
//!
//! The key part is there or the envelope ends before it. There is one encoding of an envelope:
//! these bytes, and no others, are committed to in the leaf. When it was received is the time
//! inside the id (RFC 9562 §5.7) and stands nowhere else.
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
        let Self { id, kind, release, media_type, entry, .. } = *self;
        let key = self.key.as_ref();
        let principal = &self.principal;
        EnvelopeRef { id, kind, release, media_type, entry, principal, key }.encode(&mut out);
        out
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
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
            _ => Err(Malformed("a known kind of record")),
        }
    }
}

/// Appends a record.
pub(crate) fn put_record(out: &mut Vec<u8>, envelope: &[u8], salt: &Salt, body: &[u8]) {
    put_varint(out, envelope.len() as u64);
    out.extend(envelope);
    out.extend(salt.0);
    put_varint(out, body.len() as u64);
    out.extend(body);
}

/// Where the parts of one record lie in the frame's bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) envelope: Range<usize>,
    pub(crate) salt: [u8; 16],
    pub(crate) body: Range<usize>,
}

impl Parts {
    /// Finds the parts of all records of a frame, which must fill its bytes.
    pub(crate) fn of_frame(raw: &[u8], records: usize) -> Result<Vec<Self>, Malformed> {
        let mut reader = Reader::new(raw);
        let parts = (0..records).map(|_| Self::take(&mut reader)).collect::<Result<_, _>>()?;
        if !reader.is_done() {
            return Err(Malformed("the end of the frame"));
        }
        Ok(parts)
    }

    fn take(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let envelope = take_range(reader)?;
        let salt = reader.array()?;
        let body = take_range(reader)?;
        Ok(Self { envelope, salt, body })
    }

    /// The record's id, from the bytes of its frame.
    pub(crate) fn id(&self, raw: &[u8]) -> Result<RecordId, Malformed> {
        let mut reader = Reader::new(&raw[self.envelope.clone()]);
        reader.take(4)?;
        Ok(RecordId(Uuid::from_bytes(reader.array()?)))
    }

    /// The record's leaf, from the bytes of its frame.
    pub(crate) fn leaf(&self, raw: &[u8]) -> Result<Leaf, Malformed> {
        let bytes = &raw[self.envelope.clone()];
        let kind = *bytes.get(1).ok_or(Malformed("an envelope"))?;
        Ok(leaf(kind, self.id(raw)?, &Salt(self.salt), bytes, &raw[self.body.clone()]))
    }
}

fn take_range(reader: &mut Reader<'_>) -> Result<Range<usize>, Malformed> {
    let len = reader.length()?;
    let start = reader.position();
    reader.take(len)?;
    Ok(start..start + len)
}

/// The leaf of a record.
pub(crate) fn leaf(kind: u8, id: RecordId, salt: &Salt, envelope: &[u8], body: &[u8]) -> Leaf {
    let received_second = ids::received(id).0.unsigned_abs() / 1000;
    let commitment = kiln_evidence::commitment(salt, envelope, body);
    Leaf { kind, received_second, commitment }
}

#[cfg(test)]
mod tests;
