use super::*;
use kiln_store::clock::OsRandom;

const LIMITS: Limits =
    Limits { sessions_max: 2, idle: Duration::from_secs(10), whole: Duration::from_secs(25) };

fn somebody() -> Arc<Principal> {
    Arc::new(Principal::open())
}

#[test]
fn a_session_ends_when_it_is_idle_or_old() {
    let sessions = Sessions::new(LIMITS);
    let idle = sessions.begin(somebody(), Millis(0), &OsRandom);
    assert!(sessions.principal(idle.as_str(), Millis(9_999)).is_some());
    assert!(sessions.principal(idle.as_str(), Millis(19_999)).is_none());
    assert!(sessions.principal(idle.as_str(), Millis(19_999)).is_none());
    let old = sessions.begin(somebody(), Millis(0), &OsRandom);
    for seconds in [9, 18, 24] {
        assert!(sessions.principal(old.as_str(), Millis(seconds * 1000)).is_some());
    }
    assert!(sessions.principal(old.as_str(), Millis(25_000)).is_none());
}

#[test]
fn whoever_signs_out_is_out() {
    let sessions = Sessions::new(LIMITS);
    let secret = sessions.begin(somebody(), Millis(0), &OsRandom);
    sessions.end(secret.as_str());
    assert!(sessions.principal(secret.as_str(), Millis(0)).is_none());
}

#[test]
fn a_secret_is_whole_or_nothing() {
    let sessions = Sessions::new(LIMITS);
    let secret = sessions.begin(somebody(), Millis(0), &OsRandom);
    assert_eq!(secret.as_str().len(), 43);
    for wrong in ["", &secret.as_str()[1..], &format!("{}A", secret.as_str())] {
        assert!(sessions.principal(wrong, Millis(0)).is_none());
    }
}

#[test]
fn the_idlest_makes_room() {
    let sessions = Sessions::new(LIMITS);
    let first = sessions.begin(somebody(), Millis(0), &OsRandom);
    let second = sessions.begin(somebody(), Millis(1), &OsRandom);
    assert!(sessions.principal(first.as_str(), Millis(2)).is_some());
    let third = sessions.begin(somebody(), Millis(3), &OsRandom);
    assert!(sessions.principal(second.as_str(), Millis(4)).is_none());
    assert!(sessions.principal(first.as_str(), Millis(4)).is_some());
    assert!(sessions.principal(third.as_str(), Millis(4)).is_some());
}
