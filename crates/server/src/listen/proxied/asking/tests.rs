use super::{Asking, Proxied, fault};
use crate::{
    door::Door,
    proxy::{Pace, Proxy, Reply, Running},
};
use hyper::{Request, body::Incoming};
use std::{future::pending, sync::Arc, time::Duration};
use tokio::sync::oneshot;

/// Nobody asks it.
struct Silent;

impl Proxy for Silent {
    fn connections_max(&self) -> usize {
        1
    }

    fn pace(&self) -> Pace {
        Pace { patience: Duration::ZERO, bytes_per_second_min: 1 }
    }

    fn answer(self: Arc<Self>, _: Arc<Door>, _: Request<Incoming>, _: Reply) -> Running {
        Box::pin(pending())
    }

    fn beside(self: Arc<Self>, stop: Running) -> Running {
        stop
    }
}

/// A request that does this with its reply.
fn asking<F>(does: impl FnOnce(Reply) -> F) -> (Asking, Arc<Proxied>)
where
    F: Future<Output = ()> + Send + 'static,
{
    let (reply, answered) = Reply::new();
    let home = Arc::new(Proxied::begin(Arc::new(Silent)));
    (Asking::new(Box::pin(does(reply)), answered, Arc::clone(&home)), home)
}

#[tokio::test]
async fn a_request_whose_client_goes_runs_to_its_end() {
    let (go_on, gone) = oneshot::channel::<()>();
    let (ended, end) = oneshot::channel();
    let (mut asking, _home) = asking(|reply| async move {
        gone.await.unwrap();
        ended.send(reply.begin(fault())).unwrap();
    });
    assert!(at_once(&mut asking).await.is_none());
    drop(asking);
    go_on.send(()).unwrap();
    assert!(!end.await.unwrap(), "nobody waits for the answer any more");
}

#[tokio::test]
async fn what_is_left_to_do_behind_an_answer_is_done() {
    let (go_on, begun) = oneshot::channel::<()>();
    let (ended, end) = oneshot::channel();
    let (asking, _home) = asking(|reply| async move {
        assert!(reply.begin(fault()));
        begun.await.unwrap();
        ended.send(()).unwrap();
    });
    assert_eq!(asking.await.status(), 500);
    go_on.send(()).unwrap();
    end.await.unwrap();
}

#[tokio::test]
async fn a_panic_is_an_answer_that_says_nothing() {
    let (asking, _home) = asking(|_reply| async { panic!("a test's own") });
    assert_eq!(asking.await.status(), 500);
}

/// What it gives at once.
async fn at_once<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    tokio::select! {
        biased;
        output = future => Some(output),
        () = std::future::ready(()) => None,
    }
}
