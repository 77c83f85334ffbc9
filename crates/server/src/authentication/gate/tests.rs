use super::{Gate, PRINCIPALS_MAX, PrincipalLimits};
use kiln_identity::Principal;
use kiln_store::Millis;

fn sender(name: &str) -> Principal {
    Principal { who: name.into(), ..Principal::open() }
}

#[test]
fn a_burst_is_let_through_and_then_a_steady_stream() {
    let limits = PrincipalLimits { requests_per_second: 10, burst: 3, concurrent: 0 };
    let (gate, one, other) = (Gate::new(limits), sender("one"), sender("other"));
    let at = |millis: i64| Millis(1_000_000 + millis);
    let enter = |whose, millis| gate.enter(whose, at(millis)).is_ok();
    assert!(enter(&one, 0) && enter(&one, 0) && enter(&one, 0));
    assert!(!enter(&one, 0), "the burst is spent");
    assert!(enter(&other, 0), "of one only");
    assert!(!enter(&one, 99));
    assert!(enter(&one, 100), "a tenth of a second gives one back");
    assert!(!enter(&one, 100));
    assert!(!enter(&one, -5000), "a clock that steps back gives nothing");
    assert!(enter(&one, 10_000) && enter(&one, 10_000) && enter(&one, 10_000));
    assert!(!enter(&one, 10_000), "however long it was quiet, no more than the burst");
}

#[test]
fn so_many_at_once_and_no_more() {
    let limits = PrincipalLimits { requests_per_second: 0, burst: 0, concurrent: 2 };
    let (gate, one) = (Gate::new(limits), sender("one"));
    let first = gate.enter(&one, Millis(0)).unwrap();
    let second = gate.enter(&one, Millis(0)).unwrap();
    assert!(gate.enter(&one, Millis(0)).is_err());
    drop(first);
    let third = gate.enter(&one, Millis(0)).unwrap();
    assert!(gate.enter(&one, Millis(0)).is_err());
    drop((second, third));
}

#[test]
fn the_counts_have_an_end() {
    let limits = PrincipalLimits { requests_per_second: 1, burst: 1, concurrent: 0 };
    let gate = Gate::new(limits);
    for number in 0..PRINCIPALS_MAX + 10 {
        assert!(gate.enter(&sender(&number.to_string()), Millis(0)).is_ok());
        assert!(gate.counted.lock().unwrap().len() <= PRINCIPALS_MAX);
    }
}
