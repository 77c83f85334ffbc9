//! Whether two events are the same but for what a server sets.
use anyhow::{Context, Result, bail};
use serde_json::Value;

/// An event without `id`, `meta.versionId` and `meta.lastUpdated`, its numbers as their digits.
///
/// # Errors
/// It is no JSON.
pub(crate) fn event(json: &[u8]) -> Result<Value> {
    let mut event: Value = serde_json::from_slice(&digits(json)).context("no JSON")?;
    let Some(members) = event.as_object_mut() else { return Ok(event) };
    members.remove("id");
    if let Some(meta) = members.get_mut("meta").and_then(Value::as_object_mut) {
        meta.remove("versionId");
        meta.remove("lastUpdated");
        if meta.is_empty() {
            members.remove("meta");
        }
    }
    Ok(event)
}

/// JSON whose numbers are strings, because 1.0 is not 1.00 in FHIR.
fn digits(json: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(json.len());
    let (mut in_string, mut is_escaped, mut in_number) = (false, false, false);
    for &byte in json {
        let is_digit = !in_string && matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'E');
        let is_digit = is_digit || (in_number && byte == b'e');
        if is_digit != in_number {
            out.extend_from_slice(if is_digit { b"\"number " } else { b"\"" });
            in_number = is_digit;
        }
        out.push(byte);
        in_string ^= byte == b'"' && !is_escaped;
        is_escaped = in_string && byte == b'\\' && !is_escaped;
    }
    out
}

/// Fails with the first place where two events differ.
pub(crate) fn is_same(one: &Value, other: &Value) -> Result<()> {
    match difference("AuditEvent", one, other) {
        Some(difference) => bail!("{difference}"),
        None => Ok(()),
    }
}

/// Where two documents begin to differ.
fn difference(path: &str, one: &Value, other: &Value) -> Option<String> {
    match (one, other) {
        (Value::Object(a), Value::Object(b)) => {
            let names = a.keys().chain(b.keys());
            let mut differences = names.filter_map(|name| match (a.get(name), b.get(name)) {
                (Some(one), Some(other)) => difference(&format!("{path}.{name}"), one, other),
                (Some(_), None) => Some(format!("{path}.{name} is gone")),
                (None, _) => Some(format!("{path}.{name} is new")),
            });
            differences.next()
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let mut pairs = a.iter().zip(b).enumerate();
            pairs.find_map(|(at, (one, other))| difference(&format!("{path}[{at}]"), one, other))
        }
        _ => (one != other).then(|| format!("{path}: {one} became {other}")),
    }
}

#[cfg(test)]
mod tests;
