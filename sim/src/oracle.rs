//! What must be in the store: a list of records, and nothing clever.

use crate::workload::{Sent, SentRecord};
use kiln_index::{DocumentView, LogIndex, Millis, Order, Page, Position, Query};
use kiln_store::{Condition, Envelope, IdempotencyKey, Outcome, Record, RecordKind, Stored};
use std::{collections::BTreeMap, sync::Arc};

/// What stands at a position of the log.
#[derive(Clone, Debug)]
pub(crate) enum Entry {
    /// A record that was sent.
    Record(Box<Kept>),
    /// What the log states of itself.
    Statement,
}

/// A record that is in the log.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) sent: SentRecord,
    pub(crate) principal: Arc<str>,
    pub(crate) key: Option<IdempotencyKey>,
    pub(crate) entry: u32,
    /// What the sender was told, or what recovery showed.
    pub(crate) stored: Stored,
}

/// What the model says of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// One for each record.
    Outcomes(Vec<Expected>),
    /// The key is known and so are the bytes: the first answer again.
    Replayed(Vec<Outcome>),
    /// The key is known with other bytes.
    KeyReused,
}

/// What the model says of a record.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    Created,
    Exists(LogIndex),
    Ambiguous,
    RolledBack,
}

impl Known {
    /// When its last record was received; nothing is remembered of a unit without records.
    fn received(&self) -> Option<Millis> {
        let created = self.outcomes.iter().filter_map(|outcome| match outcome {
            Outcome::Created(stored) => Some(stored.received),
            _ => None,
        });
        created.max()
    }
}

/// The log as it must be.
#[derive(Debug, Default)]
pub(crate) struct Oracle {
    pub(crate) log: Vec<Entry>,
    /// Units that were stored with a key, by principal and key.
    keys: BTreeMap<(Arc<str>, String), Known>,
}

/// A unit that was stored with a key.
#[derive(Debug)]
struct Known {
    body_sha256: [u8; 32],
    outcomes: Vec<Outcome>,
}

impl Oracle {
    /// What must become of a unit that is appended now.
    ///
    /// Keys of units that were received before `keys_since` are forgotten.
    pub(crate) fn judge(&self, sent: &Sent, keys_since: Millis) -> Verdict {
        if let Some(key) = &sent.key
            && let Some(known) = self.keys.get(&(Arc::clone(&sent.principal), key.key.clone()))
            && known.received() >= Some(keys_since)
        {
            return if known.body_sha256 == key.body_sha256 {
                Verdict::Replayed(known.outcomes.clone())
            } else {
                Verdict::KeyReused
            };
        }
        let outcomes: Vec<Expected> = sent.records.iter().map(|r| self.judge_record(r)).collect();
        let rolled_back =
            sent.condition == Condition::Atomic && outcomes.contains(&Expected::Ambiguous);
        let roll_back = |outcome| match outcome {
            Expected::Created if rolled_back => Expected::RolledBack,
            outcome => outcome,
        };
        Verdict::Outcomes(outcomes.into_iter().map(roll_back).collect())
    }

    fn judge_record(&self, record: &SentRecord) -> Expected {
        let Some(query) = &record.if_none_exist else { return Expected::Created };
        match self.matching(query)[..] {
            [] => Expected::Created,
            [only] => Expected::Exists(only.log_index),
            _ => Expected::Ambiguous,
        }
    }

    /// Takes in what a unit has left in the log.
    pub(crate) fn keep(&mut self, sent: &Sent, outcomes: &[Outcome]) {
        for (entry, (record, outcome)) in sent.records.iter().zip(outcomes).enumerate() {
            if let Outcome::Created(stored) = outcome {
                self.log.push(Entry::Record(Box::new(Kept {
                    sent: record.clone(),
                    principal: Arc::clone(&sent.principal),
                    key: sent.key.clone(),
                    entry: entry as u32,
                    stored: *stored,
                })));
            }
        }
        if let Some(key) = &sent.key {
            let name = (Arc::clone(&sent.principal), key.key.clone());
            let outcomes = outcomes.to_vec();
            self.keys.insert(name, Known { body_sha256: key.body_sha256, outcomes });
        }
    }

    /// What was sent, in log order.
    pub(crate) fn records(&self) -> impl DoubleEndedIterator<Item = &Kept> {
        self.log.iter().filter_map(Entry::record)
    }

    /// What the sender of the record at this position was told.
    pub(crate) fn stored(&self, at: LogIndex) -> Stored {
        let kept = self.log[at.0 as usize].record();
        kept.expect("a condition finds what was sent").stored
    }

    /// The hits among all records that a search shows, in log order.
    pub(crate) fn matching(&self, query: &Query) -> Vec<Position> {
        self.hits(query, |kind| !kind.is_hidden())
    }

    /// The hits among the records of this kind, in log order.
    pub(crate) fn matching_hidden(&self, of: RecordKind, query: &Query) -> Vec<Position> {
        self.hits(query, |kind| kind == of)
    }

    fn hits(&self, query: &Query, is_of: impl Fn(RecordKind) -> bool) -> Vec<Position> {
        let hits = self.records().filter(|kept| is_of(kept.sent.kind));
        hits.filter(|kept| query.matches(&kept.view())).map(Kept::position).collect()
    }

    /// What the page must hold.
    pub(crate) fn page(&self, page: &Page<'_>) -> Vec<Position> {
        let mut hits = self.matching(page.query);
        hits.retain(|hit| hit.log_index < page.size);
        sort(&mut hits, page.order);
        if let Some(after) = page.after {
            let mut with_after = hits.clone();
            with_after.push(after);
            sort(&mut with_after, page.order);
            let passed = with_after.iter().rposition(|hit| *hit == after).map_or(0, |at| at + 1);
            hits = with_after.split_off(passed);
        }
        hits.truncate(page.limit);
        hits
    }
}

fn sort(hits: &mut [Position], order: Order) {
    match order {
        Order::RecordedNewest => hits.sort_unstable_by(|a, b| b.cmp(a)),
        Order::RecordedOldest => hits.sort_unstable(),
        Order::LogNewest => hits.sort_unstable_by_key(|hit| std::cmp::Reverse(hit.log_index)),
        Order::LogOldest => hits.sort_unstable_by_key(|hit| hit.log_index),
    }
}

impl Entry {
    pub(crate) fn record(&self) -> Option<&Kept> {
        match self {
            Self::Record(kept) => Some(kept),
            Self::Statement => None,
        }
    }

    /// Stops the run when the store gives back anything else.
    pub(crate) fn check(&self, record: &Record) {
        match self {
            Self::Record(kept) => kept.check(record),
            Self::Statement => assert_eq!(record.envelope.kind, RecordKind::Statement),
        }
    }
}

impl Kept {
    pub(crate) fn view(&self) -> DocumentView<'_> {
        DocumentView {
            log_index: self.stored.log_index,
            recorded: self.recorded(),
            received: self.stored.received,
            terms: &self.sent.terms,
        }
    }

    pub(crate) fn position(&self) -> Position {
        Position { recorded: self.recorded(), log_index: self.stored.log_index }
    }

    /// What is hidden was recorded when it was received.
    fn recorded(&self) -> Millis {
        if self.sent.kind.is_hidden() { self.stored.received } else { self.sent.recorded }
    }

    /// Where its id leads.
    pub(crate) fn address(&self) -> Option<LogIndex> {
        (!self.sent.kind.is_hidden()).then_some(self.stored.log_index)
    }

    /// Stops the run when the store gives back anything else.
    pub(crate) fn check(&self, record: &Record) {
        let expected = Envelope {
            id: self.stored.id,
            kind: self.sent.kind,
            release: self.sent.release,
            media_type: self.sent.media_type,
            received: self.stored.received,
            principal: self.principal.as_ref().to_owned(),
            key: self.key.clone(),
            entry: self.entry,
        };
        assert_eq!(record.log_index, self.stored.log_index, "position");
        assert_eq!(record.envelope, expected, "envelope of {:?}", self.stored.log_index);
        assert!(record.body == self.sent.body, "bytes of {:?}", self.stored.log_index);
    }
}

/// The time inside a `UUIDv7` (RFC 9562 §5.7).
pub(crate) fn time_inside(stored: &Stored) -> Millis {
    Millis((stored.id.0.as_u128() >> 80) as i64)
}
