use super::may_ask;

#[test]
fn root_and_the_servers_own_user_may_ask_and_nobody_else() {
    for (uid, own) in [(0, 0), (0, 1000), (1000, 1000)] {
        assert!(may_ask(uid, own), "{uid} of {own}");
    }
    for (uid, own) in [(1000, 0), (65534, 1000), (1001, 1000)] {
        assert!(!may_ask(uid, own), "{uid} of {own}");
    }
}
