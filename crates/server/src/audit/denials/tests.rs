//! The first is told, the others are counted, and nobody's count is another's.
use super::*;

const MINUTE: Millis = Millis(MINUTE_MS * 29_400_000);

fn later(ms: i64) -> Millis {
    Millis(MINUTE.0 + ms)
}

fn key(who: &str, status: u16) -> Key {
    let (stream, tenant) = (TenantId::default(), TenantId::default());
    let route = Some((Method::GET, "[base]/AuditEvent"));
    Key { stream, tenant, who: who.into(), route, interaction: "search-type", status }
}

fn denied() -> Denied {
    let principal = Arc::new(Principal::open());
    Denied { r#use: Use::Search, principal, address: None, count: 0 }
}

fn is_first(denials: &Denials, now: Millis, key: Key) -> bool {
    denials.is_first(now, key, denied())
}

#[test]
fn the_first_of_a_minute_is_told_and_the_rest_of_it_counted() {
    let denials = Denials::default();
    assert!(is_first(&denials, MINUTE, key("one", 403)));
    assert!(is_first(&denials, MINUTE, key("one", 404)), "another answer");
    assert!(is_first(&denials, MINUTE, key("other", 403)), "another principal");
    assert!(!is_first(&denials, later(1), key("one", 403)));
    assert!(!is_first(&denials, later(59_999), key("one", 403)));
    assert!(denials.closed(later(59_999), false).is_empty());
    assert!(is_first(&denials, later(60_000), key("one", 403)), "the next minute");
    let closed = denials.closed(later(60_000), false);
    assert_eq!(closed.len(), 1, "one alone is told already");
    assert_eq!((&closed[0].key, closed[0].denied.count), (&key("one", 403), 2));
    assert_eq!((closed[0].from, closed[0].to), (MINUTE, later(60_000)));
    assert!(denials.closed(later(60_000), true).is_empty());
}

#[test]
fn a_crowd_takes_bounded_room_and_what_has_none_is_told_in_full() {
    let denials = Denials::default();
    for number in 0..KEYS_MAX + 10 {
        assert!(is_first(&denials, MINUTE, key(&number.to_string(), 403)));
    }
    assert!(is_first(&denials, MINUTE, key(&KEYS_MAX.to_string(), 403)), "not counted");
    assert!(!is_first(&denials, MINUTE, key("0", 403)));
    assert_eq!(denials.at(MINUTE).counts.len(), KEYS_MAX);
}
