//! Words in claims.
use serde_json::{Map, Value};

/// What is written into envelopes and events: not empty, not long, nothing that moves a cursor.
pub(super) fn is_name(text: &str, len_max: usize) -> bool {
    (1..=len_max).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

/// FHIR's `id`: 1 to 64 of `A-Z`, `a-z`, `0-9`, `-` and `.`.
pub(super) fn is_id(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'.';
    (1..=64).contains(&text.len()) && text.bytes().all(allowed)
}

/// Whether `fhirUser` (SMART 2.2, "Scopes for requesting identity data") is to see no more than a
/// patient: whoever is not surely somebody else (`Practitioner/1`,
/// `https://ehr.example/fhir/Person/2`) is a patient, or somebody who speaks for one.
pub(super) fn is_patient(fhir_user: &str) -> bool {
    let is_relative = !fhir_user.contains(':');
    let is_url = ["https://", "http://"].iter().any(|scheme| fhir_user.starts_with(scheme));
    // `Practitioner?identifier=…` has no id: what follows the last `/` must be one.
    let mut segments = fhir_user.rsplit('/');
    let is_resource = segments.next().is_some_and(is_id);
    let is_other = segments.next().is_some_and(|r#type| OTHERS.contains(&r#type));
    let mut names_patient = || segments.any(|one| one == "Patient" || one == "RelatedPerson");
    !(is_relative || is_url) || !is_resource || !is_other || names_patient()
}

/// The resource types of those who sign in and are no patients.
const OTHERS: [&str; 6] =
    ["Practitioner", "PractitionerRole", "Organization", "Group", "Device", "Person"];

/// The claim of this name, or at the end of this path.
pub(super) fn at<'a>(claims: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    if let Some(value) = claims.get(path) {
        return Some(value);
    }
    let (first, rest) = path.split_once('.')?;
    let mut value = claims.get(first)?;
    for name in rest.split('.') {
        value = value.get(name)?;
    }
    Some(value)
}

/// A name for people: `OpenID` Connect's, or that of IHE IUA (ITI-71 §3.71.4.2.2.1.1).
pub(super) fn person(claims: &Map<String, Value>) -> Option<String> {
    let name = claims.get("name").or_else(|| iua(claims)?.get("subject_name"));
    let name = name.and_then(Value::as_str).filter(|name| is_name(name, super::NAME_LEN_MAX));
    name.map(str::to_owned)
}

/// Why somebody asks: codes of `purpose_of_use`, IHE IUA's Codings or plain texts. They are written
/// down and decide nothing.
pub(super) fn purposes(claims: &Map<String, Value>) -> Vec<String> {
    const PURPOSES_MAX: usize = 16;
    let value = claims.get("purpose_of_use").or_else(|| iua(claims)?.get("purpose_of_use"));
    let values = match value {
        Some(Value::Array(values)) => values.as_slice(),
        Some(value) => std::slice::from_ref(value),
        None => &[],
    };
    let codes = values.iter().take(PURPOSES_MAX).filter_map(code);
    codes.filter(|code| is_name(code, super::NAME_LEN_MAX)).collect()
}

fn iua(claims: &Map<String, Value>) -> Option<&Value> {
    claims.get("extensions")?.get("ihe_iua")
}

fn code(value: &Value) -> Option<String> {
    let text = |name| value.get(name).and_then(Value::as_str);
    match (value.as_str(), text("system"), text("code")) {
        (Some(code), ..) | (None, None, Some(code)) => Some(code.to_owned()),
        (None, Some(system), Some(code)) => Some(format!("{system}|{code}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
