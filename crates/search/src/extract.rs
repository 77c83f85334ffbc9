//! The record's terms: every parameter of every release, from the one view.

/// Changes whenever the terms of an unchanged record would.
pub const EXTRACT_VERSION: u32 = 1;

/// Appends the event's terms.
pub fn extract(_event: &kiln_fhir::AuditEvent<'_>, _terms: &mut kiln_index::Terms) {
    todo!()
}
