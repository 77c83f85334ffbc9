//! What somebody did with the log: DICOM's Audit Log Used (PS3.15 §A.5.3.2), in the shape of BALP,
//! and for searches of IHE ITI-81.
use crate::{
    Action, Client, Outcome, Patient, Server,
    agent::{self, Parties, Roles},
    code,
    event::{Head, Named, Writer},
};
use kiln_fhir::Instant;

/// One use of the log, or one that was refused.
#[derive(Copy, Clone, Debug)]
pub struct LogUse<'a> {
    /// When.
    pub recorded: Instant,
    /// What for.
    pub r#use: Use,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it did not end well. It holds nothing that was sent.
    pub says: Option<&'a str>,
    /// Who asked.
    pub client: Client<'a>,
    /// Who answered.
    pub server: Server<'a>,
    /// The origin of the log that was used.
    pub log: &'a str,
    /// What was asked.
    pub request: Request<'a>,
    /// What of the log the answer shows.
    pub seen: Seen<'a>,
    /// The id of the patient whose view it is.
    pub patient: Option<&'a str>,
    /// Several refusals that are told as one: from when to when.
    pub period: Option<(Instant, Instant)>,
}

/// What somebody wants of a log.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Use {
    /// `read`
    Read,
    /// `vread`
    Vread,
    /// `history-instance`
    HistoryInstance,
    /// `history-type`
    HistoryType,
    /// `search-type`, which is ITI-81.
    Search,
    /// The same by other words than FHIR's.
    PlainSearch,
    /// An operation over HTTP, by its code.
    Operation(&'static str),
    /// A command of the program, by its name.
    Command(&'static str),
    /// What was not let in, nobody knows from whom.
    Unauthenticated,
    /// FHIR's interaction of this code, which was refused.
    Refused(&'static str),
}

impl Use {
    fn action(self) -> Action {
        match self {
            Self::Read | Self::Vread | Self::HistoryInstance | Self::HistoryType => Action::Read,
            Self::Refused("create") => Action::Create,
            Self::Refused("update" | "patch") => Action::Update,
            Self::Refused("delete") => Action::Delete,
            _ => Action::Execute,
        }
    }

    fn restful(self) -> Option<&'static str> {
        match self {
            Self::Read => Some("read"),
            Self::Vread => Some("vread"),
            Self::HistoryInstance => Some("history-instance"),
            Self::HistoryType => Some("history-type"),
            Self::Search | Self::PlainSearch => Some("search-type"),
            Self::Operation(_) => Some("operation"),
            Self::Refused(code) => Some(code),
            Self::Command(_) | Self::Unauthenticated => None,
        }
    }

    fn own(self) -> Option<&'static str> {
        match self {
            Self::Operation(code) | Self::Command(code) => Some(code),
            Self::Unauthenticated => Some("unauthenticated"),
            _ => None,
        }
    }

    fn subtypes(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let restful = self.restful().map(|code| (code::RESTFUL, code));
        let own = self.own().map(|code| (code::LOG_USE, code));
        let iti = (self == Self::Search).then_some((code::ITI_81, ""));
        restful.into_iter().chain(own).chain(iti)
    }

    /// BALP has data flow from source to destination: to the client where it reads, and for all
    /// else as the request flows.
    fn roles(self) -> Roles {
        match self {
            Self::Read | Self::Vread => Roles::OF_READS,
            _ => Roles::OF_QUERIES,
        }
    }
}

/// What was asked.
#[derive(Copy, Clone, Debug, Default)]
pub struct Request<'a> {
    /// Method, target and form as they were sent; `None` where the rest says it all.
    pub query: Option<&'a [u8]>,
    /// `X-Request-Id`, the sender's or ours.
    pub id: Option<&'a str>,
    /// `traceparent`, as it was sent.
    pub traceparent: Option<&'a str>,
}

/// What of the log an answer shows.
#[derive(Copy, Clone, Debug, Default)]
pub struct Seen<'a> {
    /// The one event: its id.
    pub id: Option<&'a str>,
    /// How many events; of refusals, how many there were.
    pub count: Option<u64>,
    /// How many records the log had: the same query at the same size has the same answer.
    pub size: Option<u64>,
}

impl LogUse<'_> {
    /// Appends the event as R4 JSON.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.reserve(BYTES_USUAL);
        let head = Head {
            action: self.r#use.action(),
            period: self.period,
            recorded: self.recorded,
            outcome: Some(self.outcome),
            says: self.says,
        };
        let mut event = Writer::start(out);
        event.r#type(code::AUDIT_LOG_USED);
        for (before, code) in self.r#use.subtypes() {
            let after = if code.is_empty() { "" } else { "\"}" };
            event.subtype().raw(before).raw(code).raw(after);
        }
        event.head(&head);
        agent::write(&mut event, &Parties::of(self.client, self.server, self.r#use.roles()));
        event.source(self.server.tenant, self.server.origin);
        event.entities();
        self.write_log(&mut event);
        if let Some(id) = self.seen.id {
            // BALP: a domain resource.
            event.next().raw("\"what\":{\"reference\":").text(&["AuditEvent/", id].concat());
            event.raw("},\"type\":").raw(code::ENTITY_TYPE).raw("2\"},\"role\":");
            event.raw(code::ENTITY_ROLE).raw("4\"}}");
        }
        if let Some(query) = self.request.query.filter(|query| !query.is_empty()) {
            event.query(query);
        }
        if let Some(patient) = self.patient {
            event.patient(Patient::Reference(&["Patient/", patient].concat()));
        }
        if let Some(id) = self.request.id {
            event.named(id, Named::RequestId);
        }
        if let Some(traceparent) = self.request.traceparent {
            event.named(traceparent, Named::TraceParent);
        }
        event.finish();
    }

    /// The log itself, which DICOM wants named so.
    fn write_log(&self, event: &mut Writer<'_>) {
        event.next().raw("\"what\":{\"identifier\":{\"value\":").text(self.log).raw("}},");
        event.kind("2", "13").raw("\"name\":\"Security Audit Log\"");
        let details = [("count", self.seen.count), ("size", self.seen.size)];
        let said = details.into_iter().filter_map(|(name, number)| Some((name, number?)));
        let mut before = ",\"detail\":[{\"type\":\"";
        for (name, number) in said {
            event.raw(before).raw(name).raw("\",\"valueString\":\"");
            event.raw(&number.to_string()).raw("\"}");
            before = ",{\"type\":\"";
        }
        let has_details = self.seen.count.is_some() || self.seen.size.is_some();
        event.raw(if has_details { "]}" } else { "}" });
    }
}

/// An event is about as long.
const BYTES_USUAL: usize = 2560;

#[cfg(test)]
mod tests;
