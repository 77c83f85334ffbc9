//! What the log keeps.
pub(crate) mod encoding;

use crate::{LogIndex, Millis};
use bytes::Bytes;
use kiln_index::{Query, Terms};
use std::sync::Arc;

/// A record's logical id: a `UUIDv7` made by the sequencer (RFC 9562 §5.7, §6.2).
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(pub uuid::Uuid);

/// What a record is. Stored: the numbers never change.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum RecordKind {
    /// An audit event as it was sent.
    AuditEvent = 1,
    /// A version of another resource. Hidden.
    Resource = 2,
    /// What Kiln states of its own log: retention, erasure, key changes. Hidden.
    Statement = 3,
    /// What a gateway is about to do. Hidden.
    Intent = 4,
    /// An audit event that breaks its release's base definition, kept as it was sent.
    InvalidAuditEvent = 5,
    /// An audit event that Kiln itself made, of what was done through it: nobody can send one.
    TrailEvent = 6,
}

impl RecordKind {
    /// Whether it is an audit event, good or bad.
    pub fn is_audit_event(self) -> bool {
        matches!(self, Self::AuditEvent | Self::InvalidAuditEvent | Self::TrailEvent)
    }

    /// Whether no search shows it and its id is no address: all that is no audit event. It was
    /// recorded when it was received, whatever its sender says.
    pub fn is_hidden(self) -> bool {
        !self.is_audit_event()
    }
}

/// A record on its way in.
#[derive(Debug)]
pub struct NewRecord {
    /// What it is.
    pub kind: RecordKind,
    /// The release it is written in; opaque here (`kiln_fhir::Release::number`).
    pub release: u8,
    /// The form of its bytes; opaque here (`kiln_fhir::MediaType::number`).
    pub media_type: u8,
    /// The received bytes, untouched.
    pub body: Bytes,
    /// When the sender says it was recorded.
    pub recorded: Millis,
    /// What it can be found by.
    pub terms: Terms,
    /// The position of the record in the Bundle it came in; 0 for a single one.
    pub entry: u32,
    /// FHIR's `If-None-Exist`, compiled.
    pub if_none_exist: Option<Query>,
}

/// What is appended as one: never split over groups.
#[derive(Debug)]
pub struct Unit {
    /// The records, at least one and at most `Settings::unit_records_max`.
    pub records: Vec<NewRecord>,
    /// Who sends them.
    pub principal: Arc<str>,
    /// Whether one record that cannot be stored keeps all of them out (a transaction).
    pub condition: Condition,
    /// The sender's idempotency key.
    pub key: Option<IdempotencyKey>,
}

/// How the records of a unit depend on each other.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// All or nothing.
    Atomic,
    /// Each for itself.
    Independent,
    /// Each for itself, and the key stands with the first record alone: a step of an import, where
    /// a key on each of very many records would be paid for on the disk. No record may have an
    /// `If-None-Exist`, and a replay answers the first record for each.
    Step,
}

/// A key that belongs to (tenant, principal) and is remembered for `Settings::key_days`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The key as it was sent.
    pub key: String,
    /// SHA-256 of the whole body it came with (of the Bundle, not of an entry).
    pub body_sha256: [u8; 32],
}

/// What is kept of a record besides the received bytes; committed to in the leaf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Its id.
    pub id: RecordId,
    /// What it is.
    pub kind: RecordKind,
    /// The release it is written in.
    pub release: u8,
    /// The form of its bytes.
    pub media_type: u8,
    /// When it was received; the time inside `id`.
    pub received: Millis,
    /// Who sent it.
    pub principal: String,
    /// The sender's idempotency key.
    pub key: Option<IdempotencyKey>,
    /// Its position in the Bundle it came in.
    pub entry: u32,
}

/// A record as it is read back.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its position in the log.
    pub log_index: LogIndex,
    /// What is kept besides the bytes.
    pub envelope: Envelope,
    /// The received bytes, untouched.
    pub body: Bytes,
}
