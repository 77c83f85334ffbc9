use super::{Ledger, Outcome};
use crate::{
    Meters,
    entry::{Ending, Intent},
    seams::{Log, NotKept},
};
use kiln_fhir::Release;
use kiln_store::{AppendError, LogIndex, Millis, NewRecord, RecordId, RecordKind, Stored};
use kiln_trail::Event;
use std::sync::{Arc, Mutex};

/// A log whose units hold so many records, as the store's do, and that can be full.
#[derive(Clone, Default)]
struct Units(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    is_full: bool,
    units: Vec<Vec<RecordKind>>,
}

const UNIT_MAX: usize = 16;

impl Log for Units {
    async fn append(&self, records: Vec<NewRecord>) -> Result<Vec<Stored>, NotKept> {
        let mut state = self.0.lock().unwrap();
        if records.len() > UNIT_MAX {
            return Err(AppendError::TooLarge.into());
        }
        if state.is_full {
            return Err(AppendError::Full.into());
        }
        let log_index = LogIndex(state.units.len() as u64);
        let id = RecordId(uuid::Uuid::from_u128(u128::from(log_index.0)));
        let stored = vec![Stored { id, log_index, received: Millis(0) }; records.len()];
        state.units.push(records.into_iter().map(|record| record.kind).collect());
        Ok(stored)
    }

    fn size(&self) -> LogIndex {
        LogIndex(self.0.lock().unwrap().units.len() as u64)
    }

    fn origin(&self) -> String {
        "log.example".to_owned()
    }
}

impl Units {
    fn count(&self, kind: RecordKind) -> usize {
        self.0.lock().unwrap().units.iter().flatten().filter(|it| **it == kind).count()
    }

    fn is_full(&self, is_full: bool) {
        self.0.lock().unwrap().is_full = is_full;
    }
}

fn ledger(log: &Units) -> Ledger<Units> {
    Ledger::new(log.clone(), 8, Meters::default())
}

fn outcome(events: usize) -> Outcome {
    let json = br#"{"resourceType":"AuditEvent","type":{"code":"rest"},
        "recorded":"2026-01-01T00:00:00Z","agent":[{"requestor":true}],
        "source":{"observer":{"display":"kiln"}}}"#;
    let event = Event { release: Release::R4, json: json.to_vec(), version_id: None };
    let events = vec![event; events];
    Outcome { ending: Ending::Answered, status: Some(200), events }
}

#[tokio::test]
async fn an_outcome_with_more_events_than_a_unit_takes_is_written_behind_them() {
    let log = Units::default();
    let ledger = ledger(&log);
    let leave = ledger.intend(&Arc::new(Intent::default())).await.unwrap();
    let told = ledger.conclude(leave, outcome(3 * UNIT_MAX + 1), "answer").await;
    assert_eq!(told.unwrap().into_inner(), "answer");
    assert_eq!(log.count(RecordKind::TrailEvent), 3 * UNIT_MAX + 1);
    assert_eq!(log.count(RecordKind::Intent), 2);
    let last = log.0.lock().unwrap().units.last().cloned().unwrap();
    assert!(last.contains(&RecordKind::Intent), "no outcome is there without its events");
    assert_eq!(ledger.open(), 0);
}

#[tokio::test]
async fn a_list_with_more_events_than_a_unit_takes_is_written_in_several() {
    let log = Units::default();
    let events = outcome(2 * UNIT_MAX + 1).events;
    ledger(&log).tell(&events, ()).await.unwrap().into_inner();
    assert_eq!(log.count(RecordKind::TrailEvent), 2 * UNIT_MAX + 1);
}

#[tokio::test]
async fn an_outcome_that_the_log_never_takes_keeps_none_back() {
    let log = Units::default();
    let ledger = ledger(&log);
    let mut never = outcome(1);
    never.events[0].json = b"{}".to_vec();
    let leaves = [(); 2].map(|()| Arc::new(Intent::default()));
    let first = ledger.intend(&leaves[0]).await.unwrap();
    let second = ledger.intend(&leaves[1]).await.unwrap();
    assert!(ledger.conclude(first, never, ()).await.is_err());
    log.is_full(true);
    assert!(ledger.conclude(second, outcome(1), ()).await.is_err());
    assert!(!ledger.catch_up().await, "it takes none");
    log.is_full(false);
    assert!(ledger.catch_up().await);
    assert_eq!((log.count(RecordKind::TrailEvent), ledger.open()), (1, 1));
}
