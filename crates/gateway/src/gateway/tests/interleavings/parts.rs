//! A log, an upstream, a client and a time that the dice of one seed decide over, and that note
//! what was promised and is not so.
use crate::{
    Found, History, Leave, Recorded,
    entry::Entry,
    seams::{Client, Failed, Log, NotKept, Pieces, Time, Upstream},
};
use bytes::Bytes;
use hyper::{Request, Response};
use kiln_store::{AppendError, LogIndex, Millis, NewRecord, ReadError, RecordId, Stored};
use std::{
    collections::{BTreeMap, VecDeque},
    future::Future,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};
use tokio::{sync::oneshot, time::Instant};

/// The world of one seed.
pub(super) struct State {
    began: Instant,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    dice: u64,
    /// What is on disk.
    records: Vec<(RecordId, Option<Entry>)>,
    /// The run that may write.
    run: u64,
    /// Until its end the log takes nothing more.
    is_stopped: bool,
    is_healed: bool,
    wrong: Vec<String>,
}

impl State {
    pub(super) fn new(seed: u64) -> Self {
        let inner = Inner { dice: seed, ..Inner::default() };
        Self { began: Instant::now(), inner: Mutex::new(inner) }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    /// A number below the limit, of which there is at least one (splitmix64).
    pub(super) fn below(&self, limit: u64) -> u64 {
        let mut inner = self.inner();
        inner.dice = inner.dice.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = inner.dice;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    /// What an earlier run has not written by now, it never does.
    pub(super) fn starts(&self, run: u64) {
        let mut inner = self.inner();
        (inner.run, inner.is_stopped) = (run, false);
    }

    /// No more faults.
    pub(super) fn heal(&self) {
        self.inner().is_healed = true;
    }

    fn is_healed(&self) -> bool {
        self.inner().is_healed
    }

    fn millis(&self) -> Millis {
        Millis(1_700_000_000_000 + i64::try_from(self.began.elapsed().as_millis()).unwrap())
    }

    fn wrong(&self, what: String) {
        self.inner().wrong.push(what);
    }

    fn has(&self, is_it: impl Fn(RecordId, &Entry) -> bool) -> bool {
        let inner = self.inner();
        let mut entries = inner.records.iter().filter_map(|(id, it)| Some((*id, it.as_ref()?)));
        entries.any(|(id, entry)| is_it(id, entry))
    }

    fn intent_of(&self, request: &str) -> Option<RecordId> {
        let named = |entry: &Option<Entry>| match entry {
            Some(Entry::Intent(intent)) => intent.request_id == request,
            _ => false,
        };
        self.inner().records.iter().find(|(_, entry)| named(entry)).map(|(id, _)| *id)
    }

    fn has_outcome(&self, id: RecordId) -> bool {
        self.has(|_, it| matches!(it, Entry::Outcome { intent, .. } if *intent == id.0))
    }

    fn has_stream(&self, id: RecordId) -> bool {
        self.has(|_, it| matches!(it, Entry::Stream { intent, .. } if *intent == id.0))
    }

    fn store(&self, run: u64, records: &[NewRecord], fate: u64) -> Result<Vec<Stored>, NotKept> {
        let received = self.millis();
        let mut inner = self.inner();
        if inner.run != run || inner.is_stopped {
            return Err(NotKept::Stopped);
        }
        if fate == 0 {
            return Err(AppendError::Full.into());
        }
        let mut stored = Vec::new();
        // A log that stops may have written what it had in hand, or not.
        if fate != 1 {
            for record in records {
                let at = inner.records.len() as u64;
                let id = u128::try_from(received.0).unwrap() << 80 | u128::from(at);
                let id = RecordId(uuid::Uuid::from_u128(id));
                inner.records.push((id, Entry::from_json(&record.body)));
                stored.push(Stored { id, log_index: LogIndex(at), received });
            }
        }
        inner.is_stopped = fate <= 2;
        if inner.is_stopped { Err(NotKept::Stopped) } else { Ok(stored) }
    }

    /// Every intent has one outcome, and nothing was noted; how each ended.
    pub(super) fn check(&self, seed: u64) -> Vec<String> {
        let inner = self.inner();
        assert!(inner.wrong.is_empty(), "seed {seed}: {:?}", inner.wrong);
        let mut outcomes: BTreeMap<uuid::Uuid, usize> = BTreeMap::new();
        let mut endings = Vec::new();
        for (id, entry) in &inner.records {
            match entry {
                Some(Entry::Intent(_)) => drop(outcomes.insert(id.0, 0)),
                Some(Entry::Outcome { intent, ending, .. }) => {
                    *outcomes.get_mut(intent).expect("an intent goes before its outcome") += 1;
                    endings.push(serde_json::to_value(ending).unwrap().as_str().unwrap().into());
                }
                Some(Entry::Stream { .. }) | None => {}
            }
        }
        assert!(outcomes.values().all(|count| *count == 1), "seed {seed}: {outcomes:?}");
        endings
    }
}

impl History for State {
    fn newest_outcome(&self) -> Result<Option<u64>, ReadError> {
        let from = |(_, entry): &(RecordId, Option<Entry>)| match entry {
            Some(Entry::Outcome { from, .. }) => Some(*from),
            _ => None,
        };
        Ok(self.inner().records.iter().rev().find_map(from))
    }

    fn entries(
        &self,
        from: LogIndex,
        each: &mut dyn FnMut(Found) -> bool,
    ) -> Result<(), ReadError> {
        for (at, (id, entry)) in (0..).zip(&self.inner().records) {
            let Some(entry) = entry.clone().filter(|_| at >= from.0) else { continue };
            if !each(Found { id: *id, at: LogIndex(at), entry }) {
                break;
            }
        }
        Ok(())
    }
}

pub(super) struct SimLog {
    state: Arc<State>,
    run: u64,
}

impl SimLog {
    pub(super) fn new(state: Arc<State>, run: u64) -> Self {
        Self { state, run }
    }
}

impl Log for SimLog {
    async fn append(&self, records: Vec<NewRecord>) -> Result<Vec<Stored>, NotKept> {
        let (state, run) = (Arc::clone(&self.state), self.run);
        let healed = state.is_healed();
        let (fate, wait) = (state.below(24), state.below(40));
        let late = !healed && state.below(20) == 0;
        let (tell, told) = oneshot::channel();
        // Once begun it is the log's, whether anybody waits or not.
        #[expect(clippy::disallowed_methods, reason = "it outlives its waiter, as in a log")]
        let _nobody_waits = tokio::spawn(async move {
            let millis = if late { 1_500 } else { wait };
            tokio::time::sleep(Duration::from_millis(millis)).await;
            let kept = state.store(run, &records, if healed { 9 } else { fate });
            drop(tell.send(kept));
        });
        told.await.unwrap_or(Err(NotKept::Stopped))
    }

    fn size(&self) -> LogIndex {
        LogIndex(self.state.inner().records.len() as u64)
    }

    fn origin(&self) -> String {
        "log.example".to_owned()
    }
}

pub(super) struct SimUpstream(pub(super) Arc<State>);

impl Upstream for SimUpstream {
    type Body = SimBody;

    async fn send(
        &self,
        leave: &Leave,
        request: Request<Bytes>,
    ) -> Result<Response<SimBody>, Failed> {
        let state = &self.0;
        let intended = |id, entry: &Entry| leave.id() == Some(id) && is_intent(entry);
        if !state.has(intended) {
            state.wrong(format!("{} without an intent", request.method()));
        }
        tokio::time::sleep(Duration::from_millis(state.below(900))).await;
        match state.below(12) {
            0 => return Err(Failed::Unreached),
            1 => return Err(Failed::Broken),
            2 => return Err(Failed::Late),
            _ => {}
        }
        let status = [200, 200, 200, 201, 404, 409, 500][state.below(7) as usize];
        let length = state.below(8);
        let body = SimBody { state: Arc::clone(state), pieces: pieces(length) };
        let answer = Response::builder().status(status).header("etag", "W/\"2\"");
        Ok(answer.header("content-type", "application/fhir+json").body(body).unwrap())
    }
}

fn is_intent(entry: &Entry) -> bool {
    matches!(entry, Entry::Intent(_))
}

/// A Bundle, entry by entry.
fn pieces(length: u64) -> VecDeque<Bytes> {
    let head = r#"{"resourceType":"Bundle","type":"searchset","entry":[{"x":0}"#.to_owned();
    let entry = |number| {
        let url = format!("http://up.example/fhir/Patient/{number}");
        let patient = format!(r#"{{"resourceType":"Patient","id":"{number}"}}"#);
        format!(r#",{{"fullUrl":"{url}","resource":{patient}}}"#)
    };
    let entries = (0..length).map(entry);
    [head].into_iter().chain(entries).chain(["]}".to_owned()]).map(Bytes::from).collect()
}

pub(super) struct SimBody {
    state: Arc<State>,
    pieces: VecDeque<Bytes>,
}

impl Pieces for SimBody {
    async fn next(&mut self) -> Option<Result<Bytes, Failed>> {
        tokio::time::sleep(Duration::from_millis(self.state.below(20))).await;
        if self.state.below(25) == 0 {
            return Some(Err(Failed::Broken));
        }
        self.pieces.pop_front().map(Ok)
    }
}

/// One that notes what it is shown too early.
pub(super) struct SimClient {
    state: Arc<State>,
    request: String,
    shown: Vec<u8>,
}

impl SimClient {
    pub(super) fn new(state: Arc<State>, request: &str) -> Self {
        Self { state, request: request.to_owned(), shown: Vec::new() }
    }

    fn must(&self, what: &str, holds: impl Fn(RecordId) -> bool) {
        if !self.state.intent_of(&self.request).is_some_and(holds) {
            self.state.wrong(format!("{}: {what}", self.request));
        }
    }
}

impl Client for SimClient {
    fn answer(self, answer: Recorded<Response<Bytes>>) {
        // The upstream of this world never says 503: it shows nothing but that nothing is shown.
        let answer = answer.into_inner();
        if answer.status() != 503 {
            self.must("answered before its outcome", |id| self.state.has_outcome(id));
        }
    }

    fn begin(&mut self, _head: Recorded<Response<()>>) -> bool {
        self.must("begun before its status", |id| self.state.has_stream(id));
        self.state.below(15) != 0
    }

    async fn send(&mut self, piece: Recorded<Bytes>) -> bool {
        self.shown.extend_from_slice(&piece.into_inner());
        if serde_json::from_slice::<serde_json::Value>(&self.shown).is_ok() {
            self.must("whole before its outcome", |id| self.state.has_outcome(id));
        }
        self.state.below(25) != 0
    }

    fn end(self, is_whole: bool) {
        if is_whole {
            self.must("ended before its outcome", |id| self.state.has_outcome(id));
        }
    }
}

pub(super) struct SimTime(pub(super) Arc<State>);

impl Time for SimTime {
    fn now(&self) -> Millis {
        self.0.millis()
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        tokio::time::sleep(duration)
    }
}
