//! The listener of a proxy: its requests run to their end, whether their clients stay or go.
mod asking;

use super::connection::{Answers, Asked};
use crate::{
    app::App,
    door::Door,
    proxy::{Pace, Proxy, ProxyBody, Reply, Running},
    tasks::Tasks,
};
use asking::Asking;
use hyper::Response;
use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::oneshot;

/// A proxy, and what it has under way.
pub(super) struct Proxied {
    proxy: Arc<dyn Proxy>,
    requests: Mutex<Tasks>,
    beside: Mutex<Beside>,
}

/// What goes on beside the requests.
#[derive(Default)]
struct Beside {
    tasks: Tasks,
    /// Dropped when it is to end.
    stop: Option<oneshot::Sender<()>>,
}

impl Proxied {
    /// Begins what goes on beside the requests.
    pub(super) fn begin(proxy: Arc<dyn Proxy>) -> Self {
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped: Running = Box::pin(async move {
            let _told_or_dropped = stopped.await.is_ok();
        });
        let mut tasks = Tasks::default();
        tasks.spawn(Arc::clone(&proxy).beside(stopped));
        let beside = Mutex::new(Beside { tasks, stop: Some(stop) });
        Self { proxy, requests: Mutex::default(), beside }
    }

    /// Runs what is left of a request in a task of its own.
    fn go_on(&self, running: Running) {
        let mut requests = lock(&self.requests);
        requests.reap();
        requests.spawn(running);
    }
}

impl Answers for Arc<Proxied> {
    const IS_STRICT: bool = true;

    type Body = ProxyBody;

    fn pace(&self) -> Option<Pace> {
        Some(self.proxy.pace())
    }

    async fn answer(self, _app: Arc<App>, door: Arc<Door>, request: Asked) -> Response<ProxyBody> {
        let (reply, answered) = Reply::new();
        let running = Arc::clone(&self.proxy).answer(door, request, reply);
        Asking::new(running, answered, self).await
    }

    async fn end(&self, app: &App) {
        let requests = mem::take(&mut *lock(&self.requests));
        let stopped = requests.drain(app.settings.drain_timeout).await;
        if stopped > 0 {
            tracing::warn!(stopped, "requests were still on their way at the end of the drain");
        }
        let Beside { tasks, stop } = mem::take(&mut *lock(&self.beside));
        drop(stop);
        tasks.drain(app.settings.drain_timeout).await;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
