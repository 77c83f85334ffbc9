//! A client at the other end of a connection.
use crate::{
    recorded::{Needless, Recorded},
    seams::Client,
};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    Response,
    body::{Body, Frame},
    header::{HeaderName, HeaderValue},
};
use kiln_server::{Pace, Reply};
use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};
use tokio::{sync::mpsc, time};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Pieces that wait for a client.
const PIECES_MAX: usize = 4;
/// Bytes of a piece: what is longer is cut, so that it is seen how its client gets on.
const PIECE_BYTES: usize = 64 << 10;

/// A client that waits for its answer.
pub(super) struct HttpClient {
    reply: Option<Reply>,
    request_id: HeaderValue,
    pace: Pace,
    pieces: Option<Sender>,
    end: Option<End>,
}

impl HttpClient {
    pub(super) fn new(reply: Reply, request_id: HeaderValue, pace: Pace) -> Self {
        Self { reply: Some(reply), request_id, pace, pieces: None, end: None }
    }

    /// Says why a request is not passed on; it shows nothing.
    pub(super) fn refuse(self, refused: Response<Bytes>) {
        self.answer(Recorded::needless(refused, Needless::TurnedAway));
    }
}

impl Client for HttpClient {
    fn answer(mut self, answer: Recorded<Response<Bytes>>) {
        let mut response = answer.into_inner();
        response.headers_mut().insert(REQUEST_ID, self.request_id.clone());
        let response =
            response.map(|body| Full::new(body).map_err(|never| match never {}).boxed_unsync());
        if !self.reply.take().is_some_and(|reply| reply.begin(response)) {
            tracing::debug!("a client has gone before its answer");
        }
    }

    fn begin(&mut self, head: Recorded<Response<()>>) -> bool {
        let mut response = head.into_inner();
        response.headers_mut().insert(REQUEST_ID, self.request_id.clone());
        let (pieces, end, body) = channel();
        (self.pieces, self.end) = (Some(pieces), end);
        let response = response.map(|()| body.boxed_unsync());
        self.reply.take().is_some_and(|reply| reply.begin(response))
    }

    async fn send(&mut self, piece: Recorded<Bytes>) -> bool {
        let Some(pieces) = &self.pieces else { return false };
        let mut rest = piece.into_inner();
        let limit = self.pace.limit(rest.len());
        let sending = async {
            while !rest.is_empty() {
                let piece = rest.split_to(rest.len().min(PIECE_BYTES));
                let sending = pieces.send(Ok(piece));
                if !matches!(time::timeout(self.pace.patience, sending).await, Ok(Ok(()))) {
                    return false;
                }
            }
            true
        };
        time::timeout(limit, sending).await.unwrap_or(false)
    }

    fn end(self, is_whole: bool) {
        // A body without its end breaks the connection off, so that nobody takes it for whole.
        if let Some(end) = self.end.filter(|_| is_whole) {
            drop(end.send(Ok(Bytes::new())));
        }
    }
}

type Sender = mpsc::Sender<io::Result<Bytes>>;
type End = mpsc::OwnedPermit<io::Result<Bytes>>;

/// A body, where its pieces go in, and a place for its end, which no piece takes: where a client is
/// slow the others are full.
fn channel() -> (Sender, Option<End>, Pieces) {
    let (pieces, body) = mpsc::channel(PIECES_MAX + 1);
    let end = pieces.clone().try_reserve_owned().ok();
    (pieces, end, Pieces { body, is_ended: false })
}

/// A body whose pieces come one by one. It ends with an empty one; without that it has broken off.
struct Pieces {
    body: mpsc::Receiver<io::Result<Bytes>>,
    is_ended: bool,
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.is_ended {
            return Poll::Ready(None);
        }
        match self.body.poll_recv(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Some(Ok(piece))) if piece.is_empty() => {
                self.is_ended = true;
                Poll::Ready(None)
            }
            Poll::Ready(Some(Ok(piece))) => Poll::Ready(Some(Ok(Frame::data(piece)))),
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error))),
            Poll::Ready(None) => {
                self.is_ended = true;
                Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())))
            }
        }
    }
}

#[cfg(test)]
mod tests;
