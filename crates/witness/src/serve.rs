//! The witness over HTTP: three routes, all open. A checkpoint's signature is all that counts.
use crate::witness::{Refused, Witness};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    Method, Request, Response, StatusCode,
    body::Incoming,
    header::{self, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use kiln_evidence::MAX_ADD_CHECKPOINT;
use std::{
    convert::Infallible,
    future::Future,
    io,
    pin::pin,
    sync::Arc,
    time::{Duration, SystemTime},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
    time,
};

/// Connections at once; others wait to be accepted.
const CONNECTIONS_MAX: usize = 256;
/// Header fields of a request.
const HEADER_FIELDS_MAX: usize = 64;
/// Bytes that a connection reads ahead: header fields, URL.
const READ_AHEAD_BYTES_MAX: usize = 16 << 10;
/// From the first byte expected of a request to the end of its header; so long a connection may
/// also be idle.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);
/// From the end of the header to the end of the body.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long one connection may be held in all, whatever it does or does not read.
const CONNECTION_TIMEOUT: Duration = Duration::from_mins(10);
/// How long open requests may take to finish at the end.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);

/// Serves until `stop` resolves, then lets open requests finish.
///
/// # Errors
/// None today; a failed accept is logged and tried again.
pub async fn serve(
    listener: TcpListener,
    witness: Witness,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let witness = Arc::new(witness);
    let slots = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let (stream, slot) = tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = accept(&listener, &slots) => accepted,
        };
        connections.spawn(connection(stream, slot, Arc::clone(&witness), graceful.watcher()));
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    if time::timeout(DRAIN_TIMEOUT, graceful.shutdown()).await.is_err() {
        tracing::warn!("connections were still open at the end");
    }
    Ok(())
}

/// Waits for a free slot, then for a connection.
async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> (TcpStream, OwnedSemaphorePermit) {
    let slot = Arc::clone(slots).acquire_owned().await.expect("the semaphore is never closed");
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return (stream, slot),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn connection(
    stream: TcpStream,
    slot: OwnedSemaphorePermit,
    witness: Arc<Witness>,
    watcher: Watcher,
) {
    let service = service_fn(move |request| {
        let witness = Arc::clone(&witness);
        async move { Ok::<_, Infallible>(answer(witness, request).await) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_headers(HEADER_FIELDS_MAX)
        .max_buf_size(READ_AHEAD_BYTES_MAX);
    let served = watcher.watch(http.serve_connection(TokioIo::new(stream), service));
    match time::timeout(CONNECTION_TIMEOUT, served).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "a connection ended early"),
        Err(_) => tracing::debug!("a connection was held too long"),
    }
    drop(slot);
}

type Answer = Response<Full<Bytes>>;

async fn answer(witness: Arc<Witness>, request: Request<Incoming>) -> Answer {
    let path = request.uri().path().to_owned();
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    match path.strip_prefix('/').unwrap_or_default() {
        "" if is_read => said(StatusCode::OK, format!("{ABOUT}\n{}\n", witness.key())),
        "add-checkpoint" if *request.method() == Method::POST => add(witness, request).await,
        "" => not_offered("GET, HEAD"),
        "add-checkpoint" => not_offered("POST"),
        path => match path.strip_suffix("/checkpoint") {
            Some(hash) if is_read => newest(&witness, hash),
            Some(_) => not_offered("GET, HEAD"),
            None => said(StatusCode::NOT_FOUND, "nothing is served here\n"),
        },
    }
}

/// What is at the root, before the key.
const ABOUT: &str =
    "This is a witness of transparency logs (https://c2sp.org/tlog-witness). Its key:";

fn newest(witness: &Witness, hash: &str) -> Answer {
    match witness.newest(hash) {
        Some(note) => said(StatusCode::OK, note),
        None => said(StatusCode::NOT_FOUND, "no checkpoint of such a log was cosigned here\n"),
    }
}

async fn add(witness: Arc<Witness>, request: Request<Incoming>) -> Answer {
    let body = Limited::new(request.into_body(), MAX_ADD_CHECKPOINT).collect();
    let body = match time::timeout(BODY_TIMEOUT, body).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(_)) => return said(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large\n"),
        Err(_) => return said(StatusCode::REQUEST_TIMEOUT, "the body came too slowly\n"),
    };
    // It waits for the disk. Once begun it ends, whether the client stays or goes.
    let added = tokio::task::spawn_blocking(move || witness.add(&body, now())).await;
    match added {
        Ok(Ok(cosignature)) => said(StatusCode::OK, format!("{cosignature}\n")),
        Ok(Err(Refused::OtherSize(size))) => {
            let size = format!("{}\n", size.0);
            with_type(StatusCode::CONFLICT, "text/x.tlog.size", size)
        }
        Ok(Err(refused)) => said(status(&refused), format!("{refused}\n")),
        Err(_) => said(StatusCode::INTERNAL_SERVER_ERROR, "something went wrong inside\n"),
    }
}

/// The standard's own numbers; 500 where it says nothing.
fn status(refused: &Refused) -> StatusCode {
    match refused {
        Refused::Malformed | Refused::OldIsLarger => StatusCode::BAD_REQUEST,
        Refused::UnknownLog => StatusCode::NOT_FOUND,
        Refused::Signature => StatusCode::FORBIDDEN,
        Refused::OtherSize(_) => StatusCode::CONFLICT,
        Refused::Inconsistent => StatusCode::UNPROCESSABLE_ENTITY,
        Refused::NotStored | Refused::NotSigned => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place of this room that asks the clock")]
fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

fn not_offered(allow: &'static str) -> Answer {
    let mut answer = said(StatusCode::METHOD_NOT_ALLOWED, "this method is not offered here\n");
    answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
    answer
}

fn said(status: StatusCode, text: impl Into<Bytes>) -> Answer {
    with_type(status, "text/plain; charset=utf-8", text)
}

fn with_type(status: StatusCode, content_type: &'static str, text: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(Full::new(text.into()));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}
