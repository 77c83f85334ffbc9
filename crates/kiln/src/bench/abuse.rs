//! An honest sender's wait, alone and beside clients that mean no good: the server asks who
//! everybody is.
use super::{
    child::Server,
    client::{Client, Target},
    events::Events,
    folder::Folder,
    identity::Means,
    report::{Latencies, Row},
};
use crate::{arguments::bench::Abuse, generate::Plan, stopwatch::Stopwatch};
use anyhow::bail;
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::LocalSet,
    time::timeout,
};

/// Between two requests of the honest sender: it is a user among others, not a load.
const PAUSE: Duration = Duration::from_millis(1);
/// Until the others are at it.
const WARM_UP: Duration = Duration::from_millis(500);
/// How long who means no good reads an answer, and how long it then holds what it holds.
const READ: Duration = Duration::from_secs(1);

/// What somebody does who means no good.
#[derive(Copy, Clone)]
enum Way {
    /// Connects, and says nothing.
    Idle,
    /// Begins a header and never ends it.
    HalfHeader,
    /// Begins a body and never ends it.
    HalfBody,
    /// Guesses tokens.
    BadToken,
    /// Guesses API keys.
    BadKey,
    /// Sends what is nested 10,000 deep.
    Deep,
    /// Asks for 1,000 parameters.
    LongSearch,
    /// Sends what is no HTTP.
    Noise,
}

const WAYS: [(Way, &str); 8] = [
    (Way::Idle, "connections that say nothing"),
    (Way::HalfHeader, "headers that never end"),
    (Way::HalfBody, "bodies that never end"),
    (Way::BadToken, "guessed tokens"),
    (Way::BadKey, "guessed API keys"),
    (Way::Deep, "JSON 10,000 deep"),
    (Way::LongSearch, "searches of 1,000 parameters"),
    (Way::Noise, "what is no HTTP"),
];

pub(super) fn run(arguments: &Abuse) -> anyhow::Result<Vec<Row>> {
    let folder = Folder::make(arguments.common.folder.as_deref())?;
    let data = folder.join("data");
    let (settings, authorization) = Means::ApiKey.prepare(&data)?;
    let server = Server::start_as(&data, false, &settings)?;
    let honest = Honest { arguments, address: server.address, authorization };
    let mut quiet = honest.measure(1)?;
    let quiet_p99 = quiet.percentile(0.99);
    let mut rows = vec![row("nothing beside", &mut quiet)];
    for (at, (way, name)) in WAYS.into_iter().enumerate() {
        let (mut beside, tries) = honest.beside(way, at as u64 + 2)?;
        let times = beside.percentile(0.99) / quiet_p99;
        let tries = tries as f64 / f64::from(arguments.seconds);
        rows.push(row(name, &mut beside).with("× quiet p99", times).with("tries a second", tries));
    }
    server.stop()?;
    Ok(rows)
}

fn row(name: &str, latencies: &mut Latencies) -> Row {
    Row::new(name)
        .with("p50 ms", latencies.percentile(0.5))
        .with("p99 ms", latencies.percentile(0.99))
}

struct Honest<'a> {
    arguments: &'a Abuse,
    address: SocketAddr,
    authorization: Option<String>,
}

impl Honest<'_> {
    /// Its creates; another `seed` makes other events.
    fn measure(&self, seed: u64) -> anyhow::Result<Latencies> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(self.create(seed))
    }

    async fn create(&self, seed: u64) -> anyhow::Result<Latencies> {
        let until = Duration::from_secs(self.arguments.seconds.into());
        let mut events = Events::made(Plan::r4(self.arguments.common.count, seed));
        let client = Client::connect(self.address).await?;
        let mut client = client.with_authorization(self.authorization.as_deref());
        let (mut latencies, whole) = (Latencies::default(), Stopwatch::start());
        while whole.passed() < until {
            let Some(event) = events.next()? else { bail!("--count is too small for so long") };
            let watch = Stopwatch::start();
            match client.post(Target::R4, &event).await? {
                201 => latencies.push(watch.passed()),
                status => bail!("an honest sender is answered {status}"),
            }
            tokio::time::sleep(PAUSE).await;
        }
        Ok(latencies)
    }

    /// The same while others go about it on a thread of their own; and how often they tried.
    fn beside(&self, way: Way, seed: u64) -> anyhow::Result<(Latencies, u64)> {
        let crowd = Arc::new(Crowd {
            way,
            address: self.address,
            stop: AtomicBool::new(false),
            tries: AtomicU64::new(0),
        });
        let (at_it, connections) = (Arc::clone(&crowd), self.arguments.connections);
        let others = thread::spawn(move || at_it.run(connections));
        thread::sleep(WARM_UP);
        let before = crowd.tries.load(Ordering::Relaxed);
        let latencies = self.measure(seed);
        let tries = crowd.tries.load(Ordering::Relaxed).saturating_sub(before);
        crowd.stop.store(true, Ordering::Relaxed);
        others.join().unwrap_or_else(|_panic| bail!("the others failed"))?;
        Ok((latencies?, tries))
    }
}

/// Those who mean no good.
struct Crowd {
    way: Way,
    address: SocketAddr,
    stop: AtomicBool,
    tries: AtomicU64,
}

impl Crowd {
    fn run(self: Arc<Self>, connections: u32) -> anyhow::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(LocalSet::new().run_until(async {
            let one = |_| tokio::task::spawn_local(Arc::clone(&self).one());
            let all: Vec<_> = (0..connections).map(one).collect();
            for each in all {
                each.await?;
            }
            Ok(())
        }))
    }

    /// Tries again and again; what the server does about it is its affair.
    async fn one(self: Arc<Self>) {
        let request = self.way.request(self.address);
        while !self.stop.load(Ordering::Relaxed) {
            self.tries.fetch_add(1, Ordering::Relaxed);
            if self.attempt(&request).await.is_err() {
                // Refused or closed: the next one comes at once, as they do.
                tokio::task::yield_now().await;
            }
        }
    }

    async fn attempt(&self, request: &[u8]) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(self.address).await?;
        stream.write_all(request).await?;
        let mut answer = [0; 1024];
        let waiting = if self.way.holds() { 10 * READ } else { READ };
        let mut waited = Duration::ZERO;
        while waited < waiting && !self.stop.load(Ordering::Relaxed) {
            match timeout(READ, stream.read(&mut answer)).await {
                Ok(read) => return read.map(drop),
                Err(_nothing_came) => waited += READ,
            }
        }
        Ok(())
    }
}

impl Way {
    /// Whether it is the connection that is held.
    fn holds(self) -> bool {
        matches!(self, Self::Idle | Self::HalfHeader | Self::HalfBody)
    }

    fn request(self, address: SocketAddr) -> Vec<u8> {
        let post = |more: &str, body: &str| {
            format!(
                "POST /fhir/r4/AuditEvent HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
                 Content-Type: application/fhir+json\r\n{more}\r\n{body}"
            )
        };
        let whole = |authorization: &str, body: &str| {
            let length = body.len();
            post(&format!("{authorization}Content-Length: {length}\r\n"), body)
        };
        let text = match self {
            Self::Idle => String::new(),
            Self::HalfHeader => format!("GET /health/live HTTP/1.1\r\nHost: {address}\r\nX: "),
            Self::HalfBody => post("Content-Length: 100000\r\n", "{"),
            Self::BadToken => whole(BAD_TOKEN, "{}"),
            Self::BadKey => whole(BAD_KEY, "{}"),
            Self::Deep => whole("", &("[".repeat(10_000) + &"]".repeat(10_000))),
            Self::LongSearch => {
                let query = "agent-name=a&".repeat(500);
                format!(
                    "GET /fhir/r4/AuditEvent?{query} HTTP/1.1\r\nHost: {address}\r\n\
                     Connection: close\r\n\r\n"
                )
            }
            Self::Noise => "\u{1}\u{2}\u{3} no HTTP at all\r\n\r\n".to_owned(),
        };
        text.into_bytes()
    }
}

/// Header, claims and a signature of the right form, of an issuer that nobody has configured.
const BAD_TOKEN: &str = "Authorization: Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.\
    eyJpc3MiOiJodHRwczovL2V2aWwuZXhhbXBsZSIsImV4cCI6OTk5OTk5OTk5OX0.AAAA\r\n";
const BAD_KEY: &str = "Authorization: Bearer kiln_abcdefghijklmnop_\
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n";
