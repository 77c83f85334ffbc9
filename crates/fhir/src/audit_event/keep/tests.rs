use super::*;
use crate::{AuditEvent, parse, receive};

const LIMITS: Limits = Limits { body_bytes_max: 1 << 20, depth_max: 32, nodes_max: 10_000 };

/// An R4 event with these members beside its type, time and source.
fn event(members: &str) -> String {
    format!(
        r#"{{"resourceType":"AuditEvent","type":{{"code":"rest"}},"recorded":"2024-06-15T08:30:00Z",
        "source":{{"observer":{{"display":"x"}}}}{members}}}"#
    )
}

fn taken(body: &str, check: impl Fn(&AuditEvent<'_>)) {
    let refused = parse(body.as_bytes(), Release::R4, &LIMITS).unwrap_err();
    let parsed = keep(body.as_bytes(), Some(Release::R4), &LIMITS).expect(body);
    check(&parsed.event);
    assert_eq!(parsed.event.recorded.millis, 1_718_440_200_000);
    assert_eq!(parsed.warnings.len(), refused.issues.len());
    for (warning, error) in parsed.warnings.iter().zip(&refused.issues) {
        assert_eq!(warning.severity, Severity::Warning);
        assert_eq!((&warning.diagnostics, warning.code), (&error.diagnostics, error.code));
        assert_eq!(warning.expression, error.expression);
    }
    let again = kept(body.as_bytes(), Release::R4, &LIMITS).unwrap();
    check(&again.event);
}

#[test]
fn what_can_be_read_of_a_broken_event_is_read() {
    taken(&event(""), |event| assert!(event.agents.is_empty()));
    taken(&event(r#","agent":{"name":"Weber","requestor":true}"#), |event| {
        assert_eq!(event.agents[0].name.as_deref(), Some("Weber"));
    });
    taken(&event(r#","agent":[{"name":7,"altId":"w"}],"action":"Q""#), |event| {
        assert_eq!((&event.agents[0].name, &event.agents[0].alt_id), (&None, &Some("w".into())));
        assert_eq!(event.action.as_deref(), Some("Q"));
    });
    taken(&event(r#","agent":[],"entity":"text","subtype":[null],"outcome":["0"]"#), |event| {
        assert_eq!(event.r#type[0].coding[0].code.as_deref(), Some("rest"));
    });
    taken(
        &event(r#","agent":[{"requestor":true}],"entity":[{"name":"n","query":"eA=="}]"#),
        |event| {
            assert_eq!(event.entities[0].name.as_deref(), Some("n"));
        },
    );
    taken(&event(r#","meta":{"tag":["x"],"profile":"p"}"#), |event| {
        assert_eq!(event.meta.tag.len(), 1);
    });
}

#[test]
fn a_time_that_is_no_instant_is_read_as_far_as_it_says_a_day() {
    for (recorded, millis) in [
        ("2024-06-15T08:30:00", Some(1_718_440_200_000)),
        ("2024-06-15T08:30:00.000", Some(1_718_440_200_000)),
        ("2024-06-15T08:30", Some(1_718_440_200_000)),
        ("2024-06-15", Some(1_718_409_600_000)),
        ("2024-06", None),
        ("2024", None),
        ("15.06.2024", None),
        ("2024-06-15 08:30:00", None),
    ] {
        let body = event("").replace("2024-06-15T08:30:00Z", recorded);
        let parsed = keep(body.as_bytes(), Some(Release::R4), &LIMITS);
        assert_eq!(parsed.ok().map(|parsed| parsed.event.recorded.millis), millis, "{recorded}");
        let mut out = Vec::new();
        crate::conversion::convert(body.as_bytes(), Release::R4, Release::R5, &mut out);
        let converted = kept(&out, Release::R5, &LIMITS);
        let found = converted.ok().map(|parsed| parsed.event.recorded.millis);
        assert_eq!(found, millis, "{recorded}");
    }
}

#[test]
fn a_good_event_is_taken_as_it_is() {
    let body = event(r#","agent":[{"requestor":true}]"#);
    let parsed = keep(body.as_bytes(), Some(Release::R4), &LIMITS).unwrap();
    assert_eq!(parsed.warnings, []);
    assert_eq!(parsed.event.agents.len(), 1);
}

#[test]
fn what_nobody_could_read_is_refused_as_ever() {
    let deep = format!("{{\"x\":{}1{}}}", "[".repeat(200), "]".repeat(200));
    for body in [
        "rubbish",
        "[]",
        "{}",
        &deep,
        r#"{"resourceType":"Patient"}"#,
        r#"{"resourceType":"AuditEvent"}"#,
        r#"{"resourceType":"AuditEvent","recorded":"yesterday"}"#,
        r#"{"resourceType":"AuditEvent","recorded":["2024-06-15T08:30:00Z"]}"#,
        r#"{"resourceType":"AuditEvent","recorded":"2024-06-15T08:30:00Z","recorded":""}"#,
        &event(r#","meta":"text""#),
        &event(r#","meta":{"tag":{"code":"c"}}"#),
        &event(r#","outcomeDesc":"a\u0001b""#),
        &event(r#","other\u0001":1"#),
    ] {
        let at = Some(Release::R4);
        let outcome = keep(body.as_bytes(), at, &LIMITS).expect_err(body);
        assert_eq!(outcome, receive(body.as_bytes(), at, &LIMITS).unwrap_err(), "{body}");
        assert!(outcome.has_error());
    }
}

#[test]
fn what_looks_like_another_release_is_refused() {
    let stu3 = event(r#","agent":[{"userId":{"value":"w"},"requestor":true}]"#);
    let stu3 = stu3.replace(r#""observer":{"display":"x"}"#, r#""identifier":{"value":"x"}"#);
    let at = Some(Release::R4);
    let outcome = keep(stu3.as_bytes(), at, &LIMITS).unwrap_err();
    assert_eq!(outcome, receive(stu3.as_bytes(), at, &LIMITS).unwrap_err());
    assert!(outcome.issues[0].diagnostics.contains("FHIR 3.0.2"), "{outcome:?}");
}
