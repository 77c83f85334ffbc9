use super::*;

#[test]
fn references_are_told_from_identifiers() {
    for text in [
        "Patient/pt_abc123",
        "Patient/1",
        "Patient/1/_history/2",
        "Patient/urn:uuid:1",
        "Device/a.b-c",
        "http://example.org/fhir/Patient/1",
        "https://example.org",
        "urn:uuid:c2f5b7a0-0000-4000-8000-000000000000",
        "urn:oid:1.2.3",
    ] {
        assert!(is_literal(text), "{text}");
    }
    for text in [
        "prac_dr456",
        "Patient",
        "Patient/",
        "Patient/a b",
        "Patient/a/b",
        "Patient/1/_history/",
        "Patient/1?x",
        "Patient/1|2",
        "/Patient/1",
        "patient/1",
        "Doctor/1",
        "Person of interest/1",
        "#contained",
        "http://",
        "http://a b",
        "ftp://example.org",
        "urn:uuid:",
        "urn:other:1",
        "nurse@example.org",
    ] {
        assert!(!is_literal(text), "{text}");
    }
}
