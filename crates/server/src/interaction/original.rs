//! `$original`: the exact bytes that were received.
use super::read;
use crate::{
    answer::{Answer, Refusal, fhir_json},
    exchange::Exchange,
    version::Version,
};
use hyper::StatusCode;

/// Answers them. They are JSON in the record's own release, for nothing else is taken yet.
pub(crate) fn original(exchange: &Exchange) -> Result<Answer, Refusal> {
    let record = read::find(exchange)?;
    let version = Version::of_record(&record);
    Ok(version.tag(Answer::of(StatusCode::OK, fhir_json(exchange.release), record.body)))
}
