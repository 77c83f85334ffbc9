//! The gateway between a client and a FHIR server that are real ones, over a real log.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod crash;
mod faults;
mod framing;
mod gateway;
mod identified;
mod recorded;
mod streams;
mod upstream;
