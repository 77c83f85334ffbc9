//! A server on a port of its own, and a client that speaks plain HTTP/1.1 to it.
use kiln_evidence::Ed25519Signer;
use kiln_server::{App, Listeners, Settings, Tenant, intake::Extractor, serve};
use kiln_store::{
    Components, Store, TenantId,
    clock::{OsRandom, SystemClock},
    disk::RealDisk,
};
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinSet,
    time::timeout,
};

/// Longer than anything here should take.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Server {
    pub(crate) port: u16,
    stop: Option<oneshot::Sender<()>>,
    running: JoinSet<std::io::Result<()>>,
    pub(crate) store: Arc<Store>,
    folder: TempDir,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::with(Settings::default()).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        Self::over(tempfile::tempdir().unwrap(), settings).await
    }

    /// Over a folder that may hold a log already.
    pub(crate) async fn over(folder: TempDir, settings: Settings) -> Self {
        let store = Arc::new(open(&folder.path().join("tenants/default"), [1; 32]));
        let tenant = Tenant::new(TenantId::default(), Arc::clone(&store), &settings).unwrap();
        let app = App::new(tenant, settings, Arc::new(SystemClock)).unwrap();
        Self::of(folder, store, app).await
    }

    /// Over what was opened.
    pub(crate) async fn of(folder: TempDir, store: Arc<Store>, app: App) -> Self {
        Self::listening(folder, store, app, Listeners::from).await
    }

    /// The same, on more than one listener, or with TLS.
    pub(crate) async fn listening(
        folder: TempDir,
        store: Arc<Store>,
        app: App,
        listeners: impl FnOnce(TcpListener) -> Listeners,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (stop, stopped) = oneshot::channel();
        let mut running = JoinSet::new();
        running.spawn(serve(listeners(listener), Arc::new(app), async {
            let _stopped_or_dropped = stopped.await.is_ok();
        }));
        Self { port, stop: Some(stop), running, store, folder }
    }

    /// Asks the server to stop, and waits until it has.
    pub(crate) async fn stop(self) {
        drop(self.stopped().await);
    }

    /// The same, and its folder, whose log was closed cleanly.
    pub(crate) async fn stopped(mut self) -> TempDir {
        self.stop.take().unwrap().send(()).unwrap();
        let stopped = timeout(PATIENCE, self.running.join_next()).await.unwrap();
        stopped.unwrap().unwrap().unwrap();
        Arc::into_inner(self.store).expect("nobody else has it").close().unwrap();
        self.folder
    }

    /// The folder of the log.
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.path().join("tenants/default")
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).await.unwrap()
    }

    /// One request on a connection of its own.
    pub(crate) async fn ask(&self, method: &str, path: &str, fields: &str, body: &str) -> Reply {
        let mut stream = self.connect().await;
        let host = format!("localhost:{}", self.port);
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\
             content-length: {}\r\n{fields}\r\n",
            body.len()
        );
        let mut request = head.into_bytes();
        request.extend_from_slice(body.as_bytes());
        stream.write_all(&request).await.unwrap();
        Reply::read(&mut stream).await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, "", "").await
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> Reply {
        self.ask("POST", path, "content-type: application/fhir+json\r\n", body).await
    }

    /// How many R4 events there are.
    pub(crate) async fn total(&self) -> u64 {
        let reply = self.get("/fhir/r4/AuditEvent?_summary=count").await;
        reply.json()["total"].as_u64().unwrap()
    }
}

/// A log whose key is made of this seed.
pub(crate) fn open(folder: &Path, seed: [u8; 32]) -> Store {
    open_with(folder, seed, kiln_store::Settings::default())
}

/// The same, by these settings.
pub(crate) fn open_with(folder: &Path, seed: [u8; 32], settings: kiln_store::Settings) -> Store {
    let components = Components {
        disk: Arc::new(RealDisk),
        clock: Arc::new(SystemClock),
        random: Arc::new(OsRandom),
        extract: Arc::new(Extractor),
        signer: Some(Arc::new(Ed25519Signer::from_seed(seed))),
    };
    Store::open(folder, settings, components).unwrap()
}

pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
    /// The body where it is no text.
    pub(crate) bytes: Vec<u8>,
}

impl Reply {
    /// Reads to the end of the connection.
    pub(crate) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Self {
        Self::try_read(stream).await.unwrap()
    }

    /// The same, unless the connection breaks off.
    pub(crate) async fn try_read(stream: &mut (impl AsyncRead + Unpin)) -> std::io::Result<Self> {
        let mut bytes = Vec::new();
        timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.unwrap()?;
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a whole head");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let bytes = bytes[end + 4..].to_vec();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Ok(Self { status, head, body: String::from_utf8_lossy(&bytes).into_owned(), bytes })
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The value of a parameter of a `Parameters`.
    pub(crate) fn parameter(&self, name: &str) -> Value {
        let parameters = self.json()["parameter"].take();
        let found = parameters.as_array().unwrap().iter().find(|found| found["name"] == name);
        let found =
            found.and_then(|found| found.as_object()?.iter().find(|(key, _)| *key != "name"));
        found.map_or(Value::Null, |(_, value)| value.clone())
    }

    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    /// The id in `Location`.
    pub(crate) fn id(&self) -> String {
        self.field("location").unwrap().split('/').rev().nth(2).unwrap().to_owned()
    }
}
