//! History of one event: its one version (<https://hl7.org/fhir/R4/http.html#history>).
use super::{entry, read};
use crate::{
    answer::{Answer, Refusal},
    exchange::Exchange,
    version::Version,
};
use hyper::StatusCode;
use kiln_fhir::bundle::{Outgoing, Writer};

/// Answers it.
pub(crate) fn history(exchange: &Exchange) -> Result<Answer, Refusal> {
    let record = read::find(exchange)?;
    let version = Version::of_record(&record);
    let base = &exchange.base;
    let mut out = Vec::with_capacity(record.body.len() + 1024);
    let mut bundle = Writer::new(&mut out, Outgoing::History);
    bundle.total(1);
    bundle.link("self", &[base, "/AuditEvent/", &version.id, "/_history"].concat());
    bundle.entry(|entry| entry::of_history(entry, base, &record));
    bundle.finish();
    Ok(version.tag(Answer::fhir(StatusCode::OK, exchange.release, out)))
}
