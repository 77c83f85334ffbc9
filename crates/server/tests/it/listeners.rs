//! The listeners beside the main one, and how many connections there are.
use crate::{
    events,
    server::{Reply, Server, open},
};
use kiln_server::{App, Errand, Errands, Listeners, Settings, Tenant};
use kiln_store::{TenantId, clock::SystemClock};
use std::{io::Write, path::PathBuf, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, UnixListener, UnixStream},
    time::timeout,
};

/// An open server with all its listeners.
struct Listening {
    server: Server,
    metrics: u16,
    socket: PathBuf,
}

impl Listening {
    async fn start(settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(open(&folder.path().join("tenants/default"), [1; 32]));
        let tenant = Tenant::new(TenantId::default(), Arc::clone(&store), &settings).unwrap();
        let app = App::new(tenant, settings, Arc::new(SystemClock)).unwrap();
        let scraped = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let metrics = scraped.local_addr().unwrap().port();
        let socket = folder.path().join("kiln.sock");
        let own = UnixListener::bind(&socket).unwrap();
        let listeners =
            |main| Listeners::from(main).with_metrics(scraped).with_socket(own, Arc::new(Scribe));
        let server = Server::listening(folder, store, app, listeners).await;
        Self { server, metrics, socket }
    }

    async fn scrape(&self, path: &str, host: &str) -> Reply {
        let mut stream = TcpStream::connect(("127.0.0.1", self.metrics)).await.unwrap();
        let head = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        Reply::read(&mut stream).await
    }

    /// What comes over the socket, as far as it comes.
    async fn send(&self, head: &str, body: &str) -> String {
        let mut stream = UnixStream::connect(&self.socket).await.unwrap();
        let length = body.len();
        let request = format!(
            "{head} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
             content-length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        drop(timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await.unwrap());
        String::from_utf8(answer).unwrap()
    }
}

/// Does errands that show what becomes of them.
struct Scribe;

impl Errands for Scribe {
    fn run(&self, errand: &Errand, tenant: &Tenant, out: &mut dyn Write) -> Result<(), String> {
        let text = |error: std::io::Error| error.to_string();
        match errand.name.as_str() {
            "echo" => {
                let records = tenant.log().snapshot().size().0;
                write!(out, "{} {records} ", tenant.id()).map_err(text)?;
                out.write_all(&errand.body).map_err(text)
            }
            "endless" => loop {
                out.write_all(&[b'x'; 10_000]).map_err(text)?;
            },
            "broken" => {
                out.write_all(&vec![b'x'; 200_000]).map_err(text)?;
                Err("it broke".to_owned())
            }
            other => Err(format!("no errand {other}")),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_metrics_listener_answers_scrapers_of_this_machine_and_nothing_else() {
    let listening = Listening::start(Settings::default()).await;
    let own = format!("localhost:{}", listening.metrics);
    let secret = events::r4("secret-observer", 1);
    assert_eq!(listening.server.post("/fhir/r4/AuditEvent", &secret).await.status, 201);
    let scraped = listening.scrape("/metrics", &own).await;
    assert_eq!(scraped.status, 200);
    assert!(scraped.body.contains("kiln_http_requests_total{interaction=\"create\""));
    // Whoever scrapes learns neither whose log it is, nor who sends, nor where from.
    for label in ["tenant", "default\"", "secret", "127.0.0.1", "principal", "sender"] {
        let has = |line: &&str| !line.starts_with('#') && line.contains(label);
        assert_eq!(scraped.body.lines().find(has), None, "{label}");
    }
    for path in ["/", "/health/live", "/fhir/r4/AuditEvent", "/metrics/x"] {
        assert_eq!(listening.scrape(path, &own).await.status, 404, "{path}");
    }
    assert_eq!(listening.scrape("/metrics", "evil.example").await.status, 421);
    listening.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_has_so_many_connections_and_no_more() {
    let settings = Settings { connections_per_address_max: 2, ..Settings::default() };
    let listening = Listening::start(settings).await;
    let server = &listening.server;
    let request = format!("GET /health/live HTTP/1.1\r\nhost: localhost:{}\r\n\r\n", server.port);
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut stream = server.connect().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.read_exact(&mut [0; 12]).await.unwrap();
        held.push(stream);
    }
    let mut third = server.connect().await;
    drop(third.write_all(request.as_bytes()).await);
    let mut answer = Vec::new();
    drop(timeout(Duration::from_secs(10), third.read_to_end(&mut answer)).await.unwrap());
    assert_eq!(answer, b"", "the third was answered");
    let metrics = format!("localhost:{}", listening.metrics);
    let scraped = listening.scrape("/metrics", &metrics).await.body;
    assert!(
        scraped.contains("kiln_http_connections_refused_total{why=\"address\"} 1"),
        "{scraped}"
    );
    drop(held);
    for _ in 0..100 {
        let mut stream = server.connect().await;
        drop(stream.write_all(request.as_bytes()).await);
        if stream.read_exact(&mut [0; 12]).await.is_ok() {
            return listening.server.stop().await;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the places of connections that have ended are not free");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_socket_answers_requests_and_does_errands() {
    let listening = Listening::start(Settings::default()).await;
    let live = listening.send("GET /health/live", "").await;
    assert!(live.starts_with("HTTP/1.1 200"), "{live}");
    let echo = listening.send("POST /errands/default/echo", "and this").await;
    assert!(echo.starts_with("HTTP/1.1 200") && echo.contains("default "), "{echo}");
    assert!(echo.contains("and this"), "{echo}");
    let none = listening.send("POST /errands/default/fetch-coffee", "").await;
    assert!(
        none.starts_with("HTTP/1.1 422") && none.ends_with("no errand fetch-coffee\r\n0\r\n\r\n"),
        "{none}"
    );
    for (head, status) in [
        ("POST /errands/nobody/echo", "404"),
        ("POST /errands/default", "404"),
        ("POST /errands/../echo", "404"),
        ("GET /errands/default/echo", "405"),
    ] {
        let answer = listening.send(head, "").await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{head}: {answer}");
    }
    // What breaks off is not taken for whole.
    let broken = listening.send("POST /errands/default/broken", "").await;
    assert!(broken.starts_with("HTTP/1.1 200") && !broken.ends_with("0\r\n\r\n"));
    let over_http = listening.server.ask("POST", "/errands/default/echo", "", "").await;
    assert_eq!(over_http.status, 404, "errands are for the socket alone");
    listening.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_errand_whose_sender_does_not_read_ends_with_the_server() {
    let settings = Settings { drain_timeout: Duration::from_secs(2), ..Settings::default() };
    let listening = Listening::start(settings).await;
    let mut deaf = UnixStream::connect(&listening.socket).await.unwrap();
    let head = b"POST /errands/default/endless HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n";
    deaf.write_all(head).await.unwrap();
    deaf.read_exact(&mut [0; 12]).await.unwrap();
    // `stop` closes the log, which nothing may hold then.
    listening.server.stop().await;
}
