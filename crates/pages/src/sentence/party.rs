//! Who did it, and to what: by names where the event has them, else by what it refers to.
use kiln_fhir::{Agent, AuditEvent, Entity, Reference};

/// Types of those who are people.
const PEOPLE: [&str; 5] =
    ["Practitioner", "PractitionerRole", "Patient", "RelatedPerson", "Person"];

/// Who an event is about to say did it: the one that asked, a person before a program.
pub(crate) fn actor<'e, 'a>(event: &'e AuditEvent<'a>) -> Option<&'e Agent<'a>> {
    let asked = || event.agents.iter().filter(|agent| agent.requestor == Some(true));
    let person = asked().find(|agent| is_person(agent));
    person.or_else(|| asked().next()).or_else(|| event.agents.first())
}

fn is_person(agent: &Agent<'_>) -> bool {
    let Some(who) = &agent.who else { return false };
    let stated = who.r#type.as_deref();
    let told = stated.or_else(|| typed(who.reference.as_deref()?).map(|(r#type, _)| r#type));
    told.is_some_and(|r#type| PEOPLE.contains(&r#type))
}

/// How an agent is called: its name, else its reference, its identifier, its other id.
pub(crate) fn name_of(agent: &Agent<'_>) -> Option<String> {
    let who = agent.who.as_ref();
    let name = agent.name.as_deref().or_else(|| who?.display.as_deref());
    let name = name.filter(|name| !name.trim().is_empty()).map(str::to_owned);
    name.or_else(|| who.and_then(referred)).or_else(|| agent.alt_id.as_deref().map(str::to_owned))
}

/// What a reference refers to: `Patient 1` for `Patient/1`, any other as it is.
pub(crate) fn referred(reference: &Reference<'_>) -> Option<String> {
    if let Some(text) = reference.reference.as_deref() {
        return Some(match typed(text) {
            Some((r#type, id)) => format!("{type} {id}"),
            None => text.to_owned(),
        });
    }
    let value = reference.identifier.as_ref()?.value.as_deref()?;
    let r#type = reference.r#type.as_deref().filter(|r#type| is_type(r#type));
    Some(r#type.map_or_else(|| value.to_owned(), |r#type| format!("{type} {value}")))
}

/// The type and the id of a relative reference without a version.
pub(crate) fn typed(text: &str) -> Option<(&str, &str)> {
    let (r#type, id) = text.split_once('/')?;
    let is_id = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_');
    (is_type(r#type) && !id.is_empty() && id.chars().all(is_id)).then_some((r#type, id))
}

fn is_type(text: &str) -> bool {
    let is_name = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_name && text.as_bytes().first().is_some_and(u8::is_ascii_uppercase)
}

/// What an event was done to.
#[derive(Debug, Default)]
pub(super) struct Objects {
    /// The one that is named.
    pub(super) first: Option<String>,
    /// What else it says of that one.
    pub(super) details: Vec<String>,
    /// How many others there are.
    pub(super) others: usize,
    /// Whom it is about, where that is not the first.
    pub(super) patient: Option<String>,
    /// What else it says of them.
    pub(super) patient_details: Vec<String>,
}

impl Objects {
    pub(super) fn of(event: &AuditEvent<'_>) -> Self {
        let things: Vec<&Entity<'_>> = event.entities.iter().filter(|it| is_thing(it)).collect();
        let patient = patient(event);
        let entity = event.entities.iter().find(|entity| is_patient(entity));
        let of_patient = entity.map(details).unwrap_or_default();
        let Some(first) = things.first() else {
            return Self { first: patient, details: of_patient, ..Self::default() };
        };
        Self {
            first: object(first),
            details: details(first),
            others: things.len() - 1,
            patient,
            patient_details: of_patient,
        }
    }
}

/// Whom an event is about, by the entity that is the patient or by R5's element.
pub(crate) fn patient(event: &AuditEvent<'_>) -> Option<String> {
    let entity = event.entities.iter().find(|entity| is_patient(entity));
    let by_element = || event.patient.as_ref().and_then(named);
    entity.and_then(object_of_patient).or_else(by_element)
}

fn object_of_patient(entity: &Entity<'_>) -> Option<String> {
    let object = object(entity)?;
    // An identifier alone does not say that it is a patient's, the role does.
    let is_told = object.starts_with("Patient ") || object.contains('/');
    Some(if is_told { object } else { format!("Patient {object}") })
}

fn named(reference: &Reference<'_>) -> Option<String> {
    referred(reference).or_else(|| reference.display.as_deref().map(str::to_owned))
}

fn object(entity: &Entity<'_>) -> Option<String> {
    let referred = entity.what.as_ref().and_then(referred);
    referred.or_else(|| Some(own_name(entity)?.to_owned()))
}

fn own_name<'e>(entity: &'e Entity<'_>) -> Option<&'e str> {
    let display = || entity.what.as_ref()?.display.as_deref();
    entity.name.as_deref().or_else(display).filter(|name| !name.trim().is_empty())
}

/// A patient by reference, or by DICOM's role 1
/// (<https://hl7.org/fhir/R4/valueset-object-role.html>).
pub(crate) fn is_patient(entity: &Entity<'_>) -> bool {
    let what = entity.what.as_ref();
    let by_type = what.and_then(|what| what.r#type.as_deref()) == Some("Patient");
    let text = what.and_then(|what| what.reference.as_deref());
    let by_reference = text.and_then(typed).map(|(r#type, _)| r#type);
    let by_url = text.is_some_and(|text| text.contains("://") && text.contains("/Patient/"));
    let is_other = by_reference.is_some_and(|r#type| r#type != "Patient");
    by_type || by_reference == Some("Patient") || by_url || !is_other && has_role(entity, "1")
}

/// Something that was acted on: neither the patient, nor a query, nor what only joins requests.
fn is_thing(entity: &Entity<'_>) -> bool {
    let joins = entity.r#type.as_ref().and_then(|r#type| r#type.code.as_deref());
    let joins = joins.is_some_and(|code| JOINING.iter().any(|it| it.eq_ignore_ascii_case(code)));
    let is_query = entity.query.is_some() || has_role(entity, "24");
    !is_patient(entity) && !joins && !is_query && object(entity).is_some()
}

/// Types of entities that tell which request an event was part of
/// (<https://profiles.ihe.net/ITI/BALP/CodeSystem-BasicAuditEntityType.html>).
const JOINING: [&str; 2] = ["XrequestId", "traceparent"];

fn has_role(entity: &Entity<'_>, wanted: &str) -> bool {
    let codings = entity.role.iter().flat_map(|role| &role.coding);
    codings.filter_map(|coding| coding.code.as_deref()).any(|code| code == wanted)
}

/// Characters of a detail; the event's page has the whole.
const DETAIL_CHARS_MAX: usize = 80;

/// The name beside a reference and the description, where they say more than what is told.
fn details(entity: &Entity<'_>) -> Vec<String> {
    let name = entity.what.as_ref().and_then(referred).and_then(|_| own_name(entity));
    let what = entity.what.as_ref().and_then(|what| what.reference.as_deref()).and_then(typed);
    let told = [name, entity.description.as_deref()].into_iter().flatten();
    let mut details: Vec<String> = Vec::new();
    for news in told.map(|text| news_in(text, what)).filter(|news| !news.is_empty()) {
        let detail = cut(news, DETAIL_CHARS_MAX);
        if !details.contains(&detail) {
            details.push(detail);
        }
    }
    details
}

/// The text from its first word on that the sentence does not say anyway: `demographics` of
/// `Accessed patient demographics`, nothing of `Patient Record`, nor of the type or the id again.
fn news_in<'t>(text: &'t str, what: Option<(&str, &str)>) -> &'t str {
    let is_told = |word: &str| {
        let again =
            what.is_some_and(|(r#type, id)| word.eq_ignore_ascii_case(r#type) || word == id);
        again || TOLD.iter().any(|told| told.eq_ignore_ascii_case(word))
    };
    let mut rest = text.trim();
    while let Some(first) = rest.split_whitespace().next().filter(|first| is_told(first)) {
        rest = rest[first.len()..].trim_start();
    }
    rest
}

const TOLD: [&str; 8] =
    ["accessed", "viewed", "opened", "read", "patient", "patient's", "the", "record"];

/// At most so many characters, an ellipsis where some are left out.
pub(crate) fn cut(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}
