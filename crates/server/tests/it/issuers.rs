//! Issuers that are slow, gone, or asked by many at once: nobody comes in whom nobody knows, and
//! no crowd is passed on to the issuer.
use crate::identified::{AUDIENCE, ISSUER, Identified, jwks};
use kiln_server::{Introspection, KeySource, KeyTimes, Settings, Tokens};
use serde_json::json;
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    sync::watch,
    task::JoinSet,
};

/// What an issuer answers, whatever it is asked: a status and a body.
type Answer = (u16, String);

/// An issuer's web server.
struct Web {
    url: String,
    answer: watch::Sender<Answer>,
    asked: Arc<AtomicUsize>,
    _serving: JoinSet<()>,
}

impl Web {
    async fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let (answer, answers) = watch::channel(answer);
        let asked = Arc::new(AtomicUsize::new(0));
        let mut serving = JoinSet::new();
        let count = Arc::clone(&asked);
        serving.spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = vec![0; 16 << 10];
                let _len = stream.read(&mut request).await.unwrap();
                count.fetch_add(1, Ordering::SeqCst);
                // Long enough for a crowd to gather.
                tokio::time::sleep(Duration::from_millis(50)).await;
                let (status, body) = answers.borrow().clone();
                let head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\n");
                let reply = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
                stream.write_all(reply.as_bytes()).await.unwrap();
            }
        });
        Self { url, answer, asked, _serving: serving }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

const EVENTS: &str = "/fhir/r4/AuditEvent";

fn signed(web: &Web) -> Tokens {
    Tokens::Signed(KeySource::Url(web.url.clone()), KeyTimes::default())
}

fn introspected(web: &Web) -> Tokens {
    Tokens::Introspected(Introspection {
        url: web.url.clone(),
        client_id: "kiln".to_owned(),
        client_secret: "secret".to_owned(),
        cache: Duration::from_secs(30),
    })
}

/// The statuses of so many requests with this token at once.
async fn crowd(kiln: &Identified, token: &str, many: usize) -> Vec<u16> {
    let asked = (0..many).map(|_| kiln.get(token, EVENTS));
    let mut asked: Vec<_> = asked.map(Box::pin).collect();
    let mut statuses = Vec::new();
    std::future::poll_fn(|context| {
        asked.retain_mut(|one| match one.as_mut().poll(context) {
            std::task::Poll::Ready(reply) => {
                statuses.push(reply.status);
                false
            }
            std::task::Poll::Pending => true,
        });
        if asked.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    statuses
}

#[tokio::test]
async fn keys_are_fetched_once_for_a_crowd() {
    let web = Web::start((200, jwks())).await;
    let kiln = Identified::by(signed(&web)).await;
    let token = kiln.admin("default");
    assert_eq!(crowd(&kiln, &token, 20).await, [200; 20]);
    assert_eq!(web.asked(), 1);
    kiln.server.stop().await;
}

#[tokio::test]
async fn made_up_keys_are_not_asked_for_again_and_again() {
    let web = Web::start((200, jwks())).await;
    let kiln = Identified::by(signed(&web)).await;
    assert_eq!(kiln.get(&kiln.admin("default"), EVENTS).await.status, 200);
    for number in 0..10 {
        let token = kiln.signed_by(&format!("made-up-{number}"));
        assert_eq!(kiln.get(&token, EVENTS).await.status, 401);
    }
    assert_eq!(web.asked(), 1, "not within a minute of the last time");
    kiln.server.stop().await;
}

#[tokio::test]
async fn without_keys_nobody_comes_in() {
    for answer in [
        (500, jwks()),
        (404, jwks()),
        (302, jwks()),
        (200, "{}".to_owned()),
        (200, "no JSON".to_owned()),
        (200, "x".repeat(300 << 10)),
    ] {
        let web = Web::start(answer.clone()).await;
        let kiln = Identified::by(signed(&web)).await;
        let refused = kiln.get(&kiln.admin("default"), EVENTS).await;
        assert_eq!(refused.status, 503, "{}", answer.0);
        assert_eq!(refused.field("retry-after"), Some("5"));
        assert_eq!(kiln.server.get(EVENTS).await.status, 401);
        assert_eq!(crowd(&kiln, &kiln.admin("default"), 5).await, [503; 5]);
        assert_eq!(web.asked(), 1, "it is not asked by each");
        kiln.server.stop().await;
    }
}

fn active(scope: &str) -> Answer {
    let exp = 32_503_680_000_u64;
    let answer = json!({
        "active": true, "scope": scope, "client_id": "sender", "exp": exp,
        "iss": ISSUER, "aud": AUDIENCE, "tenant": "default", "token_type": "Bearer",
    });
    (200, answer.to_string())
}

#[tokio::test]
async fn an_issuer_is_asked_once_about_a_token() {
    let web = Web::start(active("system/AuditEvent.rs")).await;
    let kiln = Identified::by(introspected(&web)).await;
    assert_eq!(kiln.get("opaque", EVENTS).await.status, 200);
    assert_eq!(crowd(&kiln, "opaque", 10).await, [200; 10]);
    assert_eq!(web.asked(), 1);
    web.answer.send_replace((200, json!({ "active": false }).to_string()));
    assert_eq!(crowd(&kiln, "another", 1).await, [401]);
    assert_eq!(crowd(&kiln, "another", 10).await, [401; 10]);
    assert_eq!(web.asked(), 2, "what is bad is remembered, too");
    kiln.server.stop().await;
}

#[tokio::test]
async fn an_issuer_is_not_asked_about_what_is_too_long_for_a_token() {
    let web = Web::start(active("system/AuditEvent.rs")).await;
    let settings = Settings { header_bytes_max: 32 << 10, ..Settings::default() };
    let kiln = Identified::by_with(introspected(&web), settings).await;
    assert_eq!(kiln.get(&"x".repeat((16 << 10) + 1), EVENTS).await.status, 401);
    assert_eq!(web.asked(), 0);
    assert_eq!(kiln.get("opaque", EVENTS).await.status, 200);
    kiln.server.stop().await;
}

#[tokio::test]
async fn an_answer_that_does_not_say_for_whom_lets_nobody_in() {
    let (status, body) = active("system/AuditEvent.rs");
    let mut answer: serde_json::Value = serde_json::from_str(&body).unwrap();
    answer.as_object_mut().unwrap().remove("aud").unwrap();
    let web = Web::start((status, answer.to_string())).await;
    let kiln = Identified::by(introspected(&web)).await;
    assert_eq!(kiln.get("opaque", EVENTS).await.status, 401);
    assert_eq!(web.asked(), 1);
    kiln.server.stop().await;
}

#[tokio::test]
async fn an_issuer_that_does_not_answer_lets_nobody_in() {
    for answer in [(500, String::new()), (401, active("system/AuditEvent.rs").1)] {
        let web = Web::start(answer).await;
        let kiln = Identified::by(introspected(&web)).await;
        assert_eq!(kiln.get("opaque", EVENTS).await.status, 503);
        web.answer.send_replace(active("system/AuditEvent.rs"));
        assert_eq!(kiln.get("opaque", EVENTS).await.status, 200, "nothing of it is remembered");
        kiln.server.stop().await;
    }
}
