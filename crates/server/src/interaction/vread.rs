//! Vread: one version of an event (<https://hl7.org/fhir/R4/http.html#vread>). There is only one.
use super::read;
use crate::{
    answer::{Answer, Refusal},
    exchange::Exchange,
};
use hyper::header;
use std::sync::Arc;

/// Answers its one version; every other version is 404.
pub(crate) async fn vread(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    let version = exchange.version.clone();
    the_one(read::read(exchange).await?, &version)
}

/// Answers it, on the thread that asks.
pub(super) fn run(exchange: &Exchange) -> Result<Answer, Refusal> {
    the_one(read::run(exchange)?, &exchange.version)
}

fn the_one(answer: Answer, version: &str) -> Result<Answer, Refusal> {
    let tag = ["W/\"", version, "\""].concat();
    if answer.headers.get(header::ETAG).is_some_and(|is| *is == *tag) {
        return Ok(answer);
    }
    Err(Refusal::not_found("audit events have one version, which a read names"))
}
