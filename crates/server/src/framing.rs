//! A connection whose requests can be framed in one way only (RFC 9112 §6, §11.2).
//!
//! hyper reads what it can: of two equal lengths it takes one, and of a length beside chunks the
//! chunks. A proxy in front that reads the same bytes otherwise would see other requests than
//! Kiln. What could be read in two ways is spoiled on its way in here, before the end of its head,
//! so that hyper refuses it: 400, and the end of the connection.
mod scan;

use scan::Scan;
use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What no request may hold.
const SPOILED: u8 = 0;

/// Reads strictly, where it is asked to.
pub(crate) struct Framed<S> {
    stream: S,
    scan: Option<Scan>,
}

impl<S> Framed<S> {
    /// Watches over what comes in; where it is not `strict`, over nothing.
    pub(crate) fn new(stream: S, strict: bool) -> Self {
        Self { stream, scan: strict.then(Scan::default) }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Framed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let Some(scan) = &mut this.scan else {
            return Pin::new(&mut this.stream).poll_read(context, buffer);
        };
        if scan.is_broken() {
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(context, buffer))?;
        if let Some(at) = scan.take(&buffer.filled()[before..]) {
            buffer.filled_mut()[before + at] = SPOILED;
            buffer.set_filled(before + at + 1);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Framed<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
