//! What becomes of an event that breaks base FHIR: it is refused, or kept as it was sent and
//! marked, for senders that cannot be told (`docs/decisions/0015-kept-events.md`).

/// The rule for all, and senders for whom another one holds.
#[derive(Clone, Debug, Default)]
pub struct Validation {
    /// Whether events that break base FHIR are kept; else they are refused.
    pub keeps: bool,
    /// Whose events follow a rule of their own.
    pub senders: Vec<ValidationSender>,
}

/// A sender with a rule of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidationSender {
    /// `source.observer` as this sender writes it, or `system|value` of its identifier.
    pub observer: String,
    /// Whether its events are kept though they break base FHIR.
    pub keeps: bool,
}
