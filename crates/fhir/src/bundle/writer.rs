//! Bundles that go out, written member by member into one buffer.
//!
//! ```
//! use kiln_fhir::bundle::{Outgoing, SearchMode, Writer};
//! let mut out = Vec::new();
//! let mut bundle = Writer::new(&mut out, Outgoing::Searchset);
//! bundle.total(1);
//! bundle.link("self", "http://localhost:8080/fhir/r4/AuditEvent?_count=1");
//! bundle.entry(|entry| {
//!     entry.full_url("http://localhost:8080/fhir/r4/AuditEvent/1");
//!     entry.resource(|out| out.extend_from_slice(br#"{"resourceType":"AuditEvent"}"#));
//!     entry.search(SearchMode::Match);
//! });
//! bundle.finish();
//! assert!(out.starts_with(br#"{"resourceType":"Bundle","type":"searchset","total":1,"link""#));
//! ```
use crate::json::push_string;
use crate::{OperationOutcome, Release};

/// What a Bundle that goes out is for.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Outgoing {
    /// Answer of a search.
    Searchset,
    /// Answer of a history interaction.
    History,
    /// Answer of a batch or a collection.
    BatchResponse,
    /// Answer of a transaction.
    TransactionResponse,
}

/// Why an entry is in a searchset.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum SearchMode {
    /// It matches.
    Match,
    /// It tells about the search itself.
    Outcome,
}

/// `Bundle.entry.response`; what is `None` is left out.
#[derive(Copy, Clone, Debug, Default)]
pub struct Response<'a> {
    /// `201`, or with its phrase: `201 Created`.
    pub status: &'a str,
    /// Where it is.
    pub location: Option<&'a str>,
    /// `W/"1"`
    pub etag: Option<&'a str>,
    /// An instant.
    pub last_modified: Option<&'a str>,
    /// What was wrong, or is to be told.
    pub outcome: Option<&'a OperationOutcome>,
}

/// Writes one Bundle: first what stands before the entries ([`Writer::total`], [`Writer::link`],
/// in any order), then [`Writer::entry`] for each, then [`Writer::finish`].
#[must_use = "a Bundle is whole only after finish()"]
pub struct Writer<'o> {
    out: &'o mut Vec<u8>,
    kind: Outgoing,
    release: Release,
    open: Open,
    entries: usize,
}

/// Which array is open at the end of the buffer.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Open {
    Nothing,
    Links,
    Entries,
}

impl<'o> Writer<'o> {
    /// Starts a Bundle at the end of `out`, as R4 and later releases have it.
    pub fn new(out: &'o mut Vec<u8>, kind: Outgoing) -> Self {
        Self::of(Release::R4, out, kind)
    }

    /// Starts a Bundle of this release at the end of `out`.
    pub fn of(release: Release, out: &'o mut Vec<u8>, kind: Outgoing) -> Self {
        out.extend_from_slice(b"{\"resourceType\":\"Bundle\",\"type\":\"");
        out.extend_from_slice(match kind {
            Outgoing::Searchset => b"searchset",
            Outgoing::History => b"history",
            Outgoing::BatchResponse => b"batch-response",
            Outgoing::TransactionResponse => b"transaction-response",
        });
        out.push(b'"');
        Self { out, kind, release, open: Open::Nothing, entries: 0 }
    }

    /// `Bundle.total`; only a searchset and a history may have one (bdl-1).
    pub fn total(&mut self, total: u64) {
        self.switch(Open::Nothing);
        self.out.extend_from_slice(b",\"total\":");
        self.out.extend_from_slice(total.to_string().as_bytes());
    }

    /// `Bundle.link`; before the entries.
    pub fn link(&mut self, relation: &str, url: &str) {
        self.switch(Open::Links);
        let mut link = Members::start(self.out);
        link.text("relation", relation);
        link.text("url", url);
        link.end();
    }

    /// `Bundle.entry`; `fill` writes its members.
    pub fn entry(&mut self, fill: impl FnOnce(&mut EntryWriter<'_>)) {
        self.switch(Open::Entries);
        self.entries += 1;
        let mut entry = EntryWriter {
            members: Members::start(self.out),
            kind: self.kind,
            release: self.release,
            full_url: None,
            has_resource: false,
        };
        fill(&mut entry);
        entry.end(self.entries);
    }

    /// Ends the Bundle.
    pub fn finish(mut self) {
        self.switch(Open::Nothing);
        self.out.push(b'}');
    }

    /// Closes the array that is open if another follows, or writes the comma inside it.
    /// FHIR allows no empty array: one is opened only by its first item.
    fn switch(&mut self, next: Open) {
        if self.open == next {
            if next != Open::Nothing {
                self.out.push(b',');
            }
            return;
        }
        if self.open != Open::Nothing {
            self.out.push(b']');
        }
        match next {
            Open::Nothing => {}
            Open::Links => self.out.extend_from_slice(b",\"link\":["),
            Open::Entries => self.out.extend_from_slice(b",\"entry\":["),
        }
        self.open = next;
    }
}

/// Writes one entry; each member at most once.
pub struct EntryWriter<'o> {
    members: Members<'o>,
    kind: Outgoing,
    release: Release,
    /// Of DSTU2, for the end.
    full_url: Option<String>,
    has_resource: bool,
}

impl EntryWriter<'_> {
    /// `fullUrl`
    pub fn full_url(&mut self, url: &str) {
        if self.release == Release::Dstu2 {
            self.full_url = Some(url.to_owned());
        } else {
            self.members.text("fullUrl", url);
        }
    }

    /// `resource`: `render` appends exactly one JSON object, e.g. by
    /// [`crate::render::with_server_elements`].
    pub fn resource(&mut self, render: impl FnOnce(&mut Vec<u8>)) {
        self.has_resource = true;
        render(self.members.value("resource"));
    }

    /// `resource`, an `OperationOutcome`.
    pub fn outcome(&mut self, outcome: &OperationOutcome) {
        let release = self.release;
        self.resource(|out| outcome.write_json_in(release, out));
    }

    /// `search.mode`
    pub fn search(&mut self, mode: SearchMode) {
        self.members.value("search").extend_from_slice(match mode {
            SearchMode::Match => b"{\"mode\":\"match\"}",
            SearchMode::Outcome => b"{\"mode\":\"outcome\"}",
        });
    }

    /// `request`, in histories.
    pub fn request(&mut self, method: &str, url: &str) {
        let mut request = Members::start(self.members.value("request"));
        request.text("method", method);
        request.text("url", url);
        request.end();
    }

    /// `response`. Before R4 a history has none (bdl-4). DSTU2 has no outcome in it: there it is
    /// the entry's resource, unless there is one; so it comes after [`EntryWriter::resource`].
    pub fn response(&mut self, response: &Response<'_>) {
        let is_early = matches!(self.release, Release::Dstu2 | Release::Stu3);
        if is_early && self.kind == Outgoing::History {
            return;
        }
        let mut members = Members::start(self.members.value("response"));
        members.text("status", response.status);
        members.text_if("location", response.location);
        members.text_if("etag", response.etag);
        members.text_if("lastModified", response.last_modified);
        let is_dstu2 = self.release == Release::Dstu2;
        if let Some(outcome) = response.outcome.filter(|_| !is_dstu2) {
            outcome.write_json_in(self.release, members.value("outcome"));
        }
        members.end();
        if let Some(outcome) = response.outcome.filter(|_| is_dstu2 && !self.has_resource) {
            self.outcome(outcome);
        }
    }

    /// DSTU2 wants a `fullUrl` where there is a resource, and none where there is none (bdl-6).
    /// What has none of its own gets one that is unique in its Bundle, as bdl-7 asks.
    fn end(mut self, position: usize) {
        if self.release == Release::Dstu2 && self.has_resource {
            let unique = || format!("urn:uuid:00000000-0000-4000-8000-{position:012x}");
            let url = self.full_url.take().unwrap_or_else(unique);
            self.members.text("fullUrl", &url);
        }
        self.members.end();
    }
}

/// Members of one object, with the commas between them.
struct Members<'o> {
    out: &'o mut Vec<u8>,
    first: bool,
}

impl<'o> Members<'o> {
    fn start(out: &'o mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, first: true }
    }

    /// Writes the name; the caller appends the value.
    fn value(&mut self, name: &'static str) -> &mut Vec<u8> {
        if !self.first {
            self.out.push(b',');
        }
        self.first = false;
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }

    fn text(&mut self, name: &'static str, text: &str) {
        push_string(self.value(name), text);
    }

    fn text_if(&mut self, name: &'static str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    fn end(self) {
        self.out.push(b'}');
    }
}
