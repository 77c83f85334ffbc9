//! One event to another release and back.
use kiln_fhir::conversion::convert;
use kiln_fhir::{Limits, Release, parse};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// What was seen on the way, by pair.
#[derive(Default)]
pub(crate) struct Tally {
    pairs: BTreeMap<(u8, u8), Seen>,
}

#[derive(Default)]
struct Seen {
    events: usize,
    residue: usize,
    whole: usize,
    growth: f64,
}

const LIMITS: Limits = Limits { body_bytes_max: 1 << 24, depth_max: 64, nodes_max: 1 << 20 };

impl Tally {
    pub(crate) fn there_and_back(
        &mut self,
        body: &[u8],
        from: Release,
        to: Release,
    ) -> Result<(), String> {
        let mut there = Vec::new();
        convert(body, from, to, &mut there);
        let seen = self.pairs.entry((from.number(), to.number())).or_default();
        seen.events += 1;
        seen.growth += there.len() as f64 / body.len() as f64;
        let text = String::from_utf8_lossy(&there).into_owned();
        let residue =
            text.contains("StructureDefinition/residue\",\"valueString\":\"{\\\"release\\\":\\\"");
        let whole = residue && text.contains("\\\"whole\\\":");
        seen.residue += usize::from(residue);
        seen.whole += usize::from(whole);
        let shown = String::from_utf8_lossy(body).into_owned();
        parse(&there, to, &LIMITS).map_err(|outcome| {
            let issues: Vec<_> = outcome.issues.iter().map(|issue| format!("{issue:?}")).collect();
            format!("not valid there: {}\n{shown}\n{text}", issues.join("; "))
        })?;
        let mut back = Vec::new();
        convert(&there, to, from, &mut back);
        let (before, after) = (digits(body), digits(&back));
        if before != after {
            return Err(format!(
                "another event: {}\n{shown}\n{text}\n{}",
                difference("", &before, &after),
                String::from_utf8_lossy(&back)
            ));
        }
        Ok(())
    }

    /// How many results hold a copy of their whole event.
    pub(crate) fn wholes(&self) -> usize {
        self.pairs.values().map(|seen| seen.whole).sum()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for ((from, to), seen) in &self.pairs {
            let name = |number| Release::from_number(number).map(Release::path);
            writeln!(
                formatter,
                "{:8} -> {:8} {:5} events, {:4} with a residue, {:4} whole, {:.2} x the bytes",
                name(*from).unwrap_or_default(),
                name(*to).unwrap_or_default(),
                seen.events,
                seen.residue,
                seen.whole,
                seen.growth / seen.events as f64
            )?;
        }
        Ok(())
    }
}

/// JSON whose numbers are compared by their digits.
pub(crate) fn digits(json: &[u8]) -> Value {
    let mut out = Vec::with_capacity(json.len());
    let (mut in_string, mut escaped, mut in_number) = (false, false, false);
    for &byte in json {
        let is_digit = !in_string && matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'E');
        let is_digit = is_digit || (in_number && byte == b'e');
        if is_digit != in_number {
            out.extend_from_slice(if is_digit { b"\"\\u0001" } else { b"\"" });
            in_number = is_digit;
        }
        out.push(byte);
        if in_string && !escaped && byte == b'\\' {
            escaped = true;
            continue;
        }
        in_string ^= byte == b'"' && !escaped;
        escaped = false;
    }
    serde_json::from_slice(&out).unwrap_or_else(|error| Value::String(format!("no JSON: {error}")))
}

/// Where two documents begin to differ.
pub(crate) fn difference(path: &str, one: &Value, other: &Value) -> String {
    match (one, other) {
        (Value::Object(a), Value::Object(b)) => {
            for (key, value) in a {
                match b.get(key) {
                    None => return format!("{path}.{key} is gone: {value}"),
                    Some(same) if same == value => {}
                    Some(own) => return difference(&format!("{path}.{key}"), value, own),
                }
            }
            let new = b.keys().find(|key| !a.contains_key(*key)).expect("they differ");
            format!("{path}.{new} is new: {}", b[new])
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let at = a.iter().zip(b).position(|(a, b)| a != b).expect("they differ");
            difference(&format!("{path}[{at}]"), &a[at], &b[at])
        }
        _ => format!("{path}: {one} became {other}"),
    }
}
