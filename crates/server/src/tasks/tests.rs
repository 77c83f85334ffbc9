use super::{Bound, TURN};
use std::{
    sync::mpsc::{self, Receiver},
    time::Duration,
};
use tokio::time::timeout;

const LONG: Duration = Duration::from_secs(20);

#[tokio::test]
async fn who_finds_no_place_is_told_to_come_later() {
    let bound = Bound::new(1, 1, 1);
    let (first, _second) = (bound.place().ok().unwrap(), bound.place().ok().unwrap());
    let refused = bound.place().err().unwrap();
    assert_eq!(refused.status.as_u16(), 429);
    assert_eq!(refused.outcome.issues[0].code, kiln_fhir::IssueType::Throttled);
    assert!(refused.headers.iter().any(|(name, _)| name == "retry-after"));
    drop(first);
    assert!(bound.place().is_ok());
}

#[tokio::test]
async fn long_work_gives_its_turn_to_the_next() {
    let bound = Bound::new(1, 2, 0);
    let (done, until) = mpsc::channel();
    let (long, short) = (bound.place().ok().unwrap(), bound.place().ok().unwrap());
    let until_told = move |_: &super::Deadline| wait(&until);
    let both = async {
        tokio::join!(long.blocking(LONG, until_told), async {
            tokio::time::sleep(TURN / 4).await;
            short.blocking(LONG, move |_| done.send(()).is_ok()).await
        })
    };
    let (waited, sent) = timeout(LONG, both).await.expect("the short work never had its turn");
    assert!(waited && sent);
}

#[tokio::test]
async fn no_more_runs_at_once_than_may() {
    let bound = Bound::new(2, 1, 1);
    let (done, until) = mpsc::channel();
    let (first, second) = (bound.place().ok().unwrap(), bound.place().ok().unwrap());
    let running = first.blocking(LONG, move |_| wait(&until));
    tokio::pin!(running);
    assert!(timeout(TURN * 2, &mut running).await.is_err());
    let next = second.blocking(LONG, |_| ());
    tokio::pin!(next);
    assert!(timeout(TURN * 2, &mut next).await.is_err(), "it did not wait");
    done.send(()).unwrap();
    assert!(running.await);
    timeout(LONG, next).await.expect("it waits for ever");
}

fn wait(until: &Receiver<()>) -> bool {
    until.recv_timeout(LONG).is_ok()
}
