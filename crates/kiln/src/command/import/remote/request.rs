//! What is sent: events in JSON as Bundles, and one in XML alone, since taking it out of a Bundle
//! would not leave it as it is.
use super::{Step, file::LIMITS};
use crate::command::import::{
    lines::{Chunk, Line},
    parse::Reject,
};
use bytes::Bytes;
use serde::de::IgnoredAny;

const BEGIN: &[u8] = br#"{"resourceType":"Bundle","type":"batch","entry":["#;
const BEFORE: &[u8] = br#"{"resource":"#;
const BEHIND: &[u8] = br#","request":{"method":"POST","url":"AuditEvent"}}"#;
const END: &[u8] = b"]}";

/// One request.
#[derive(Clone, Debug)]
pub(super) struct Request {
    /// Below the base.
    pub(super) path: &'static str,
    /// Its `Content-Type`.
    pub(super) media: &'static str,
    /// Its `Idempotency-Key`.
    pub(super) key: String,
    pub(super) body: Bytes,
    /// What its entries are.
    pub(super) lines: Vec<Line>,
}

impl Request {
    /// A batch of events in JSON, none of which is broken.
    fn bundle(key: String, lines: Vec<Line>) -> Self {
        let bodies = || lines.iter().filter_map(|line| line.body.as_ref().ok());
        let bytes: usize = bodies().map(|body| BEFORE.len() + body.len() + BEHIND.len() + 1).sum();
        let mut body = Vec::with_capacity(BEGIN.len() + bytes + END.len());
        body.extend_from_slice(BEGIN);
        for (position, event) in bodies().enumerate() {
            if position > 0 {
                body.push(b',');
            }
            for piece in [BEFORE, event, BEHIND] {
                body.extend_from_slice(piece);
            }
        }
        body.extend_from_slice(END);
        Self { path: "", media: "application/fhir+json", key, body: body.into(), lines }
    }

    fn event(key: String, line: Line, body: Bytes) -> Self {
        let media = "application/fhir+xml";
        Self { path: "/AuditEvent", media, key, body, lines: vec![line] }
    }

    /// Whether it is a Bundle.
    pub(super) fn is_bundle(&self) -> bool {
        self.path.is_empty()
    }

    /// Which lines it is of.
    pub(super) fn told(&self) -> String {
        let number = |line: Option<&Line>| line.map_or(0, |line| line.number);
        let (first, last) = (number(self.lines.first()), number(self.lines.last()));
        if first == last { format!("line {first}") } else { format!("lines {first} to {last}") }
    }
}

/// The requests of a chunk, in order.
pub(super) fn steps(file: usize, name: &str, chunk: &Chunk) -> Vec<Step> {
    let mut run = Run { file, name, begin: chunk.begin(), lines: Vec::new(), refused: Vec::new() };
    let mut steps = Vec::new();
    for line in chunk.lines() {
        match form(&line) {
            Ok(Form::Json) => run.lines.push(line),
            Ok(Form::Xml(body)) => {
                steps.extend(run.end());
                steps.push(run.alone(line, body));
            }
            Err(reject) => run.refused.push(reject),
        }
    }
    steps.extend(run.end());
    steps
}

enum Form {
    Json,
    Xml(Bytes),
}

/// What would break the Bundle around it is not sent; all else is the server's to judge.
fn form(line: &Line) -> Result<Form, Reject> {
    let number = line.number;
    let Ok(body) = &line.body else {
        let reason = format!("the line is longer than {} bytes", LIMITS.line_bytes_max);
        return Err(Reject { line: number, reason, text: None });
    };
    if body.starts_with(b"<") {
        return Ok(Form::Xml(body.clone()));
    }
    let is_json = std::str::from_utf8(body).is_ok_and(|text| {
        text.starts_with('{') && serde_json::from_str::<IgnoredAny>(text).is_ok()
    });
    if is_json {
        return Ok(Form::Json);
    }
    let reason = "neither a JSON object nor XML".to_owned();
    Err(Reject { line: number, reason, text: Some(body.clone()) })
}

/// Lines that go into one Bundle.
struct Run<'a> {
    file: usize,
    name: &'a str,
    /// Where it begins in what is read of the file.
    begin: u64,
    lines: Vec<Line>,
    refused: Vec<Reject>,
}

impl Run<'_> {
    fn key(&self) -> String {
        format!("import:{}:{}", self.name, self.begin)
    }

    /// What was gathered, if anything was; the next run begins behind it.
    fn end(&mut self) -> Option<Step> {
        let (key, lines) = (self.key(), std::mem::take(&mut self.lines));
        let refused = std::mem::take(&mut self.refused);
        if let Some(last) = lines.last() {
            self.begin = last.end;
        }
        let is_empty = lines.is_empty();
        let request = (!is_empty).then(|| Request::bundle(key, lines));
        let step = Step { file: self.file, refused, request };
        (!is_empty || !step.refused.is_empty()).then_some(step)
    }

    fn alone(&mut self, line: Line, body: Bytes) -> Step {
        let (key, end) = (self.key(), line.end);
        let request = Some(Request::event(key, line, body));
        self.begin = end;
        Step { file: self.file, refused: Vec::new(), request }
    }
}

#[cfg(test)]
mod tests;
