use crate::tests::{event, finds, refused, table};
use kiln_fhir::{Agent, AuditEvent, Release};

fn policy(uri: &str) -> AuditEvent<'_> {
    let mut event = event(Release::R4);
    event.agents = vec![Agent { policy: vec![uri.into()], ..Agent::default() }];
    event
}

#[test]
fn uris_match_whole_and_with_case() {
    table(
        &policy("http://acme.org/Policies/1"),
        &[
            ("policy=http://acme.org/Policies/1", true),
            ("policy=http://acme.org/policies/1", false),
            ("policy=http://acme.org/Policies", false),
            ("policy=x,http://acme.org/Policies/1", true),
            ("policy:missing=false", true),
        ],
    );
}

#[test]
fn below_finds_what_is_under_a_boundary() {
    let searched = "http://acme.org/a";
    for (sent, expected) in [
        ("http://acme.org/a", true),
        ("http://acme.org/a/b/c", true),
        ("http://acme.org/a|2", true),
        ("http://acme.org/a#b", true),
        ("http://acme.org/ab", false),
        ("http://acme.org", false),
    ] {
        assert_eq!(finds(&policy(sent), &format!("policy:below={searched}")), expected, "{sent}");
    }
    assert!(finds(&policy("http://acme.org/a"), "policy:below=http://acme.org/"));
}

#[test]
fn above_finds_what_a_uri_is_under() {
    let searched = "http://acme.org/a/b#c";
    for (sent, expected) in [
        ("http://acme.org/a/b#c", true),
        ("http://acme.org/a/b", true),
        ("http://acme.org/a/", true),
        ("http://acme.org", true),
        ("http://acme.or", false),
        ("http://", false),
        ("http://acme.org/a/b#c/d", false),
    ] {
        assert_eq!(finds(&policy(sent), &format!("policy:above={searched}")), expected, "{sent}");
    }
}

#[test]
fn profiles_match_with_and_without_their_version() {
    for release in [Release::R4, Release::R5] {
        let mut event = event(release);
        event.meta.profile = vec!["http://acme.org/p|1.0".into(), "http://acme.org/q".into()];
        table(
            &event,
            &[
                ("_profile=http://acme.org/p", true),
                ("_profile=http://acme.org/p|1.0", true),
                ("_profile=http://acme.org/p|1", false),
                ("_profile=http://acme.org/q", true),
                ("_profile=http://acme.org/q|1.0", false),
                ("_profile:below=http://acme.org", true),
            ],
        );
    }
}

#[test]
fn the_source_of_meta_is_a_uri() {
    let mut event = event(Release::R4);
    event.meta.source = Some("urn:uuid:1#req7".into());
    table(
        &event,
        &[
            ("_source=urn:uuid:1#req7", true),
            ("_source=urn:uuid:1", false),
            ("_source:below=urn:uuid:1", true),
            ("_source:missing=false", true),
        ],
    );
}

#[test]
fn long_uris_are_found() {
    let long = format!("http://acme.org/{}", "ä/".repeat(600));
    let event = policy(&long);
    assert!(finds(&event, &format!("policy={long}")));
    assert!(finds(&event, &format!("policy:below={}", long.trim_end_matches('/'))));
    assert!(!finds(&event, &format!("policy={long}b")));
}

#[test]
fn modifiers_that_are_not_built_or_not_of_uris_are_refused() {
    let many = format!("policy:above=http://{}", "a/".repeat(200));
    refused(Release::R4, &["policy:contains=a", "policy:not=a", "policy:exact=a", &many]);
}
