//! What a report tells of one event.
use super::{
    category::{self, Categories},
    party::{self, Parties},
    person::{Person, is_absolute, may_be_patient},
    purpose::{self, Purpose},
};
use kiln_fhir::{AuditEvent, Instant, Reference, event_outcome};

/// One event, as it is told. Whatever is text here was sent, but never of another patient.
#[derive(Clone, Debug)]
pub struct Told {
    /// The record's id.
    pub id: String,
    /// When, by whoever recorded it.
    pub at: Instant,
    /// When it was received.
    pub received: Instant,
    /// Who did it, for whom, and who was given the data.
    pub parties: Parties,
    /// What was done.
    pub deed: Deed,
    /// To which kinds of data.
    pub categories: Categories,
    /// What for; empty: not stated.
    pub purposes: Vec<Purpose>,
    /// Who recorded it.
    pub origin: Option<String>,
    /// How it ended.
    pub ending: Ending,
    /// Whether it says that it was an emergency, or that the glass was broken.
    pub is_emergency: bool,
    /// How it names the person: an index into [`super::Report::named`].
    pub named: usize,
}

/// How an event names the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// By a relative reference: in the numbering of whoever recorded it.
    By(Option<String>),
    /// By what is theirs alone: an identifier, an absolute reference.
    Surely,
}

/// `AuditEvent.action`, and what of it has a word of its own.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// `C`
    Created,
    /// `R`
    Read,
    /// `U`
    Changed,
    /// `D`
    Deleted,
    /// `E`
    Executed,
    /// A search.
    Searched,
    /// Given to somebody else.
    Exported,
    /// Nothing says it.
    NotStated,
}

/// How an event ended.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// `0`
    Success,
    /// `4`
    MinorFailure,
    /// `8`, `12`
    Failure,
    /// Nothing says it.
    NotStated,
}

impl Told {
    /// Whether it failed.
    pub fn is_failed(&self) -> bool {
        matches!(self.ending, Ending::MinorFailure | Ending::Failure)
    }
}

/// Where an event comes from.
pub(super) struct Source<'a> {
    /// As the report names it.
    pub(super) name: Option<&'a str>,
    /// The base URL of its relative references, where the settings know it.
    pub(super) base: Option<&'a str>,
}

/// The references of an event that may be to patients.
pub(super) fn references<'e, 'a>(
    event: &'e AuditEvent<'a>,
) -> impl Iterator<Item = &'e Reference<'a>> {
    let agents = event.agents.iter().filter_map(|agent| agent.who.as_ref());
    let entities = event.entities.iter().filter_map(|entity| entity.what.as_ref());
    agents.chain(entities).chain(&event.patient)
}

/// How the event names the person; `None` where it does not.
pub(super) fn named(event: &AuditEvent<'_>, person: &Person, source: &Source<'_>) -> Option<Named> {
    let mut by = None;
    for reference in references(event).filter(|it| person.is(it, source.base)) {
        let text = reference.reference.as_deref();
        let is_relative = text.is_some_and(|text| !is_absolute(text));
        if !is_relative || source.base.is_some() || reference.identifier.is_some() {
            return Some(Named::Surely);
        }
        by = Some(Named::By(source.name.map(str::to_owned)));
    }
    by
}

/// Tells an event of the person.
pub(super) fn tell(
    event: &AuditEvent<'_>,
    person: &Person,
    source: &Source<'_>,
    received: Instant,
    id: &str,
) -> Told {
    let purposes = purpose::of(event);
    Told {
        id: id.to_owned(),
        at: event.recorded,
        received,
        parties: party::of(event, person, source.base),
        deed: deed(event),
        categories: category::of(event, person, source.base),
        is_emergency: purposes.iter().any(Purpose::is_emergency) || is_override(event),
        purposes,
        origin: source.name.map(str::to_owned),
        ending: ending(event),
        named: 0,
    }
}

/// Who records an event: what its observer is called, else what refers to it. One that may be a
/// patient is not named.
pub fn origin(event: &AuditEvent<'_>) -> Option<String> {
    let observer = event.source.observer.as_ref().filter(|it| !may_be_patient(it));
    observer.and_then(party::label).or_else(|| Some(event.source.site.as_deref()?.to_owned()))
}

fn deed(event: &AuditEvent<'_>) -> Deed {
    if codes(event).any(|code| matches!(code, "110106" | "disclose" | "transmit")) {
        return Deed::Exported;
    }
    if codes(event).any(|code| matches!(code, "110112" | "search" | "search-type")) {
        return Deed::Searched;
    }
    match event.action.as_deref() {
        Some("C") => Deed::Created,
        Some("R") => Deed::Read,
        Some("U") => Deed::Changed,
        Some("D") => Deed::Deleted,
        Some("E") => Deed::Executed,
        _ => Deed::NotStated,
    }
}

/// The codes of what happened.
pub(super) fn codes<'e>(event: &'e AuditEvent<'_>) -> impl Iterator<Item = &'e str> {
    let concepts = event.r#type.iter().chain(&event.subtype);
    concepts.flat_map(|concept| &concept.coding).filter_map(|coding| coding.code.as_deref())
}

/// DICOM's Emergency Override Started (PS3.16, CID 403).
fn is_override(event: &AuditEvent<'_>) -> bool {
    codes(event).any(|code| code == "110127")
}

fn ending(event: &AuditEvent<'_>) -> Ending {
    let codings = event.outcome.iter().flat_map(|concept| &concept.coding);
    let mut codes = codings.filter_map(|coding| coding.code.as_deref());
    let number = codes.find_map(|code| {
        event_outcome::number_of(code)
            .or_else(|| event_outcome::NUMBERS.into_iter().find(|number| *number == code))
    });
    match number {
        Some("0") => Ending::Success,
        Some("4") => Ending::MinorFailure,
        Some(_) => Ending::Failure,
        None => Ending::NotStated,
    }
}
