//! Splices what the server sets (`id`, `meta.versionId`, `meta.lastUpdated`) into received bytes.
mod tag;

pub use tag::{Tag, with_tag};

use crate::json::{Members, push_string};
use memchr::memmem;
use std::ops::Range;

/// What the server sets (<https://hl7.org/fhir/R4/resource.html#Meta>). Kiln's records have one version.
#[derive(Copy, Clone, Debug)]
pub struct ServerElements<'a> {
    /// The logical id.
    pub id: &'a str,
    /// `meta.versionId`
    pub version_id: &'a str,
    /// `meta.lastUpdated`, an instant.
    pub last_updated: &'a str,
}

/// Appends the resource with the server's three elements set and every other byte of it as it was
/// received. `body` was accepted by [`crate::parse`]; what was not may come out as it is.
///
/// What is there is replaced where it stands; what is missing comes right after `resourceType`, or
/// at the start of `meta`.
pub fn with_server_elements(body: &[u8], elements: &ServerElements<'_>, out: &mut Vec<u8>) {
    out.reserve(body.len() + 160);
    let Some(places) = Places::find(body) else {
        return out.extend_from_slice(body);
    };
    let mut edits = places.edits(elements);
    edits.sort_by_key(|edit| edit.at.start);
    let mut done = 0;
    for edit in edits {
        out.extend_from_slice(&body[done..edit.at.start]);
        out.extend_from_slice(edit.before.as_bytes());
        push_string(out, edit.text);
        out.extend_from_slice(edit.after.as_bytes());
        done = edit.at.end;
    }
    out.extend_from_slice(&body[done..]);
}

/// Bytes that give way to a text; of an insertion there are none.
struct Edit<'e> {
    at: Range<usize>,
    before: &'static str,
    text: &'e str,
    after: &'static str,
}

impl<'e> Edit<'e> {
    fn replace(at: Range<usize>, text: &'e str) -> Self {
        Self { at, before: "", text, after: "" }
    }

    fn insert(at: usize, before: &'static str, text: &'e str, after: &'static str) -> Self {
        Self { at: at..at, before, text, after }
    }
}

/// Where the values of the server's elements stand in a body.
struct Places {
    /// After the value of `resourceType`, where a member may follow.
    insert: usize,
    id: Option<Range<usize>>,
    meta: Meta,
}

enum Meta {
    Missing,
    /// It has no members.
    Empty(Range<usize>),
    Object {
        /// After its brace, before its first member.
        insert: usize,
        version_id: Option<Range<usize>>,
        last_updated: Option<Range<usize>>,
    },
}

impl Places {
    fn find(body: &[u8]) -> Option<Self> {
        let (mut insert, mut id, mut meta) = (None, None, None);
        // Most events come without both: then what follows their type need not be looked at. A
        // letter can be escaped as `\u` only (RFC 8259, section 7).
        let escapes = memchr::memchr(b'\\', body).is_some() && memmem::find(body, b"\\u").is_some();
        let has_no = |name: &[u8]| !escapes && memmem::find(body, name).is_none();
        let (no_id, no_meta) = (has_no(b"\"id\""), has_no(b"\"meta\""));
        for member in Members::of(body, 0) {
            if member.is("resourceType") {
                insert = Some(member.value.end);
            } else if member.is("id") {
                id = Some(member.value);
            } else if member.is("meta") {
                meta = Some(Meta::find(body, member.value));
            }
            // Keys are unique: the rest of the body need not be looked at.
            if insert.is_some() && (no_id || id.is_some()) && (no_meta || meta.is_some()) {
                break;
            }
        }
        Some(Self { insert: insert?, id, meta: meta.unwrap_or(Meta::Missing) })
    }

    /// One for each of the three; those at the same place in the order they are to be written.
    fn edits<'e>(&self, elements: &ServerElements<'e>) -> [Edit<'e>; 3] {
        let id = match &self.id {
            Some(at) => Edit::replace(at.clone(), elements.id),
            None => Edit::insert(self.insert, ",\"id\":", elements.id, ""),
        };
        let [version_id, last_updated] = self.meta.edits(self.insert, elements);
        [id, version_id, last_updated]
    }
}

impl Meta {
    fn find(body: &[u8], at: Range<usize>) -> Self {
        let (mut version_id, mut last_updated, mut empty) = (None, None, true);
        for member in Members::of(body, at.start) {
            empty = false;
            if member.is("versionId") {
                version_id = Some(member.value);
            } else if member.is("lastUpdated") {
                last_updated = Some(member.value);
            }
        }
        if empty {
            return Self::Empty(at);
        }
        Self::Object { insert: at.start + 1, version_id, last_updated }
    }

    /// `after_type` is where `meta` goes if there is none.
    fn edits<'e>(&self, after_type: usize, elements: &ServerElements<'e>) -> [Edit<'e>; 2] {
        let ServerElements { version_id: version, last_updated: updated, .. } = *elements;
        let and_updated = ",\"lastUpdated\":";
        match self {
            Self::Missing => [
                Edit::insert(after_type, ",\"meta\":{\"versionId\":", version, and_updated),
                Edit::insert(after_type, "", updated, "}"),
            ],
            Self::Empty(at) => [
                Edit {
                    before: "{\"versionId\":",
                    after: and_updated,
                    ..Edit::replace(at.clone(), version)
                },
                Edit::insert(at.end, "", updated, "}"),
            ],
            Self::Object { insert, version_id, last_updated } => {
                let set = |at: &Option<Range<usize>>, before, text| match at {
                    Some(at) => Edit::replace(at.clone(), text),
                    None => Edit::insert(*insert, before, text, ","),
                };
                [
                    set(version_id, "\"versionId\":", version),
                    set(last_updated, "\"lastUpdated\":", updated),
                ]
            }
        }
    }
}

#[cfg(test)]
mod tests;
