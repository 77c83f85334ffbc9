//! An event as one sentence: who did what to what, from where, and how it ended.
//!
//! Nothing is guessed: where an event holds only a reference, the reference is what is shown, and
//! what it does not say is said to be not stated.
mod act;
pub(crate) mod party;
mod pattern;

use crate::{Reader, Texts};
use kiln_fhir::{AuditEvent, CodeableConcept, Instant, event_outcome};
use party::Objects;
use pattern::Values;

pub use act::Act;

/// An event as one sentence, with its times.
#[derive(Clone, Debug)]
pub struct Sentence {
    /// The words, in the order of the reader's language.
    pub parts: Vec<Part>,
    /// What was done.
    pub act: Act,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it failed, as it was sent, 200 letters of it; `None` where it did not, or does not say.
    pub reason: Option<String>,
    /// What for; `None` where it is not stated.
    pub purpose: Option<String>,
    /// Whether it says that it was an emergency, or that the glass was broken.
    pub emergency: bool,
    /// When it was recorded, by its sender.
    pub recorded: Instant,
    /// When it was received.
    pub received: Instant,
}

/// Words of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What they tell.
    pub role: Role,
    /// The words; what comes from the event is as it was sent.
    pub text: String,
}

/// What words of a sentence tell.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// Our own words between the others, the verb among them.
    Plain,
    /// Who.
    Who,
    /// To what or whom.
    What,
    /// Which part of it, or what the event calls it.
    Detail,
    /// From where.
    From,
}

impl Role {
    /// The class of its words in the style sheet.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Who => "who",
            Self::What => "what",
            Self::Detail => "detail",
            Self::From => "from",
        }
    }
}

/// How an event ended.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// `0`
    Success,
    /// `4`
    MinorFailure,
    /// `8`
    SeriousFailure,
    /// `12`
    MajorFailure,
    /// None, or one that no release knows.
    NotStated,
}

impl Sentence {
    /// The sentence of an event that was received then.
    pub fn of(event: &AuditEvent<'_>, received: Instant, reader: &Reader) -> Self {
        let (act, outcome) = (act::of(event), Outcome::of(event));
        let texts = reader.texts();
        let pattern =
            if outcome.is_failure() { (texts.act_failed)(act) } else { (texts.act_done)(act) };
        Self {
            parts: pattern::fill(pattern, &values(event, texts)),
            act,
            outcome,
            reason: outcome.is_failure().then(|| reason(event)).flatten(),
            purpose: purpose(event),
            emergency: is_emergency(event),
            recorded: event.recorded,
            received,
        }
    }

    /// The words and the outcome, as one line of text: `… · success`.
    pub fn to_text(&self, reader: &Reader) -> String {
        let words: String = self.parts.iter().map(|part| part.text.as_str()).collect();
        format!("{words} · {}", self.outcome.label(reader.texts()))
    }

    /// Whether the sender's time and that of receipt differ by more than five minutes.
    pub fn is_late(&self) -> bool {
        self.recorded.millis.abs_diff(self.received.millis) > LATE_MILLIS
    }
}

/// Letters of a reason in a list: the event's own page has all of it.
const REASON_CHARS_MAX: usize = 200;

const LATE_MILLIS: u64 = 5 * 60 * 1000;

impl Outcome {
    /// What an event says.
    pub fn of(event: &AuditEvent<'_>) -> Self {
        let codings = event.outcome.iter().flat_map(|concept| &concept.coding);
        let mut codes = codings.filter_map(|coding| coding.code.as_deref());
        let number = codes.find_map(|code| {
            let known = event_outcome::NUMBERS.iter().find(|number| **number == code);
            known.copied().or_else(|| event_outcome::number_of(code))
        });
        match number {
            Some("0") => Self::Success,
            Some("4") => Self::MinorFailure,
            Some("8") => Self::SeriousFailure,
            Some("12") => Self::MajorFailure,
            _ => Self::NotStated,
        }
    }

    /// Whether it did not succeed.
    pub fn is_failure(self) -> bool {
        matches!(self, Self::MinorFailure | Self::SeriousFailure | Self::MajorFailure)
    }

    /// How it is called.
    pub fn label(self, texts: &Texts) -> &'static str {
        match self {
            Self::Success => texts.success,
            Self::MinorFailure => texts.minor_failure,
            Self::SeriousFailure => texts.serious_failure,
            Self::MajorFailure => texts.major_failure,
            Self::NotStated => texts.outcome_not_stated,
        }
    }

    /// The class of its mark in the style sheet.
    pub fn class(self) -> &'static str {
        match self {
            Self::Success => "good",
            Self::MinorFailure => "warn",
            Self::SeriousFailure | Self::MajorFailure => "bad",
            Self::NotStated => "none",
        }
    }
}

fn values(event: &AuditEvent<'_>, texts: &Texts) -> Values {
    let actor = party::actor(event);
    let who = actor.and_then(party::name_of).unwrap_or_else(|| texts.somebody.to_owned());
    let from = actor.and_then(|agent| agent.network_address.as_deref());
    let code = act::own_words(event).unwrap_or_else(|| texts.not_stated.to_owned());
    Values {
        who: vec![Part { role: Role::Who, text: who }],
        what: what(event, texts),
        nothing: vec![Part { role: Role::Plain, text: texts.something.to_owned() }],
        code: vec![Part { role: Role::Detail, text: code }],
        from: from
            .map(|text| Part { role: Role::From, text: text.to_owned() })
            .into_iter()
            .collect(),
    }
}

/// `Observation 7 (glucose) and 2 others of Patient 1`
fn what(event: &AuditEvent<'_>, texts: &Texts) -> Vec<Part> {
    let objects = Objects::of(event);
    let mut parts = Vec::new();
    if let Some(first) = objects.first {
        parts.push(Part { role: Role::What, text: first });
        push_details(&mut parts, &objects.details);
    }
    if objects.others > 0 {
        parts.push(Part { role: Role::Plain, text: (texts.and_others)(objects.others) });
    }
    if let Some(patient) = objects.patient {
        parts.push(Part { role: Role::Plain, text: texts.of_patient.to_owned() });
        parts.push(Part { role: Role::What, text: patient });
        push_details(&mut parts, &objects.patient_details);
    }
    parts
}

fn push_details(parts: &mut Vec<Part>, details: &[String]) {
    if details.is_empty() {
        return;
    }
    parts.push(Part { role: Role::Plain, text: " (".to_owned() });
    parts.push(Part { role: Role::Detail, text: details.join(", ") });
    parts.push(Part { role: Role::Plain, text: ")".to_owned() });
}

/// What a concept says to a person.
pub(crate) fn told<'e>(concept: &'e CodeableConcept<'_>) -> Option<&'e str> {
    let display = || concept.coding.iter().find_map(|coding| coding.display.as_deref());
    let code = || concept.coding.iter().find_map(|coding| coding.code.as_deref());
    let text = concept.text.as_deref().or_else(display).or_else(code);
    text.filter(|text| !text.trim().is_empty())
}

fn purposes<'e, 'a>(event: &'e AuditEvent<'a>) -> impl Iterator<Item = &'e CodeableConcept<'a>> {
    event.purpose.iter().chain(event.agents.iter().flat_map(|agent| &agent.purpose))
}

fn purpose(event: &AuditEvent<'_>) -> Option<String> {
    let mut said: Vec<&str> = Vec::new();
    for told in purposes(event).filter_map(told) {
        if !said.contains(&told) {
            said.push(told);
        }
    }
    (!said.is_empty()).then(|| said.join(", "))
}

fn reason(event: &AuditEvent<'_>) -> Option<String> {
    let said: Vec<&str> = event.outcome_detail.iter().filter_map(told).collect();
    let whole = said.join(", ");
    let mut reason: String = whole.chars().take(REASON_CHARS_MAX).collect();
    if reason.len() < whole.len() {
        reason.push('…');
    }
    (!reason.is_empty()).then_some(reason)
}

/// Codes that say so: HL7's purposes, that of the Swiss EPR, DICOM's Emergency Override Started.
const EMERGENCIES: [&str; 4] = ["ETREAT", "BTG", "EMER", "110127"];

fn is_emergency(event: &AuditEvent<'_>) -> bool {
    let concepts = purposes(event).chain(&event.subtype).chain(&event.r#type);
    let mut codes = concepts.flat_map(|concept| &concept.coding);
    codes.any(|it| it.code.as_deref().is_some_and(|code| EMERGENCIES.contains(&code)))
}

#[cfg(test)]
mod tests;
