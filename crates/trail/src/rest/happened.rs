//! What a request did, by its answer.
use super::answer::Reader;
use super::{Asked, Id, Limits, Patient, Resource, ResourceType, Response, Sent, Tag, resource};
use crate::{Outcome, State};

/// What happened, as far as the answer tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// HTTP's status; of an entry `None` where the answer says nothing of it.
    pub status: Option<u16>,
    /// How it ended; [`Outcome::Unknown`] where the answer does not say, as a `202` of a write.
    pub outcome: Outcome,
    /// Codes of `OperationOutcome.issue.code`, each once: nothing of its texts, which may hold what
    /// was sent.
    pub issues: Vec<&'static str>,
    /// The resource that was created, read, changed or deleted; or was to be.
    pub changed: Option<Changed>,
    /// That resource as the answer shows it, else as it was sent.
    pub resource: Option<Resource>,
    /// Whom it is about: by the path and the criteria, by what was sent, by what came back. Those
    /// of matches are with these.
    pub patients: Vec<Patient>,
    /// `meta.tag` of that resource.
    pub tags: Vec<Tag>,
    /// Matches that a search, a history or an operation showed; up to [`Limits::returned_max`]
    /// together with `included`.
    pub returned: Vec<Resource>,
    /// What it showed beside them, as `_include` asks.
    pub included: Vec<Resource>,
    /// How many there were of both, listed or not.
    pub returned_count: usize,
    /// `Bundle.total`
    pub total: Option<u64>,
    /// Of a batch or a transaction: what each entry did, by its position.
    pub entries: Vec<Self>,
    /// Whether all of the answer was read: false where the body was not held, is too large, or is
    /// not what it should be.
    pub is_whole: bool,
}

/// The resource that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Its type.
    pub r#type: ResourceType,
    /// Its id, where it is known.
    pub id: Option<Id>,
    /// The version that is there now, or that was read; `None` where nobody says, or it failed.
    pub version: Option<Id>,
    /// The version before it, where `If-Match` says.
    pub old: Option<Id>,
    /// Whether it is known to be new.
    pub is_new: bool,
}

impl Happened {
    /// Reads an answer to what was asked and sent. `bases` are URLs of this server: the upstream's
    /// and the gateway's.
    pub fn read(
        asked: &Asked,
        sent: &Sent,
        response: &Response<'_>,
        bases: &[&str],
        limits: &Limits,
    ) -> Self {
        let reader = Reader { bases, limits };
        let json = response.json(limits);
        let tape = json.as_deref().and_then(|json| resource::tape(json, limits).ok());
        let mut happened = match sent {
            Sent::Bundle(bundle) => reader.bundle(bundle, &response.told(), tape.as_ref()),
            _ => reader.answer(asked, sent, &response.told(), tape.as_ref().map(|tape| (tape, 0))),
        };
        let has_body = response.body.is_none_or(|body| !body.is_empty());
        // Content of a Binary says nothing more of it.
        let is_content = asked.resource_type().is_some_and(|kind| kind.as_str() == "Binary");
        let is_read = tape.is_some() || !has_body || is_content;
        happened.is_whole &= is_read || response.status >= 300;
        happened
    }

    /// What the resource says of itself.
    pub fn state(&self) -> State<'_> {
        self.resource.as_ref().map_or(State::default(), Resource::state)
    }

    /// Codes of the issues, for an event that tells why it did not end well.
    pub fn says(&self) -> Option<String> {
        (!self.issues.is_empty()).then(|| self.issues.join(", "))
    }

    pub(super) fn blank(status: Option<u16>, outcome: Outcome) -> Self {
        Self {
            status,
            outcome,
            issues: Vec::new(),
            changed: None,
            resource: None,
            patients: Vec::new(),
            tags: Vec::new(),
            returned: Vec::new(),
            included: Vec::new(),
            returned_count: 0,
            total: None,
            entries: Vec::new(),
            is_whole: true,
        }
    }
}

#[cfg(test)]
mod tests;
