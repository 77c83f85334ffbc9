//! FHIR REST, read: a request becomes what it asks for, an answer what happened
//! (<https://hl7.org/fhir/R4/http.html>, and the other releases where they differ).
//!
//! Pure: bytes in, owned values out, within [`Limits`]. A gateway and a store of resources read
//! their requests by the same table. Nothing that may write is ever read as a read, and what is
//! sent on is [`Asked::path`], which is written anew from what was understood, never what came in.

mod answer;
mod asked;
mod bundle;
mod compartment;
mod condition;
mod form;
mod happened;
mod head;
mod limits;
mod links;
mod name;
mod outcomes;
mod patch;
mod path;
mod patient;
mod query;
mod reference;
mod refusal;
mod resource;
mod response;
mod route;
mod sent;

pub use asked::{Asked, Does, Target};
pub use bundle::{Bundle, BundleKind, Entry};
pub use condition::{Conditions, EntityTags, Prefer, Return};
pub use form::Form;
pub use happened::{Changed, Happened};
pub use head::{Head, Headers, Method};
pub use limits::Limits;
pub use links::{Links, Rewriter};
pub use name::{Id, Instance, ResourceType};
pub use patient::Patient;
pub use refusal::Refusal;
pub use resource::{Resource, Tag};
pub use response::Response;
pub use sent::Sent;
