//! What the gateway writes of its own work: records of the kind Intent, in the same log as the
//! events, each a JSON object (`docs/FORMATS.md`).
use crate::who::Who;
use bytes::Bytes;
use kiln_index::Terms;
use kiln_store::{Millis, NewRecord, RecordKind};
use kiln_trail::rest;
use serde::{Deserialize, Serialize};

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Entry {
    /// A request is about to go upstream.
    Intent(Box<Intent>),
    /// Its answer is longer than what is held, and begins to go to its client.
    Stream {
        /// The id of the intent's record.
        intent: uuid::Uuid,
        /// The answer's status.
        status: u16,
    },
    /// How it ended; the events of it are in the same group.
    Outcome {
        /// The id of the intent's record.
        intent: uuid::Uuid,
        /// What is known of its end.
        ending: Ending,
        /// The status of the answer.
        #[serde(skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        /// Every intent before this position of the log has its outcome by now.
        from: u64,
    },
}

/// What is known of the end of a request.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// The upstream has answered.
    Answered,
    /// It never got there.
    Unsent,
    /// It went there, and no whole answer came.
    Unanswered,
    /// Kiln went down meanwhile, or could not wait; what became of it was found out afterwards.
    Settled,
    /// The same, and nobody knows.
    Unknown,
}

/// A request, as far as it takes to tell of it after a crash.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Intent {
    /// What is asked.
    #[serde(flatten)]
    pub head: Head,
    /// Who asks.
    pub who: Who,
    /// `X-Request-Id`
    pub request_id: String,
    /// `traceparent`, as it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// What for, as a header says.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub purposes: Vec<String>,
    /// Whom the resource that is sent is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub patients: Vec<Whom>,
    /// Of a batch or a transaction: what each entry asks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<Part>,
    /// Whether it is a transaction.
    #[serde(skip_serializing_if = "is_false")]
    pub is_transaction: bool,
}

/// An entry of a batch or a transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Part {
    /// What it asks.
    #[serde(flatten)]
    pub head: Head,
    /// Whom its resource is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub patients: Vec<Whom>,
}

/// What of a request makes it what it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Head {
    /// Its method.
    pub method: String,
    /// Below the base.
    pub path: String,
    /// Behind the `?`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    if_match: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    if_none_match: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    if_none_exist: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prefer: Option<String>,
}

/// A patient, as somebody refers to one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Whom {
    /// `Patient/123`, or a URL.
    Reference(String),
    /// `system|value`
    Identifier(String),
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(value: &bool) -> bool {
    !*value
}

impl Head {
    /// That of a request.
    pub fn of(head: &rest::Head<'_>) -> Self {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let rest::Headers { content_type, if_match, if_none_match, if_none_exist, prefer, .. } =
            head.headers;
        Self {
            method: head.method.to_owned(),
            path: head.path.to_owned(),
            query: owned(head.query),
            content_type: owned(content_type),
            if_match: owned(if_match),
            if_none_match: owned(if_none_match),
            if_none_exist: owned(if_none_exist),
            prefer: owned(prefer),
        }
    }

    /// That of a Bundle's entry.
    pub fn of_entry(asked: &rest::Asked) -> Self {
        let tags = |tags: &Option<rest::EntityTags>| match tags {
            None => None,
            Some(rest::EntityTags::Any) => Some("*".to_owned()),
            Some(rest::EntityTags::Versions(versions)) => {
                let quoted = versions.iter().map(|version| format!("W/\"{version}\""));
                Some(quoted.collect::<Vec<_>>().join(", "))
            }
        };
        Self {
            method: method(asked.method).to_owned(),
            path: ["/", &asked.path].concat(),
            query: asked.query.clone(),
            if_match: tags(&asked.conditions.if_match),
            if_none_match: tags(&asked.conditions.if_none_match),
            if_none_exist: asked.conditions.if_none_exist.clone(),
            ..Self::default()
        }
    }

    /// It, to be read.
    pub fn to_rest(&self) -> rest::Head<'_> {
        rest::Head {
            method: &self.method,
            path: &self.path,
            query: self.query.as_deref(),
            headers: rest::Headers {
                content_type: self.content_type.as_deref(),
                if_match: self.if_match.as_deref(),
                if_none_match: self.if_none_match.as_deref(),
                if_none_exist: self.if_none_exist.as_deref(),
                prefer: self.prefer.as_deref(),
                ..rest::Headers::default()
            },
        }
    }
}

/// A method's name.
pub fn method(method: rest::Method) -> &'static str {
    match method {
        rest::Method::Get => "GET",
        rest::Method::Head => "HEAD",
        rest::Method::Options => "OPTIONS",
        rest::Method::Post => "POST",
        rest::Method::Put => "PUT",
        rest::Method::Patch => "PATCH",
        rest::Method::Delete => "DELETE",
    }
}

impl Whom {
    /// Of a resource's patient; one that gets its id only in a transaction is nobody yet.
    pub fn of(patient: &rest::Patient) -> Option<Self> {
        match patient {
            rest::Patient::Reference(reference) => Some(Self::Reference(reference.clone())),
            rest::Patient::Identifier { system, value } => {
                let system = system.as_deref().map_or(String::new(), |it| [it, "|"].concat());
                Some(Self::Identifier(system + value))
            }
            rest::Patient::Placeholder(_) => None,
        }
    }

    /// As an event names it.
    pub fn to_rest(&self) -> rest::Patient {
        match self {
            Self::Reference(reference) => rest::Patient::Reference(reference.clone()),
            Self::Identifier(identifier) => {
                let (system, value) = match identifier.rsplit_once('|') {
                    Some((system, value)) => (Some(system.to_owned()), value),
                    None => (None, identifier.as_str()),
                };
                rest::Patient::Identifier { system, value: value.to_owned() }
            }
        }
    }
}

/// No release: an intent is no FHIR.
const RELEASE: u8 = 0;
/// JSON.
const MEDIA_TYPE: u8 = 1;

impl Entry {
    /// The body of its record.
    ///
    /// # Panics
    /// Never: texts and numbers become JSON.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("texts and numbers become JSON")
    }

    /// Reads the body of a record of the kind Intent; `None` when it is none that this build knows.
    pub fn from_json(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }

    /// Its record.
    pub fn record(&self) -> NewRecord {
        record(self.to_json())
    }
}

impl Intent {
    /// The record of the entry that it is.
    ///
    /// # Panics
    /// Never: texts and numbers become JSON.
    pub fn record(&self) -> NewRecord {
        let mut json = Vec::with_capacity(INTENT_BYTES_USUAL);
        let written = serde_json::to_writer(&mut json, &Borrowed::Intent(self));
        written.expect("texts and numbers become JSON");
        record(json)
    }
}

/// An intent without a Bundle is about as long.
const INTENT_BYTES_USUAL: usize = 512;

/// [`Entry`], of what is somebody else's.
#[derive(Serialize)]
#[serde(tag = "entry", rename_all = "kebab-case")]
enum Borrowed<'a> {
    Intent(&'a Intent),
}

fn record(json: Vec<u8>) -> NewRecord {
    NewRecord {
        kind: RecordKind::Intent,
        release: RELEASE,
        media_type: MEDIA_TYPE,
        body: Bytes::from(json),
        // The pool takes the instant of receipt.
        recorded: Millis(0),
        terms: Terms::new(),
        entry: 0,
        if_none_exist: None,
    }
}

#[cfg(test)]
mod tests;
