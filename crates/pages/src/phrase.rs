//! The search line: words of English and German become chips, and chips become search parameters.
//!
//! The grammar is documented in `docs/pages.md`. What is not understood is searched as text and
//! stands as a chip of its own: nothing is dropped. Words that only join, such as `of` and `für`,
//! belong to the chip that they stand before, or after where none follows.
mod act;
mod field;
mod otherwise;
mod party;
mod period;
mod purpose;
mod span;
mod word;

use crate::Texts;
use jiff::{Zoned, tz::TimeZone};
use kiln_fhir::Instant;
use word::Word;

/// A search line as it was understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Understood {
    /// The line as it was asked, cut at [`LINE_BYTES_MAX`].
    pub asked: String,
    /// Every part of the line, in its order.
    pub chips: Vec<Chip>,
    /// The search parameters of all chips (`kiln_search::Names::Page`), values escaped as FHIR
    /// demands.
    pub parameters: Vec<(String, String)>,
    /// What was not understood, and is searched as text.
    pub text: Vec<String>,
}

/// A part of a search line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chip {
    /// What it is about.
    pub kind: Kind,
    /// The value, as it is shown beside the kind.
    pub value: String,
    /// Words that read to this very chip.
    pub words: String,
    /// What it searches by.
    pub parameters: Vec<(String, String)>,
}

/// What a chip is about.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Who did it.
    Agent,
    /// Whom it is about.
    Patient,
    /// When.
    Date,
    /// What was done.
    Action,
    /// How it ended.
    Outcome,
    /// Of which type.
    Type,
    /// What for.
    Purpose,
    /// From which address.
    Address,
    /// Which resource.
    Entity,
    /// Who recorded it.
    Source,
    /// At which site.
    Site,
    /// Which event.
    Id,
    /// Not understood: searched as text.
    Text,
}

impl Understood {
    /// A line that reads to these chips.
    pub fn line(&self) -> String {
        joined(self.chips.iter())
    }

    /// The line without one of its chips.
    pub fn without(&self, chip: usize) -> String {
        let left = self.chips.iter().enumerate().filter(|(at, _)| *at != chip);
        joined(left.map(|(_, chip)| chip))
    }

    /// The line with other words in place of all chips of a kind.
    pub fn instead(&self, kind: Kind, words: &str) -> String {
        let left = joined(self.chips.iter().filter(|chip| chip.kind != kind));
        if left.is_empty() { words.to_owned() } else { format!("{left} {words}") }
    }
}

fn joined<'c>(chips: impl Iterator<Item = &'c Chip>) -> String {
    let words: Vec<&str> = chips.map(|chip| chip.words.as_str()).collect();
    words.join(" ")
}

impl Chip {
    /// What stands before the value.
    pub fn label(&self, texts: &Texts) -> &'static str {
        (texts.kind)(self.kind)
    }

    /// Label and value, as one text.
    pub fn told(&self, texts: &Texts) -> String {
        format!("{}: {}", self.label(texts), self.value)
    }
}

/// Bytes of a search line; what is longer is cut at a character.
pub const LINE_BYTES_MAX: usize = 1024;

/// Chips of a line; the words behind the last become one text.
pub const CHIPS_MAX: usize = 16;

/// Reads a search line at an instant, whose days and weeks are those of the zone.
pub fn read(line: &str, now: Instant, zone: &TimeZone) -> Understood {
    let line = line[..line.floor_char_boundary(LINE_BYTES_MAX)].trim();
    let now = crate::moment::zoned(now, zone).unwrap_or_default();
    let words = word::of(line);
    let mut reading = Reading { line, words: &words, chips: Vec::new(), joining: None };
    let mut at = 0;
    while at < words.len() {
        at += reading.take(at, &now);
    }
    reading.finish()
}

/// The word that reads to this minute and no other: `2026-11-22T20:41`, and with its offset where
/// the clock is set back.
pub fn minute(at: &Zoned) -> String {
    crate::moment::minute_of(at, "T", "")
}

/// The words that read to a chip of events that say no purpose.
pub const WITHOUT_PURPOSE: &str = "without purpose";

/// The words that read to a chip of this kind and value: for facets, and links to a search.
pub fn words(kind: Kind, value: &str) -> String {
    field::words(kind, value)
}

/// What some words were found to mean.
struct Found {
    /// How many words.
    length: usize,
    kind: Kind,
    value: String,
    parameters: Vec<(String, String)>,
}

impl Found {
    fn new(length: usize, kind: Kind, value: impl Into<String>, name: &str, by: &str) -> Self {
        let parameters = vec![(name.to_owned(), escaped(by))];
        Self { length, kind, value: value.into(), parameters }
    }

    /// Of codes that are alternatives of each other.
    fn of_codes(length: usize, kind: Kind, value: &str, name: &str, codes: &str) -> Self {
        let parameters = vec![(name.to_owned(), codes.to_owned())];
        Self { length, kind, value: value.to_owned(), parameters }
    }
}

/// The text as one value (<https://hl7.org/fhir/R4/search.html#escaping>).
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '\\' | ',' | '|' | '$') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// A rule: what the first of these words, and some behind them, mean.
type Rule = fn(&[Word<'_>], &Zoned) -> Option<Found>;

/// In this order: what names its field first, then what is longest and least ambiguous.
const RULES: [Rule; 8] = [
    |words, now| field::find(words, now),
    |words, now| span::find(words, now),
    |words, _| purpose::find(words),
    |words, _| act::find(words),
    |words, _| party::address(words),
    |words, _| party::patient(words),
    |words, _| party::thing(words),
    |words, _| party::agent(words),
];

fn find(words: &[Word<'_>], now: &Zoned) -> Option<Found> {
    negated(words, now).or_else(|| RULES.iter().find_map(|rule| rule(words, now)))
}

/// `not failed`: all parameters that take `:not` do.
fn negated(words: &[Word<'_>], now: &Zoned) -> Option<Found> {
    let (first, rest) = words.split_first()?;
    if !first.is_one_of(&["not", "no", "without", "except", "nicht", "kein", "keine", "ohne"]) {
        return None;
    }
    let found = RULES.iter().find_map(|rule| rule(rest, now))?;
    let codes = matches!(found.kind, Kind::Action | Kind::Outcome | Kind::Type | Kind::Purpose);
    let plain = found.parameters.iter().all(|(name, _)| !name.contains(':'));
    let parameters = found.parameters.iter();
    let parameters = parameters.map(|(name, value)| (format!("{name}:not"), value.clone()));
    (codes && plain).then(|| Found {
        length: found.length + 1,
        value: format!("≠ {}", found.value),
        parameters: parameters.collect(),
        ..found
    })
}

/// Words that say nothing to search by.
const JOINING: [&str; 66] = [
    "a",
    "about",
    "access",
    "accesses",
    "all",
    "an",
    "and",
    "are",
    "at",
    "any",
    "did",
    "event",
    "events",
    "every",
    "everything",
    "find",
    "for",
    "had",
    "has",
    "have",
    "in",
    "is",
    "list",
    "me",
    "of",
    "on",
    "record",
    "records",
    "show",
    "that",
    "the",
    "to",
    "was",
    "were",
    "what",
    "which",
    "who",
    "whose",
    "with",
    "alle",
    "alles",
    "am",
    "an",
    "auf",
    "bei",
    "das",
    "dem",
    "den",
    "der",
    "des",
    "die",
    "ein",
    "eine",
    "ereignis",
    "ereignisse",
    "für",
    "hat",
    "haben",
    "im",
    "mit",
    "und",
    "wer",
    "zeige",
    "zu",
    "zugriff",
    "zugriffe",
];

/// Takes words, and gives chips.
struct Reading<'l, 'w> {
    line: &'l str,
    words: &'w [Word<'l>],
    chips: Vec<Chip>,
    /// Where words that only join began, that no chip has yet.
    joining: Option<usize>,
}

impl Reading<'_, '_> {
    /// Takes what the words from one on mean; how many they were.
    fn take(&mut self, at: usize, now: &Zoned) -> usize {
        let rest = &self.words[at..];
        if self.chips.len() + 1 >= CHIPS_MAX && rest.len() > 1 {
            self.push_text(at, rest.len());
            return rest.len();
        }
        if let Some(found) = find(rest, now) {
            let length = found.length;
            let words = self.source(at, length).to_owned();
            let Found { kind, value, parameters, .. } = found;
            self.chips.push(Chip { kind, value, words, parameters });
            return length;
        }
        if rest[0].is_one_of(&JOINING) {
            self.joining.get_or_insert(at);
        } else {
            self.push_text(at, 1);
        }
        1
    }

    /// The line from the joining words before these on.
    fn source(&mut self, at: usize, length: usize) -> &str {
        let start = self.joining.take().unwrap_or(at);
        &self.line[self.words[start].start..self.words[at + length - 1].end]
    }

    fn push_text(&mut self, at: usize, length: usize) {
        let texts: Vec<&str> = self.words[at..at + length].iter().map(|word| word.text).collect();
        let value = texts.join(" ");
        let before = self
            .joining
            .take()
            .map(|start| &self.line[self.words[start].start..self.words[at].start]);
        let words = [before.unwrap_or_default(), &word::quoted(&value)].concat();
        let is_searchable = value.chars().any(char::is_alphanumeric);
        let by = is_searchable.then(|| ("text".to_owned(), escaped(&value)));
        let parameters = by.into_iter().collect();
        self.chips.push(Chip { kind: Kind::Text, value, words, parameters });
    }

    fn finish(mut self) -> Understood {
        if let Some(start) = self.joining.take() {
            let left = &self.line[self.words[start].start..];
            match self.chips.last_mut() {
                Some(last) => last.words = format!("{} {left}", last.words),
                None => {
                    self.push_text(start, self.words.len() - start);
                }
            }
        }
        let parameters = self.chips.iter().flat_map(|chip| chip.parameters.clone()).collect();
        let texts = self.chips.iter().filter(|chip| chip.kind == Kind::Text);
        let text = texts.map(|chip| chip.value.clone()).collect();
        Understood { asked: self.line.to_owned(), chips: self.chips, parameters, text }
    }
}

#[cfg(test)]
mod tests;
