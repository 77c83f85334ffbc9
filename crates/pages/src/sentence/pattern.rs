//! How a language orders the words of a sentence.
//!
//! A pattern is text with `{who}`, `{what}`, `{code}` and `{from}`; what stands in brackets is left
//! out where its value is missing.
use super::{Part, Role};

/// What is put in.
#[derive(Debug, Default)]
pub(super) struct Values {
    pub(super) who: Vec<Part>,
    pub(super) what: Vec<Part>,
    /// Where a verb needs an object that the event does not say.
    pub(super) nothing: Vec<Part>,
    pub(super) code: Vec<Part>,
    pub(super) from: Vec<Part>,
}

/// The words of a pattern with its values.
pub(super) fn fill(pattern: &str, values: &Values) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('[') {
        push(&mut parts, before, values);
        let (optional, after) = after.split_once(']').unwrap_or((after, ""));
        if has_all(optional, values) {
            push(&mut parts, optional, values);
        }
        rest = after;
    }
    push(&mut parts, rest, values);
    parts
}

fn push(parts: &mut Vec<Part>, mut piece: &str, values: &Values) {
    while let Some((before, after)) = piece.split_once('{') {
        push_words(parts, before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        let value = values.of(name);
        parts.extend_from_slice(if value.is_empty() { &values.nothing } else { value });
        piece = after;
    }
    push_words(parts, piece);
}

fn push_words(parts: &mut Vec<Part>, words: &str) {
    if !words.is_empty() {
        parts.push(Part { role: Role::Plain, text: words.to_owned() });
    }
}

fn has_all(piece: &str, values: &Values) -> bool {
    let names = piece.split('{').skip(1).filter_map(|after| after.split('}').next());
    names.into_iter().all(|name| !values.of(name).is_empty())
}

impl Values {
    fn of(&self, name: &str) -> &[Part] {
        match name {
            "who" => &self.who,
            "what" => &self.what,
            "code" => &self.code,
            "from" => &self.from,
            _ => &[],
        }
    }
}
