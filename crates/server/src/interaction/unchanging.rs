//! Update, patch and delete: audit events never change, so none of them is offered.
use crate::{
    answer::Refusal,
    router::{self, Offers},
};
use hyper::{StatusCode, header};
use kiln_fhir::IssueType;

/// Why not.
pub(crate) const WHY: &str =
    "audit events never change: they are created and read, never updated, patched or deleted";

/// 405 with what is offered instead (RFC 9110 §15.5.6).
pub(crate) fn refuse(path: &'static str, offers: Offers) -> Refusal {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, IssueType::BusinessRule, WHY)
        .with(header::ALLOW, router::allowed(path, offers))
}
