//! The body of a resource's record (`docs/FORMATS.md`): a line of JSON that says which version it
//! is, and behind it the resource as it was sent.
use kiln_store::{NewRecord, RecordKind};
use serde::{Deserialize, Serialize};

/// Which version of what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Head {
    /// Its resource type.
    pub(crate) r#type: String,
    /// Its logical id.
    pub(crate) id: String,
    /// `meta.versionId`
    pub(crate) version: String,
    /// What made it.
    pub(crate) by: By,
}

/// The interaction that made a version, as histories tell it.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum By {
    /// `create`
    Post,
    /// `update`
    Put,
    /// `patch`
    Patch,
    /// `delete`: there is no resource behind the line.
    Delete,
}

impl By {
    /// HTTP's method.
    pub(crate) const fn method(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl Head {
    /// `Patient/1`
    pub(crate) fn key(&self) -> String {
        key(&self.r#type, &self.id)
    }

    /// Whether the resource is gone with it.
    pub(crate) fn is_deletion(&self) -> bool {
        self.by == By::Delete
    }
}

/// What a resource is known by: `Patient/1`.
pub(crate) fn key(r#type: &str, id: &str) -> String {
    [r#type, "/", id].concat()
}

/// The record of a version; `release` is the number of the one that it is in.
pub(crate) fn record(head: &Head, resource: &[u8], release: u8, entry: u32) -> NewRecord {
    let mut body = serde_json::to_vec(head).expect("texts become JSON");
    body.push(b'\n');
    body.extend_from_slice(resource);
    let mut terms = kiln_index::Terms::new();
    super::terms::extract(&body, &mut terms);
    NewRecord {
        kind: RecordKind::Resource,
        release,
        media_type: kiln_fhir::MediaType::Json.number(),
        body: body.into(),
        // The store takes the instant of receipt.
        recorded: kiln_store::Millis(0),
        terms,
        entry,
        if_none_exist: None,
    }
}

/// What a record's body says, and the resource; `None` where it is none of ours.
pub(crate) fn read(body: &[u8]) -> Option<(Head, &[u8])> {
    let end = body.iter().position(|byte| *byte == b'\n')?;
    Some((serde_json::from_slice(&body[..end]).ok()?, &body[end + 1..]))
}

#[cfg(test)]
mod tests;
