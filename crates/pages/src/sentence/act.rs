//! What was done, from the codes that say it: the most specific first.
use kiln_fhir::{AuditEvent, CodeableConcept, Coding};

/// What was done.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Read.
    Read,
    /// An older version was read.
    ReadVersion,
    /// The history was looked at.
    History,
    /// A search was made.
    Search,
    /// Created.
    Create,
    /// Changed.
    Update,
    /// Deleted.
    Delete,
    /// Exported.
    Export,
    /// Imported.
    Import,
    /// Disclosed.
    Disclose,
    /// Sent to another system.
    Transfer,
    /// Signed in.
    SignIn,
    /// Signed out.
    SignOut,
    /// A program was started.
    Start,
    /// A program was stopped.
    Stop,
    /// Protection was overridden in an emergency.
    BreakGlass,
    /// The audit log was looked at.
    UseLog,
    /// What only its code says.
    Other,
}

/// Codes of FHIR's interactions, DICOM and the lifecycle that say more than an action does
/// (<https://hl7.org/fhir/R4/valueset-audit-event-sub-type.html>,
/// <https://dicom.nema.org/medical/dicom/current/output/html/part16.html#chapter_D>).
const CODES: [(&str, Act); 32] = [
    ("read", Act::Read),
    ("vread", Act::ReadVersion),
    ("history", Act::History),
    ("history-instance", Act::History),
    ("history-type", Act::History),
    ("history-system", Act::History),
    ("search", Act::Search),
    ("search-type", Act::Search),
    ("search-system", Act::Search),
    ("create", Act::Create),
    ("update", Act::Update),
    ("patch", Act::Update),
    ("delete", Act::Delete),
    ("export", Act::Export),
    ("110106", Act::Export),
    ("110107", Act::Import),
    ("110122", Act::SignIn),
    ("110123", Act::SignOut),
    ("login", Act::SignIn),
    ("logout", Act::SignOut),
    ("110120", Act::Start),
    ("110121", Act::Stop),
    ("110127", Act::BreakGlass),
    ("110101", Act::UseLog),
    ("110104", Act::Transfer),
    ("transmit", Act::Transfer),
    ("disclose", Act::Disclose),
    ("access", Act::Read),
    ("originate", Act::Create),
    ("amend", Act::Update),
    ("destroy", Act::Delete),
    ("110112", Act::Search),
];

/// The codes of `AuditEvent.action` (<https://hl7.org/fhir/R4/valueset-audit-event-action.html>).
const ACTIONS: [(&str, Act); 5] = [
    ("C", Act::Create),
    ("R", Act::Read),
    ("U", Act::Update),
    ("D", Act::Delete),
    ("E", Act::Other),
];

/// What an event says was done: by its subtype, else its type, else its action.
pub(super) fn of(event: &AuditEvent<'_>) -> Act {
    let specific = event.subtype.iter().chain(&event.r#type).flat_map(codes).find_map(known);
    let by_action = || {
        let action = event.action.as_deref()?;
        ACTIONS.iter().find(|(code, _)| *code == action).map(|(_, act)| *act)
    };
    specific.or_else(by_action).unwrap_or(Act::Other)
}

/// The words for what no verb of ours says: as the event itself calls it.
pub(super) fn own_words(event: &AuditEvent<'_>) -> Option<String> {
    let mut concepts = event.subtype.iter().chain(&event.r#type);
    concepts.find_map(super::told).map(str::to_owned)
}

fn codes<'e>(concept: &'e CodeableConcept<'_>) -> impl Iterator<Item = &'e str> {
    concept.coding.iter().filter_map(|coding: &Coding<'_>| coding.code.as_deref())
}

fn known(code: &str) -> Option<Act> {
    CODES.iter().find(|(known, _)| known.eq_ignore_ascii_case(code)).map(|(_, act)| *act)
}
