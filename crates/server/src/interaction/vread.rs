//! Vread: one version of an event (<https://hl7.org/fhir/R4/http.html#vread>). There is only one.
use super::read;
use crate::{
    answer::{Answer, Refusal},
    exchange::Exchange,
    version::VERSION_ID,
};

/// Answers version 1; every other version is 404.
pub(crate) fn vread(exchange: &Exchange) -> Result<Answer, Refusal> {
    let answer = read::read(exchange)?;
    if exchange.version != VERSION_ID {
        return Err(Refusal::not_found("audit events have one version: 1"));
    }
    Ok(answer)
}
