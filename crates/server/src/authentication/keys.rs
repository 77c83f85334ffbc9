//! An issuer's keys: fetched when they are needed, believed for a while, fetched by one at a time.
use super::{
    denied::Denied,
    settings::{KeySource, KeyTimes},
};
use crate::outgoing::Outgoing;
use arc_swap::ArcSwapOption;
use bytes::Bytes;
use hyper::StatusCode;
use kiln_identity::{KeySet, VerifiedTokens};
use kiln_store::{Millis, disk::Disk};
use std::{
    io,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

/// Tokens of one issuer that are remembered to be good.
const TOKENS_MAX: usize = 10_000;

/// After a try that failed, the next one comes no sooner than this.
const RETRY_MS: i64 = 5_000;

/// The keys of one issuer.
pub(super) struct Keys {
    source: KeySource,
    times: KeyTimes,
    outgoing: Option<Outgoing>,
    disk: Arc<dyn Disk>,
    held: ArcSwapOption<Held>,
    /// When they were last asked for; held while they are.
    asked: tokio::sync::Mutex<Option<Millis>>,
}

/// Keys as they were at some time.
pub(super) struct Held {
    pub(super) set: KeySet,
    /// What was checked with them: gone when they change.
    pub(super) verified: Arc<Mutex<VerifiedTokens>>,
    text: Bytes,
    fetched: Millis,
}

impl Keys {
    /// None are known yet.
    ///
    /// # Errors
    /// `InvalidInput` for a URL that is none.
    pub(super) fn new(
        source: KeySource,
        times: KeyTimes,
        timeout: Duration,
        disk: Arc<dyn Disk>,
    ) -> io::Result<Self> {
        let outgoing = match &source {
            KeySource::Url(url) => Some(Outgoing::to([&**url], timeout, KeySet::LEN_MAX)?),
            KeySource::File(_) => None,
        };
        let held = ArcSwapOption::empty();
        Ok(Self { source, times, outgoing, disk, held, asked: tokio::sync::Mutex::default() })
    }

    /// The keys, where they are fresh: nothing has to be waited for.
    pub(super) fn fresh(&self, now: Millis) -> Option<Arc<Held>> {
        self.held.load_full().filter(|held| held.is_younger(self.times.fresh, now))
    }

    /// The keys, fetched if they are not fresh.
    ///
    /// # Errors
    /// They cannot be had, and what is known of them is too old.
    pub(super) async fn get(&self, now: Millis) -> Result<Arc<Held>, Denied> {
        if let Some(held) = self.fresh(now) {
            return Ok(held);
        }
        if self.believed(now).is_some() {
            // One fetches them; nobody else waits while the last ones are believed.
            if let Ok(mut asked) = self.asked.try_lock() {
                self.fetch_after(&mut asked, RETRY_MS, now).await;
            }
        } else {
            let mut asked = self.asked.lock().await;
            if self.believed(now).is_none() {
                self.fetch_after(&mut asked, RETRY_MS, now).await;
            }
        }
        self.believed(now).ok_or(Denied::Unavailable)
    }

    /// Keys that are newer than these, which lack one that a token names; `None` where there are
    /// none, or where it was asked a short while ago.
    pub(super) async fn newer(&self, than: &Arc<Held>, now: Millis) -> Option<Arc<Held>> {
        let mut asked = self.asked.lock().await;
        let is_newer = |held: &Arc<Held>| !Arc::ptr_eq(held, than);
        if let Some(held) = self.believed(now).filter(is_newer) {
            return Some(held);
        }
        let cool_down = self.times.cool_down.max(KeyTimes::COOL_DOWN_MIN);
        self.fetch_after(&mut asked, cool_down.as_millis() as i64, now).await;
        self.believed(now).filter(is_newer)
    }

    fn believed(&self, now: Millis) -> Option<Arc<Held>> {
        self.held.load_full().filter(|held| held.is_younger(self.times.stale, now))
    }

    /// Fetches them, unless that was tried less than `pause` milliseconds ago.
    async fn fetch_after(&self, asked: &mut Option<Millis>, pause: i64, now: Millis) {
        if asked.is_some_and(|asked| passed(asked, now) < pause) {
            return;
        }
        *asked = Some(now);
        let fetched = match &self.source {
            KeySource::Url(url) => self.ask(url).await,
            KeySource::File(path) => self.read(path),
        };
        let taken = fetched.and_then(|text| self.take(text, now));
        if let Err(error) = taken {
            tracing::warn!(error, "the keys of an issuer cannot be had");
        }
    }

    async fn ask(&self, url: &str) -> Result<Bytes, String> {
        let outgoing = self.outgoing.as_ref().ok_or("there is no client")?;
        let reply = outgoing.get(url).await.map_err(|error| error.to_string())?;
        if reply.status != StatusCode::OK {
            return Err(format!("the issuer answers {}", reply.status));
        }
        Ok(reply.body)
    }

    fn read(&self, path: &Path) -> Result<Bytes, String> {
        let bytes = || -> io::Result<Bytes> {
            let file = self.disk.open_to_read(path)?;
            let len = file.len()?.min(KeySet::LEN_MAX as u64 + 1);
            let mut text = vec![0; len as usize];
            file.read_exact_at(&mut text, 0)?;
            Ok(text.into())
        };
        bytes().map_err(|error| error.to_string())
    }

    fn take(&self, text: Bytes, now: Millis) -> Result<(), String> {
        let set = KeySet::parse(&text).map_err(|error| error.to_string())?;
        if set.left_out() > 0 || set.is_empty() {
            let (keys, left_out) = (set.len(), set.left_out());
            tracing::warn!(keys, left_out, "some keys of an issuer are of no use here");
        }
        let before = self.held.load_full().filter(|held| held.text == text);
        let verified = before.map_or_else(
            || Arc::new(Mutex::new(VerifiedTokens::with_room(TOKENS_MAX))),
            |held| Arc::clone(&held.verified),
        );
        self.held.store(Some(Arc::new(Held { set, verified, text, fetched: now })));
        Ok(())
    }
}

impl Held {
    fn is_younger(&self, than: Duration, now: Millis) -> bool {
        passed(self.fetched, now) < than.as_millis() as i64
    }
}

/// Milliseconds since then. Requests look at the clock at their own beginning, so one may be a
/// little before another; but where the clock has stepped back nobody knows how long it was.
fn passed(since: Millis, now: Millis) -> i64 {
    let passed = now.0 - since.0;
    if passed < -STEP_MS { i64::MAX } else { passed.max(0) }
}

/// Further back a clock was set.
const STEP_MS: i64 = 60_000;

#[cfg(test)]
mod tests;
