//! Who asks, for which tenant, and what they may do.
//!
//! Kiln is a resource server: it checks tokens, keys and certificates, and issues no tokens. This
//! room decides on what it is given, the time among it; fetching keys and asking issuers is the
//! server's.
//!
//! - A JWT: [`Unverified::parse`] tells the issuer and the key's id before anything is believed,
//!   [`Unverified::check`] checks it by the issuer's [`IssuerRules`] and [`KeySet`];
//!   [`VerifiedTokens`] spares the second check of the same token.
//! - An opaque token: [`introspection::check`] reads what the issuer answers about it.
//! - An API key: [`api_key::Book::find`].
//! - A client certificate: [`Certificate::parse`], [`CertificateRules::principal`].

mod algorithm;
pub mod api_key;
mod certificate;
mod claims;
mod fingerprint;
pub mod introspection;
mod issuer;
mod json;
mod jwk;
mod principal;
mod role;
#[cfg(test)]
mod signing;
pub mod smart;
mod tenant;
mod time;
mod token;
mod verified;

pub use algorithm::{Algorithm, InvalidAlgorithm};
pub use certificate::{Certificate, CertificateError, CertificateRule, CertificateRules, Holder};
pub use fingerprint::{InvalidThumbprint, Thumbprint};
pub use issuer::{Claims, InvalidIssuer, IssuerRules, RolesClaim, Tenancy};
pub use jwk::{KeySet, KeySetError};
pub use principal::{Agent, Means, PatientContext, Principal, Reach, Scope, Scopes};
pub use role::{InvalidRole, Role};
pub use tenant::{InvalidTenantId, TenantId};
pub use time::UnixSeconds;
pub use token::{TokenError, Unverified, Verified, check};
pub use verified::VerifiedTokens;
