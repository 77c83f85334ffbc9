//! Real witnesses of other parties: up, down, ahead, and back again.
use crate::{events, server::Server};
use kiln_evidence::{
    Checkpoint, Ed25519Signer, KeyName, Note, Policy, Quorum, TlogProof, VerifierKey,
    verify_receipt,
};
use kiln_server::{Acknowledge, Settings, Tenant, Witnessing, known_by_witnesses};
use kiln_store::{
    LogIndex, Statement, TenantId,
    disk::{Disk as _, RealDisk},
};
use kiln_witness::{Witness, WitnessSettings, serve};
use serde_json::Value;
use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::oneshot, task::JoinSet, time::sleep};

const EVENTS: &str = "/fhir/r4/AuditEvent";

/// A witness with a port that it keeps.
struct Party {
    name: KeyName,
    seed: u8,
    folder: TempDir,
    address: SocketAddr,
    key: VerifierKey,
    running: Option<(oneshot::Sender<()>, JoinSet<std::io::Result<()>>)>,
}

impl Party {
    async fn of(name: &str, seed: u8, log: &VerifierKey) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let name: KeyName = name.parse().unwrap();
        let witness = opened(folder.path(), &name, seed, log);
        let key = witness.key().clone();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut party = Self { name, seed, folder, address, key, running: None };
        party.serve(listener, witness);
        party
    }

    fn serve(&mut self, listener: TcpListener, witness: Witness) {
        let (stop, stopped) = oneshot::channel();
        let mut running = JoinSet::new();
        running.spawn(serve(listener, witness, async {
            let _stopped_or_dropped = stopped.await.is_ok();
        }));
        self.running = Some((stop, running));
    }

    async fn stop(&mut self) {
        let (stop, mut running) = self.running.take().unwrap();
        stop.send(()).unwrap();
        running.join_next().await.unwrap().unwrap().unwrap();
    }

    async fn start(&mut self, log: &VerifierKey) {
        let witness = opened(self.folder.path(), &self.name, self.seed, log);
        self.serve(TcpListener::bind(self.address).await.unwrap(), witness);
    }

    fn line(&self) -> String {
        format!("witness {} {} http://{}\n", self.seed, self.key, self.address)
    }
}

fn opened(folder: &Path, name: &KeyName, seed: u8, log: &VerifierKey) -> Witness {
    Witness::open(WitnessSettings {
        name: name.clone(),
        key: Arc::new(Ed25519Signer::from_seed([seed; 32])),
        logs: format!("log {log}\n").parse().unwrap(),
        state: folder.join("state.json"),
    })
    .unwrap()
}

/// A log that was begun, so that its key is known, and its folder.
async fn begun() -> (TempDir, VerifierKey) {
    let server = Server::start().await;
    let key = server.log_key().await;
    (server.stopped().await, key)
}

fn settings(policy: &str) -> Settings {
    let mut witnessing = Witnessing::of(policy.parse::<Policy>().unwrap());
    witnessing.interval = Duration::from_millis(20);
    witnessing.timeout = Duration::from_secs(2);
    Settings { witnessing: Some(witnessing), ..Settings::default() }
}

impl Server {
    /// The newest witnessed checkpoint, once it covers so many records.
    async fn witnessed(&self, size: u64) -> Note {
        for _ in 0..500 {
            let reply = self.get("/log/witnessed-checkpoint").await;
            if reply.status == 200 {
                let note: Note = reply.body.parse().unwrap();
                if Checkpoint::parse(&note.text).unwrap().size.0 >= size {
                    return note;
                }
            }
            sleep(Duration::from_millis(20)).await;
        }
        panic!("nothing was witnessed");
    }

    fn size(&self) -> u64 {
        self.store.snapshot().size().0
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quorum_cosigns_what_was_stored() {
    let (folder, key) = begun().await;
    let first = Party::of("one.example", 11, &key).await;
    let second = Party::of("two.example", 12, &key).await;
    let text = format!("{}{}group all all 11 12\nquorum all\n", first.line(), second.line());
    let server = Server::over(folder, settings(&text)).await;
    let id = server.stored("a").await;
    let note = server.witnessed(server.size()).await;
    let policy = text.parse::<Policy>().unwrap().of_log(key);
    let trust = policy.judge(&note).unwrap();
    assert_eq!((trust.quorum, trust.witnesses.len()), (Quorum::Met, 2));
    // The newest checkpoint is this one, and says so.
    assert_eq!(server.get("/log/checkpoint").await.body, note.to_string());
    let proof = server.get(&format!("{EVENTS}/{id}/$proof")).await;
    assert_eq!(proof.field("kiln-evidence"), Some("witnessed"));
    let body = server.get(&format!("{EVENTS}/{id}/$original")).await.bytes;
    let receipt = verify_receipt(&body, &TlogProof::parse(&proof.bytes).unwrap(), &policy).unwrap();
    assert_eq!(receipt.trust.quorum, Quorum::Met);
    let verified = server.get(&format!("{EVENTS}/{id}/$verify")).await;
    assert_eq!(verified.parameter("evidence"), "witnessed");
    let metrics = server.get("/metrics").await.body;
    let cosigned = r#"kiln_witness_answers_total{witness="one.example",answer="cosigned"}"#;
    assert!(metrics.contains(cosigned), "{metrics}");
    assert!(metrics.contains("\nkiln_witness_lag_seconds 0"), "{metrics}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_witnessed_is_known_after_a_restart_without_witnesses() {
    let (folder, key) = begun().await;
    let mut party = Party::of("one.example", 11, &key).await;
    let text = format!("{}quorum 11\n", party.line());
    let server = Server::over(folder, settings(&text)).await;
    let id = server.stored("a").await;
    let note = server.witnessed(server.size()).await;
    let folder = server.stopped().await;
    party.stop().await;
    let server = Server::over(folder, settings(&text)).await;
    assert_eq!(server.get("/log/witnessed-checkpoint").await.body, note.to_string());
    let old = server.get(&format!("{EVENTS}/{id}/$proof")).await;
    assert_eq!(old.field("kiln-evidence"), Some("witnessed"));
    let new = server.stored("b").await;
    let new = server.get(&format!("{EVENTS}/{new}/$proof")).await;
    assert_eq!(new.field("kiln-evidence"), Some("self-signed only"));
    // What was witnessed under another quorum counts for nothing.
    let folder = server.stopped().await;
    let other = Party::of("two.example", 12, &key).await;
    let text = format!("{}{}quorum 12\n", party.line(), other.line().replace("http", "https"));
    let server = Server::over(folder, settings(&text)).await;
    assert_eq!(server.get("/log/witnessed-checkpoint").await.status, 404);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_create_waits_for_witnesses_and_may_be_sent_again() {
    let (folder, key) = begun().await;
    let mut party = Party::of("one.example", 11, &key).await;
    party.stop().await;
    let mut settings = settings(&format!("{}quorum 11\n", party.line()));
    settings.acknowledge = Acknowledge::Witnessed;
    settings.witness_wait = Duration::from_millis(200);
    let server = Server::over(folder, settings).await;
    let fields = "content-type: application/fhir+json\r\nidempotency-key: k1\r\n";
    let body = events::r4("a", 1);
    let waiting = server.ask("POST", EVENTS, fields, &body).await;
    assert_eq!(waiting.status, 503, "{}", waiting.body);
    assert!(waiting.field("retry-after").is_some());
    let says = waiting.json()["issue"][0]["diagnostics"].as_str().unwrap().to_owned();
    assert!(says.contains("durable") && says.contains("Idempotency-Key"), "{says}");
    assert_eq!(server.total().await, 1);
    party.start(&key).await;
    let mut again = server.ask("POST", EVENTS, fields, &body).await;
    for _ in 0..100 {
        if again.status == 201 {
            break;
        }
        again = server.ask("POST", EVENTS, fields, &body).await;
    }
    assert_eq!(again.status, 201, "{}", again.body);
    assert_eq!(server.total().await, 1);
    let fields = format!("{fields}prefer: kiln-proof\r\n").replace("k1", "k2");
    let proof = server.ask("POST", EVENTS, &fields, &body).await;
    assert_eq!(proof.field("kiln-evidence"), Some("witnessed"), "{}", proof.body);
    let bundle = events::bundle("batch", &[events::post(&body)]);
    let fields = "content-type: application/fhir+json\r\n";
    assert_eq!(server.ask("POST", "/fhir/r4", fields, &bundle).await.status, 200);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_for_witnesses_that_nobody_asks() {
    let server = Server::start().await;
    for witnessing in [None, Some(Witnessing::of("quorum none\n".parse().unwrap()))] {
        let acknowledge = Acknowledge::Witnessed;
        let settings = Settings { acknowledge, witnessing, ..Settings::default() };
        let store = Arc::clone(&server.store);
        assert!(Tenant::new(TenantId::default(), store, &settings).is_err());
    }
    server.stop().await;
}

/// Anchors stop when nothing else happens.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_witnessed_is_stated_in_the_log() {
    let (folder, key) = begun().await;
    let party = Party::of("one.example", 11, &key).await;
    let mut settings = settings(&format!("{}quorum 11\n", party.line()));
    settings.witnessing.as_mut().unwrap().anchor_interval = Duration::from_millis(50);
    let server = Server::over(folder, settings).await;
    let before = server.size();
    server.stored("a").await;
    while server.size() < before + 2 {
        sleep(Duration::from_millis(20)).await;
    }
    server.witnessed(server.size()).await;
    sleep(Duration::from_millis(500)).await;
    let size = server.size();
    assert!(size <= before + 3, "{before} {size}");
    let snapshot = server.store.snapshot();
    let anchors = (before..size)
        .filter_map(|at| Statement::from_json(&snapshot.read(LogIndex(at)).unwrap().body));
    for anchor in anchors.collect::<Vec<_>>() {
        let Statement::Anchor { note, .. } = anchor else { panic!("{anchor:?}") };
        let note: Note = note.parse().unwrap();
        assert!(note.verify(std::slice::from_ref(&party.key)).is_ok());
    }
    drop(snapshot);
    server.stop().await;
}

/// A copy of the log is put back: the witness knows more of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_witness_that_knows_more_raises_an_alarm() {
    let (folder, key) = begun().await;
    let party = Party::of("one.example", 11, &key).await;
    let text = format!("{}quorum 11\n", party.line());
    let copy = tempfile::tempdir().unwrap();
    let status = std::process::Command::new("cp")
        .arg("-a")
        .arg(format!("{}/.", folder.path().display()))
        .arg(copy.path())
        .status();
    assert!(status.unwrap().success());
    let server = Server::over(folder, settings(&text)).await;
    for patient in ["a", "b", "c", "d", "e"] {
        server.stored(patient).await;
    }
    let lost = server.witnessed(server.size()).await;
    server.stop().await;
    // Before it is opened it can be known.
    let path = copy.path().join("tenants/default");
    let origins = kiln_store::origins(&path, &RealDisk).unwrap();
    let witnessing = settings(&text).witnessing.unwrap();
    let known = known_by_witnesses(&witnessing, &origins).await.unwrap();
    let newest: Vec<&str> = known.iter().map(|note| note.text.as_str()).collect();
    assert!(newest.len() == 1 && newest[0] >= lost.text.as_str(), "{newest:?}");
    let server = Server::over(copy, settings(&text)).await;
    let mut ready = server.get("/health/ready").await.json();
    for _ in 0..500 {
        if !ready["warnings"].is_null() {
            break;
        }
        sleep(Duration::from_millis(20)).await;
        ready = server.get("/health/ready").await.json();
    }
    assert_eq!(ready["status"], "ready");
    assert_ne!(ready["warnings"], Value::Null);
    let metrics = server.get("/metrics").await.body;
    assert!(metrics.contains("\nkiln_witness_alarm 1\n"), "{metrics}");
    server.stop().await;
}

/// A witness that lies about its size, or was mistaken, is asked again: else one answer would end
/// all its cosignatures until the log's next start.
#[tokio::test(flavor = "multi_thread")]
async fn a_size_that_no_log_has_is_not_believed_for_ever() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let (folder, key) = begun().await;
    let mut party = Party::of("one.example", 11, &key).await;
    party.stop().await;
    let liar = TcpListener::bind(party.address).await.unwrap();
    let mut lied = JoinSet::new();
    lied.spawn(async move {
        let (mut stream, _) = liar.accept().await.unwrap();
        let _asked = stream.read(&mut vec![0; 64 << 10]).await.unwrap();
        let far = b"HTTP/1.1 409 Conflict\r\ncontent-length: 20\r\nconnection: close\r\n\r\n\
            9223372036854775807\n";
        stream.write_all(far).await.unwrap();
    });
    let server = Server::over(folder, settings(&format!("{}quorum 11\n", party.line()))).await;
    lied.join_next().await.unwrap().unwrap();
    party.start(&key).await;
    server.witnessed(server.size()).await;
    assert!(server.get("/metrics").await.body.contains("\nkiln_witness_alarm 1\n"));
    server.stop().await;
}

/// Tiles are derived: a damaged one costs what was kept of the witnesses, and no start.
#[tokio::test(flavor = "multi_thread")]
async fn a_tile_that_is_damaged_keeps_no_server_from_starting() {
    let server = Server::start().await;
    let key = server.log_key().await;
    let party = Party::of("one.example", 11, &key).await;
    let body = events::r4("a", 1);
    let bundle = events::bundle("batch", &vec![events::post(&body); 100]);
    for nth in 0..6 {
        let fields = "content-type: application/fhir+json\r\n";
        assert_eq!(server.ask("POST", "/fhir/r4", fields, &bundle).await.status, 200);
        if nth == 2 {
            // In the midst of the second tile, which is full on disk in the end.
            let snapshot = server.store.snapshot();
            assert!((257..511).contains(&snapshot.size().0));
            server.store.keep_witnessed(&snapshot.checkpoint().unwrap().note).unwrap();
        }
    }
    let server = Server::over(server.stopped().await, Settings::default()).await;
    RealDisk.remove(&server.log().join("tiles/tile/0/001")).unwrap();
    let settings = settings(&format!("{}quorum 11\n", party.line()));
    let tenant = Tenant::new(TenantId::default(), Arc::clone(&server.store), &settings);
    assert!(tenant.is_ok(), "{:?}", tenant.err());
    drop(tenant);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_witnesses_are_told_tells_nothing() {
    // A witness that writes down all that it is sent, and cosigns nothing.
    let (folder, key) = begun().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut running = JoinSet::new();
    running.spawn(async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let mut told = Vec::new();
        for _ in 0..5 {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut bytes = vec![0; 64 << 10];
            let len = stream.read(&mut bytes).await.unwrap();
            told.extend_from_slice(&bytes[..len]);
            let refuse =
                b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            stream.write_all(refuse).await.unwrap();
        }
        String::from_utf8(told).unwrap()
    });
    let party = Party::of("one.example", 11, &key).await;
    let text = format!("witness w {} http://{address}\nquorum w\n", party.key);
    let server = Server::over(folder, settings(&text)).await;
    for _ in 0..3 {
        server.stored("canary-7311").await;
    }
    let told = running.join_next().await.unwrap().unwrap();
    assert!(told.contains("POST /add-checkpoint HTTP/1.1"), "{told}");
    assert!(!told.contains("canary-7311"), "{told}");
    server.stop().await;
}
