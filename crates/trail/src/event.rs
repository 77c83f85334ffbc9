//! Writes an `AuditEvent` of R4, element by element, into one buffer
//! (<https://hl7.org/fhir/R4/auditevent.html>).
use crate::{Patient, code, text};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use kiln_fhir::Instant;

/// `AuditEvent.action`
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// `C`
    Create,
    /// `R`
    Read,
    /// `U`
    Update,
    /// `D`
    Delete,
    /// `E`
    Execute,
}

impl Action {
    const fn code(self) -> &'static str {
        match self {
            Self::Create => "C",
            Self::Read => "R",
            Self::Update => "U",
            Self::Delete => "D",
            Self::Execute => "E",
        }
    }
}

/// `AuditEvent.outcome` (<https://hl7.org/fhir/R4/codesystem-audit-event-outcome.html>)
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// `0`
    Success,
    /// `4`: asked for wrongly, or for what is not there.
    Minor,
    /// `8`: denied, or the server failed.
    Serious,
    /// None of them: nobody saw how it ended.
    Unknown,
}

impl Outcome {
    /// That of an HTTP status; of none, that nobody knows.
    pub const fn of_status(status: Option<u16>) -> Self {
        match status {
            Some(401 | 403 | 500..) => Self::Serious,
            Some(400..) => Self::Minor,
            Some(_) => Self::Success,
            None => Self::Unknown,
        }
    }

    const fn code(self) -> Option<&'static str> {
        match self {
            Self::Success => Some("0"),
            Self::Minor => Some("4"),
            Self::Serious => Some("8"),
            Self::Unknown => None,
        }
    }
}

/// What stands between the subtypes and the agents.
pub(crate) struct Head<'a> {
    pub(crate) action: Action,
    pub(crate) period: Option<(Instant, Instant)>,
    pub(crate) recorded: Instant,
    /// `None`: it is not said.
    pub(crate) outcome: Option<Outcome>,
    pub(crate) says: Option<&'a str>,
}

/// An event under way: meta, type, subtypes, head, agents, source, entities, in this order.
#[must_use = "an event is whole only after finish()"]
pub(crate) struct Writer<'o> {
    out: &'o mut Vec<u8>,
    /// The member whose list is under way; it is not written before its first item.
    list: &'static str,
    is_first: bool,
}

impl<'o> Writer<'o> {
    /// Starts an event at the end of `out`.
    pub(crate) fn start(out: &'o mut Vec<u8>) -> Self {
        let mut event = Self { out, list: "", is_first: true };
        event.raw("{\"resourceType\":\"AuditEvent\"");
        event
    }

    /// Ends the list that is under way and goes to another.
    fn list(&mut self, list: &'static str) {
        if !self.is_first {
            self.raw("]");
        }
        self.list = list;
        self.is_first = true;
    }

    /// Begins one more item of the list.
    fn item(&mut self) -> &mut Self {
        let before = if self.is_first { self.list } else { "," };
        self.is_first = false;
        self.raw(before)
    }

    /// Its type: a Coding's JSON. Subtypes follow.
    pub(crate) fn r#type(&mut self, coding: &str) {
        self.raw(",\"type\":").raw(coding);
        self.list(",\"subtype\":[");
    }

    /// Begins one more subtype: a Coding follows.
    pub(crate) fn subtype(&mut self) -> &mut Self {
        self.item()
    }

    /// What stands behind the subtypes.
    pub(crate) fn head(&mut self, head: &Head<'_>) {
        self.list("");
        self.raw(",\"action\":\"").raw(head.action.code());
        if let Some((start, end)) = head.period {
            self.raw("\",\"period\":{\"start\":\"").raw(&start.to_text());
            self.raw("\",\"end\":\"").raw(&end.to_text()).raw("\"},\"recorded\":\"");
        } else {
            self.raw("\",\"recorded\":\"");
        }
        self.raw(&head.recorded.to_text()).raw("\"");
        if let Some(code) = head.outcome.and_then(Outcome::code) {
            self.raw(",\"outcome\":\"").raw(code).raw("\"");
        }
        if let Some(says) = head.says {
            self.raw(",\"outcomeDesc\":").text(says);
        }
    }

    /// Begins the agents.
    pub(crate) fn agents(&mut self) {
        self.list(",\"agent\":[");
    }

    /// What may be copied as it stands.
    pub(crate) fn raw(&mut self, json: &str) -> &mut Self {
        self.out.extend_from_slice(json.as_bytes());
        self
    }

    /// A string.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        text::push(self.out, text);
        self
    }

    /// A uri.
    pub(crate) fn uri(&mut self, uri: &str) -> &mut Self {
        text::push_uri(self.out, uri);
        self
    }

    /// A code: it has no white space around, nor two of it inside.
    pub(crate) fn code(&mut self, code: &str) -> &mut Self {
        text::push_code(self.out, code);
        self
    }

    /// Begins one more agent or entity.
    pub(crate) fn next(&mut self) -> &mut Self {
        self.item().raw("{")
    }

    /// The part that the agent plays, which was begun; who it is follows.
    pub(crate) fn r#as(&mut self, role: &str) -> &mut Self {
        self.raw("\"type\":{\"coding\":[").raw(role).raw("]},\"who\":")
    }

    /// Ends the agents.
    pub(crate) fn end(&mut self) -> &mut Self {
        self.list("");
        self
    }

    /// Ends the agents; whose event it is: the party's name, and the site.
    pub(crate) fn source(&mut self, site: &str, observer: &str) {
        self.end().raw(",\"source\":{\"site\":").text(site);
        self.raw(",\"observer\":{\"identifier\":{\"value\":").text(observer);
        self.raw("},\"display\":\"Kiln\"},\"type\":[").raw(code::APPLICATION_SERVER).raw("]}");
    }

    /// Begins the entities.
    pub(crate) fn entities(&mut self) {
        self.list(",\"entity\":[");
    }

    /// The type and the role of the entity that was begun, each with a comma after it.
    pub(crate) fn kind(&mut self, r#type: &str, role: &str) -> &mut Self {
        self.raw("\"type\":").raw(code::ENTITY_TYPE).raw(r#type).raw("\"},\"role\":");
        self.raw(code::ENTITY_ROLE).raw(role).raw("\"},")
    }

    /// An entity that is a query, as it was sent (BALP §1:52.4.1.4).
    pub(crate) fn query(&mut self, query: &[u8]) {
        self.next().kind("2", "24").raw("\"query\":").base64(query).raw("}");
    }

    /// Bytes in base64.
    pub(crate) fn base64(&mut self, bytes: &[u8]) -> &mut Self {
        self.raw("\"");
        let start = self.out.len();
        let len = base64::encoded_len(bytes.len(), true).unwrap_or_default();
        self.out.resize(start + len, 0);
        // It is as long as was asked.
        let written = STANDARD.encode_slice(bytes, &mut self.out[start..]);
        self.out.truncate(start + written.unwrap_or_default());
        self.raw("\"")
    }

    /// An entity that is a name of the request: by a type alone, or a type and a role.
    pub(crate) fn named(&mut self, value: &str, kind: Named) {
        self.next().raw("\"what\":{\"identifier\":{\"value\":").text(value).raw("}},\"type\":");
        match kind {
            Named::RequestId => self.raw(code::X_REQUEST_ID),
            Named::TraceParent => self
                .raw(code::ENTITY_TYPE)
                .raw("4\"},\"role\":")
                .raw(code::ENTITY_ROLE)
                .raw("26\"}"),
            Named::Bundle => self
                .raw(code::ENTITY_TYPE)
                .raw("4\"},\"role\":")
                .raw(code::ENTITY_ROLE)
                .raw("21\"}"),
        };
        self.raw("}");
    }

    /// A patient whom the event is about.
    pub(crate) fn patient(&mut self, patient: Patient<'_>) {
        self.next().raw("\"what\":{");
        match patient {
            Patient::Reference(reference) => drop(self.raw("\"reference\":").text(reference)),
            Patient::Identifier { system, value } => {
                self.raw("\"type\":\"Patient\",\"identifier\":{");
                if let Some(system) = system {
                    self.raw("\"system\":").uri(system).raw(",");
                }
                self.raw("\"value\":").text(value).raw("}");
            }
        }
        self.raw("},\"type\":").raw(code::ENTITY_TYPE).raw("1\"},\"role\":");
        self.raw(code::ENTITY_ROLE).raw("1\"}}");
    }

    /// Ends the event.
    pub(crate) fn finish(&mut self) {
        self.list("");
        self.raw("}");
    }
}

/// How a request is named.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// BALP: `X-Request-Id`.
    RequestId,
    /// W3C's `traceparent`, as the Swiss profiles have it.
    TraceParent,
    /// One name for all interactions of a Bundle: HL7's Job Stream.
    Bundle,
}
