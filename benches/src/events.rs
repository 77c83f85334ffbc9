//! Generated events, and what is done with each one alone.
use crate::counted;
use anyhow::{Result, anyhow};
use bytes::Bytes;
use kiln::generate::{Generator, Plan};
use kiln_fhir::{Limits, OperationOutcome, Parsed, Release};
use kiln_index::Terms;
use kiln_server::intake::{self, Sent};
use kiln_store::NewRecord;

/// Neither that of a bench nor that of the dictionary's training.
const SEED: u64 = 7_001;
const EVENTS: u64 = 2_000;
/// Terms of an event and their text, as intake makes room for them.
const TERMS_USUAL: usize = 64;
const TERM_BYTES_USUAL: usize = 2048;

/// The first events of a year of so many.
pub(crate) fn generated(count: u64) -> Vec<Bytes> {
    Generator::new(Plan::r4(count, SEED)).map(Bytes::from).collect()
}

/// As they are taken from a sender of R4.
pub(crate) fn record(event: &Bytes) -> Result<NewRecord> {
    let record = intake::new_record(event.clone(), Sent::json(Release::R4), &Limits::default());
    record.map(|(record, _)| record).map_err(refused)
}

pub(crate) fn parse() -> Result<usize> {
    let events = generated(EVENTS);
    counted(|| {
        for event in &events {
            std::hint::black_box(received(event)?);
        }
        Ok(events.len())
    })
}

pub(crate) fn extract() -> Result<usize> {
    let events = generated(EVENTS);
    let parsed = events.iter().map(received).collect::<Result<Vec<_>>>()?;
    counted(|| {
        for parsed in &parsed {
            let mut terms = Terms::with_capacity(TERMS_USUAL, TERM_BYTES_USUAL);
            kiln_search::extract(&parsed.event, &mut terms);
            std::hint::black_box(terms);
        }
        Ok(parsed.len())
    })
}

fn received(event: &Bytes) -> Result<Parsed<'_>> {
    kiln_fhir::receive(event, Some(Release::R4), &Limits::default()).map_err(refused)
}

#[expect(clippy::needless_pass_by_value, reason = "it is the shape that `map_err` wants")]
pub(crate) fn refused(outcome: OperationOutcome) -> anyhow::Error {
    anyhow!("{outcome:?}")
}
