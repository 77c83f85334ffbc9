use super::*;
use kiln_store::clock::OsRandom;

#[test]
fn a_browser_comes_back_to_what_it_began() {
    let pending = Pending::new(&OsRandom);
    let given = pending.begin("/events?a=b", Millis(5), &OsRandom);
    let begun = pending.end(&given.state, &given.cookie, Millis(6)).unwrap();
    assert_eq!((begun.nonce.as_str(), begun.then.as_str()), (&*given.nonce, "/events?a=b"));
    assert_eq!(Secret::challenge_of(&begun.verifier), given.challenge);
}

#[test]
fn another_browser_another_state_and_a_late_one_do_not() {
    let pending = Pending::new(&OsRandom);
    let [a, b] = std::array::from_fn(|_| pending.begin("/", Millis(0), &OsRandom));
    assert!(pending.end(&a.state, &b.cookie, Millis(1)).is_none());
    assert!(pending.end("", &b.cookie, Millis(1)).is_none());
    assert!(pending.end(&b.state, "", Millis(1)).is_none());
    let late = Millis(PATIENCE.as_millis() as i64);
    assert!(pending.end(&a.state, &a.cookie, late).is_none());
    let restarted = Pending::new(&OsRandom);
    assert!(restarted.end(&a.state, &a.cookie, Millis(1)).is_none());
}

#[test]
fn what_the_browser_keeps_cannot_be_changed() {
    let pending = Pending::new(&OsRandom);
    let given = pending.begin("/", Millis(0), &OsRandom);
    for at in 0..given.cookie.len() {
        let mut cookie = given.cookie.clone().into_bytes();
        cookie[at] = if cookie[at] == b'A' { b'B' } else { b'A' };
        let cookie = String::from_utf8(cookie).unwrap();
        assert!(pending.end(&given.state, &cookie, Millis(1)).is_none(), "{at}");
    }
}

/// Crowds that begin and never come back take nobody's place.
#[test]
fn those_who_never_come_back_stand_in_nobodys_way() {
    let pending = Pending::new(&OsRandom);
    let first = pending.begin("/", Millis(0), &OsRandom);
    for at in 1..=5000 {
        pending.begin("/", Millis(at), &OsRandom);
    }
    assert!(pending.end(&first.state, &first.cookie, Millis(5001)).is_some());
}
