//! Serves: HTTP, interactions, the guard of the open mode, metrics.
//!
//! Life of a request: [`listen`] accepts, `exchange` guards it, asks the one table of routes in
//! `router` what it is, reads its body within limits, and hands it to the file in `interaction`
//! that bears its FHIR name. Every answer, good or bad, is an `Answer`.

mod addressed;
mod answer;
mod app;
mod audit;
mod authentication;
mod body;
mod cors;
mod dialect;
mod door;
mod evidence;
mod exchange;
mod form;
mod framing;
mod guard;
pub mod intake;
mod interaction;
mod listen;
mod metrics;
mod negotiate;
mod operations;
mod outgoing;
mod paced;
mod page;
mod pages;
mod patient_view;
mod proxy;
mod published;
mod query_string;
mod rejects;
pub mod rendition;
mod resources;
mod restriction;
mod router;
mod settings;
mod sign_in;
mod stalled;
mod tasks;
mod tenant;
mod tenants;
mod tls;
mod validation;
mod version;
mod witnesses;

pub use app::App;
pub use audit::{CommandUse, command_record, review_record};
pub use authentication::{
    IdentitySettings, Introspection, Issuer, KeySource, KeyTimes, PrincipalLimits, Tokens,
};
pub use cors::{Cors, InvalidOrigin};
pub use door::Door;
pub use listen::{Errand, Errands, Listeners, serve};
pub use pages::{Pages, Staff};
pub use proxy::{Caller, Pace, Proxy, ProxyBody, Refused, Reply, Running};
pub use resources::ResourceSettings;
pub use router::routes;
pub use settings::{Acknowledge, Settings};
pub use sign_in::SignInSettings;
pub use tenant::{NotClosed, Tenant};
pub use tenants::OpenTenant;
pub use tls::{ClientCertificates, Tls, TlsError, TlsMaterial};
pub use validation::{Validation, ValidationSender};
pub use witnesses::{Witnessing, known_by_witnesses};
