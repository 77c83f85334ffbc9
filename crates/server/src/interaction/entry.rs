//! Entries of the Bundles that go out.
use crate::{answer::Refusal, exchange::Exchange, rendition::Kept, version::Version};
use kiln_fhir::bundle::{EntryWriter, Response, SearchMode, Writer};
use kiln_store::Record;

/// A match of a search (<https://hl7.org/fhir/R4/search.html#entries>).
pub(super) fn of_search(
    bundle: &mut Writer<'_>,
    exchange: &Exchange,
    record: &Record,
) -> Result<(), Refusal> {
    with_event(bundle, exchange, record, |entry, _| entry.search(SearchMode::Match))
}

/// A version in a history (<https://hl7.org/fhir/R4/http.html#history>). Ids are given by the
/// server, so every version came by POST.
pub(super) fn of_history(
    bundle: &mut Writer<'_>,
    exchange: &Exchange,
    record: &Record,
) -> Result<(), Refusal> {
    with_event(bundle, exchange, record, |entry, version| {
        entry.request("POST", "AuditEvent");
        entry.response(&Response {
            status: "201",
            etag: Some(&version.etag()),
            last_modified: Some(&version.last_updated),
            ..Response::default()
        });
    })
}

fn with_event(
    bundle: &mut Writer<'_>,
    exchange: &Exchange,
    record: &Record,
    end: impl FnOnce(&mut EntryWriter<'_>, &Version),
) -> Result<(), Refusal> {
    let version = Version::of_record(record);
    let event = Kept::of(record)?.json_in(exchange.form.release)?;
    bundle.entry(|entry| {
        entry.full_url(&[&exchange.base, "/AuditEvent/", &version.id].concat());
        entry.resource(|out| version.render(&event, out));
        end(entry, &version);
    });
    Ok(())
}
