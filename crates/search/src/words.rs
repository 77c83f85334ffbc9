//! Words of free text: what an event says in names, for the plain API's `text`.
//!
//! A word is a run of letters and digits of the folded text; every other character parts words, on
//! both sides alike, so that `Garcia-Müller` is found by `muller`.
use crate::clause::{all, any};
use crate::field::{AGENT_NAME, ENTITY_NAME, TEXT};
use crate::fold::push_plain;
use crate::value;
use kiln_index::Query;

/// How many words one value may ask for.
pub(crate) const WORDS_MAX: usize = 16;

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
        1..=WORDS_MAX => Ok(all(words.into_iter().map(begins_a_word).collect())),
        _ => Err("takes at most 16 words"),
    }
}

fn begins_a_word(word: &str) -> Query {
    let names = [AGENT_NAME, ENTITY_NAME];
    let begins = |field| Query::Prefix { field, kind: TEXT, prefix: word.to_owned() };
    any(names.map(begins).into())
}

fn of(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}
