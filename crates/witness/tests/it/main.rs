//! The witness over HTTP, as a log sees it.
#![expect(clippy::unwrap_used, reason = "a test ends where something is not there")]
#![expect(clippy::disallowed_methods, reason = "tests read vectors and damage states")]

mod conformance;
mod log;
mod protocol;
mod running;
mod state;
