//! The two ways in which releases say how an event ended: a number (`audit-event-outcome`, up to
//! R4B and in most events of R5), or the severity that R5 binds `outcome.code` to.

/// The numbers (<https://hl7.org/fhir/R4/valueset-audit-event-outcome.html>).
pub const NUMBERS: [&str; 4] = ["0", "4", "8", "12"];

/// The code system of the severities
/// (<https://hl7.org/fhir/R5/valueset-audit-event-outcome.html>).
pub const SEVERITY_SYSTEM: &str = "http://hl7.org/fhir/issue-severity";

/// Each severity, and the number that HL7's maps between R4 and R5 make of it
/// (<https://github.com/HL7/fhir-cross-version>).
pub const SEVERITIES: [(&str, &str); 5] =
    [("success", "0"), ("information", "0"), ("warning", "4"), ("error", "8"), ("fatal", "12")];

/// The number that says the same as a severity.
pub fn number_of(severity: &str) -> Option<&'static str> {
    SEVERITIES.iter().find(|(known, _)| *known == severity).map(|(_, number)| *number)
}
