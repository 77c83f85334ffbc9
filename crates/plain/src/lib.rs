//! The plain shape of an audit event (`/api/audit-events`) and `AuditEvent`: one table, read both
//! ways.
//!
//! Pure: bytes in, bytes out. What comes in plainly becomes an R4 `AuditEvent`, in which whatever
//! the table added is marked, so that it reads back exactly as it came; an event of any release
//! that came as FHIR reads plainly as far as the plain shape goes.

mod agent;
mod array;
mod code;
mod concept;
mod entity;
mod event;
pub mod filter;
mod kind;
mod mark;
mod network;
mod outcome;
mod reference;
mod sent;
mod source;
mod stored;
mod writer;

pub use array::{EVENTS_MAX, is_array};
pub use event::{Served, from_fhir, to_fhir};
