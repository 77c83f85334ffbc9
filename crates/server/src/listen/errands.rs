//! Errands: what the program's subcommands have a running server do, over its socket. What they
//! are is the program's; here is how they come in, and how what they write goes out.
use super::connection::Asked;
use crate::{app::App, body, tenant::Tenant};
use bytes::{Bytes, BytesMut};
use hyper::{
    Method, Response, StatusCode,
    body::{Body, Frame},
    header::{self, HeaderValue},
};
use std::{
    io::{self, Write},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

/// Below it are the errands: `/errands/{tenant}/{name}`.
pub(super) const PATH: &str = "/errands/";

/// Errands that run at once; others wait.
const RUNNING_MAX: u32 = 8;
/// What an errand writes goes out in pieces of this size, of which so many wait for a client.
const PIECE_BYTES: usize = 64 << 10;
const PIECES_MAX: usize = 4;
/// Beside one Bundle's worth of events, what tells where they are from.
const BODY_BYTES_MORE: usize = 2 << 20;

/// What a running server does for the program's subcommands.
pub trait Errands: Send + Sync + 'static {
    /// Runs one, on a thread of its own. What is written to `out` is its answer; writing fails when
    /// nobody takes it any more, or the server stops.
    ///
    /// # Errors
    /// What the subcommand is to say. After the first piece of the answer the subcommand only sees
    /// that it broke off.
    fn run(&self, errand: &Errand, tenant: &Tenant, out: &mut dyn Write) -> Result<(), String>;
}

/// An errand as it came.
#[derive(Clone, Debug)]
pub struct Errand {
    /// Which one it is.
    pub name: String,
    /// The user of this machine who sends it: root, or the server's own.
    pub uid: u32,
    /// What it is told: up to a Bundle's size and 2 MiB.
    pub body: Bytes,
}

/// Where errands are taken.
pub(super) struct Desk {
    errands: Arc<dyn Errands>,
    running: Arc<Semaphore>,
}

impl Desk {
    pub(super) fn new(errands: Arc<dyn Errands>) -> Arc<Self> {
        Arc::new(Self { errands, running: Arc::new(Semaphore::new(RUNNING_MAX as usize)) })
    }

    /// Runs an errand; its answer begins with its first piece, so that an error before it is one.
    pub(super) async fn answer(
        &self,
        app: &Arc<App>,
        path: &str,
        uid: u32,
        request: Asked,
    ) -> Response<Written> {
        if request.method() != Method::POST {
            return refused(StatusCode::METHOD_NOT_ALLOWED, "errands are sent with POST");
        }
        let (tenant, name) = path.split_once('/').unwrap_or_default();
        let Ok(id) = tenant.parse() else {
            return refused(StatusCode::NOT_FOUND, "there is no such tenant");
        };
        let Ok(tenant) = app.tenants.get(app, &id).await else {
            return refused(StatusCode::NOT_FOUND, "there is no such tenant, or it does not open");
        };
        let bytes_max = app.settings.bundle.body_bytes_max + BODY_BYTES_MORE;
        let mut body = request.into_body();
        let Ok(received) = body::receive(&mut body, app, bytes_max).await else {
            return refused(StatusCode::BAD_REQUEST, "the errand did not arrive whole");
        };
        tracing::debug!(errand = name, uid, "an errand");
        let errand = Errand { name: name.to_owned(), uid, body: received.bytes };
        let mut pieces = self.begin(errand, tenant).await;
        let first = pieces.recv().await;
        app.authentication.look_at_keys();
        match first {
            Some(Piece::Failed(says)) => refused(StatusCode::UNPROCESSABLE_ENTITY, &says),
            Some(first) => Response::new(Written { first: Some(first), pieces }),
            None => refused(StatusCode::INTERNAL_SERVER_ERROR, "the errand failed: see the log"),
        }
    }

    async fn begin(&self, errand: Errand, tenant: Arc<Tenant>) -> mpsc::Receiver<Piece> {
        let permit = Arc::clone(&self.running).acquire_owned().await;
        let (send, pieces) = mpsc::channel(PIECES_MAX);
        let errands = Arc::clone(&self.errands);
        let running = tokio::task::spawn_blocking(move || {
            run(&*errands, &errand, &tenant, send, permit);
        });
        // It ends by itself when nobody takes its pieces; `close` waits for that.
        drop(running);
        pieces
    }

    /// Waits until none runs, so that nothing of the store is in use any more.
    pub(super) async fn close(&self, timeout: Duration) {
        let ended = tokio::time::timeout(timeout, self.running.acquire_many(RUNNING_MAX)).await;
        self.running.close();
        if ended.is_err() {
            tracing::warn!("an errand was still under way at the end of the drain");
        }
    }
}

fn run(
    errands: &dyn Errands,
    errand: &Errand,
    tenant: &Tenant,
    send: mpsc::Sender<Piece>,
    permit: Result<OwnedSemaphorePermit, tokio::sync::AcquireError>,
) {
    // Closed: the server stops.
    let Ok(_permit) = permit else { return };
    let mut out = Out { buffer: BytesMut::with_capacity(PIECE_BYTES), send };
    let ran = errands.run(errand, tenant, &mut out);
    let ran = ran.and_then(|()| out.flush().map_err(|error| error.to_string()));
    let last = match ran {
        Ok(()) => Piece::End,
        Err(says) => Piece::Failed(says),
    };
    // Who does not take it has gone.
    drop(out.send.blocking_send(last));
}

/// A piece of what an errand writes.
enum Piece {
    Bytes(Bytes),
    /// All was written.
    End,
    /// It broke off.
    Failed(String),
}

/// Hands pieces on.
struct Out {
    buffer: BytesMut,
    send: mpsc::Sender<Piece>,
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(PIECE_BYTES - self.buffer.len());
        self.buffer.extend_from_slice(&bytes[..taken]);
        if self.buffer.len() == PIECE_BYTES {
            self.flush()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.buffer, BytesMut::with_capacity(PIECE_BYTES));
        let sent = self.send.blocking_send(Piece::Bytes(piece.freeze()));
        sent.map_err(|_gone| io::ErrorKind::BrokenPipe.into())
    }
}

/// The answer to an errand. Without its end it is an error, and the connection breaks off.
pub(super) struct Written {
    first: Option<Piece>,
    pieces: mpsc::Receiver<Piece>,
}

impl Body for Written {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let piece = match self.first.take() {
            Some(first) => Some(first),
            None => ready!(self.pieces.poll_recv(context)),
        };
        Poll::Ready(match piece {
            Some(Piece::Bytes(bytes)) => Some(Ok(Frame::data(bytes))),
            Some(Piece::End) => None,
            Some(Piece::Failed(says)) => {
                tracing::warn!(says, "an errand broke off");
                Some(Err(io::Error::other(says)))
            }
            None => Some(Err(io::Error::other("an errand panicked"))),
        })
    }
}

/// What the subcommand is to say.
fn refused(status: StatusCode, says: &str) -> Response<Written> {
    let (send, pieces) = mpsc::channel(1);
    // It has room for one.
    drop(send.try_send(Piece::End));
    let first = Some(Piece::Bytes(Bytes::copy_from_slice(says.as_bytes())));
    let mut response = Response::new(Written { first, pieces });
    *response.status_mut() = status;
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, text);
    response
}
