//! Several events in one body: each is read by itself, with the limits of one.
use crate::event::event_to_fhir;
use kiln_fhir::{Issue, IssueType, Limits, OperationOutcome};
use serde::de::{DeserializeSeed, Deserializer, Error as _, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// Events in one array.
pub const EVENTS_MAX: usize = 1_000;

/// Whether the body is an array, if it is anything.
pub fn is_array(body: &[u8]) -> bool {
    let space = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    body.iter().find(|byte| !space(byte)) == Some(&b'[')
}

/// Each event of the array.
pub(crate) fn to_fhir(body: &[u8], limits: &Limits) -> Result<Vec<Vec<u8>>, OperationOutcome> {
    let events = split(body)?;
    if events.is_empty() {
        let message = "an array of events holds at least one";
        return Err(OperationOutcome::error(IssueType::Required, message));
    }
    let mut written = Vec::with_capacity(events.len());
    let mut wrong = OperationOutcome::default();
    for (position, event) in events.iter().enumerate() {
        match event_to_fhir(event.get().as_bytes(), limits, &format!("[{position}]")) {
            Ok(event) => written.push(event),
            Err(outcome) => wrong.issues.extend(outcome.issues),
        }
        if wrong.issues.len() >= OperationOutcome::ISSUES_MAX {
            wrong.issues.truncate(OperationOutcome::ISSUES_MAX - 1);
            let message = format!("there may be more: the check ended at [{position}]");
            wrong.issues.push(Issue::information(message));
            break;
        }
    }
    if wrong.issues.is_empty() { Ok(written) } else { Err(wrong) }
}

/// The events as they stand in the body.
fn split(body: &[u8]) -> Result<Vec<&RawValue>, Issue> {
    let text = std::str::from_utf8(body).map_err(|error| {
        let message = format!("the body is not UTF-8 at byte {}", error.valid_up_to());
        Issue::error(IssueType::Structure, message)
    })?;
    let mut events = Vec::new();
    let mut json = serde_json::Deserializer::from_str(text);
    let read = Events(&mut events).deserialize(&mut json).and_then(|()| json.end());
    match read {
        Ok(()) => Ok(events),
        Err(_) if events.len() > EVENTS_MAX => {
            let message = format!("more than {EVENTS_MAX} events: send them in several requests");
            Err(Issue::error(IssueType::TooLong, message))
        }
        Err(error) => Err(Issue::error(IssueType::Structure, format!("this is not JSON: {error}"))),
    }
}

struct Events<'e, 'a>(&'e mut Vec<&'a RawValue>);

impl<'a> DeserializeSeed<'a> for Events<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'a> Visitor<'a> for Events<'_, 'a> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array of events")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(event) = items.next_element()? {
            self.0.push(event);
            if self.0.len() > EVENTS_MAX {
                return Err(A::Error::custom("too many"));
            }
        }
        Ok(())
    }
}
