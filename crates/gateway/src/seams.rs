//! What the core needs of the world: a log, a server behind, a client, the time. The core knows no
//! socket, so that a simulation can hold all of them.
use crate::{ledger::Leave, recorded::Recorded};
use bytes::Bytes;
use hyper::{Request, Response};
use kiln_store::{AppendError, LogIndex, Millis, NewRecord, Stored};
use std::{future::Future, time::Duration};

/// The log that the gateway writes.
pub trait Log: Send + Sync + 'static {
    /// Puts the records on disk, all or none; resolves when that is known, however long it takes.
    /// Once it was polled the records may be stored, whether it is polled on or not.
    fn append(
        &self,
        records: Vec<NewRecord>,
    ) -> impl Future<Output = Result<Vec<Stored>, NotKept>> + Send;

    /// A position that no record stands before which is appended from now on.
    fn size(&self) -> LogIndex;

    /// The origin of the log's checkpoints.
    fn origin(&self) -> String;
}

/// Why records are not on disk.
#[derive(Clone, Debug, thiserror::Error)]
pub enum NotKept {
    /// The log takes none, or not these.
    #[error(transparent)]
    Refused(#[from] AppendError),
    /// It has stopped; what it still had in hand its next start tells.
    #[error("the log has stopped")]
    Stopped,
    /// It has not taken them in time, and may yet.
    #[error("the log is late")]
    Late,
    /// An event is none that this server would take: a mistake of ours.
    #[error("an event of the trail is not valid")]
    Invalid,
}

/// The server behind.
pub trait Upstream: Send + Sync + 'static {
    /// The body of its answers.
    type Body: Pieces;

    /// Sends a request there, by leave of its intent. It ends within the times that are set.
    fn send(
        &self,
        leave: &Leave,
        request: Request<Bytes>,
    ) -> impl Future<Output = Result<Response<Self::Body>, Failed>> + Send;
}

/// Bytes that come one piece after the other.
pub trait Pieces: Send {
    /// The next; `None` at the end. It ends within the times that are set.
    fn next(&mut self) -> impl Future<Output = Option<Result<Bytes, Failed>>> + Send;
}

/// Why there is no answer.
#[derive(Copy, Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failed {
    /// No connection was made: the request is not there.
    #[error("no connection")]
    Unreached,
    /// The connection broke: the request may have got there, and may have been done.
    #[error("the connection broke")]
    Broken,
    /// No answer came in time: likewise.
    #[error("no answer in time")]
    Late,
}

impl Failed {
    /// The status that a client is told (RFC 9110 §15.6.3, §15.6.5).
    pub fn status(self) -> u16 {
        match self {
            Self::Unreached | Self::Broken => 502,
            Self::Late => 504,
        }
    }
}

/// Who waits for an answer.
pub trait Client: Send + 'static {
    /// Gives it all at once.
    fn answer(self, answer: Recorded<Response<Bytes>>);

    /// Begins an answer that comes in pieces; `false` where nobody waits any more.
    fn begin(&mut self, head: Recorded<Response<()>>) -> bool;

    /// Gives the next piece, when there is room for it; `false` where nobody takes it.
    fn send(&mut self, piece: Recorded<Bytes>) -> impl Future<Output = bool> + Send;

    /// Ends an answer that came in pieces: whole, or broken off.
    fn end(self, is_whole: bool);
}

/// Time as it passes.
pub trait Time: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Millis;

    /// Resolves after so long.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send;
}
