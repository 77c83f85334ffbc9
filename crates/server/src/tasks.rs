//! The one place that starts tasks: they are counted here, and drained or stopped at the end.
use crate::{answer::Refusal, settings::Settings};
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
    sync::{Semaphore, SemaphorePermit},
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

/// Work that goes on to its end, whoever waits for it stays or goes; `None` where it takes longer
/// than that. A panic of the work goes on in the caller.
#[expect(clippy::disallowed_methods, reason = "this is where tasks are started")]
pub(crate) async fn lasting<T: Send + 'static>(
    timeout: Duration,
    work: impl Future<Output = T> + Send + 'static,
) -> Option<T> {
    match time::timeout(timeout, tokio::spawn(work)).await {
        Err(_elapsed) => None,
        Ok(Ok(value)) => Some(value),
        Ok(Err(error)) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => std::panic::resume_unwind(Box::new("the runtime is shutting down")),
        },
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

    /// One that is no later than this one, nor than so long from now.
    pub(crate) fn within(&self, time: Duration) -> Self {
        let until = self.until.min(Instant::now() + time);
        Self { until, abandoned: Arc::clone(&self.abandoned) }
    }

    /// Whether to go on.
    ///
    /// # Errors
    /// The one that ends a search which takes too long.
    pub(crate) fn check(&self) -> Result<(), ReadError> {
        if self.expired() { Err(ReadError::Expired) } else { Ok(()) }
    }
}

/// How long work has its turn. What takes longer goes on beside those whose turn it is then: a
/// slow search does not hold up the many that are done in less.
const TURN: Duration = Duration::from_millis(20);

/// How much work of a kind may be under way. More threads at work than there are processors would
/// not do more, and would take them from those that serve connections and write the log.
pub(crate) struct Bound {
    turns: Semaphore,
    running: Semaphore,
    /// Of those that run and those that wait.
    places: Semaphore,
}

impl Bound {
    /// That of searches.
    pub(crate) fn of_searches(settings: &Settings) -> Self {
        Self::new(settings.processors, settings.searches_max, settings.searches_waiting_max)
    }

    /// That of Bundles, so that no search holds one up.
    pub(crate) fn of_bundles(settings: &Settings) -> Self {
        Self::new(settings.processors, settings.bundles_max, settings.bundles_waiting_max)
    }

    fn new(turns: usize, running_max: usize, waiting_max: usize) -> Self {
        let semaphore = |permits: usize| Semaphore::new(permits.min(Semaphore::MAX_PERMITS));
        let places = running_max.saturating_add(waiting_max);
        let [turns, running, places] = [turns.max(1), running_max, places].map(semaphore);
        Self { turns, running, places }
    }

    /// A place among those that run or wait. Who has one is not refused later: a Bundle keeps its
    /// own until it is answered, since what it brought may be stored by then.
    ///
    /// # Errors
    /// 429 where there is none.
    pub(crate) fn place(&self) -> Result<Place<'_>, Refusal> {
        let place = self.places.try_acquire().map_err(|_none_is_free| busy())?;
        Ok(Place { bound: self, _place: place })
    }
}

fn busy() -> Refusal {
    let says = "more is asked for at once than this server does: ask again a little later";
    Refusal::throttled(says, "1")
}

/// Runs work that may take longer than a moment on a thread of its own.
///
/// # Errors
/// Those of the work; 429 where `bound` has no place for it.
pub(crate) async fn blocking<T: Send + 'static>(
    bound: &Bound,
    timeout: Duration,
    work: impl FnOnce(&Deadline) -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    bound.place()?.blocking(timeout, work).await
}

/// See [`Bound::place`].
pub(crate) struct Place<'a> {
    bound: &'a Bound,
    _place: SemaphorePermit<'a>,
}

impl Place<'_> {
    /// Runs work on a thread of its own, when it is its turn. A panic of the work goes on in the
    /// caller; dropping the future (the client has gone) tells the work to stop.
    pub(crate) async fn blocking<T: Send + 'static>(
        &self,
        timeout: Duration,
        work: impl FnOnce(&Deadline) -> T + Send + 'static,
    ) -> T {
        let open = "the semaphore is never closed";
        let _running = self.bound.running.acquire().await.expect(open);
        let turn = self.bound.turns.acquire().await.expect(open);
        let waiting = Waiting(Arc::new(AtomicBool::new(false)));
        let deadline =
            Deadline { until: Instant::now() + timeout, abandoned: Arc::clone(&waiting.0) };
        let mut working = tokio::task::spawn_blocking(move || work(&deadline));
        let worked = match time::timeout(TURN, &mut working).await {
            Ok(worked) => worked,
            Err(_its_turn_is_over) => {
                drop(turn);
                working.await
            }
        };
        match worked {
            Ok(value) => value,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => std::panic::resume_unwind(Box::new("the runtime is shutting down")),
            },
        }
    }
}

/// Raises the flag when nobody waits any longer.
struct Waiting(Arc<AtomicBool>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
