//! `$proof`: a receipt of an event, which proves without this server that it is in the log.
use super::read;
use crate::{
    answer::{Answer, Refusal},
    evidence::{self, KILN_EVIDENCE},
    exchange::Exchange,
    patient_view,
    published::TEXT,
};
use hyper::{StatusCode, header::HeaderValue};
use kiln_store::LogIndex;

/// Answers it, as text, whatever the request accepts.
pub(crate) fn proof(exchange: &Exchange) -> Result<Answer, Refusal> {
    answer(exchange, StatusCode::OK, read::find(exchange)?.log_index)
}

/// The proof of a record.
pub(super) fn answer(
    exchange: &Exchange,
    status: StatusCode,
    at: LogIndex,
) -> Result<Answer, Refusal> {
    let (text, covering) = match patient_view::subject(exchange) {
        Some(_) => evidence::leaf_proof(exchange, at)?,
        None => evidence::proof(exchange, at)?,
    };
    let answer = Answer::of(status, HeaderValue::from_static(TEXT), text);
    Ok(answer.with(KILN_EVIDENCE, covering.header()))
}
