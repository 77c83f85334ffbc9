//! Who passes: by tokens of an issuer with a real key.
use crate::{
    gateway::{Gateway, Reply},
    upstream::{Does, Upstream},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hyper::header::HeaderName;
use kiln_evidence::{Ed25519Signer, Signer as _};
use kiln_gateway::Settings;
use kiln_identity::{Algorithm, IssuerRules, Tenancy, TenantId};
use kiln_server::{IdentitySettings, Issuer, KeySource, KeyTimes, Tokens};
use kiln_store::clock::{Clock as _, SystemClock};
use serde_json::{Value, json};
use std::{path::Path, time::Duration};
use tokio::io::AsyncWriteExt as _;

const ISSUER: &str = "https://idp.example";
const AUDIENCE: &str = "https://fhir.example";
const PATIENT: &str = r#"{"resourceType":"Patient","id":"1"}"#;

fn key() -> Ed25519Signer {
    Ed25519Signer::from_seed([9; 32])
}

fn token(claims: &Value) -> String {
    let now = SystemClock.now().0 / 1000;
    let mut body = json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "ada", "client_id": "ehr", "jti": "j-1",
        "iat": now, "exp": now + 300,
    });
    body.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
    let header = json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": "k" });
    let [header, body] =
        [header, body].map(|part| URL_SAFE_NO_PAD.encode(part.to_string().as_bytes()));
    let text = format!("{header}.{body}");
    let signature = URL_SAFE_NO_PAD.encode(key().sign(text.as_bytes()).unwrap());
    format!("{text}.{signature}")
}

#[expect(clippy::disallowed_methods, reason = "a test lays out its files")]
fn identity(folder: &Path) -> IdentitySettings {
    let x = URL_SAFE_NO_PAD.encode(key().public_key());
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "kid": "k", "x": x });
    let file = folder.join("jwks.json");
    std::fs::write(&file, json!({ "keys": [jwk] }).to_string()).unwrap();
    let (audiences, algorithms) = (vec![AUDIENCE.to_owned()], vec![Algorithm::EdDsa]);
    let tenancy = Tenancy::One(TenantId::default());
    let issuer = Issuer {
        rules: IssuerRules::new("idp", ISSUER, audiences, algorithms, tenancy).unwrap(),
        tokens: Tokens::Signed(KeySource::File(file), KeyTimes::default()),
        timeout: Duration::from_secs(5),
        authorize_url: None,
        token_url: None,
    };
    IdentitySettings { issuers: vec![issuer], ..IdentitySettings::default() }
}

async fn gateway(change: impl FnOnce(&mut Settings)) -> Gateway {
    let folder = tempfile::tempdir().unwrap();
    let identity = identity(folder.path());
    let upstream = Upstream::start().await;
    upstream.put("/Patient/1", 1, PATIENT);
    Gateway::known_by(folder, upstream, Some(identity), change).await
}

async fn read(gateway: &Gateway, token: &str) -> Reply {
    let fields = format!("authorization: Bearer {token}\r\n");
    gateway.ask("GET", "/Patient/1", &fields, "").await
}

#[tokio::test]
async fn nobody_passes_without_a_token_that_kiln_verified() {
    let gateway = gateway(|_settings| {}).await;
    assert_eq!(gateway.get("/Patient/1").await.status, 401);
    let forged = token(&json!({ "scope": "user/*.cruds" })).replace("eyJ", "eyK");
    assert_eq!(read(&gateway, &forged).await.status, 401);
    assert!(gateway.upstream.seen().is_empty());
    assert!(gateway.entries().is_empty());
}

#[tokio::test]
async fn who_asks_is_told_by_the_token_which_goes_no_further() {
    let gateway = gateway(|_settings| {}).await;
    let token = token(&json!({ "scope": "user/Patient.r", "purpose_of_use": "TREAT" }));
    assert_eq!(read(&gateway, &token).await.status, 200);
    assert!(!gateway.upstream.seen()[0].headers.contains_key("authorization"));
    let event = gateway.events()[0].to_string();
    assert!(event.contains("\"ada\"") && event.contains("\"ehr\"") && event.contains("j-1"));
    assert!(!event.contains("unverified"), "{event}");
    // Neither the log nor what it keeps has the token.
    assert!(!gateway.entries()[0].to_string().contains(&token[..40]));
}

#[tokio::test]
async fn what_the_scopes_do_not_allow_is_recorded_and_goes_nowhere() {
    let gateway = gateway(|_settings| {}).await;
    let token = token(&json!({ "scope": "user/Observation.rs" }));
    let reply = read(&gateway, &token).await;
    assert_eq!(reply.status, 403);
    assert!(reply.field("www-authenticate").unwrap().contains("insufficient_scope"));
    assert!(gateway.upstream.seen().is_empty());
    let events = gateway.events();
    assert_eq!((events.len(), &events[0]["outcome"]), (1, &"8".into()));
}

#[tokio::test]
async fn where_the_upstream_sees_the_token_it_judges() {
    let gateway = gateway(|settings| settings.forward_authorization = true).await;
    let token = token(&json!({ "scope": "patient/Patient.r", "patient": "1" }));
    assert_eq!(read(&gateway, &token).await.status, 200);
    let seen = gateway.upstream.seen();
    assert_eq!(seen[0].headers["authorization"], format!("Bearer {token}"));
}

#[tokio::test]
async fn credentials_of_the_gateway_s_own_stand_above_the_client_s() {
    let gateway = gateway(|settings| {
        settings.forward_authorization = true;
        settings.credentials = Some("Bearer own".parse().unwrap());
    })
    .await;
    let token = token(&json!({ "scope": "user/Patient.r" }));
    assert_eq!(read(&gateway, &token).await.status, 200);
    assert_eq!(gateway.upstream.seen()[0].headers["authorization"], "Bearer own");
}

#[tokio::test]
async fn by_a_setting_who_is_not_verified_passes_with_a_mark() {
    let gateway = gateway(|settings| settings.unverified = true).await;
    let payload = URL_SAFE_NO_PAD.encode(r#"{"sub":"eve","client_id":"app"}"#);
    assert_eq!(read(&gateway, &format!("e30.{payload}.x")).await.status, 200);
    let event = gateway.events()[0].to_string();
    assert!(event.contains("\"eve\"") && event.contains("unverified"), "{event}");
}

#[tokio::test]
async fn a_purpose_is_taken_from_the_header_that_is_named() {
    let gateway = gateway(|settings| {
        settings.purpose_header = Some("x-purpose".parse().unwrap());
    })
    .await;
    let token = token(&json!({ "scope": "user/Patient.r" }));
    let fields = format!("authorization: Bearer {token}\r\nx-purpose: BTG\r\n");
    assert_eq!(gateway.ask("GET", "/Patient/1", &fields, "").await.status, 200);
    let event = gateway.events()[0].to_string();
    assert!(event.contains("BTG"), "{event}");
}

const OPEN: [&str; 2] = ["/metadata", "/.well-known/smart-configuration"];

#[tokio::test]
async fn anybody_may_ask_what_the_server_can_do_and_leaves_nothing() {
    let gateway = gateway(|settings| {
        settings.forward_authorization = true;
        settings.credentials = Some("Bearer own".parse().unwrap());
    })
    .await;
    gateway.upstream.does(Does::Answer(200, r#"{"resourceType":"CapabilityStatement"}"#));
    for path in OPEN {
        assert_eq!(gateway.get(path).await.status, 200);
        let forged = "authorization: Bearer forged\r\n";
        assert_eq!(gateway.ask("GET", path, forged, "").await.status, 200);
        assert_eq!(gateway.get(&path.replacen('/', "/Patient/", 1)).await.status, 401);
    }
    let seen = gateway.upstream.seen();
    assert_eq!(seen.len(), 4);
    assert!(seen.iter().all(|seen| !seen.headers.contains_key("authorization")), "{seen:?}");
    assert!(gateway.entries().is_empty() && gateway.events().is_empty());
    // Who is known is recorded as for all else.
    let token = token(&json!({ "scope": "user/Patient.r" }));
    let fields = format!("authorization: Bearer {token}\r\n");
    assert_eq!(gateway.ask("GET", OPEN[0], &fields, "").await.status, 200);
    assert_eq!(gateway.entries().len(), 2);
    gateway.upstream.does(Does::Answer(401, "{}"));
    assert_eq!(gateway.get(OPEN[0]).await.status, 401);
    assert!(gateway.entries().len() == 2 && gateway.events().is_empty());
}

#[tokio::test]
async fn nothing_goes_upstream_for_nobody_that_could_open_anything() {
    let gateway = gateway(|_settings| {}).await;
    gateway.upstream.does(Does::Answer(200, r#"{"resourceType":"CapabilityStatement"}"#));
    let fields = "x-api-key: k\r\nx-remote-user: admin\r\naccept: */*\r\ntraceparent: 00\r\n";
    let path = "/metadata?_format=json&api_key=t&mode=full";
    assert_eq!(gateway.ask("GET", path, fields, "").await.status, 200);
    let seen = &gateway.upstream.seen()[0];
    assert_eq!(seen.line, "GET /fhir/metadata?_format=json&mode=full");
    let mut names: Vec<_> = seen.headers.keys().map(HeaderName::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["accept", "accept-encoding", "host", "traceparent", "x-request-id"]);
}

#[tokio::test]
async fn a_body_of_nobody_who_is_known_is_refused_before_it_comes() {
    let gateway = gateway(|_settings| {}).await;
    let mut stream = gateway.connect().await;
    let head = "GET /fhir/metadata HTTP/1.1\r\nhost: x\r\ncontent-length: 5000000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let reply = Reply::read(&mut stream).await;
    assert_eq!((reply.status, reply.field("connection")), (400, Some("close")));
    assert!(gateway.upstream.seen().is_empty());
}

#[tokio::test]
async fn by_a_setting_what_the_server_can_do_is_for_those_who_are_known() {
    let gateway = gateway(|settings| settings.metadata_for_anybody = false).await;
    for path in OPEN {
        assert_eq!(gateway.get(path).await.status, 401);
    }
    assert!(gateway.upstream.seen().is_empty());
}
