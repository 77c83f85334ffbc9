//! A FHIR server of a few lines, that does as it is told.
use bytes::Bytes;
use http_body_util::{BodyExt, Full, combinators::BoxBody};
use hyper::{
    Request, Response,
    body::{Frame, Incoming},
    header::HeaderMap,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use std::{
    collections::{BTreeMap, VecDeque},
    convert::Infallible,
    future::Future as _,
    io,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{net::TcpListener, task::JoinSet};

/// What it does with the next requests.
#[derive(Clone, Debug)]
pub(crate) enum Does {
    /// FHIR's CRUD.
    Fhir,
    /// This answer.
    Answer(u16, &'static str),
    /// This Bundle in pieces, and then an end, or none.
    Pieces(Vec<String>, bool),
    /// Nothing, until the client goes.
    Nothing,
}

/// A request that came.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) line: String,
    pub(crate) headers: HeaderMap,
    /// How many intents were in the log by then.
    pub(crate) intents: usize,
}

pub(crate) struct Upstream {
    pub(crate) url: String,
    state: Arc<State>,
    _running: JoinSet<()>,
}

/// Counts the intents that are in the log.
type Count = Box<dyn Fn() -> usize + Send + Sync>;

struct State {
    does: Mutex<Does>,
    seen: Mutex<Vec<Seen>>,
    resources: Mutex<BTreeMap<String, (u32, String)>>,
    count: Mutex<Option<Count>>,
}

type Body = BoxBody<Bytes, io::Error>;

impl Upstream {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/fhir", listener.local_addr().unwrap());
        let state = Arc::new(State {
            does: Mutex::new(Does::Fhir),
            seen: Mutex::default(),
            resources: Mutex::default(),
            count: Mutex::default(),
        });
        let mut running = JoinSet::new();
        let (served, base) = (Arc::clone(&state), url.clone());
        running.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (state, base) = (Arc::clone(&served), base.clone());
                connections.spawn(async move {
                    let service = service_fn(move |request| {
                        let (state, base) = (Arc::clone(&state), base.clone());
                        async move { Ok::<_, Infallible>(answer(&state, &base, request).await) }
                    });
                    let http = hyper::server::conn::http1::Builder::new();
                    drop(http.serve_connection(TokioIo::new(stream), service).await);
                });
            }
        });
        Self { url, state, _running: running }
    }

    pub(crate) fn does(&self, does: Does) {
        *self.state.does.lock().unwrap() = does;
    }

    pub(crate) fn counts(&self, count: impl Fn() -> usize + Send + Sync + 'static) {
        *self.state.count.lock().unwrap() = Some(Box::new(count));
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.state.seen.lock().unwrap().clone()
    }

    pub(crate) fn put(&self, path: &str, version: u32, json: &str) {
        let resource = (version, json.to_owned());
        self.state.resources.lock().unwrap().insert(path.to_owned(), resource);
    }
}

async fn answer(state: &State, base: &str, request: Request<Incoming>) -> Response<Body> {
    let line = format!("{} {}", request.method(), request.uri());
    let intents = state.count.lock().unwrap().as_ref().map_or(0, |count| count());
    let headers = request.headers().clone();
    state.seen.lock().unwrap().push(Seen { line, headers, intents });
    let does = state.does.lock().unwrap().clone();
    let path = request.uri().path().trim_start_matches("/fhir").to_owned();
    let method = request.method().as_str().to_owned();
    let body = request.into_body().collect().await.unwrap().to_bytes();
    match does {
        Does::Fhir => fhir(state, base, &method, &path, std::str::from_utf8(&body).unwrap()),
        Does::Answer(status, json) => json_answer(status, json, &[]),
        Does::Pieces(pieces, is_whole) => in_pieces(pieces, is_whole),
        Does::Nothing => {
            tokio::time::sleep(Duration::from_mins(1)).await;
            json_answer(500, "{}", &[])
        }
    }
}

fn fhir(state: &State, base: &str, method: &str, path: &str, body: &str) -> Response<Body> {
    let mut resources = state.resources.lock().unwrap();
    let path = match method {
        "POST" => format!("{path}/{}", resources.len() + 1),
        _ => path.to_owned(),
    };
    let known = resources.get(&path).cloned();
    let etag = |version: u32| ("etag", format!("W/\"{version}\""));
    match (method, known) {
        ("POST" | "PUT", known) => {
            let version = known.as_ref().map_or(0, |(version, _)| *version) + 1;
            resources.insert(path.clone(), (version, body.to_owned()));
            let location = ("location", format!("{base}{path}/_history/{version}"));
            let status = if known.is_some() { 200 } else { 201 };
            json_answer(status, body, &[etag(version), location])
        }
        ("GET", Some((version, json))) => json_answer(200, &json, &[etag(version)]),
        ("GET", None) if path.matches('/').count() == 1 => {
            let entries = resources.iter().map(|(path, (_, json))| {
                format!(r#"{{"fullUrl":"{base}{path}","resource":{json}}}"#)
            });
            let entries = entries.collect::<Vec<_>>().join(",");
            let link = format!(r#"[{{"relation":"next","url":"{base}{path}?page=2"}}]"#);
            let kind = r#""resourceType":"Bundle","type":"searchset""#;
            let bundle = format!(r#"{{{kind},"link":{link},"entry":[{entries}]}}"#);
            json_answer(200, &bundle, &[])
        }
        ("DELETE", Some(_)) => {
            resources.remove(&path);
            json_answer(204, "", &[])
        }
        _ => {
            let issue = r#"{"severity":"error","code":"not-found"}"#;
            let outcome = format!(r#"{{"resourceType":"OperationOutcome","issue":[{issue}]}}"#);
            json_answer(404, &outcome, &[])
        }
    }
}

fn json_answer(status: u16, json: &str, fields: &[(&str, String)]) -> Response<Body> {
    let mut response = Response::builder().status(status);
    if !json.is_empty() {
        response = response.header("content-type", "application/fhir+json");
    }
    for (name, value) in fields {
        response = response.header(*name, value);
    }
    let body = Full::new(Bytes::from(json.to_owned())).map_err(|never| match never {});
    response.body(body.boxed()).unwrap()
}

fn in_pieces(pieces: Vec<String>, is_whole: bool) -> Response<Body> {
    let body = Broken { pieces: pieces.into(), is_whole, pause: None };
    let response = Response::builder().header("content-type", "application/fhir+json");
    response.body(body.boxed()).unwrap()
}

/// A body that comes in pieces, and breaks off a moment after the last where it is not whole.
struct Broken {
    pieces: VecDeque<String>,
    is_whole: bool,
    pause: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl hyper::body::Body for Broken {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(piece) = self.pieces.pop_front() {
            return Poll::Ready(Some(Ok(Frame::data(piece.into()))));
        }
        if self.is_whole {
            return Poll::Ready(None);
        }
        let pause = || Box::pin(tokio::time::sleep(Duration::from_millis(200)));
        ready!(self.pause.get_or_insert_with(pause).as_mut().poll(context));
        Poll::Ready(Some(Err(io::ErrorKind::BrokenPipe.into())))
    }
}
