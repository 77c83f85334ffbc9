use super::*;
use kiln_store::clock::OsRandom;

#[test]
fn a_browser_comes_back_once() {
    let pending = Pending::default();
    let given = pending.begin("/".to_owned(), Millis(0), &OsRandom);
    let (state, browser) = (given.state.as_str(), given.browser.as_str());
    let begun = pending.end(state, browser, Millis(1)).unwrap();
    assert_eq!((begun.nonce.as_str(), begun.then.as_str()), (given.nonce.as_str(), "/"));
    assert_eq!(begun.verifier.challenge(), given.challenge);
    assert!(pending.end(state, browser, Millis(1)).is_none());
}

#[test]
fn another_browser_another_state_and_a_late_one_do_not() {
    let pending = Pending::default();
    let [a, b, c] = std::array::from_fn(|_| pending.begin("/".to_owned(), Millis(0), &OsRandom));
    assert!(pending.end(a.state.as_str(), b.browser.as_str(), Millis(1)).is_none());
    assert!(pending.end("", b.browser.as_str(), Millis(1)).is_none());
    let late = Millis(PATIENCE.as_millis() as i64);
    assert!(pending.end(c.state.as_str(), c.browser.as_str(), late).is_none());
}

#[test]
fn those_who_never_come_back_are_forgotten() {
    let pending = Pending::default();
    let first = pending.begin("/".to_owned(), Millis(0), &OsRandom);
    for at in 1..=PENDING_MAX {
        pending.begin("/".to_owned(), Millis(at as i64), &OsRandom);
    }
    assert_eq!(pending.0.lock().unwrap().len(), PENDING_MAX);
    assert!(pending.end(first.state.as_str(), first.browser.as_str(), Millis(1)).is_none());
}
