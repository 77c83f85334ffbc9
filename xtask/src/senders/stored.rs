//! What Kiln has, asked through its API.
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::process::Command;

/// A Kiln that can be asked.
pub(crate) struct Stored {
    base: String,
}

impl Stored {
    pub(crate) fn at(port: &str) -> Self {
        Self { base: format!("http://127.0.0.1:{port}") }
    }

    /// Events in all.
    pub(crate) fn count(&self) -> Result<u64> {
        let bundle = self.get("/fhir/r4/AuditEvent?_summary=count")?;
        bundle["total"].as_u64().with_context(|| format!("no total: {bundle}"))
    }

    /// Compares the newest event, as FHIR when `wanted` is FHIR, else in the plain shape.
    ///
    /// # Errors
    /// The first thing that `wanted` says and the event does not.
    pub(crate) fn newest_says(&self, wanted: &Value) -> Result<()> {
        let event = if wanted.get("resourceType").is_some() {
            self.get("/fhir/r4/AuditEvent?_count=1")?["entry"][0]["resource"].take()
        } else {
            self.get("/api/audit-events?limit=1")?["data"][0].take()
        };
        match first_missing("event", wanted, &event) {
            Some(missing) => bail!("{missing}; stored is\n{event:#}"),
            None => Ok(()),
        }
    }

    fn get(&self, path: &str) -> Result<Value> {
        let url = format!("{}{path}", self.base);
        let output = Command::new("curl").args(["-sS", "--fail-with-body", &url]).output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        ensure!(output.status.success(), "GET {url} failed: {text}");
        serde_json::from_str(&text).with_context(|| format!("GET {url} gave no JSON: {text}"))
    }
}

/// What `wanted` says and `found` does not: members may be more, array items must come in order.
pub(crate) fn first_missing(path: &str, wanted: &Value, found: &Value) -> Option<String> {
    match (wanted, found) {
        (Value::Object(wanted), Value::Object(found)) => wanted.iter().find_map(|(name, value)| {
            let path = format!("{path}.{name}");
            match found.get(name) {
                Some(there) => first_missing(&path, value, there),
                None => Some(format!("{path} is missing")),
            }
        }),
        (Value::Array(wanted), Value::Array(found)) => {
            let mut rest = found.iter();
            let missing = wanted
                .iter()
                .position(|item| !rest.any(|there| first_missing(path, item, there).is_none()))?;
            Some(format!("{path}: no item is as {}", wanted[missing]))
        }
        _ => (wanted != found).then(|| format!("{path} is {found}, not {wanted}")),
    }
}

#[cfg(test)]
mod tests;
