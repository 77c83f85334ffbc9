//! Who asks, for which tenant, and what they may do.
//!
//! Kiln is a resource server: it checks tokens, keys and certificates, and issues no tokens. This
//! room decides on what it is given, the time among it; fetching keys and asking issuers is the
//! server's.

mod principal;
mod tenant;

pub use principal::{Agent, Means, PatientContext, Principal, Reach, Scope, Scopes};
pub use tenant::{InvalidTenantId, TenantId};
