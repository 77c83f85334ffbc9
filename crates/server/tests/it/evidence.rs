//! What others may have of the log, receipts, and checks of what is stored.
use crate::{events, server::Server};
use kiln_evidence::{
    Checkpoint, Note, Policy, Quorum, Tile, TlogProof, Tree, TreeSize, VerifierKey, leaf_hash,
    parse_entry_bundle, verify_receipt,
};
use kiln_store::LogIndex;
use std::os::unix::fs::FileExt;

const EVENTS: &str = "/fhir/r4/AuditEvent";

impl Server {
    pub(crate) async fn stored(&self, patient: &str) -> String {
        let reply = self.post(EVENTS, &events::r4(patient, 1)).await;
        assert_eq!(reply.status, 201, "{}", reply.body);
        reply.id()
    }

    pub(crate) async fn log_key(&self) -> VerifierKey {
        self.get("/log/key").await.body.trim_end().parse().unwrap()
    }

    async fn checkpoint(&self) -> Checkpoint {
        let note: Note = self.get("/log/checkpoint").await.body.parse().unwrap();
        note.verify(&[self.log_key().await]).unwrap();
        Checkpoint::parse(&note.text).unwrap()
    }

    async fn tile(&self, path: &str) -> Option<Vec<u8>> {
        let reply = self.get(&format!("/log/{path}")).await;
        if reply.status == 404 {
            return None;
        }
        assert_eq!(reply.status, 200);
        assert_eq!(reply.field("content-type"), Some("application/octet-stream"));
        let is_partial = path.contains(".p/");
        let caching = reply.field("cache-control").unwrap();
        assert_eq!(caching.contains("immutable"), !is_partial, "{path}");
        Some(reply.bytes)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tiles_lead_to_the_checkpoint() {
    let server = Server::start().await;
    let one = events::post(&events::r4("many", 1));
    let bundle = events::bundle("batch", &vec![one; 300]);
    assert_eq!(server.post("/fhir/r4", &bundle).await.status, 200);
    let checkpoint = server.checkpoint().await;
    let mut tree = Tree::default();
    for (index, width) in [(0, 256), (1, checkpoint.size.0 - 256)] {
        let partial = if width == 256 { String::new() } else { format!(".p/{width}") };
        let hashes = server.tile(&format!("tile/0/{index:03}{partial}")).await.unwrap();
        let entries = server.tile(&format!("tile/entries/{index:03}{partial}")).await.unwrap();
        let entries = parse_entry_bundle(&entries).unwrap();
        assert_eq!(entries.len() as u64, width);
        for (entry, hash) in entries.iter().zip(hashes.chunks(32)) {
            assert_eq!(leaf_hash(entry).0, hash);
            tree.push(leaf_hash(entry));
        }
    }
    assert_eq!((tree.size(), tree.root()), (checkpoint.size, checkpoint.root));
    for path in ["tile/0/001", "tile/0/002.p/1", "tile/1/001", "tile/0/000.p/0", "tile/9/000"] {
        assert_eq!(server.tile(path).await, None, "{path}");
    }
    assert_eq!(Tile::from_path("tile/0/000").unwrap().width, 256);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_checked_without_the_server() {
    let server = Server::start().await;
    let id = server.stored("a").await;
    server.stored("b").await;
    let policy = Policy::of_key(server.log_key().await);
    let body = server.get(&format!("{EVENTS}/{id}/$original")).await.bytes;
    for accept in ["", "accept: text/plain\r\n", "accept: application/fhir+xml\r\n"] {
        let reply = server.ask("GET", &format!("{EVENTS}/{id}/$proof"), accept, "").await;
        assert_eq!(reply.status, 200, "{accept}{}", reply.body);
        assert_eq!(reply.field("content-type"), Some("text/plain; charset=utf-8"));
        assert_eq!(reply.field("kiln-evidence"), Some("self-signed only"));
        let proof = TlogProof::parse(&reply.bytes).unwrap();
        let receipt = verify_receipt(&body, &proof, &policy).unwrap();
        assert_eq!(uuid::Uuid::from_bytes(receipt.id).to_string(), id);
        assert_eq!(receipt.trust.quorum, Quorum::None);
        assert!(verify_receipt(&body[1..], &proof, &policy).is_err());
    }
    assert_eq!(server.get(&format!("{EVENTS}/none/$proof")).await.status, 404);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_create_may_be_answered_with_its_receipt() {
    let server = Server::start().await;
    let body = events::r4("a", 1);
    let policy = Policy::of_key(server.log_key().await);
    let fields = "content-type: application/fhir+json\r\nprefer: kiln-proof\r\n\
                  accept: text/plain\r\nidempotency-key: k\r\n";
    for _ in 0..2 {
        let reply = server.ask("POST", EVENTS, fields, &body).await;
        assert_eq!(reply.status, 201, "{}", reply.body);
        assert_eq!(reply.field("preference-applied"), Some("kiln-proof"));
        let proof = TlogProof::parse(&reply.bytes).unwrap();
        let receipt = verify_receipt(body.as_bytes(), &proof, &policy).unwrap();
        assert_eq!(uuid::Uuid::from_bytes(receipt.id).to_string(), reply.id());
    }
    let refused = fields.replace("prefer: kiln-proof", "prefer: return=minimal");
    assert_eq!(server.ask("POST", EVENTS, &refused, &body).await.status, 406);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stored_is_followed_to_the_checkpoint_in_every_release_and_form() {
    let server = Server::start().await;
    let id = server.stored("a").await;
    for release in ["dstu2", "stu3", "r4", "r4b", "r5", "r6"] {
        for path in [format!("{id}/$verify"), "$verify".to_owned()] {
            let url = format!("/fhir/{release}/AuditEvent/{path}");
            let reply = server.get(&url).await;
            assert_eq!(reply.status, 200, "{url}: {}", reply.body);
            assert_eq!(reply.field("kiln-evidence"), Some("self-signed only"));
            assert_eq!(reply.json()["resourceType"], "Parameters");
            assert_eq!(reply.parameter("verdict"), "ok", "{url}");
            let xml = server.get(&format!("{url}?_format=xml")).await;
            assert_eq!(xml.status, 200, "{}", xml.body);
            assert!(xml.body.contains(r#"<valueCode value="ok"/>"#), "{}", xml.body);
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stretch_of_the_log_has_limits_and_goes_on() {
    let server = Server::start().await;
    let one = events::post(&events::r4("many", 1));
    let bundle = events::bundle("batch", &vec![one; 600]);
    for _ in 0..2 {
        assert_eq!(server.post("/fhir/r4", &bundle).await.status, 200);
    }
    let first = server.get(&format!("{EVENTS}/$verify")).await;
    let (from, to) = (first.parameter("from"), first.parameter("to"));
    assert_eq!((from.as_u64(), to.as_u64()), (Some(0), Some(1000)));
    let next = first.parameter("next");
    let rest = server.get(&format!("{EVENTS}/$verify?from={next}")).await;
    assert_eq!(rest.parameter("verdict"), "ok");
    assert_eq!(rest.parameter("to"), first.parameter("size"));
    assert_eq!(rest.parameter("next"), serde_json::Value::Null);
    for bad in ["from=2&to=1", "from=0&to=1001", "from=x", "to=99999", "id=1"] {
        let reply = server.get(&format!("{EVENTS}/$verify?{bad}")).await;
        assert_eq!(reply.status, 400, "{bad}: {}", reply.body);
    }
    server.stop().await;
}

/// A byte that is changed under a running server.
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_record_is_found() {
    let server = Server::start().await;
    let id = server.stored("a").await;
    let segment = server.log().join("segments").join(format!("{:016x}.log", 0));
    let file = std::fs::OpenOptions::new().write(true).read(true).open(segment).unwrap();
    let mut bytes = vec![0; 64 << 10];
    let len = file.read_at(&mut bytes, 0).unwrap();
    // The last envelope's principal.
    let at = bytes[..len].windows(4).rposition(|four| four == b"open").unwrap();
    file.write_all_at(b"Open", at as u64).unwrap();
    let reply = server.get(&format!("{EVENTS}/$verify")).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_ne!(reply.parameter("verdict"), "ok", "{}", reply.body);
    let reply = server.get(&format!("{EVENTS}/{id}/$verify")).await;
    assert_eq!(reply.parameter("verdict"), "missing", "{}", reply.body);
    drop(server);
}

/// What Kiln states of its log is no audit event.
#[tokio::test(flavor = "multi_thread")]
async fn statements_are_not_events() {
    let server = Server::start().await;
    server.stored("a").await;
    let genesis = server.store.snapshot().read(LogIndex(0)).unwrap().envelope;
    assert_eq!(genesis.kind, kiln_store::RecordKind::Statement);
    let id = genesis.id.0;
    for path in ["", "/$original", "/$proof", "/$verify", "/_history", "/_history/1", "/$validate"]
    {
        let reply = server.get(&format!("{EVENTS}/{id}{path}")).await;
        assert_eq!(reply.status, 404, "{path}: {}", reply.body);
    }
    assert_eq!(server.get(&format!("/api/audit-events/{id}")).await.status, 404);
    assert_eq!(server.total().await, 1);
    let history = server.get(&format!("{EVENTS}/_history")).await.json();
    assert_eq!(history["total"], 1);
    assert!(server.checkpoint().await.size > TreeSize(1));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_witnesses_nothing_is_witnessed() {
    let server = Server::start().await;
    assert_eq!(server.get("/log/witnessed-checkpoint").await.status, 404);
    let metrics = server.get("/metrics").await.body;
    assert!(metrics.contains("\nkiln_log_witnessed_records 0\n"), "{metrics}");
    let signed = server.checkpoint().await.size.0;
    assert!(metrics.contains(&format!("\nkiln_log_signed_records {signed}\n")), "{metrics}");
    server.stop().await;
}
