use super::*;

#[test]
fn kinds_of_addresses_are_found() {
    for (kind, addresses) in [
        (
            Some(IP_ADDRESS),
            &["10.0.1.42", "10.0.1.42:443", "::1", "[::1]", "[2001:db8::1]:443", "fe80::1%et"][..],
        ),
        (
            Some(MACHINE_NAME),
            &[
                "workstation-7",
                "WS_12",
                "host.example.org",
                "host.example.org.",
                "host:8080",
                "5551234",
                "localhost",
            ],
        ),
        (
            Some(TELEPHONE),
            &[
                "+41 44 123 45 67",
                "(555) 123-4567",
                "tel:+41441234567",
                "555-123-4567",
                "+41441234567",
            ],
        ),
        (Some(EMAIL), &["nurse@example.org", "a.b+c@host"]),
        (Some(URI), &["https://example.org/x", "urn:uuid:1", "mailto:a@b.c", "ws://h", "sip:a@b"]),
        (None, &["a b", "host:x", "-a b-", "a@b@c", "ümlaut", "..", "@", "http://", "x y@z", "\""]),
    ] {
        for address in addresses {
            assert_eq!(kind_of(address), kind, "{address}");
        }
    }
}
