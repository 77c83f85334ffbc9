//! Who did it, for which organisation, and who was given the data.
use super::person::{Person, may_be_patient, type_of};
use kiln_fhir::{Agent, AuditEvent, CodeableConcept, Reference};

/// Who took part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parties {
    /// Who did it.
    pub actor: Actor,
    /// Their role, as it was sent.
    pub role: Option<String>,
    /// For which organisation.
    pub organisation: Option<String>,
    /// Who was given the data.
    pub recipient: Option<String>,
    /// Where the recipient is, as far as it is said.
    pub address: Option<String>,
}

/// Who did it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A name, or what refers to them.
    Called(String),
    /// The person themselves.
    Themselves,
    /// Another patient, of whom nothing is told.
    AnotherPatient,
    /// Nothing says it.
    #[default]
    NotStated,
}

/// Codes of agents that are patients, in whatever system, as in a patient's view
/// (`docs/decisions/0021-a-patients-view-is-a-list-of-what-is-shown.md`).
const PATIENT_ROLES: [&str; 3] = ["PAT", "PATIENT", "patient"];

/// DICOM's Destination Role ID, v3's information recipient.
const RECIPIENTS: [&str; 2] = ["110152", "IRCP"];

/// Tells who took part in an event.
pub(super) fn of(event: &AuditEvent<'_>, person: &Person, base: Option<&str>) -> Parties {
    let sorts: Vec<Sort> = event.agents.iter().map(|agent| Sort::of(agent, person, base)).collect();
    let with = || event.agents.iter().zip(&sorts);
    let best = with().enumerate().max_by_key(|(at, (agent, sort))| {
        // The first of those that are equal.
        (rank(agent, **sort), std::cmp::Reverse(*at))
    });
    let doer = best.map(|(_, pair)| pair).filter(|(_, sort)| **sort != Sort::Organisation);
    let actor = doer.map_or(Actor::NotStated, |(agent, sort)| match sort {
        Sort::Themselves => Actor::Themselves,
        Sort::AnotherPatient => Actor::AnotherPatient,
        _ => called(agent).map_or(Actor::NotStated, Actor::Called),
    });
    let role = doer.filter(|(_, sort)| **sort != Sort::AnotherPatient);
    let organisation = with().find(|(_, sort)| **sort == Sort::Organisation);
    let organisation = organisation.and_then(|(agent, _)| called(agent));
    let recipient = recipient(event, &sorts, doer.map(|(agent, _)| agent));
    Parties {
        actor,
        role: role.and_then(|(agent, _)| agent.role.iter().find_map(words)),
        organisation: organisation.or_else(|| event.source.site.as_deref().map(str::to_owned)),
        recipient: recipient.and_then(called),
        address: recipient.and_then(address),
    }
}

/// What an agent is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Sort {
    Themselves,
    AnotherPatient,
    Somebody,
    Device,
    Organisation,
}

impl Sort {
    fn of(agent: &Agent<'_>, person: &Person, base: Option<&str>) -> Self {
        let who = agent.who.as_ref();
        if who.is_some_and(|who| person.is(who, base)) {
            return Self::Themselves;
        }
        if who.is_some_and(may_be_patient) {
            return Self::AnotherPatient;
        }
        match who.and_then(type_of) {
            Some("Organization") => return Self::Organisation,
            Some("Device" | "HealthcareService" | "Location" | "Endpoint") => return Self::Device,
            Some(_) => return Self::Somebody,
            None => {}
        }
        let concepts = agent.r#type.iter().chain(&agent.role);
        let mut codes = concepts.flat_map(|it| &it.coding).filter_map(|it| it.code.as_deref());
        let is_patient = codes.any(|code| PATIENT_ROLES.contains(&code));
        if is_patient { Self::AnotherPatient } else { Self::Somebody }
    }
}

/// How likely an agent is the one who did it.
fn rank(agent: &Agent<'_>, sort: Sort) -> u8 {
    let by_sort = match sort {
        Sort::Themselves | Sort::Somebody => 2,
        Sort::AnotherPatient | Sort::Device => 1,
        Sort::Organisation => 0,
    };
    let is_user = has_code(agent, &["IRCP", "humanuser", "UserOauthAgent", "UserSamlAgent"]);
    by_sort + if agent.requestor == Some(true) { 8 } else { 0 } + if is_user { 4 } else { 0 }
}

fn recipient<'e, 'a>(
    event: &'e AuditEvent<'a>,
    sorts: &[Sort],
    doer: Option<&Agent<'a>>,
) -> Option<&'e Agent<'a>> {
    let is_shown = |sort: &Sort| !matches!(sort, Sort::AnotherPatient | Sort::Themselves);
    let agents = || event.agents.iter().zip(sorts).filter(|(_, sort)| is_shown(sort));
    let others =
        || agents().filter(|(agent, _)| doer.is_none_or(|doer| !std::ptr::eq(*agent, doer)));
    let said = others().find(|(agent, _)| has_code(agent, &RECIPIENTS));
    said.or_else(|| others().find(|(agent, _)| agent.requestor != Some(true)))
        .map(|(agent, _)| agent)
}

/// Where an agent is: a place in words before an address of a network, which says less to people
/// (45 CFR 164.528(b)(2)(ii) asks for the address of who received it, if known).
fn address(agent: &Agent<'_>) -> Option<String> {
    let place = agent.location.as_ref().filter(|place| !may_be_patient(place));
    let in_words =
        place.filter(|place| place.display.as_deref().is_some_and(|it| !it.trim().is_empty()));
    in_words
        .and_then(label)
        .or_else(|| agent.network_address.as_deref().map(str::to_owned))
        .or_else(|| label(place?))
}

fn has_code(agent: &Agent<'_>, codes: &[&str]) -> bool {
    let concepts = agent.r#type.iter().chain(&agent.role);
    let mut said = concepts.flat_map(|it| &it.coding).filter_map(|it| it.code.as_deref());
    said.any(|code| codes.contains(&code))
}

fn called(agent: &Agent<'_>) -> Option<String> {
    let name = agent.name.as_deref().filter(|name| !name.trim().is_empty());
    name.map(str::to_owned)
        .or_else(|| label(agent.who.as_ref()?))
        .or_else(|| Some(agent.alt_id.as_deref()?.to_owned()))
}

/// What a reference calls somebody: only a reference where nothing else is said.
pub fn label(reference: &Reference<'_>) -> Option<String> {
    let said = |text: &&str| !text.trim().is_empty();
    let display = reference.display.as_deref().filter(said);
    let text = display.or_else(|| reference.reference.as_deref().filter(said));
    let value = || reference.identifier.as_ref()?.value.as_deref();
    text.or_else(value).map(str::to_owned)
}

/// What a coding of a concept is called, else its code. A free text may name anybody, and is not
/// shown, as in a patient's view.
pub(super) fn words(concept: &CodeableConcept<'_>) -> Option<String> {
    let display = concept.coding.iter().find_map(|coding| coding.display.as_deref());
    let code = || concept.coding.iter().find_map(|coding| coding.code.as_deref());
    display.or_else(code).map(str::to_owned)
}

#[cfg(test)]
mod tests;
