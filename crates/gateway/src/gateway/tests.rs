mod interleavings;
mod memory;
mod world;

use crate::{entry::Entry, seams::Failed};
use std::time::Duration;
use world::{Takes, World};

#[tokio::test(start_paused = true)]
async fn nothing_goes_upstream_while_the_log_takes_nothing() {
    let world = World::new(|_settings| {});
    world.log.takes(Takes::Nothing);
    for request in [World::read(), World::update()] {
        assert_eq!(world.pass(request).await, Some(503));
    }
    assert_eq!(world.upstream.sent(), 0);
    assert_eq!(world.gateway.ledger().open(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_the_log_takes_too_late_goes_nowhere_and_has_its_outcome() {
    let world = World::new(|settings| settings.store_timeout = Duration::from_secs(1));
    world.log.takes(Takes::After(Duration::from_mins(1)));
    assert_eq!(world.pass(World::update()).await, Some(503));
    assert_eq!(world.upstream.sent(), 0);
    assert_eq!(world.log.names(), ["intent", "outcome unsent", "event"]);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_recorded_is_not_shown_and_is_recorded_later() {
    let world = World::new(|_settings| {});
    world.log.takes(Takes::Records(1));
    assert_eq!(world.pass(World::update()).await, Some(503));
    assert_eq!((world.upstream.sent(), world.log.names()), (2, vec!["intent".to_owned()]));
    world.gateway.settle().await;
    assert_eq!(world.log.names().len(), 1, "the log still takes nothing");
    world.log.takes(Takes::All);
    world.gateway.settle().await;
    assert_eq!(world.log.names(), ["intent", "outcome answered", "event"]);
    assert_eq!(world.gateway.ledger().open(), 0);
}

#[tokio::test(start_paused = true)]
async fn with_too_many_outcomes_waiting_nothing_more_goes_upstream() {
    let world = World::new(|settings| settings.unsettled_max = 2);
    for _ in 0..2 {
        world.log.takes(Takes::Records(1));
        assert_eq!(world.pass(World::read()).await, Some(503));
    }
    assert_eq!(world.upstream.sent(), 2);
    world.log.takes(Takes::All);
    assert_eq!(world.pass(World::read()).await, Some(503));
    assert_eq!(world.upstream.sent(), 2);
    world.gateway.settle().await;
    assert_eq!(world.pass(World::read()).await, Some(200));
}

#[tokio::test(start_paused = true)]
async fn reads_alone_go_on_where_the_operator_wants_them_to() {
    let world = World::new(|settings| settings.reads_fail_open = true);
    world.log.takes(Takes::Nothing);
    assert_eq!(world.pass(World::read()).await, Some(200));
    assert_eq!(world.pass(World::update()).await, Some(503));
    world.log.takes(Takes::Records(1));
    assert_eq!(world.pass(World::read()).await, Some(200));
    assert_eq!(world.upstream.sent(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_dropped_on_its_way_is_settled() {
    let world = World::new(|_settings| {});
    world.upstream.fails_with(None, Duration::from_hours(1));
    let passing = world.pass(World::update());
    assert!(tokio::time::timeout(Duration::from_secs(1), passing).await.is_err());
    assert_eq!(world.log.names(), ["intent"]);
    world.upstream.fails_with(Some(Failed::Unreached), Duration::ZERO);
    world.gateway.settle().await;
    assert_eq!(world.log.names(), ["intent", "outcome unknown", "event"]);
    world.gateway.settle().await;
    assert_eq!(world.log.names().len(), 3, "once");
}

#[tokio::test(start_paused = true)]
async fn an_outcome_says_before_which_position_all_is_settled() {
    let world = World::new(|_settings| {});
    // One is on its way, while others come and go.
    world.upstream.fails_with(None, Duration::from_hours(1));
    let passing = world.pass(World::update());
    assert!(tokio::time::timeout(Duration::from_secs(1), passing).await.is_err());
    world.upstream.fails_with(None, Duration::ZERO);
    assert_eq!(world.pass(World::read()).await, Some(200));
    let from = |entries: Vec<Entry>| {
        entries.into_iter().rev().find_map(|entry| match entry {
            Entry::Outcome { from, .. } => Some(from),
            _ => None,
        })
    };
    assert_eq!(from(world.log.entries()), Some(0));
    world.gateway.settle().await;
    assert_eq!(world.pass(World::read()).await, Some(200));
    assert!(from(world.log.entries()) > Some(1));
}

#[tokio::test(start_paused = true)]
async fn all_reads_before_a_bundle_take_no_longer_than_one_answer_may() {
    let world = World::new(|settings| settings.answer_timeout = Duration::from_mins(1));
    world.upstream.fails_with(None, Duration::from_secs(50));
    let put = |id: usize| {
        let resource = format!(r#"{{"resourceType":"Patient","id":"{id}"}}"#);
        let request = format!(r#"{{"method":"PUT","url":"Patient/{id}"}}"#);
        format!(r#"{{"resource":{resource},"request":{request}}}"#)
    };
    let entries: Vec<_> = (1..=9).map(put).collect();
    let bundle = r#"{"resourceType":"Bundle","type":"batch","entry":["#;
    let bundle = format!("{bundle}{}]}}", entries.join(","));
    assert_eq!(world.pass(World::request("r-1", "POST", "", &bundle)).await, Some(200));
    assert_eq!(world.upstream.sent(), 3, "a read, another that is given up, and the Bundle");
}

#[tokio::test(start_paused = true)]
async fn strangers_take_a_quarter_of_the_places_at_the_most() {
    let world = World::new(|settings| settings.requests_max = 4);
    world.upstream.fails_with(None, Duration::from_secs(1));
    let both = tokio::join!(world.pass(World::anybodys()), world.pass(World::anybodys()));
    assert_eq!(both, (Some(200), Some(503)));
}
