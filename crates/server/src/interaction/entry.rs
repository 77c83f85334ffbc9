//! Entries of the Bundles that go out.
use crate::version::{ETAG, Version};
use kiln_fhir::bundle::{EntryWriter, Response, SearchMode};
use kiln_store::Record;

/// A match of a search (<https://hl7.org/fhir/R4/search.html#entries>).
pub(super) fn of_search(entry: &mut EntryWriter<'_>, base: &str, record: &Record) {
    let version = Version::of_record(record);
    entry.full_url(&[base, "/AuditEvent/", &version.id].concat());
    entry.resource(|out| version.render(&record.body, out));
    entry.search(SearchMode::Match);
}

/// A version in a history (<https://hl7.org/fhir/R4/http.html#history>). Ids are given by the
/// server, so every version came by POST.
pub(super) fn of_history(entry: &mut EntryWriter<'_>, base: &str, record: &Record) {
    let version = Version::of_record(record);
    entry.full_url(&[base, "/AuditEvent/", &version.id].concat());
    entry.resource(|out| version.render(&record.body, out));
    entry.request("POST", "AuditEvent");
    entry.response(&Response {
        status: "201",
        etag: Some(ETAG),
        last_modified: Some(&version.last_updated),
        ..Response::default()
    });
}
