//! A connection whose client takes its answers at a pace, or loses it.
//!
//! `stalled` ends one that takes nothing. One that takes a byte now and then would keep the memory
//! of a long answer for hours.
use crate::proxy::Pace;
use std::{
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep},
};

/// Fails with `TimedOut` when what is to be written waits longer than the pace allows.
pub(crate) struct Paced<S> {
    stream: S,
    pace: Option<Pace>,
    /// What could not be written at once.
    backlog: Option<Backlog>,
}

struct Backlog {
    since: Instant,
    /// Bytes of it that were taken.
    taken: usize,
    waiting: Pin<Box<Sleep>>,
}

impl<S> Paced<S> {
    /// Watches over `stream`, where there is a pace.
    pub(crate) fn new(stream: S, pace: Option<Pace>) -> Self {
        Self { stream, pace, backlog: None }
    }

    /// The outcome of a write, unless it waits for too long.
    fn watch(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        let Some(pace) = self.pace else { return written };
        if let Poll::Ready(written) = written {
            if let (Ok(bytes), Some(backlog)) = (&written, &mut self.backlog) {
                backlog.taken += *bytes;
            }
            return Poll::Ready(written);
        }
        let begin = || {
            let (since, waiting) = (Instant::now(), Box::pin(sleep(pace.patience)));
            Backlog { since, taken: 0, waiting }
        };
        let backlog = self.backlog.get_or_insert_with(begin);
        let until = backlog.since.checked_add(pace.limit(backlog.taken));
        let Some(until) = until else { return Poll::Pending };
        if backlog.waiting.deadline() != until {
            backlog.waiting.as_mut().reset(until);
        }
        ready!(backlog.waiting.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.watch(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        if flushed.is_ready() {
            // hyper asks for it when all that it has is written.
            self.backlog = None;
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests;
