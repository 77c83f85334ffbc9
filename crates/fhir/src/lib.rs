//! What a record says: JSON and XML of every release, the `AuditEvent` view, conversion between
//! releases, Bundle, `OperationOutcome`.
//!
//! Pure: bytes in, borrowed values out. The received bytes are never changed; [`AuditEvent`] is the
//! one canonical view that every release fills, and that search, trails and pages read.

mod audit_event;
pub mod bundle;
pub mod conversion;
mod definition;
pub mod event_outcome;
pub mod extension;
mod instant;
pub mod json;
mod outcome;
mod redact;
mod release;
pub mod render;
pub mod resource_type;
mod shape;
pub mod xml;

pub use audit_event::{
    Agent, AuditEvent, CodeableConcept, Coding, Entity, Identifier, Limits, Meta, Parsed,
    Reference, Source, Str, keep, kept, parse, receive,
};
pub use instant::{Instant, date_interval};
pub use outcome::{Issue, IssueType, OperationOutcome, Severity, WrittenError};
pub use redact::{REDACTED, redact};
pub use release::{MediaType, Release};
pub use shape::shape;
