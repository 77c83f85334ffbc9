//! What was expected against what came: objects may say more, texts may have gaps.
//!
//! - `…` in a text stands for anything; the text `"…"` alone for any value at all.
//! - `{{name}}` stands for what the name is bound to; an unbound name is bound to what it meets.
//! - `"{{absent}}"` as a member's value: the member must not be there.
//! - An array element `"…"` stands for any number of elements; without it, lengths must agree.
use serde_json::Value;
use std::collections::BTreeMap;

/// Names and the texts they are bound to.
pub type Variables = BTreeMap<String, String>;

const ANY: &str = "…";
const ABSENT: &str = "{{absent}}";

/// Where `got` differs from `expected`, one line each; empty when it does not.
pub fn json(expected: &Value, got: &Value, variables: &mut Variables) -> Vec<String> {
    let mut differences = Vec::new();
    compare("$", expected, got, variables, &mut differences);
    differences
}

/// Whether `got` is as `pattern` says; binds unbound names when it is.
pub fn text(pattern: &str, got: &str, variables: &mut Variables) -> bool {
    let mut bound = variables.clone();
    let matches = match_pieces(&pieces(pattern), got, &mut bound);
    if matches {
        *variables = bound;
    }
    matches
}

/// The text with every bound name replaced.
pub fn fill(text: &str, variables: &Variables) -> String {
    variables.iter().fold(text.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{{{name}}}}}"), value)
    })
}

fn compare(
    path: &str,
    expected: &Value,
    got: &Value,
    variables: &mut Variables,
    differences: &mut Vec<String>,
) {
    match (expected, got) {
        (Value::String(pattern), _) if pattern == ANY => {}
        (Value::String(pattern), Value::String(found)) if text(pattern, found, variables) => {}
        (Value::Object(members), Value::Object(found)) => {
            for (name, member) in members {
                let path = format!("{path}.{name}");
                match found.get(name) {
                    Some(_) if member == ABSENT => differences.push(format!("{path} is there")),
                    Some(found) => compare(&path, member, found, variables, differences),
                    None if member == ABSENT => {}
                    None => differences.push(format!("{path} is missing, expected {member}")),
                }
            }
        }
        (Value::Array(elements), Value::Array(found)) => {
            compare_arrays(path, elements, found, variables, differences);
        }
        (expected, got) if expected == got => {}
        (expected, got) => {
            let expected = fill(&expected.to_string(), variables);
            differences.push(format!("{path}: expected {expected}, got {}", shortened(got)));
        }
    }
}

fn compare_arrays(
    path: &str,
    expected: &[Value],
    got: &[Value],
    variables: &mut Variables,
    differences: &mut Vec<String>,
) {
    if expected.iter().any(|element| element == ANY) {
        if !matches_with_gaps(expected, got, variables) {
            let wanted = fill(&Value::Array(expected.to_vec()).to_string(), variables);
            let got = shortened(&Value::Array(got.to_vec()));
            differences.push(format!("{path}: expected {wanted}, got {got}"));
        }
        return;
    }
    if expected.len() != got.len() {
        let (wanted, found) = (expected.len(), got.len());
        differences.push(format!("{path}: expected {wanted} elements, got {found}"));
    }
    for (at, (element, found)) in expected.iter().zip(got).enumerate() {
        compare(&format!("{path}[{at}]"), element, found, variables, differences);
    }
}

fn matches_with_gaps(expected: &[Value], got: &[Value], variables: &mut Variables) -> bool {
    match expected {
        [] => got.is_empty(),
        [gap, rest @ ..] if gap == ANY => {
            (0..=got.len()).any(|from| matches_with_gaps(rest, &got[from..], variables))
        }
        [first, rest @ ..] => {
            let Some((found, others)) = got.split_first() else { return false };
            let mut bound = variables.clone();
            let matches = json(first, found, &mut bound).is_empty()
                && matches_with_gaps(rest, others, &mut bound);
            if matches {
                *variables = bound;
            }
            matches
        }
    }
}

#[derive(Debug)]
enum Piece<'a> {
    Literal(&'a str),
    Any,
    Name(&'a str),
}

fn pieces(pattern: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    for (at, part) in pattern.split(ANY).enumerate() {
        if at > 0 {
            pieces.push(Piece::Any);
        }
        let mut rest = part;
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((name, after)) = after.split_once("}}") else { break };
            pieces.push(Piece::Literal(before));
            pieces.push(Piece::Name(name));
            rest = after;
        }
        pieces.push(Piece::Literal(rest));
    }
    pieces.retain(|piece| !matches!(piece, Piece::Literal("")));
    pieces
}

fn match_pieces(pieces: &[Piece<'_>], got: &str, variables: &mut Variables) -> bool {
    let Some((first, rest)) = pieces.split_first() else { return got.is_empty() };
    let known = match first {
        Piece::Literal(literal) => Some((*literal).to_owned()),
        Piece::Name(name) => variables.get(*name).cloned(),
        Piece::Any => None,
    };
    if let Some(known) = known {
        let after = got.strip_prefix(known.as_str());
        return after.is_some_and(|after| match_pieces(rest, after, variables));
    }
    let ends = got.char_indices().map(|(at, _)| at).chain(std::iter::once(got.len()));
    for end in ends {
        let mut bound = variables.clone();
        if let Piece::Name(name) = first {
            bound.insert((*name).to_owned(), got[..end].to_owned());
        }
        if match_pieces(rest, &got[end..], &mut bound) {
            *variables = bound;
            return true;
        }
    }
    false
}

fn shortened(value: &Value) -> String {
    const CHARACTERS_MAX: usize = 600;
    let text = value.to_string();
    match text.char_indices().nth(CHARACTERS_MAX) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

#[cfg(test)]
mod tests;
