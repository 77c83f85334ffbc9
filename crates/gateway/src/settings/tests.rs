use super::Network;

fn has(network: &str, address: &str) -> bool {
    Network::parse(network).unwrap().has(address.parse().unwrap())
}

#[test]
fn a_network_has_the_addresses_that_begin_like_it() {
    assert!(has("10.0.0.0/8", "10.1.2.3"));
    assert!(!has("10.0.0.0/8", "11.1.2.3"));
    assert!(has("192.0.2.7", "192.0.2.7"));
    assert!(!has("192.0.2.7", "192.0.2.8"));
    assert!(has("0.0.0.0/0", "203.0.113.1"));
    assert!(has("2001:db8::/32", "2001:db8::1"));
    assert!(!has("2001:db8::/32", "2001:db9::1"));
}

#[test]
fn an_ipv4_address_written_as_ipv6_is_the_same() {
    assert!(has("10.0.0.0/8", "::ffff:10.1.2.3"));
    assert!(!has("::/0", "10.1.2.3"));
}

#[test]
fn what_is_no_network_is_refused() {
    for text in ["", "10.0.0.0/33", "::/129", "ten", "10.0.0.0/", "10.0.0.0/-1"] {
        assert_eq!(Network::parse(text), None, "{text}");
    }
}
