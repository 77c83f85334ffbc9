//! Who, whom, what and from where: names, ids, references and addresses.
use super::{Found, JOINING, Kind, act, escaped, period, purpose, word::Word};
use crate::sentence::party::typed;
use kiln_fhir::resource_type;
use std::net::IpAddr;

const PATIENT: [&str; 7] = ["patient", "patients", "patientin", "patienten", "pt", "pat", "mrn"];
const NUMBER: [&str; 8] = ["id", "nr", "nr.", "no", "no.", "number", "nummer", "#"];
const TITLE: [&str; 15] = [
    "dr",
    "dr.",
    "doctor",
    "doktor",
    "prof",
    "prof.",
    "professor",
    "nurse",
    "sister",
    "schwester",
    "pfleger",
    "pflegerin",
    "arzt",
    "ärztin",
    "physician",
];
const AGENT: [&str; 13] = [
    "by",
    "user",
    "users",
    "agent",
    "staff",
    "practitioner",
    "clinician",
    "benutzer",
    "benutzerin",
    "nutzer",
    "mitarbeiter",
    "von",
    "durch",
];
const ADDRESS: [&str; 7] = ["ip", "address", "adresse", "host", "rechner", "workstation", "from"];

/// Most events name a patient beside a reference, for which no parameter is but that of all names:
/// who else is called so is found, too, and nobody is missed.
const PATIENT_NAME: &str = "text";

/// Words of a name that follow each other.
const NAME_WORDS_MAX: usize = 3;

/// `patient 123`, `Patient/123`, `patient jane roe`.
pub(super) fn patient(words: &[Word<'_>]) -> Option<Found> {
    let first = words.first()?;
    if let Some(("Patient", _)) = plain_typed(first) {
        return Some(patient_of(first.text, 1));
    }
    if !first.is_one_of(&PATIENT) {
        return None;
    }
    let numbered = words.get(1).is_some_and(|word| word.is_one_of(&NUMBER));
    let before = 1 + usize::from(numbered);
    let value = words.get(before)?;
    let is_value = value.quoted || value.is_plain() && is_id(value.text);
    if is_value {
        return Some(patient_of(value.text, before + 1));
    }
    let name = name(&words[1..]);
    (!name.is_empty()).then(|| named(Kind::Patient, PATIENT_NAME, &name, name.len() + 1))
}

/// A patient by id or reference where it may be one, else by name.
pub(super) fn patient_of(text: &str, length: usize) -> Found {
    if is_id(text) {
        let shown = typed(text).map_or(text, |(_, id)| id);
        let by = typed(text).map_or(text, |_| text);
        return Found::new(length, Kind::Patient, shown, "patient", by);
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    named(Kind::Patient, PATIENT_NAME, &words, length)
}

/// `dr chen`, `by user_7`, `von schwester johnson`, `Practitioner/7`.
pub(super) fn agent(words: &[Word<'_>]) -> Option<Found> {
    let first = words.first()?;
    if plain_typed(first).is_some_and(|(r#type, _)| AGENT_TYPES.contains(&r#type)) {
        return Some(agent_of(first.text, 1));
    }
    let led = usize::from(first.is_one_of(&AGENT));
    let rest = &words[led..];
    let titles = rest.iter().take_while(|word| word.is_one_of(&TITLE)).count();
    if led + titles == 0 {
        return None;
    }
    let value = rest.get(titles)?;
    let before = led + titles;
    if value.quoted || value.is_plain() && is_id(value.text) {
        return Some(agent_of(value.text, before + 1));
    }
    let name = name(&rest[titles..]);
    (!name.is_empty())
        .then(|| named(Kind::Agent, "agent-name:contains", &name, before + name.len()))
}

const AGENT_TYPES: [&str; 7] = [
    "Practitioner",
    "PractitionerRole",
    "Device",
    "Organization",
    "RelatedPerson",
    "Person",
    "CareTeam",
];

/// An agent by id or reference where it may be one, else by name.
pub(super) fn agent_of(text: &str, length: usize) -> Found {
    if is_id(text) {
        return Found::new(length, Kind::Agent, text, "agent", text);
    }
    let words = text.split_whitespace().filter(|word| {
        !TITLE.contains(&word.to_lowercase().as_str()) && word.chars().any(char::is_alphanumeric)
    });
    named(Kind::Agent, "agent-name:contains", &words.collect::<Vec<_>>(), length)
}

/// Each word of the name must be there, in whatever order.
fn named(kind: Kind, by: &str, name: &[&str], length: usize) -> Found {
    let parameters = name.iter().map(|word| (by.to_owned(), escaped(word)));
    Found { length, kind, value: name.join(" "), parameters: parameters.collect() }
}

/// The words that may be a name: up to the first that means something else.
fn name<'w>(words: &'w [Word<'_>]) -> Vec<&'w str> {
    let mut name = Vec::new();
    for (at, word) in words.iter().enumerate().take(NAME_WORDS_MAX) {
        if !is_name(&words[at..]) {
            break;
        }
        name.push(word.text);
    }
    name
}

fn is_name(words: &[Word<'_>]) -> bool {
    let word = &words[0];
    let letters =
        word.text.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '.' | '’'));
    let is_ours = word.is_one_of(&JOINING)
        || [&PATIENT[..], &TITLE, &AGENT, &ADDRESS, &OTHERS].iter().any(|it| word.is_one_of(it));
    let means = || purpose::find(words).is_some() || act::find(words).is_some();
    word.is_plain() && letters && !is_ours && !begins_a_period(words) && !means()
}

/// A month alone is a name where a name may stand: Jan, April, June, August.
fn begins_a_period(words: &[Word<'_>]) -> bool {
    let is_month_alone = period::month(&words[0]).is_some()
        && !words.get(1).is_some_and(|word| word.text.starts_with(|c: char| c.is_ascii_digit()));
    !is_month_alone && period::begins(words)
}

/// Words that begin something else than a name.
const OTHERS: [&str; 20] = [
    "not",
    "no",
    "without",
    "except",
    "nicht",
    "kein",
    "keine",
    "ohne",
    "site",
    "standort",
    "source",
    "quelle",
    "type",
    "typ",
    "code",
    "purpose",
    "zweck",
    "organisation",
    "organization",
    "last",
];

/// `Observation/7`, `observation 7`, an URL of a resource.
pub(super) fn thing(words: &[Word<'_>]) -> Option<Found> {
    let first = words.first().filter(|word| word.is_plain())?;
    if first.text.starts_with("http://") || first.text.starts_with("https://") {
        let is_patient = first.text.contains("/Patient/");
        let (kind, name) =
            if is_patient { (Kind::Patient, "patient") } else { (Kind::Entity, "entity") };
        return Some(Found::new(1, kind, first.text, name, first.text));
    }
    if let Some((r#type, _)) = plain_typed(first) {
        let is_thing = r#type != "Patient" && !AGENT_TYPES.contains(&r#type);
        return is_thing.then(|| Found::new(1, Kind::Entity, first.text, "entity", first.text));
    }
    if is_uuid(first.text) {
        return Some(Found::new(1, Kind::Id, first.text, "_id", first.text));
    }
    let (r#type, id) = (type_named(&first.lower)?, words.get(1)?);
    let reference = format!("{type}/{}", id.text);
    let is_agent = AGENT_TYPES.contains(&r#type);
    (id.is_plain() && is_id(id.text) && !is_agent)
        .then(|| Found::new(2, Kind::Entity, reference.clone(), "entity", &reference))
}

/// The resource type of R4 that is called so, whatever the case.
fn type_named(lower: &str) -> Option<&'static str> {
    resource_type::of(kiln_fhir::Release::R4).find(|name| name.eq_ignore_ascii_case(lower))
}

/// The reference that a word is, of a type that there is.
fn plain_typed<'w>(word: &'w Word<'_>) -> Option<(&'w str, &'w str)> {
    typed(word.text).filter(|(r#type, _)| word.is_plain() && resource_type::is_known(r#type))
}

/// `10.0.1.42`, `from 10.0.1`, `ip 2001:db8::1`, `host ws-17`.
pub(super) fn address(words: &[Word<'_>]) -> Option<Found> {
    let first = words.first()?;
    let led = first.is_one_of(&ADDRESS) || first.is("von");
    let value = words.get(usize::from(led))?;
    let length = 1 + usize::from(led);
    if !value.is_plain() {
        return None;
    }
    let is_named = led && !first.is_one_of(&["from", "von"]) && is_id(value.text);
    (is_address(value.text) || is_named).then(|| address_of(value.text, length))
}

/// A whole address as it is, the beginning of one as such: `10.0.1.` is no part of `10.0.10.7`.
pub(super) fn address_of(text: &str, length: usize) -> Found {
    if text.parse::<IpAddr>().is_ok() {
        return Found::new(length, Kind::Address, text, "address:exact", text);
    }
    let beginning = text.trim_end_matches('*');
    Found::new(length, Kind::Address, text, "address", beginning)
}

/// An address, or the beginning of one as `10.0.1.` or `10.0.*`.
fn is_address(text: &str) -> bool {
    let beginning = text.strip_suffix('*').unwrap_or(text).strip_suffix('.');
    let parts = beginning.map(|text| text.split('.').collect::<Vec<_>>());
    let is_beginning = parts.is_some_and(|parts| {
        parts.len() < 4 && parts.iter().all(|part| part.parse::<u8>().is_ok())
    });
    is_beginning || text.parse::<IpAddr>().is_ok()
}

/// Has a digit, or the form of a reference, and no blank.
pub(super) fn is_id(text: &str) -> bool {
    let has_form = text.chars().any(|c| c.is_ascii_digit() || matches!(c, '_' | '/' | '@'));
    has_form && !text.contains(char::is_whitespace)
}

/// A UUID as it is written.
pub(super) fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.bytes().all(|c| c == b'-' || c.is_ascii_hexdigit())
}
