//! Vread: one version of an event (<https://hl7.org/fhir/R4/http.html#vread>). There is only one.
use super::read;
use crate::{
    answer::{Answer, Refusal},
    exchange::Exchange,
    version::VERSION_ID,
};
use std::sync::Arc;

/// Answers version 1; every other version is 404.
pub(crate) async fn vread(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    let is_there = exchange.version == VERSION_ID;
    the_one(read::read(exchange).await?, is_there)
}

/// Answers it, on the thread that asks.
pub(super) fn run(exchange: &Exchange) -> Result<Answer, Refusal> {
    the_one(read::run(exchange)?, exchange.version == VERSION_ID)
}

fn the_one(answer: Answer, is_there: bool) -> Result<Answer, Refusal> {
    if is_there {
        return Ok(answer);
    }
    Err(Refusal::not_found("audit events have one version: 1"))
}
