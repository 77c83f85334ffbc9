//! `Patient/{id}/$disclosure-accounting`: what was disclosed to whom (45 CFR 164.528).
use super::access_report;
use crate::{
    answer::{Answer, Refusal},
    exchange::Exchange,
};
use kiln_pages::report::Kind;
use std::sync::Arc;

/// Answers it.
pub(crate) async fn disclosure_accounting(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    access_report::told(exchange, Kind::Disclosure).await
}
