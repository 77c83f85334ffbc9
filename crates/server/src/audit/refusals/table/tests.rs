//! Floods are counted, told once, and bounded.
use super::*;
use std::net::Ipv4Addr;

const MINUTE: Millis = Millis(MINUTE_MS * 29_400_000);

fn key(n: u32) -> Key {
    Key { address: Some(IpAddr::V4(Ipv4Addr::from(n))), reason: "no-credential" }
}

fn later(ms: i64) -> Millis {
    Millis(MINUTE.0 + ms)
}

#[test]
fn the_first_of_a_minute_is_told_and_the_rest_of_it_counted() {
    let refusals = Refusals::new(1 << 20);
    assert!(refusals.is_first(MINUTE, key(1)));
    assert!(refusals.is_first(MINUTE, Key { reason: "guard", ..key(1) }), "another reason");
    assert!(!refusals.is_first(later(1), key(1)));
    assert!(!refusals.is_first(later(59_999), key(1)));
    assert_eq!(refusals.closed(later(59_999), false), []);
    assert!(refusals.is_first(later(60_000), key(1)), "the next minute");
    let closed = refusals.closed(later(60_000), false);
    let (from, to) = (MINUTE, later(60_000));
    assert_eq!(closed, [Closed { key: key(1), from, to, count: 2, is_over_budget: false }]);
    assert_eq!(refusals.closed(later(60_000), true), [], "one alone is told already");
}

#[test]
fn a_crowd_of_addresses_takes_bounded_room() {
    let refusals = Refusals::new(1 << 20);
    let told = (0..2 * KEYS_MAX as u32).filter(|n| refusals.is_first(MINUTE, key(*n))).count();
    assert_eq!(told, KEYS_MAX);
    let closed = refusals.closed(MINUTE, true);
    assert_eq!(closed.len(), 1);
    assert_eq!((closed[0].key.reason, closed[0].count), (OTHERS, KEYS_MAX as u64));
}

#[test]
fn a_days_bytes_end_and_what_was_left_out_is_told_as_a_sum() {
    let refusals = Refusals::new(1000);
    assert!(refusals.pay(MINUTE, 600) && !refusals.pay(MINUTE, 600) && refusals.pay(MINUTE, 400));
    refusals.over_budget(MINUTE, 7);
    let tomorrow = later(DAY_MS);
    assert!(refusals.pay(tomorrow, 600), "another day has its own");
    let closed = refusals.closed(tomorrow, false);
    assert_eq!(closed.len(), 1);
    assert!(closed[0].is_over_budget && closed[0].count == 7);
    assert!(closed[0].from <= MINUTE && closed[0].to.0 - closed[0].from.0 == DAY_MS);
}

#[test]
fn a_clock_that_goes_back_loses_nothing() {
    let refusals = Refusals::new(1000);
    assert!(refusals.is_first(later(120_000), key(1)));
    assert!(!refusals.is_first(MINUTE, key(1)));
    assert_eq!(refusals.closed(MINUTE, true)[0].count, 1);
}
