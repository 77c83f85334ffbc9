//! Makes `AuditEvent`s: an interaction goes in, an event comes out.
//!
//! Pure: the time, the principal and what was answered are given. The server stores what comes out
//! before the answer's first byte leaves. [`Interaction`] is what happened to FHIR resources, and a
//! [`Profile`] tells it; [`LogUse`] is what somebody did with the log itself.

mod agent;
mod code;
mod event;
mod interaction;
mod log_use;
mod profile;
pub mod rest;
mod text;

pub use agent::{Client, Server};
pub use event::{Action, Outcome};
pub use interaction::{
    Interaction, Organization, Patient, Restful, Returned, State, Tag, Version, Versioned,
};
pub use log_use::{LogUse, Request, Seen, Use};
pub use profile::{
    Balp, Event, Gms, Lifeomic, PATIENTS_MAX, Profile, QUERY_BYTES_MAX, RESULTS_MAX, Results,
    Source, UserClaim,
};

#[cfg(test)]
mod tests;
