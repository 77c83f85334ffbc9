//! `patient:123`: words that name what they are about. Every chip can be written so.
use super::{Found, Kind, act, party, purpose, span, word, word::Word};
use jiff::Zoned;

/// What is written before the colon; the first name of each kind is the one that we write.
const FIELDS: [(&str, Kind); 42] = [
    ("who", Kind::Agent),
    ("agent", Kind::Agent),
    ("user", Kind::Agent),
    ("wer", Kind::Agent),
    ("benutzer", Kind::Agent),
    ("patient", Kind::Patient),
    ("patientin", Kind::Patient),
    ("date", Kind::Date),
    ("when", Kind::Date),
    ("wann", Kind::Date),
    ("datum", Kind::Date),
    ("action", Kind::Action),
    ("aktion", Kind::Action),
    ("outcome", Kind::Outcome),
    ("ergebnis", Kind::Outcome),
    ("type", Kind::Type),
    ("subtype", Kind::Type),
    ("code", Kind::Type),
    ("typ", Kind::Type),
    ("art", Kind::Type),
    ("unterart", Kind::Type),
    ("purpose", Kind::Purpose),
    ("zweck", Kind::Purpose),
    ("address", Kind::Address),
    ("ip", Kind::Address),
    ("adresse", Kind::Address),
    ("entity", Kind::Entity),
    ("record", Kind::Entity),
    ("request", Kind::Entity),
    ("datensatz", Kind::Entity),
    ("anfrage", Kind::Entity),
    ("source", Kind::Source),
    ("quelle", Kind::Source),
    ("site", Kind::Site),
    ("organisation", Kind::Site),
    ("organization", Kind::Site),
    ("standort", Kind::Site),
    ("id", Kind::Id),
    ("event", Kind::Id),
    ("ereignis", Kind::Id),
    ("kennung", Kind::Id),
    ("text", Kind::Text),
];

fn kind_of(field: &str) -> Option<Kind> {
    let lower = field.to_lowercase();
    FIELDS.iter().find(|(name, _)| *name == lower).map(|(_, kind)| *kind)
}

pub(super) fn is_known(field: &str) -> bool {
    kind_of(field).is_some()
}

/// The words that read to a chip of this kind and value.
pub(super) fn words(kind: Kind, value: &str) -> String {
    let field = FIELDS.iter().find(|(_, of)| *of == kind).map_or("text", |(name, _)| name);
    let is_bare = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_' | '/');
    let ends_well = value.ends_with(|c: char| c.is_alphanumeric());
    if ends_well && value.chars().all(is_bare) {
        format!("{field}:{value}")
    } else {
        format!("{field}:{}", word::quoted(value))
    }
}

/// A value of the field that its word names, or that the words before it name.
pub(super) fn find(words: &[Word<'_>], now: &Zoned) -> Option<Found> {
    let first = words.first()?;
    if let Some(field) = first.field {
        return value(kind_of(field)?, field, first, 1, now);
    }
    spelled(words).and_then(|(field, kind)| value(kind, field, words.get(1)?, 2, now))
}

/// Fields that need no colon where a value follows that can only be one of them.
fn spelled<'w>(words: &'w [Word<'_>]) -> Option<(&'w str, Kind)> {
    let (field, next) = (words.first()?, words.get(1)?);
    if !field.is_plain() || next.field.is_some() {
        return None;
    }
    let kind = kind_of(&field.lower)?;
    let fits = match kind {
        Kind::Type => next.quoted || is_code(next.text),
        Kind::Source | Kind::Site => true,
        Kind::Entity => party::is_id(next.text),
        Kind::Id => party::is_uuid(next.text),
        Kind::Purpose | Kind::Action | Kind::Outcome => {
            next.text.chars().all(|c| !c.is_lowercase()) && is_code(next.text)
        }
        _ => false,
    };
    fits.then_some((&*field.lower, kind))
}

fn is_code(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'))
}

fn value(kind: Kind, field: &str, word: &Word<'_>, length: usize, now: &Zoned) -> Option<Found> {
    let text = word.text;
    let plain = |name: &str| Some(Found::new(length, kind, text, name, text));
    match kind {
        Kind::Agent => Some(party::agent_of(text, length)),
        Kind::Patient => Some(party::patient_of(text, length)),
        Kind::Date => {
            let words = word::of(text);
            span::find(&words, now)
                .filter(|found| found.length == words.len())
                .map(|found| Found { length, ..found })
        }
        Kind::Action => {
            Some(act::action_of(text, length).unwrap_or_else(|| code(text, length, kind, "action")))
        }
        Kind::Outcome => {
            let known = act::outcome_of(text, length);
            Some(known.unwrap_or_else(|| code(text, length, kind, "outcome")))
        }
        Kind::Type => Some(act::code_of(field, text, length)),
        Kind::Purpose => {
            let known = purpose::of(text, length);
            Some(known.unwrap_or_else(|| code(text, length, kind, "purpose")))
        }
        Kind::Address => Some(party::address_of(text, length)),
        Kind::Entity => plain("entity"),
        Kind::Source => plain("source"),
        Kind::Site => plain("site"),
        Kind::Id => plain("_id"),
        Kind::Text => plain("text"),
    }
}

fn code(text: &str, length: usize, kind: Kind, name: &str) -> Found {
    Found::new(length, kind, text, name, text)
}
