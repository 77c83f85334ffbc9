//! Which extensions are read as if a conversion had written them.
use super::document::Document;
use super::extension::{ALTERNATIVE_USER_ID, CROSS_VERSION_END, DERIVED, LIFECYCLE, RESIDUE};
use super::object::Conversion;
use memchr::memmem;

/// Whether a conversion reads or writes extensions of this name.
fn is_ours(url: &str) -> bool {
    matches!(url, ALTERNATIVE_USER_ID | LIFECYCLE | DERIVED | RESIDUE)
        || url.contains(CROSS_VERSION_END)
}

/// Whether JSON can have any of them, at a glance: names written with escapes may be any.
pub(super) fn may_have_ours(json: &[u8]) -> bool {
    const STEP: &[u8] = b"StructureDefinition/";
    let is_ours = |at: usize| {
        let (before, rest) = (&json[..at], &json[at + STEP.len()..]);
        rest.starts_with(b"extension-AuditEvent.")
            || rest.starts_with(b"auditevent-")
            || before.ends_with(b"kiln-audit.org/fhir/")
    };
    memchr::memchr(b'\\', json).is_some() || memmem::find_iter(json, STEP).any(is_ours)
}

/// Whether a document has any of them.
pub(super) fn has_ours(document: &Document<'_>) -> bool {
    let is_url = |&at: &usize| document.is_member(at) && document.key(at) == "url";
    document.has_urls
        && (0..document.len())
            .filter(is_url)
            .any(|at| document.text(at).is_some_and(|url| is_ours(&url)))
}

impl Conversion<'_> {
    /// Whether an extension must not be there, so that nothing takes it for one of ours.
    pub(super) fn is_set_aside(&self, at: usize) -> bool {
        self.sets_aside && self.document.member_text(at, "url").is_some_and(|url| is_ours(&url))
    }
}
