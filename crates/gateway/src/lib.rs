//! Stands in front of a FHIR server: every interaction leaves its `AuditEvent`, or does not happen
//! (`docs/decisions/0026-the-gateways-intents.md`).
//!
//! A request's way: `http` lets it in and reads it → [`Gateway::pass`] has its [`entry::Intent`]
//! written by the [`Ledger`], sends it to the [`Upstream`](seams::Upstream), has its outcome and
//! its events written, and gives its [`Client`](seams::Client) the answer, which can only be made
//! of what is [`Recorded`]. What a crash leaves open, `settle` finds out or says to be unknown.

pub mod entry;
mod gateway;
mod headers;
mod http;
mod ledger;
mod meters;
mod recorded;
mod refusal;
mod request;
mod rights;
pub mod seams;
mod settings;
mod settle;
mod tell;
mod who;

pub use gateway::Gateway;
pub use http::{HttpGateway, InvalidSettings};
pub use ledger::{Abandoned, Leave, Ledger};
pub use meters::Meters;
pub use recorded::{Needless, Recorded};
pub use request::{Read, Request};
pub use settings::{Network, Settings};
pub use settle::{Found, History, find};
pub use who::{Known, Who};
