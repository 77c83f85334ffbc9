//! The one place that starts tasks: they are counted here, and drained or stopped at the end.
use kiln_store::ReadError;
use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::Semaphore,
    task::JoinSet,
    time::{self, Instant},
};

/// The tasks of the accept loop.
#[derive(Default)]
pub(crate) struct Tasks {
    running: JoinSet<()>,
}

impl Tasks {
    /// Starts one.
    pub(crate) fn spawn(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        self.running.spawn(task);
    }

    /// Forgets those that have ended. A panic inside one was caught per request; one outside of
    /// requests ended only its connection.
    pub(crate) fn reap(&mut self) {
        while self.running.try_join_next().is_some() {}
    }

    /// Waits for those that run, then stops the rest. Tells how many were stopped.
    pub(crate) async fn drain(mut self, timeout: Duration) -> usize {
        let all = async { while self.running.join_next().await.is_some() {} };
        if time::timeout(timeout, all).await.is_ok() {
            return 0;
        }
        let stopped = self.running.len();
        self.running.shutdown().await;
        stopped
    }
}

/// Until when work may go on: a time, and as long as somebody waits for it.
pub(crate) struct Deadline {
    until: Instant,
    abandoned: Arc<AtomicBool>,
}

impl Deadline {
    /// Whether to stop.
    pub(crate) fn expired(&self) -> bool {
        self.abandoned.load(Ordering::Relaxed) || Instant::now() >= self.until
    }

    /// Whether to go on.
    ///
    /// # Errors
    /// The one that ends a search which takes too long.
    pub(crate) fn check(&self) -> Result<(), ReadError> {
        if self.expired() { Err(ReadError::Expired) } else { Ok(()) }
    }
}

/// Runs work that may take longer than a moment on a thread of its own, at most as many at once as
/// `bound` has permits. A panic of the work goes on in the caller; dropping the future (the client
/// has gone) tells the work to stop.
pub(crate) async fn blocking<T: Send + 'static>(
    bound: &Semaphore,
    timeout: Duration,
    work: impl FnOnce(&Deadline) -> T + Send + 'static,
) -> T {
    let _permit = bound.acquire().await.expect("the semaphore is never closed");
    let waiting = Waiting(Arc::new(AtomicBool::new(false)));
    let deadline = Deadline { until: Instant::now() + timeout, abandoned: Arc::clone(&waiting.0) };
    match tokio::task::spawn_blocking(move || work(&deadline)).await {
        Ok(value) => value,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => std::panic::resume_unwind(Box::new("the runtime is shutting down")),
        },
    }
}

/// Raises the flag when nobody waits any longer.
struct Waiting(Arc<AtomicBool>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
