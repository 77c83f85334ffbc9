//! Kiln as its users see it: the real binary, started on a port of its own, asked over HTTP.
//!
//! Nothing here knows a crate of the product: what a test expects comes from the standard, from
//! `tests/scenarios/*.md` and from what was sent.

pub mod http;
pub mod matching;
pub mod run;
pub mod scenario;
pub mod server;
mod tell;
pub mod witness;

pub use tell::tell;
