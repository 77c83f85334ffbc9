//! The filters of a plain search, as parameters of [`kiln_search`'s] plain names.
//!
//! [`kiln_search`'s]: https://hl7.org/fhir/R4/search.html
mod date;
mod zone;

use crate::code::{Coding, SUBTYPE, TYPE};
use crate::event;
use crate::kind::{AUTHENTICATION, LOGIN_KIND, is_login};
use kiln_fhir::{Issue, IssueType, OperationOutcome, event_outcome};

/// A plain search as it was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// The parameters to search by, values escaped as FHIR demands.
    pub pairs: Vec<(String, String)>,
    /// `limit`: events on a page.
    pub limit: Option<usize>,
    /// `cursor`: the page token, still opaque.
    pub cursor: Option<String>,
}

/// The names of all filters.
pub const NAMES: [&str; 13] = [
    "action", "outcome", "type", "subtype", "dateFrom", "dateTo", "timeZone", "patient", "agent",
    "entity", "text", "limit", "cursor",
];

/// Reads the decoded parameters of the URL.
///
/// # Errors
/// Each issue naming its filter: unknown or repeated ones, empty values, dates and zones that are
/// none.
pub fn parse(pairs: &[(String, String)]) -> Result<Filters, OperationOutcome> {
    let mut issues = check(pairs);
    let mut filters = Filters::default();
    let zone = zone_of(pairs).unwrap_or_else(|issue| {
        issues.push(issue);
        None
    });
    for (name, value) in pairs {
        if value.trim().is_empty() || issues.len() >= OperationOutcome::ISSUES_MAX {
            continue;
        }
        if let Err(issue) = filters.read(name, value, zone.as_ref()) {
            issues.push(issue);
        }
    }
    if issues.is_empty() { Ok(filters) } else { Err(OperationOutcome { issues }) }
}

/// What is wrong with the names, and which have no value.
fn check(pairs: &[(String, String)]) -> Vec<Issue> {
    let mut issues = Vec::new();
    for (position, (name, value)) in pairs.iter().enumerate() {
        if issues.len() >= OperationOutcome::ISSUES_MAX {
            break;
        }
        if !NAMES.contains(&name.as_str()) {
            issues.push(unknown(name));
        } else if pairs[..position].iter().any(|(before, _)| before == name) {
            issues.push(refusal(name, IssueType::Value, "comes more than once: send it once"));
        } else if value.trim().is_empty() {
            issues.push(refusal(name, IssueType::Value, "has no value: leave it out"));
        }
    }
    issues
}

fn zone_of(pairs: &[(String, String)]) -> Result<Option<zone::Zone>, Issue> {
    const FORM: &str = "is a zone such as Europe/Zurich or +01:00";
    let Some((name, value)) = pairs.iter().find(|(name, _)| name == "timeZone") else {
        return Ok(Some(zone::Zone::utc()));
    };
    if value.trim().is_empty() {
        return Ok(None);
    }
    let zone = zone::Zone::find(value).ok_or_else(|| refusal(name, IssueType::Value, FORM))?;
    Ok(Some(zone))
}

impl Filters {
    fn read(&mut self, name: &str, value: &str, zone: Option<&zone::Zone>) -> Result<(), Issue> {
        match name {
            "action" => self.code(name, value, &event::ACTIONS)?,
            "outcome" => self.code(name, value, &event_outcome::NUMBERS)?,
            "type" => self.kind(value),
            "subtype" => self.push(name, escaped(&SUBTYPE.coding(value).code)),
            "dateFrom" | "dateTo" => self.date(name, value, zone)?,
            "patient" | "agent" | "entity" | "text" => self.push(name, escaped(value)),
            "limit" => self.limit = Some(limit(name, value)?),
            "cursor" => self.cursor = Some(value.to_owned()),
            _ => {}
        }
        Ok(())
    }

    fn push(&mut self, name: &str, value: String) {
        self.pairs.push((name.to_owned(), value));
    }

    fn code(&mut self, name: &str, value: &str, codes: &[&str]) -> Result<(), Issue> {
        if !codes.contains(&value) {
            let reason = format!("is one of {}", codes.join(" "));
            return Err(refusal(name, IssueType::CodeInvalid, &reason));
        }
        self.push(name, value.to_owned());
        Ok(())
    }

    /// A login is two codes in FHIR; an export's code is another text; any other code is searched
    /// in whatever system.
    fn kind(&mut self, value: &str) {
        let coding = TYPE.coding(value);
        if is_login(value) {
            self.push("type", with_system(&AUTHENTICATION));
            self.push("subtype", with_system(&LOGIN_KIND));
        } else if coding.code.eq_ignore_ascii_case(value) {
            self.push("type", escaped(&coding.code));
        } else if coding.system.is_some() {
            self.push("type", with_system(&coding));
        } else {
            self.push("type", escaped(&coding.code));
        }
    }

    fn date(&mut self, name: &str, value: &str, zone: Option<&zone::Zone>) -> Result<(), Issue> {
        // The zone is wrong, and told already.
        let Some(zone) = zone else { return Ok(()) };
        let span =
            date::span(value, zone).map_err(|reason| refusal(name, IssueType::Value, reason))?;
        let (prefix, bound) = match name {
            "dateFrom" => ("ge", span.start),
            _ => ("lt", span.end),
        };
        if let Some(instant) = bound.and_then(date::to_text) {
            self.push("date", format!("{prefix}{instant}"));
        }
        Ok(())
    }
}

/// A coding as FHIR searches it (<https://hl7.org/fhir/R4/search.html#token>).
fn with_system(coding: &Coding<'_>) -> String {
    let code = escaped(&coding.code);
    coding.system.map_or(code.clone(), |system| format!("{}|{code}", escaped(system)))
}

/// The text as one value (<https://hl7.org/fhir/R4/search.html#escaping>).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '\\' | ',' | '|' | '$') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

/// A number that no page has is as good as the largest: the server clamps it.
fn limit(name: &str, value: &str) -> Result<usize, Issue> {
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
    let limit = if is_number { value.parse().unwrap_or(usize::MAX) } else { 0 };
    if limit == 0 {
        return Err(refusal(name, IssueType::Value, "is a whole number from 1"));
    }
    Ok(limit)
}

/// The name is repeated only where it cannot be anything else than a name.
fn unknown(name: &str) -> Issue {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte);
    let known = NAMES.join(", ");
    if (1..=NAME_BYTES_MAX).contains(&name.len()) && name.bytes().all(is_name) {
        let reason = format!("is no filter: there are {known}");
        return refusal(name, IssueType::NotSupported, &reason);
    }
    let message = format!("a filter of an unusual name: there are {known}");
    Issue::error(IssueType::NotSupported, message)
}

const NAME_BYTES_MAX: usize = 64;

fn refusal(name: &str, code: IssueType, reason: &str) -> Issue {
    Issue::error(code, format!("{name} {reason}")).at(name)
}

#[cfg(test)]
mod tests;
