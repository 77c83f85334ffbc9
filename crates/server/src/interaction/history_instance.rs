//! History of one event: its one version (<https://hl7.org/fhir/R4/http.html#history>).
use super::{entry, read};
use crate::{
    answer::{Answer, Refusal},
    exchange::Exchange,
    version::Version,
};
use hyper::StatusCode;
use kiln_fhir::bundle::{Outgoing, Writer};
use kiln_store::Record;
use std::sync::Arc;

/// Answers it.
pub(crate) async fn history(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    let record = read::find(&exchange)?;
    read::written(exchange, record, answer).await
}

/// Answers it, on the thread that asks.
pub(super) fn run(exchange: &Exchange) -> Result<Answer, Refusal> {
    answer(exchange, &read::find(exchange)?)
}

fn answer(exchange: &Exchange, record: &Record) -> Result<Answer, Refusal> {
    let version = Version::of_record(record);
    let mut out = Vec::with_capacity(record.body.len() + 1024);
    let mut bundle = Writer::of(exchange.form.release, &mut out, Outgoing::History);
    bundle.total(1);
    bundle.link("self", &[&exchange.base, "/AuditEvent/", &version.id, "/_history"].concat());
    entry::of_history(&mut bundle, exchange, record)?;
    bundle.finish();
    Ok(version.tag(Answer::fhir(StatusCode::OK, exchange.form, out)))
}
