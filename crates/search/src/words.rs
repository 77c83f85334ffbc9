//! Words of free text: what the plain API's `text` looks for.
//!
//! A word is a run of letters and digits of the folded text; every other character parts words, on
//! both sides alike, so that `Garcia-Müller` is found by `muller`. Names have no terms for it: they
//! stand in the sorted dictionary once, however often they come, and are looked through there. The
//! words of descriptions, which differ from event to event, are terms.
use crate::clause::{all, any};
use crate::extract::{name_of_agent, name_of_entity};
use crate::field::{AGENT_NAME, DISPLAY, ENTITY_NAME, SOURCE, TEXT, WORD, WORDS};
use crate::fold::push_plain;
use crate::{string, value};
use kiln_fhir::{AuditEvent, CodeableConcept, Coding, Reference};
use kiln_index::{Place, Query, Terms};

/// How many words one value may ask for.
pub(crate) const ASKED_MAX: usize = 16;
/// How many words of an event are indexed; those that come later are not found.
pub(crate) const INDEXED_MAX: usize = 1024;
/// How many bytes of one text are looked through for words.
pub(crate) const TEXT_BYTES_MAX: usize = 16 << 10;
/// Words are told apart by this many bytes.
pub(crate) const WORD_BYTES_MAX: usize = 64;

/// Indexes what an event says in free text beside the names that are indexed as such: the words of
/// its descriptions and outcome texts, of roles and purposes; the names that stand beside
/// references, where R5 keeps all of them.
pub(crate) fn index(terms: &mut Terms, event: &AuditEvent<'_>) {
    let mut left = INDEXED_MAX;
    for entity in &event.entities {
        index_display(terms, entity.what.as_ref(), name_of_entity(event.release, entity));
        if let Some(description) = &entity.description {
            index_words(terms, description, &mut left);
        }
    }
    for told in event.outcome_detail.iter().flat_map(told) {
        index_words(terms, told, &mut left);
    }
    index_texts(terms, event.outcome.as_slice(), &mut left);
    index_texts(terms, &event.purpose, &mut left);
    for agent in &event.agents {
        index_display(terms, agent.who.as_ref(), name_of_agent(event.release, agent));
        index_texts(terms, &agent.role, &mut left);
        index_texts(terms, &agent.purpose, &mut left);
    }
}

/// What a concept says to a person: its text, and what stands for each coding.
fn told<'a>(concept: &'a CodeableConcept<'_>) -> impl Iterator<Item = &'a str> {
    let of_coding = |coding: &'a Coding<'_>| coding.display.as_deref().or(coding.code.as_deref());
    concept.text.as_deref().into_iter().chain(concept.coding.iter().filter_map(of_coding))
}

fn index_texts(terms: &mut Terms, concepts: &[CodeableConcept<'_>], left: &mut usize) {
    for concept in concepts {
        if let Some(text) = &concept.text {
            index_words(terms, text, left);
        }
    }
}

/// Where R4 repeats a name beside a reference, the name is enough.
fn index_display(terms: &mut Terms, reference: Option<&Reference<'_>>, name: Option<&str>) {
    let display = reference.and_then(|reference| reference.display.as_deref());
    if let Some(display) = display.filter(|display| name != Some(display)) {
        terms.push_with(DISPLAY, TEXT, |out| string::push_cut(out, display));
    }
}

fn index_words(terms: &mut Terms, text: &str, left: &mut usize) {
    if *left == 0 {
        return;
    }
    let mut folded = String::new();
    push_plain(&mut folded, &text[..text.floor_char_boundary(TEXT_BYTES_MAX)]);
    for word in of(&folded).take(*left) {
        terms.push(WORDS, WORD, cut(word));
        *left -= 1;
    }
}

/// One value: each of its words begins a word of the event.
///
/// # Errors
/// What the value should look like.
pub(crate) fn compile(piece: &str) -> Result<Query, &'static str> {
    let mut folded = String::new();
    push_plain(&mut folded, &value::unescape(piece));
    let mut words: Vec<&str> = of(&folded).collect();
    words.sort_unstable();
    words.dedup();
    match words.len() {
        0 => Err("takes words"),
        1..=ASKED_MAX => Ok(all(words.into_iter().map(begins_a_word).collect())),
        _ => Err("takes at most 16 words"),
    }
}

fn begins_a_word(word: &str) -> Query {
    let mut ways = vec![Query::Prefix { field: WORDS, kind: WORD, prefix: cut(word).to_owned() }];
    ways.extend([AGENT_NAME, ENTITY_NAME, SOURCE, DISPLAY].map(|field| Query::Contains {
        field,
        kind: TEXT,
        needle: word.to_owned(),
        place: Place::WordStart,
    }));
    any(ways)
}

fn of(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

fn cut(word: &str) -> &str {
    &word[..word.floor_char_boundary(WORD_BYTES_MAX)]
}

#[cfg(test)]
mod tests;
