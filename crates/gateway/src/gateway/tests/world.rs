//! A log, an upstream and a client that do as they are told.
use crate::{
    Gateway, Leave, Meters, Read, Recorded, Request, Settings, Who,
    entry::Entry,
    seams::{Client, Failed, Log, NotKept, Pieces, Time, Upstream},
};
use bytes::Bytes;
use hyper::{Response, header::HeaderMap};
use kiln_store::{AppendError, LogIndex, Millis, NewRecord, RecordId, RecordKind, Stored};
use kiln_trail::rest;
use std::{
    future::Future,
    sync::{Arc, Mutex},
    time::Duration,
};

pub(super) struct World {
    pub(super) gateway: Gateway<FakeUpstream, FakeLog, Paused>,
    pub(super) log: FakeLog,
    pub(super) upstream: FakeUpstream,
}

impl World {
    pub(super) fn new(change: impl FnOnce(&mut Settings)) -> Self {
        let (log, upstream) = (FakeLog::default(), FakeUpstream::default());
        let mut settings = Settings::before("http://up.example/fhir");
        change(&mut settings);
        let (own, behind) = (log.clone(), upstream.clone());
        let gateway = Gateway::new(behind, own, Paused, settings, Meters::default());
        Self { gateway, log, upstream }
    }

    /// The status that its client sees, if it sees any.
    pub(super) async fn pass(&self, request: Request) -> Option<u16> {
        self.pass_to_idle(request).await.status()
    }

    /// Its client, which has its answer and takes nothing of it until it is dropped.
    pub(super) async fn pass_to_idle(&self, request: Request) -> FakeClient {
        let client = FakeClient::default();
        self.gateway.pass(&request, client.clone()).await;
        client
    }

    pub(super) fn read() -> Request {
        Self::request("r-1", "GET", "/Patient/1", "")
    }

    pub(super) fn update() -> Request {
        Self::request("r-1", "PUT", "/Patient/1", r#"{"resourceType":"Patient","id":"1"}"#)
    }

    /// What the server can do, asked by nobody who is known.
    pub(super) fn anybodys() -> Request {
        let mut request = Self::request("r-1", "GET", "/metadata", "");
        Arc::get_mut(&mut request.intent).unwrap().who = Who::nobody(None);
        request
    }

    pub(super) fn request(request_id: &str, method: &str, path: &str, body: &str) -> Request {
        let limits = rest::Limits::default();
        let headers = rest::Headers {
            content_type: Some("application/fhir+json"),
            ..rest::Headers::default()
        };
        let head = rest::Head { method, path, query: None, headers };
        let asked = rest::Asked::read(&head, &limits).unwrap();
        let sent = asked.body(body.as_bytes(), &limits).unwrap();
        let (who, purposes) = (Who::unverified(None, None), Vec::new());
        let request_id = request_id.to_owned();
        let read = Read { head, asked, sent, who, purposes, request_id, traceparent: None };
        let body = Bytes::from(body.to_owned());
        Request::new(read, HeaderMap::new(), body, "http://gw.example/fhir".to_owned())
    }
}

/// What the log does with records.
#[derive(Copy, Clone, Debug, Default)]
pub(super) enum Takes {
    #[default]
    All,
    /// It is full.
    Nothing,
    /// So many units, and is full then.
    Records(usize),
    /// All, after so long.
    After(Duration),
}

#[derive(Clone, Debug, Default)]
pub(super) struct FakeLog(Arc<Mutex<LogState>>);

#[derive(Debug, Default)]
struct LogState {
    takes: Takes,
    records: Vec<NewRecord>,
}

impl FakeLog {
    pub(super) fn takes(&self, takes: Takes) {
        self.0.lock().unwrap().takes = takes;
    }

    pub(super) fn entries(&self) -> Vec<Entry> {
        let state = self.0.lock().unwrap();
        state.records.iter().filter_map(|record| Entry::from_json(&record.body)).collect()
    }

    pub(super) fn names(&self) -> Vec<String> {
        let state = self.0.lock().unwrap();
        let name = |record: &NewRecord| {
            if record.kind != RecordKind::Intent {
                return "event".to_owned();
            }
            let entry: serde_json::Value = serde_json::from_slice(&record.body).unwrap();
            let ending = entry["ending"].as_str().unwrap_or_default();
            [entry["entry"].as_str().unwrap(), ending].join(" ").trim().to_owned()
        };
        state.records.iter().map(name).collect()
    }
}

impl Log for FakeLog {
    async fn append(&self, records: Vec<NewRecord>) -> Result<Vec<Stored>, NotKept> {
        let takes = self.0.lock().unwrap().takes;
        if let Takes::After(long) = takes {
            tokio::time::sleep(long).await;
        }
        let mut state = self.0.lock().unwrap();
        match &mut state.takes {
            Takes::Nothing | Takes::Records(0) => return Err(AppendError::Full.into()),
            Takes::Records(more) => *more -= 1,
            Takes::All | Takes::After(_) => {}
        }
        let stored = records.into_iter().map(|record| {
            let log_index = LogIndex(state.records.len() as u64);
            state.records.push(record);
            let id = RecordId(uuid::Uuid::from_u128(u128::from(log_index.0)));
            Stored { id, log_index, received: Millis(0) }
        });
        Ok(stored.collect())
    }

    fn size(&self) -> LogIndex {
        LogIndex(self.0.lock().unwrap().records.len() as u64)
    }

    fn origin(&self) -> String {
        "log.example".to_owned()
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct FakeUpstream(Arc<Mutex<UpstreamState>>);

#[derive(Debug, Default)]
struct UpstreamState {
    sent: usize,
    fails: Option<Failed>,
    after: Duration,
    /// Its answer, where it is another than a small one.
    body: Option<Bytes>,
    /// Whether its head says how long it is.
    is_declared: bool,
}

impl FakeUpstream {
    pub(super) fn answers(&self, body: Vec<u8>, is_declared: bool) {
        let mut state = self.0.lock().unwrap();
        (state.body, state.is_declared) = (Some(body.into()), is_declared);
    }

    pub(super) fn fails_with(&self, fails: Option<Failed>, after: Duration) {
        let mut state = self.0.lock().unwrap();
        (state.fails, state.after) = (fails, after);
    }

    pub(super) fn sent(&self) -> usize {
        self.0.lock().unwrap().sent
    }
}

impl Upstream for FakeUpstream {
    type Body = Whole;

    async fn send(
        &self,
        _leave: &Leave,
        _request: hyper::Request<Bytes>,
    ) -> Result<Response<Whole>, Failed> {
        let (fails, after, body, is_declared) = {
            let mut state = self.0.lock().unwrap();
            state.sent += 1;
            (state.fails, state.after, state.body.clone(), state.is_declared)
        };
        tokio::time::sleep(after).await;
        let small = Bytes::from_static(br#"{"resourceType":"Patient","id":"1"}"#);
        let json = body.unwrap_or(small);
        let mut answer = Response::builder().header("content-type", "application/fhir+json");
        if is_declared {
            answer = answer.header("content-length", json.len());
        }
        fails.map_or_else(|| Ok(answer.body(Whole(Some(json))).unwrap()), Err)
    }
}

pub(super) struct Whole(Option<Bytes>);

impl Pieces for Whole {
    async fn next(&mut self) -> Option<Result<Bytes, Failed>> {
        self.0.take().map(Ok)
    }
}

#[derive(Clone, Default)]
pub(super) struct FakeClient(Arc<Mutex<Option<Response<Bytes>>>>);

impl FakeClient {
    pub(super) fn status(&self) -> Option<u16> {
        self.0.lock().unwrap().as_ref().map(|answer| answer.status().as_u16())
    }
}

impl Client for FakeClient {
    fn answer(self, answer: Recorded<Response<Bytes>>) {
        *self.0.lock().unwrap() = Some(answer.into_inner());
    }

    fn begin(&mut self, head: Recorded<Response<()>>) -> bool {
        *self.0.lock().unwrap() = Some(head.into_inner().map(|()| Bytes::new()));
        true
    }

    async fn send(&mut self, piece: Recorded<Bytes>) -> bool {
        !piece.into_inner().is_empty()
    }

    fn end(self, _is_whole: bool) {}
}

pub(super) struct Paused;

impl Time for Paused {
    fn now(&self) -> Millis {
        Millis(1_700_000_000_000)
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        tokio::time::sleep(duration)
    }
}
