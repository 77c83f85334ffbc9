//! What became of requests whose outcome nobody wrote down: asked of the upstream, or said to be
//! unknown.
use crate::{
    entry::{Ending, Entry, Intent},
    gateway::Gateway,
    ledger::{Abandoned, Leave, Outcome},
    seams::{Log, Time, Upstream},
    tell::{Before, Told},
};
use kiln_store::{LogIndex, Millis, ReadError, RecordId};
use kiln_trail::{Outcome as How, rest};
use std::{collections::HashMap, sync::Arc};

mod ask;

/// What the log has of earlier runs.
pub trait History {
    /// The position before which every intent is settled, by the newest outcome that says one.
    ///
    /// # Errors
    /// The log cannot be read.
    fn newest_outcome(&self) -> Result<Option<u64>, ReadError>;

    /// Gives the gateway's entries from this position on, oldest first, until `each` says `false`.
    ///
    /// # Errors
    /// The log cannot be read.
    fn entries(&self, from: LogIndex, each: &mut dyn FnMut(Found) -> bool)
    -> Result<(), ReadError>;
}

/// An entry of the log.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its record's id.
    pub id: RecordId,
    /// Where it stands.
    pub at: LogIndex,
    /// What it says.
    pub entry: Entry,
}

/// The intents of earlier runs that have no outcome, oldest first.
///
/// # Errors
/// The log cannot be read.
pub fn find(history: &impl History) -> Result<Vec<Abandoned>, ReadError> {
    let from = LogIndex(history.newest_outcome()?.unwrap_or_default());
    let mut open: HashMap<uuid::Uuid, Abandoned> = HashMap::new();
    history.entries(from, &mut |found| {
        let Found { id, at: from, entry } = found;
        match entry {
            Entry::Intent(intent) => {
                let intent = Arc::from(intent);
                open.insert(id.0, Abandoned { id, intent, from, streamed: None });
            }
            Entry::Stream { intent, status } => {
                if let Some(known) = open.get_mut(&intent) {
                    known.streamed = Some(status);
                }
            }
            Entry::Outcome { intent, .. } => drop(open.remove(&intent)),
        }
        true
    })?;
    let mut open: Vec<Abandoned> = open.into_values().collect();
    open.sort_unstable_by_key(|found| found.from);
    Ok(open)
}

/// What was found out.
struct Verdict {
    ending: Ending,
    how: How,
    says: &'static str,
    happened: rest::Happened,
}

impl<U: Upstream, L: Log, T: Time> Gateway<U, L, T> {
    /// Tries again what the log did not take, and settles what was abandoned so long ago that the
    /// upstream is no more at it: asked too early, it would say that nothing was done.
    pub async fn settle(&self) {
        if !self.ledger.catch_up().await {
            return;
        }
        let timeout = i64::try_from(self.settings.answer_timeout.as_millis()).unwrap_or(i64::MAX);
        let until = self.time.now().0.saturating_sub(timeout);
        for (found, leave) in self.ledger.abandoned(|found| written(found.id).0 <= until) {
            self.settle_one(&found, leave).await;
        }
    }

    async fn settle_one(&self, found: &Abandoned, leave: Leave) {
        let intent = &found.intent;
        let asked = rest::Asked::read(&intent.head.to_rest(), &self.settings.rest);
        let outcome = match asked {
            Ok(asked) => self.outcome(found, &asked, &leave).await,
            Err(_refused) => {
                tracing::error!("an intent of another build cannot be read: nothing is told of it");
                Outcome { ending: Ending::Unknown, status: None, events: Vec::new() }
            }
        };
        self.meters.settled(outcome.ending);
        match self.ledger.conclude(leave, outcome, ()).await {
            Ok(done) => {
                done.into_inner();
                tracing::info!("a request that had no outcome has one");
            }
            Err(error) => tracing::error!(%error, "an outcome waits for the log"),
        }
    }

    async fn outcome(&self, found: &Abandoned, asked: &rest::Asked, leave: &Leave) -> Outcome {
        let verdict = self.verdict(found, asked, leave).await;
        let sent = sent(&found.intent, &self.settings.rest);
        let correlation = found.id.0.to_string();
        let events = self.teller.events(&Told {
            intent: &found.intent,
            asked,
            sent: &sent,
            happened: &verdict.happened,
            before: &Before::default(),
            status: None,
            outcome: Some(verdict.how),
            says: Some(verdict.says),
            at: self.time.now(),
            correlation: &correlation,
            origin: &self.ledger.log().origin(),
            base: self.settings.base_url.as_deref(),
        });
        Outcome { ending: verdict.ending, status: None, events }
    }
}

/// When an intent was written: the time inside its id (RFC 9562 §5.7).
fn written(id: RecordId) -> Millis {
    Millis((id.0.as_u128() >> 80) as i64)
}

/// What came with the request, as far as it was written down.
fn sent(intent: &Intent, limits: &rest::Limits) -> rest::Sent {
    if intent.entries.is_empty() {
        return rest::Sent::Nothing;
    }
    let kind =
        if intent.is_transaction { rest::BundleKind::Transaction } else { rest::BundleKind::Batch };
    let entries = intent.entries.iter().filter_map(|part| {
        let asked = rest::Asked::read(&part.head.to_rest(), limits).ok()?;
        Some(rest::Entry { asked, full_url: None, resource: None })
    });
    rest::Sent::Bundle(rest::Bundle { kind, entries: entries.collect() })
}
