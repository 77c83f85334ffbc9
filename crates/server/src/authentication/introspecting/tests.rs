//! Each address has its share of the questions, and what nobody uses takes no room.
use super::*;

fn asking() -> Introspecting {
    let settings = Introspection {
        url: "http://127.0.0.1:9/".to_owned(),
        client_id: "kiln".to_owned(),
        client_secret: "secret".to_owned(),
        cache: Duration::from_secs(10),
    };
    Introspecting::new(settings, Duration::from_secs(1)).unwrap()
}

fn at(address: &str) -> IpAddr {
    address.parse().unwrap()
}

#[test]
fn one_address_leaves_places_to_others() {
    let asking = asking();
    let share = asking.share(Some(at("192.0.2.1")));
    let _under_way: Vec<_> =
        (0..QUESTIONS_OF_ADDRESS_MAX).map(|_| share.try_acquire().unwrap()).collect();
    for same in ["192.0.2.1", "::ffff:192.0.2.1"] {
        assert!(asking.share(Some(at(same))).try_acquire().is_err(), "{same}");
    }
    assert!(asking.share(Some(at("192.0.2.2"))).try_acquire().is_ok());
    assert!(asking.share(None).try_acquire().is_ok());
    const { assert!(QUESTIONS_OF_ADDRESS_MAX < QUESTIONS_MAX) };
}

#[test]
fn a_subnet_of_ipv6_is_one_address() {
    let asking = asking();
    let share = asking.share(Some(at("2001:db8::1")));
    let _all = share.try_acquire_many(QUESTIONS_OF_ADDRESS_MAX as u32).unwrap();
    assert!(asking.share(Some(at("2001:db8::ffff:1"))).try_acquire().is_err());
    assert!(asking.share(Some(at("2001:db8:0:1::1"))).try_acquire().is_ok());
}

#[test]
fn shares_that_nobody_uses_are_forgotten() {
    let asking = asking();
    for last in 0..100 {
        drop(asking.share(Some(at(&format!("192.0.2.{last}")))));
    }
    assert_eq!(lock(&asking.shares).len(), 1);
}
