//! What a search line finds, of what its reader may see.
use super::{frame::Frame, view::View};
use crate::{
    answer::Refusal, exchange::Exchange, patient_view, query_string, restriction,
    version::record_id,
};
use kiln_fhir::Instant;
use kiln_index::Query;
use kiln_pages::phrase::{self, Understood};
use kiln_search::{Handling, Names, Search};
use kiln_store::{LogIndex, Millis, Snapshot};
use std::sync::Arc;

/// A search line, understood and made a query.
pub(super) struct Sought {
    pub(super) understood: Understood,
    pub(super) search: Search,
    /// With the restriction of whoever asks: nothing else is ever counted, found or read.
    pub(super) query: Query,
    /// What could not be searched.
    pub(super) warnings: Vec<String>,
    pub(super) snapshot: Arc<Snapshot>,
}

impl Sought {
    /// What the view asks for. What it asks stands in the audit of the audit, in clear.
    ///
    /// # Errors
    /// 400 for what no search may be asked, 403 for other patients in a patient's view.
    pub(super) fn of(frame: &Frame<'_>, view: &View) -> Result<Self, Refusal> {
        let exchange = frame.exchange;
        let understood = phrase::read(&view.line, frame.reader.now, &frame.reader.zone);
        exchange.looks.asked(told(&understood, None));
        let snapshot = exchange.store().snapshot();
        let search = searched(exchange, &snapshot, &understood.parameters, Handling::Lenient)?;
        let query = restriction::within(exchange, &snapshot, search.query.clone())?;
        let warnings = search.warnings.iter().map(|issue| issue.diagnostics.clone()).collect();
        Ok(Self { understood, search, query, warnings, snapshot })
    }

    /// Of what it finds, that alone which came when the log had so many records already, and what
    /// was received in the same millisecond. Only the newest index files are looked at for it.
    ///
    /// # Errors
    /// What is stored cannot be read.
    pub(super) fn since(self, exchange: &Exchange, since: u64) -> Result<Self, Refusal> {
        if since >= self.snapshot.size().0 {
            return Ok(Self { query: Query::Nothing, ..self });
        }
        let from = self.snapshot.read(LogIndex(since))?.envelope.received;
        let bound = format!("ge{}", Instant { millis: from.0 }.to_text());
        exchange.looks.asked(told(&self.understood, Some(("_lastUpdated", &bound))));
        let received = Query::Received(from..Millis(i64::MAX));
        Ok(Self { query: Query::And(vec![self.query, received]), ..self })
    }
}

/// Parameters of pages, compiled as far as whoever asks may search by them.
pub(super) fn searched(
    exchange: &Exchange,
    snapshot: &Snapshot,
    parameters: &[(String, String)],
    handling: Handling,
) -> Result<Search, Refusal> {
    let narrowed = patient_view::narrowed(exchange, parameters, handling)?;
    let find = |id: &str| snapshot.find(record_id(id)?).ok().flatten();
    let settings = &exchange.app.settings.search;
    let mut search = kiln_search::parse(Names::Page, &narrowed.pairs, handling, settings, &find)?;
    search.warnings.extend(narrowed.warning);
    Ok(search)
}

/// What was asked, as a query of a URL has it.
fn told(understood: &Understood, besides: Option<(&str, &str)>) -> String {
    let pairs = understood.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let mut text = String::new();
    query_string::append(&mut text, &pairs.chain(besides).collect::<Vec<_>>());
    text
}
