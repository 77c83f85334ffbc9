use super::Addresses;

#[test]
fn an_address_has_so_many_places_and_leaves_the_others_theirs() {
    let addresses = Addresses::new(2);
    let enter = |address: &str| addresses.enter(address.parse().unwrap());
    let first = enter("192.0.2.1").unwrap();
    let _second = enter("::ffff:192.0.2.1").unwrap();
    assert!(enter("192.0.2.1").is_none());
    assert!(enter("192.0.2.2").is_some());
    drop(first);
    assert!(enter("192.0.2.1").is_some());
}

#[test]
fn a_subnet_of_ipv6_is_one_address() {
    let addresses = Addresses::new(1);
    let enter = |address: &str| addresses.enter(address.parse().unwrap());
    let _held = enter("2001:db8::1").unwrap();
    assert!(enter("2001:db8::ffff").is_none());
    assert!(enter("2001:db8:0:1::1").is_some());
}
