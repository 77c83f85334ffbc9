//! A gateway before an upstream, with its log, and a client that speaks plain HTTP/1.1 to it.
use crate::upstream::Upstream;
use kiln_evidence::Ed25519Signer;
use kiln_gateway::{HttpGateway, Meters, Settings};
use kiln_index::{Order, Page, Query};
use kiln_server::{App, IdentitySettings, Listeners, Tenant, intake::Extractor, serve};
use kiln_store::{
    Components, RecordKind, Store, TenantId,
    clock::{OsRandom, SystemClock},
    disk::{Disk, RealDisk},
};
use serde_json::Value;
use std::{path::Path, sync::Arc, time::Duration};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinSet,
    time::timeout,
};

/// Longer than anything here should take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Gateway {
    pub(crate) port: u16,
    pub(crate) upstream: Upstream,
    pub(crate) store: Arc<Store>,
    pub(crate) folder: TempDir,
    stop: Option<oneshot::Sender<()>>,
    running: JoinSet<std::io::Result<()>>,
}

impl Gateway {
    pub(crate) async fn start() -> Self {
        Self::with(|_settings| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::over(tempfile::tempdir().unwrap(), Upstream::start().await, change).await
    }

    /// Over a folder that may hold a log already.
    pub(crate) async fn over(
        folder: TempDir,
        upstream: Upstream,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        Self::known_by(folder, upstream, None, change).await
    }

    /// Where it is known who asks.
    pub(crate) async fn known_by(
        folder: TempDir,
        upstream: Upstream,
        identity: Option<IdentitySettings>,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let store = Arc::new(open(&folder.path().join("tenants/default")));
        let counted = Arc::downgrade(&store);
        upstream.counts(move || counted.upgrade().map_or(0, |store| intents(&store)));
        let server = kiln_server::Settings {
            drain_timeout: Duration::from_secs(1),
            ..kiln_server::Settings::default()
        };
        let tenant = Tenant::new(TenantId::default(), Arc::clone(&store), &server).unwrap();
        let meters = Meters::default();
        let app = App::new(tenant, server, Arc::new(SystemClock)).unwrap();
        let disk: Arc<dyn Disk> = Arc::new(RealDisk);
        let app = match identity {
            Some(identity) => app.with_identity(identity, &disk).unwrap(),
            None => app,
        };
        let app = Arc::new(app.with_meters(|registry| meters.register(registry)));
        let mut settings = Settings::before(&upstream.url);
        change(&mut settings);
        let gateway = HttpGateway::new(Arc::clone(&app), settings, meters).await.unwrap();
        let own = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let passing = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = passing.local_addr().unwrap().port();
        let listeners = Listeners::from(own).with_proxy(passing, gateway);
        let (stop, stopped) = oneshot::channel();
        let mut running = JoinSet::new();
        running.spawn(serve(listeners, app, async {
            let _stopped_or_dropped = stopped.await.is_ok();
        }));
        Self { port, upstream, store, folder, stop: Some(stop), running }
    }

    /// Stops it; its log is closed cleanly.
    pub(crate) async fn stopped(mut self) -> (TempDir, Upstream) {
        self.stop.take().unwrap().send(()).unwrap();
        let stopped = timeout(PATIENCE, self.running.join_next()).await.unwrap();
        stopped.unwrap().unwrap().unwrap();
        Arc::into_inner(self.store).expect("nobody else has it").close().unwrap();
        (self.folder, self.upstream)
    }

    /// One request on a connection of its own.
    pub(crate) async fn ask(&self, method: &str, path: &str, fields: &str, body: &str) -> Reply {
        let mut stream = self.connect().await;
        let head = format!(
            "{method} /fhir{path} HTTP/1.1\r\nhost: localhost:{}\r\nconnection: close\r\n\
             content-length: {}\r\ncontent-type: application/fhir+json\r\n{fields}\r\n{body}",
            self.port,
            body.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        Reply::read(&mut stream).await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, "", "").await
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).await.unwrap()
    }

    /// All events of the trail, oldest first.
    pub(crate) fn events(&self) -> Vec<Value> {
        let snapshot = self.store.snapshot();
        let (query, size) = (Query::All, snapshot.size());
        let order = Order::LogOldest;
        let page = Page { query: &query, order, after: None, size, limit: 10_000 };
        let hits = snapshot.query(&page, &|| false).unwrap();
        let at: Vec<_> = hits.iter().map(|hit| hit.log_index).collect();
        let records = snapshot.read_all(&at).unwrap().into_iter();
        let trail = records.filter(|record| record.envelope.kind == RecordKind::TrailEvent);
        trail.map(|record| serde_json::from_slice(&record.body).unwrap()).collect()
    }

    /// All entries of the gateway, oldest first.
    pub(crate) fn entries(&self) -> Vec<Value> {
        entries(&self.store)
    }

    /// Waits until so many outcomes are in the log.
    pub(crate) async fn until_outcomes(&self, count: usize) {
        let until = async {
            while outcomes(&self.entries()) < count {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(PATIENCE, until).await.expect("the outcomes are recorded");
    }
}

pub(crate) fn outcomes(entries: &[Value]) -> usize {
    entries.iter().filter(|entry| entry["entry"] == "outcome").count()
}

fn entries(store: &Store) -> Vec<Value> {
    let snapshot = store.snapshot();
    let (query, size) = (Query::All, snapshot.size());
    let page = Page { query: &query, order: Order::LogOldest, after: None, size, limit: 100_000 };
    let hits = snapshot.query_hidden(RecordKind::Intent, &page, &|| false).unwrap();
    let at: Vec<_> = hits.iter().map(|hit| hit.log_index).collect();
    let records = snapshot.read_all(&at).unwrap().into_iter();
    records.map(|record| serde_json::from_slice(&record.body).unwrap()).collect()
}

fn intents(store: &Store) -> usize {
    entries(store).iter().filter(|entry| entry["entry"] == "intent").count()
}

/// The log of the gateway's tests.
pub(crate) fn open(folder: &Path) -> Store {
    let components = Components {
        disk: Arc::new(RealDisk),
        clock: Arc::new(SystemClock),
        random: Arc::new(OsRandom),
        extract: Arc::new(Extractor),
        signer: Some(Arc::new(Ed25519Signer::from_seed([1; 32]))),
    };
    Store::open(folder, kiln_store::Settings::default(), components).unwrap()
}

/// An answer, as it came.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Reply {
    /// Reads to the end of the connection.
    pub(crate) async fn read(stream: &mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        let read = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await;
        drop(read.expect("the answer ends"));
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap_or_default();
        Self { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(field, _)| *field == name).map(|(_, value)| value)
    }
}
