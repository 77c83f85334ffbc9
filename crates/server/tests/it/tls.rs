//! TLS on the main listener: what is spoken, what takes too long, and new certificates under load.
use crate::{
    events,
    server::{Server, open},
    tls_client::{Authority, Client, Identity},
};
use kiln_server::{App, Listeners, Settings, Tenant, Tls, TlsMaterial};
use kiln_store::{TenantId, clock::SystemClock};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    task::JoinSet,
    time::timeout,
};

fn material(server: &Identity) -> TlsMaterial {
    TlsMaterial {
        certificates: server.certificate.pem().into_bytes(),
        key: server.key.serialize_pem().into_bytes(),
        ..TlsMaterial::default()
    }
}

/// An open server, and what it speaks.
async fn start(settings: Settings) -> (Server, Authority, Arc<Tls>) {
    let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new());
    let store = Arc::new(open(&folder.path().join("tenants/default"), [1; 32]));
    let tenant = Tenant::new(TenantId::default(), Arc::clone(&store), &settings).unwrap();
    let app = App::new(tenant, settings, Arc::new(SystemClock)).unwrap();
    let tls = Arc::new(Tls::new(&material(&authority.issue("server"))).unwrap());
    let spoken = Arc::clone(&tls);
    let server =
        Server::listening(folder, store, app, |main| Listeners::from(main).with_tls(spoken));
    (server.await, authority, tls)
}

#[tokio::test(flavor = "multi_thread")]
async fn links_begin_with_https_and_plain_http_is_not_answered() {
    let (server, authority, _tls) = start(Settings::default()).await;
    let client = Client::new(server.port, &authority, None);
    let reply = client.ask("/fhir/r4/AuditEvent", "").await.unwrap();
    let own = format!("https://localhost:{}/fhir/r4/AuditEvent", server.port);
    assert_eq!(reply.status, 200);
    assert!(reply.body.contains(&own), "{}", reply.body);
    let origin = format!("origin: https://localhost:{}\r\n", server.port);
    assert_eq!(client.ask("/health/live", &origin).await.unwrap().status, 200);
    let foreign = format!("origin: http://localhost:{}\r\n", server.port);
    assert_eq!(client.ask("/health/live", &foreign).await.unwrap().status, 403);
    let mut plain = server.connect().await;
    plain.write_all(b"GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    drop(plain.read_to_end(&mut answer).await);
    assert!(!answer.starts_with(b"HTTP"), "it was answered in plain text");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_offers_only_another_protocol_is_refused() {
    let (server, authority, _tls) = start(Settings::default()).await;
    for protocol in [&b"h2"[..], b"ftp"] {
        let client = Client::speaking(server.port, &authority, None, protocol);
        assert!(client.connect().await.is_err());
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_that_does_not_end_ends_the_connection() {
    let handshake_timeout = Duration::from_millis(300);
    let settings = Settings { handshake_timeout, connections_max: 1, ..Settings::default() };
    let (server, authority, _tls) = start(settings).await;
    let mut silent = server.connect().await;
    let ended = timeout(Duration::from_secs(10), silent.read_to_end(&mut Vec::new())).await;
    assert!(ended.is_ok(), "the connection stays open");
    // Its slot is free.
    let client = Client::new(server.port, &authority, None);
    assert_eq!(client.ask("/health/live", "").await.unwrap().status, 200);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_stops_though_a_handshake_is_under_way() {
    let handshake_timeout = Duration::from_mins(10);
    let (server, _authority, _tls) =
        start(Settings { handshake_timeout, ..Settings::default() }).await;
    let _silent = server.connect().await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_change_under_load_and_bad_ones_change_nothing() {
    let (server, authority, tls) = start(Settings::default()).await;
    let client = Client::new(server.port, &authority, None);
    let (stop, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
    let mut load = JoinSet::new();
    for _ in 0..4 {
        let (client, stop, asked) = (client.clone(), Arc::clone(&stop), Arc::clone(&asked));
        load.spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                let reply = client.ask("/health/live", "").await;
                assert_eq!(reply.expect("a connection was lost").status, 200);
                asked.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    for round in 0..10 {
        let next = authority.issue("server");
        tls.replace(&material(&next)).unwrap();
        assert_eq!(client.seen().await, *next.certificate.der());
        let other = authority.issue("server");
        let mixed = TlsMaterial { key: other.key.serialize_pem().into_bytes(), ..material(&next) };
        assert!(tls.replace(&mixed).is_err(), "another certificate's key");
        let cut = material(&other).certificates[..100].to_vec();
        assert!(tls.replace(&TlsMaterial { certificates: cut, ..material(&other) }).is_err());
        assert_eq!(client.seen().await, *next.certificate.der(), "round {round}");
    }
    stop.store(true, Ordering::Relaxed);
    while let Some(ended) = load.join_next().await {
        ended.unwrap();
    }
    assert!(asked.load(Ordering::Relaxed) > 20);
    server.stop().await;
}

/// A connection that is open goes on with what it began with.
#[tokio::test(flavor = "multi_thread")]
async fn an_open_connection_outlives_its_certificate() {
    let (server, authority, tls) = start(Settings::default()).await;
    let client = Client::new(server.port, &authority, None);
    let mut stream = client.connect().await.unwrap();
    tls.replace(&material(&authority.issue("server"))).unwrap();
    let body = events::r4("1", 1);
    let head = format!(
        "POST /fhir/r4/AuditEvent HTTP/1.1\r\nhost: localhost:{}\r\nconnection: close\r\n\
         content-type: application/fhir+json\r\ncontent-length: {}\r\n\r\n{body}",
        server.port,
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    assert_eq!(crate::server::Reply::read(&mut stream).await.status, 201);
    server.stop().await;
}
