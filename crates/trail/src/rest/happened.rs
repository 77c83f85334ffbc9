//! What a request did, by its answer.
use super::{Asked, Id, Limits, Patient, Resource, ResourceType, Response, Sent, Tag};
use crate::Outcome;

/// What happened, as far as the answer tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// HTTP's status.
    pub status: u16,
    /// How it ended.
    pub outcome: Outcome,
    /// Codes of the issues of an `OperationOutcome`, `severity code` each; no text of it.
    pub issues: Vec<&'static str>,
    /// The resource that was created, read, changed or deleted.
    pub changed: Option<Changed>,
    /// Whom that resource is about, by what was sent and by what came back.
    pub patients: Vec<Patient>,
    /// `meta.tag` of that resource.
    pub tags: Vec<Tag>,
    /// Matches that a search or a history showed.
    pub returned: Vec<Resource>,
    /// How many there were, listed or not.
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
    /// The version that is there now, or that was read.
    pub version: Option<Id>,
    /// The version before it, where `If-Match` says.
    pub old: Option<Id>,
    /// Whether it is known to be new.
    pub is_new: bool,
}

impl Happened {
    /// Reads an answer to what was asked and sent. `bases` are URLs of this server.
    pub fn read(
        asked: &Asked,
        sent: &Sent,
        response: &Response<'_>,
        bases: &[&str],
        limits: &Limits,
    ) -> Self {
        let _ = (asked, sent, bases, limits);
        Self {
            status: response.status,
            outcome: if response.status < 400 { Outcome::Success } else { Outcome::Minor },
            issues: Vec::new(),
            changed: None,
            patients: Vec::new(),
            tags: Vec::new(),
            returned: Vec::new(),
            returned_count: 0,
            total: None,
            entries: Vec::new(),
            is_whole: false,
        }
    }
}
