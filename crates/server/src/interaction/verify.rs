//! `$verify`: whether what is stored is what the log's checkpoint says.
//!
//! The record is read from disk again, its leaf is made again, and followed to the root of a
//! checkpoint. It tells what this server finds; a receipt of `$proof` asks nobody to believe it.
use super::read;
use crate::{
    answer::{Answer, Refusal},
    evidence::{Covering, KILN_EVIDENCE},
    exchange::Exchange,
    restriction,
    tasks::{self, Deadline},
    version::record_id,
};
use hyper::StatusCode;
use kiln_evidence::{Leaf, commitment, leaf_hash, verify_inclusion};
use kiln_fhir::IssueType;
use kiln_store::{LogIndex, ReadError, Snapshot};
use serde_json::{Value, json};
use std::sync::Arc;

/// Records that are looked at in one request.
pub(super) const RECORDS_MAX: u64 = 1000;

/// Of an event.
pub(crate) async fn verify_instance(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    looked_at(exchange, |exchange, deadline| {
        let snapshot = exchange.store().snapshot();
        let id = record_id(&exchange.id).ok_or_else(read::unknown)?;
        let at = match snapshot.find(id) {
            Ok(found) => found.ok_or_else(read::unknown)?,
            Err(_) if restriction::is_any(exchange) => return Err(read::unknown()),
            Err(ReadError::Damaged(_) | ReadError::Io(_)) => {
                return unreadable(exchange, &snapshot);
            }
            Err(error @ ReadError::Expired) => return Err(error.into()),
        };
        if !restriction::shows(exchange, &snapshot, at)? {
            return Err(read::unknown());
        }
        let range = Range { from: at.0, to: at.0 + 1 };
        checked(exchange, &snapshot, &range, deadline)
    })
    .await
}

/// Of a stretch of the log, statements among it.
pub(crate) async fn verify_range(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    looked_at(exchange, |exchange, deadline| {
        if restriction::is_any(exchange) {
            return Err(restriction::whole_log());
        }
        let snapshot = exchange.store().snapshot();
        let range = Range::asked(exchange, snapshot.size().0)?;
        checked(exchange, &snapshot, &range, deadline)
    })
    .await
}

/// More than a moment's work is kept off the threads that serve connections.
async fn looked_at(
    exchange: Arc<Exchange>,
    look: fn(&Exchange, &Deadline) -> Result<Answer, Refusal>,
) -> Result<Answer, Refusal> {
    let app = Arc::clone(&exchange.app);
    let timeout = app.settings.search_deadline;
    tasks::blocking(&app.searches, timeout, move |deadline| look(&exchange, deadline)).await
}

/// Positions in the log: from the first to before the last.
struct Range {
    from: u64,
    to: u64,
}

impl Range {
    /// What `from` and `to` say; as much as may be looked at where `to` is not said.
    fn asked(exchange: &Exchange, size: u64) -> Result<Self, Refusal> {
        let (mut from, mut to) = (0, None);
        for (name, value) in exchange.parameters()? {
            let number = value.parse::<u64>().ok().filter(|number| *number <= size);
            let number = number.ok_or_else(|| {
                let says = format!("{NAMES}: positions in the log, which has {size} records");
                Refusal::bad_request(IssueType::Value, says)
            })?;
            match name.as_str() {
                "from" => from = number,
                "to" => to = Some(number),
                _ => return Err(Refusal::bad_request(IssueType::NotSupported, NAMES)),
            }
        }
        let to = to.unwrap_or_else(|| size.min(from.saturating_add(RECORDS_MAX)));
        if from > to || to - from > RECORDS_MAX {
            let says = format!("ask for at most {RECORDS_MAX} records, from before to");
            return Err(Refusal::bad_request(IssueType::TooCostly, says));
        }
        Ok(Self { from, to })
    }
}

const NAMES: &str = "$verify takes from and to";

/// What became of a record.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Verdict {
    /// It is what the checkpoint says.
    Ok,
    /// It is there, and is not.
    Altered,
    /// It cannot be read.
    Missing,
}

impl Verdict {
    fn code(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Altered => "altered",
            Self::Missing => "missing",
        }
    }
}

fn checked(
    exchange: &Exchange,
    snapshot: &Snapshot,
    range: &Range,
    deadline: &Deadline,
) -> Result<Answer, Refusal> {
    let last = LogIndex(range.to.saturating_sub(1));
    let covering = Covering::of(exchange, snapshot, last)?;
    let mut bad = Vec::new();
    for at in (range.from..range.to).map(LogIndex) {
        deadline.check()?;
        let verdict = verdict(snapshot, &covering, at)?;
        if verdict != Verdict::Ok {
            bad.push((at, verdict));
        }
    }
    if !bad.is_empty() {
        tracing::error!(records = bad.len(), first = bad[0].0.0, "$verify found altered records");
    }
    let found = found(range, &covering, &bad, snapshot.size().0);
    Ok(answer(exchange, &covering, &found))
}

/// A record that is not found because it cannot be read has no position.
fn unreadable(exchange: &Exchange, snapshot: &Snapshot) -> Result<Answer, Refusal> {
    tracing::error!("$verify cannot read a record");
    let size = snapshot.size().0;
    let covering = Covering::of(exchange, snapshot, LogIndex(size.saturating_sub(1)))?;
    let found = parameters(&covering, Verdict::Missing);
    Ok(answer(exchange, &covering, &found))
}

fn answer(exchange: &Exchange, covering: &Covering, found: &[Value]) -> Answer {
    let found = json!({ "resourceType": "Parameters", "parameter": found }).to_string();
    Answer::fhir(StatusCode::OK, exchange.form, found.into_bytes())
        .with(KILN_EVIDENCE, covering.header())
}

/// Reads the record from disk.
fn verdict(snapshot: &Snapshot, covering: &Covering, at: LogIndex) -> Result<Verdict, Refusal> {
    let (record, salt, envelope) = match snapshot.evidence_of(at) {
        Ok(evidence) => evidence,
        Err(ReadError::Damaged(_) | ReadError::Io(_)) => return Ok(Verdict::Missing),
        Err(error @ ReadError::Expired) => return Err(error.into()),
    };
    let leaf = Leaf {
        kind: record.envelope.kind as u8,
        received_second: (record.envelope.received.0 / 1000) as u64,
        commitment: commitment(&salt, &envelope, &record.body),
    };
    let leaf = leaf_hash(&leaf.to_bytes());
    let (size, root) = (covering.checkpoint.size, covering.checkpoint.root);
    let proof = covering.inclusion(at)?;
    Ok(match verify_inclusion(at.0, size, &leaf, &proof, &root) {
        Ok(()) => Verdict::Ok,
        Err(_) => Verdict::Altered,
    })
}

/// What a `Parameters` of every release can hold.
fn found(range: &Range, covering: &Covering, bad: &[(LogIndex, Verdict)], size: u64) -> Vec<Value> {
    let worst = bad.iter().map(|(_, verdict)| *verdict).max_by_key(|verdict| *verdict as u8);
    let mut found = parameters(covering, worst.unwrap_or(Verdict::Ok));
    found.push(json!({ "name": "from", "valueDecimal": range.from }));
    found.push(json!({ "name": "to", "valueDecimal": range.to }));
    let bad = bad.iter();
    found.extend(bad.map(|(at, verdict)| json!({ "name": verdict.code(), "valueDecimal": at.0 })));
    if range.to < size && range.to - range.from > 1 {
        found.push(json!({ "name": "next", "valueDecimal": range.to }));
    }
    found
}

fn parameters(covering: &Covering, verdict: Verdict) -> Vec<Value> {
    vec![
        json!({ "name": "verdict", "valueCode": verdict.code() }),
        json!({ "name": "evidence", "valueString": covering.says() }),
        json!({ "name": "size", "valueDecimal": covering.checkpoint.size.0 }),
        json!({ "name": "checkpoint", "valueString": covering.note.to_string() }),
    ]
}
