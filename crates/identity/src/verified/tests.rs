use super::*;

const NOW: UnixSeconds = UnixSeconds(1_800_000_000);

fn verified(seconds: u64) -> Verified {
    Verified { principal: Principal::open(), expires: NOW.plus(seconds) }
}

#[test]
fn a_token_is_believed_until_it_expires_and_for_five_minutes_at_most() {
    let mut tokens = VerifiedTokens::with_room(8);
    assert!(tokens.get("a", None, NOW).is_none());
    tokens.put("a", None, verified(60), NOW);
    tokens.put("b", None, verified(86_400), NOW);
    assert!(tokens.get("a", None, NOW.plus(59)).is_some());
    assert!(tokens.get("a", None, NOW.plus(60)).is_none());
    assert_eq!(tokens.len(), 1, "what has expired takes no room");
    assert!(tokens.get("b", None, NOW.plus(299)).is_some());
    assert!(tokens.get("b", None, NOW.plus(300)).is_none());
    assert!(tokens.is_empty());
}

#[test]
fn a_token_counts_only_with_what_it_was_shown_with() {
    let mut tokens = VerifiedTokens::with_room(8);
    let (one, other) = (Thumbprint::of(b"one"), Thumbprint::of(b"other"));
    tokens.put("a", Some(&one), verified(60), NOW);
    assert!(tokens.get("a", Some(&one), NOW).is_some());
    assert!(tokens.get("a", Some(&other), NOW).is_none());
    assert!(tokens.get("a", None, NOW).is_none());
    assert!(tokens.get("b", Some(&one), NOW).is_none());
}

#[test]
fn there_is_room_for_so_many_and_those_in_use_stay() {
    let mut tokens = VerifiedTokens::with_room(100);
    tokens.put("used", None, verified(60), NOW);
    for at in 0..10_000 {
        tokens.put(&at.to_string(), None, verified(60), NOW);
        assert!(tokens.len() <= 100);
        assert!(tokens.get("used", None, NOW).is_some(), "{at}");
    }
    assert!(tokens.get("0", None, NOW).is_none());
    assert!(tokens.get("9999", None, NOW).is_some());
}
