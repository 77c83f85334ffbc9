//! Anchors: the log states what witnesses have cosigned, so that what follows is younger than that.
use super::Witnessed;
use kiln_store::{LogIndex, Outcome, Statement, Store};
use sha2::{Digest, Sha256};
use std::{fmt::Write as _, time::Duration};
use tokio::time::{self, Instant};

pub(super) struct Anchors {
    interval: Duration,
    next: Instant,
    /// Where the last one stands. A checkpoint that ends with it is no news.
    last: Option<LogIndex>,
}

impl Anchors {
    pub(super) fn new(interval: Duration) -> Self {
        Self { interval, next: Instant::now() + interval, last: None }
    }

    /// States the checkpoint, if it is time, and something has happened since the last one.
    pub(super) async fn state(&mut self, store: &Store, newest: &Witnessed, timeout: Duration) {
        let is_news = self.last.is_none_or(|last| newest.checkpoint.size.0 > last.0 + 1);
        if Instant::now() < self.next || !is_news {
            return;
        }
        self.next = Instant::now() + self.interval;
        let statement = Statement::Anchor {
            checkpoint: hex(&Sha256::digest(&newest.note.text)),
            note: newest.note.to_string(),
        };
        match stated(store, statement, timeout).await {
            Ok(at) => self.last = Some(at),
            Err(error) => {
                tracing::warn!(error, "the witnessed checkpoint is not stated in the log");
            }
        }
    }
}

async fn stated(
    store: &Store,
    statement: Statement,
    timeout: Duration,
) -> Result<LogIndex, String> {
    let waiter = store.state(statement).map_err(|error| error.to_string())?;
    let told = time::timeout(timeout, waiter).await.map_err(|_late| "the disk does not answer")?;
    let appended =
        told.map_err(|_gone| "the log has stopped")?.map_err(|error| error.to_string())?;
    match appended.outcomes.first() {
        Some(Outcome::Created(stored)) => Ok(stored.log_index),
        _ => Err("the store did not say where it is".to_owned()),
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        write!(text, "{byte:02x}").expect("a string takes what is written");
    }
    text
}
