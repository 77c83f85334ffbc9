//! A request in the task of its connection, so that none has to be woken for it and for its answer.
use super::Proxied;
use crate::proxy::{ProxyBody, Running};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Response, StatusCode};
use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};
use tokio::{runtime::Handle, sync::oneshot};

/// Resolves with the answer. What of the request is not at its end by then, or when its client
/// goes, goes on in a task of its own.
pub(super) struct Asking {
    /// `None` once it has ended.
    running: Option<Running>,
    answered: oneshot::Receiver<Response<ProxyBody>>,
    home: Arc<Proxied>,
}

impl Asking {
    /// Runs a request that answers there.
    pub(super) fn new(
        running: Running,
        answered: oneshot::Receiver<Response<ProxyBody>>,
        home: Arc<Proxied>,
    ) -> Self {
        Self { running: Some(running), answered, home }
    }
}

impl Future for Asking {
    type Output = Response<ProxyBody>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Response<ProxyBody>> {
        let this = &mut *self;
        if let Some(running) = &mut this.running {
            // A panic ends this request and leaves the connection; nothing of it is used after it.
            let polled = catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(context)));
            if !matches!(polled, Ok(Poll::Pending)) {
                this.running = None;
            }
        }
        if this.running.is_some() {
            // It answers while it is polled here: nobody has to be woken for that.
            return this.answered.try_recv().map_or(Poll::Pending, Poll::Ready);
        }
        let answer = ready!(Pin::new(&mut this.answered).poll(context));
        Poll::Ready(answer.unwrap_or_else(|_it_panicked| fault()))
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        // Where the runtime itself ends there is no task to go on in; the next start settles it.
        if let (Some(running), Ok(_runtime)) = (self.running.take(), Handle::try_current()) {
            self.home.go_on(running);
        }
    }
}

/// 500: nothing is known of the request's end, so nothing is said of it.
fn fault() -> Response<ProxyBody> {
    let body = Full::new(Bytes::new()).map_err(|never| match never {});
    let mut response = Response::new(body.boxed_unsync());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

#[cfg(test)]
mod tests;
