//! `outcome` and `outcomeDesc`: how it ended. R4 has a code and a text, R5 a coding and concepts.
use crate::code::UNKNOWN;
use crate::concept;
use crate::stored::Stored;
use crate::writer::Writer;
use kiln_fhir::event_outcome::{NUMBERS, SEVERITIES, SEVERITY_SYSTEM};

/// Where they come from where they name it.
const SYSTEMS: [&str; 2] = [
    "http://terminology.hl7.org/CodeSystem/audit-event-outcome",
    "http://hl7.org/fhir/audit-event-outcome",
];

/// Writes both.
pub(crate) fn write(json: &mut Writer<'_>, outcome: Option<&str>, description: Option<&str>) {
    if let Some(outcome) = outcome {
        json.member("outcome", outcome);
    }
    if let Some(description) = description {
        json.member("outcomeDesc", description);
    }
}

/// Reads both.
pub(crate) fn read(stored: &mut Stored<'_, '_>, json: &mut Writer<'_>) {
    let outcome = stored.member(0, "outcome");
    if let Some(code) = stored.take_text(0, "outcome") {
        json.member("outcome", code);
    } else if let Some(code) = outcome.and_then(|outcome| read_coding(stored, outcome)) {
        json.member("outcome", code);
    }
    let description = stored.take_text(0, "outcomeDesc").or_else(|| {
        let details = stored.member(outcome?, "detail")?;
        let first = stored.tape.items(details).next()?;
        concept::read(stored, first, &UNKNOWN)
    });
    if let Some(description) = description {
        json.member("outcomeDesc", description);
    }
}

/// The code of R5's coding, where R4 has one that says the same.
fn read_coding(stored: &mut Stored<'_, '_>, outcome: usize) -> Option<&'static str> {
    let coding = stored.member(outcome, "code")?;
    let system = stored.text_of(coding, "system");
    let code = stored.text_of(coding, "code")?;
    if system.is_none_or(|system| SYSTEMS.contains(&system)) {
        let known = NUMBERS.into_iter().find(|known| *known == code)?;
        stored.take_if(coding, "code", |_| true);
        stored.take_if(coding, "system", |_| true);
        return Some(known);
    }
    let (severity, known) = SEVERITIES
        .into_iter()
        .find(|(severity, _)| system == Some(SEVERITY_SYSTEM) && *severity == code)?;
    // Of a success that is called information the plain shape does not tell.
    if severity != "information" {
        stored.take_if(coding, "code", |_| true);
        stored.take_if(coding, "system", |_| true);
        stored.take_if(coding, "display", |display| display.eq_ignore_ascii_case(severity));
    }
    Some(known)
}
