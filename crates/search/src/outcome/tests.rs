use crate::tests::{ENDPOINTS, concept, event, finds_at, plain_table, refused};
use kiln_fhir::{AuditEvent, Release};

const THO: &str = "http://terminology.hl7.org/CodeSystem/audit-event-outcome";
const OLD: &str = "http://hl7.org/fhir/audit-event-outcome";
const SEVERITY: &str = "http://hl7.org/fhir/issue-severity";

fn outcome(
    release: Release,
    system: Option<&'static str>,
    code: &'static str,
) -> AuditEvent<'static> {
    let mut event = event(release);
    event.outcome = Some(concept(system, code));
    event
}

/// As each release sends it, with the numbers and severities it is found by.
fn events() -> Vec<(AuditEvent<'static>, &'static [&'static str])> {
    let zero: &[_] = &["0", "success", "information"];
    vec![
        (outcome(Release::Stu3, None, "0"), zero),
        (outcome(Release::R4, None, "4"), &["4", "warning"]),
        (outcome(Release::R4b, None, "8"), &["8", "error"]),
        (outcome(Release::R5Draft, Some(THO), "12"), &["12", "fatal"]),
        (outcome(Release::R5, Some(THO), "0"), zero),
        (outcome(Release::R5, Some(OLD), "0"), zero),
        (outcome(Release::R5, Some(SEVERITY), "success"), &["0", "success"]),
        (outcome(Release::R5, Some(SEVERITY), "information"), &["0", "information"]),
        (outcome(Release::R6, Some(SEVERITY), "fatal"), &["12", "fatal"]),
    ]
}

#[test]
fn numbers_and_severities_find_each_other_in_every_release() {
    for (event, found_by) in events() {
        // DSTU2 has no such parameter.
        for at in &ENDPOINTS[1..] {
            for number in ["0", "4", "8", "12"] {
                let expected = found_by.contains(&number);
                for value in
                    [number.to_owned(), format!("{THO}|{number}"), format!("{OLD}|{number}")]
                {
                    let found = finds_at(*at, &event, &format!("outcome={value}"));
                    assert_eq!(found, expected, "{at:?} {value} {:?}", event.outcome);
                    let others = finds_at(*at, &event, &format!("outcome:not={value}"));
                    assert_eq!(others, !expected, "{at:?} not {value}");
                }
            }
            for severity in ["success", "information", "warning", "error", "fatal"] {
                let expected = found_by.contains(&severity);
                for value in
                    [severity.to_owned(), format!("{SEVERITY}|{}", severity.to_uppercase())]
                {
                    let found = finds_at(*at, &event, &format!("outcome={value}"));
                    assert_eq!(found, expected, "{at:?} {value} {:?}", event.outcome);
                }
            }
            for system in [THO, OLD, SEVERITY] {
                assert!(finds_at(*at, &event, &format!("outcome={system}|")), "{at:?} {system}");
            }
            assert!(!finds_at(*at, &event, &format!("outcome=http://a.org|{}", found_by[0])));
        }
    }
}

#[test]
fn a_code_without_a_system_is_every_number_up_to_r4b() {
    let coded = outcome(Release::R5, Some(THO), "0");
    let bare = outcome(Release::R4, None, "0");
    for (at, finds_coded) in [(Release::Stu3, true), (Release::R4, true), (Release::R5, false)] {
        assert_eq!(finds_at(at, &coded, "outcome=|0"), finds_coded, "{at:?}");
        assert!(finds_at(at, &bare, "outcome=|0"));
    }
}

#[test]
fn codes_of_other_systems_are_only_themselves() {
    let local = outcome(Release::R5, Some("http://a.org"), "0");
    let local_fatal = outcome(Release::R5, Some("http://a.org"), "fatal");
    assert!(finds_at(Release::R5, &local, "outcome=http://a.org|0"));
    assert!(finds_at(Release::R4, &local, "outcome=0"));
    for text in ["outcome=success", &format!("outcome={THO}|0"), &format!("outcome={SEVERITY}|")] {
        assert!(!finds_at(Release::R5, &local, text), "{text}");
    }
    assert!(!finds_at(Release::R5, &local_fatal, "outcome=12"));
    plain_table(&local_fatal, &[("outcome=12", false)]);
}

#[test]
fn what_is_no_token_is_refused() {
    refused(Release::R4, &["outcome=|", "outcome:exact=0", "outcome:missing=0"]);
}
