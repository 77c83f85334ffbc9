use super::*;

fn xml(inside: &str) -> Vec<u8> {
    format!("<AuditEvent xmlns=\"http://hl7.org/fhir\">{inside}</AuditEvent>").into_bytes()
}

const TYPE: &str = "<type><code value=\"rest\"/></type>";
const RECORDED: &str = "<recorded value=\"2024-06-15T08:30:00Z\"/>";
const AGENT: &str = "<agent><requestor value=\"true\"/></agent>";
const WHO: &str = "<agent><who><display value=\"x\"/></who></agent>";
const OBSERVER: &str = "<source><observer><display value=\"x\"/></observer></source>";
const IDENTIFIER: &str = "<source><identifier><value value=\"x\"/></identifier></source>";

/// The smallest event of each release.
fn smallest() -> [(Release, Vec<u8>); 6] {
    let event = "<event><type><code value=\"rest\"/></type>\
        <dateTime value=\"2024-06-15T08:30:00Z\"/></event>";
    let participant = "<participant><requestor value=\"true\"/></participant>";
    let outcome = "<outcome><text value=\"fine\"/></outcome>";
    let concept = "<text value=\"rest\"/>";
    [
        (Release::Dstu2, xml(&[event, participant, IDENTIFIER].concat())),
        (Release::Stu3, xml(&[TYPE, RECORDED, AGENT, IDENTIFIER].concat())),
        (Release::R4, xml(&[TYPE, RECORDED, AGENT, OBSERVER].concat())),
        (Release::R5Draft, xml(&[TYPE, RECORDED, outcome, AGENT, OBSERVER].concat())),
        (Release::R5, xml(&format!("<code>{concept}</code>{RECORDED}{WHO}{OBSERVER}"))),
        (Release::R6, xml(&format!("<type>{concept}</type>{RECORDED}{WHO}{OBSERVER}"))),
    ]
}

#[test]
fn xml_without_a_path_is_told_by_its_shape() {
    let limits = Limits::default();
    for (release, body) in smallest() {
        let (found, json) = to_json_at(&body, None, &limits).expect("XML");
        assert_eq!(found, release);
        let parsed = crate::receive(&json, None, &limits).expect("accepted");
        assert_eq!(parsed.event.release, release);
        assert_eq!(crate::shape(&json), Some(release));
    }
}

#[test]
fn the_path_of_r5_takes_its_drafts() {
    let limits = Limits::default();
    for (release, body) in smallest() {
        let at = |at| to_json_at(&body, Some(at), &limits).expect("XML").0;
        let r5 = if release == Release::R5Draft { Release::R5Draft } else { Release::R5 };
        assert_eq!(at(Release::R5), r5, "{release:?}");
        let draft = if release == Release::R5 { Release::R5 } else { Release::R5Draft };
        assert_eq!(at(Release::R5Draft), draft, "{release:?}");
        assert_eq!(at(Release::R4), Release::R4);
    }
}

#[test]
fn xml_at_the_wrong_path_is_told_where_it_belongs() {
    let limits = Limits::default();
    let outcome = "<outcome value=\"0\"/>";
    let r4 = xml(&[TYPE, RECORDED, outcome, AGENT, OBSERVER].concat());
    let says = "this looks like FHIR 4.0.1: send it to /fhir/r4";
    for at in [Release::Dstu2, Release::Stu3, Release::R5, Release::R6] {
        let issues = match to_json_at(&r4, Some(at), &limits) {
            Ok((release, json)) => {
                let refused = crate::receive(&json, Some(release), &limits);
                refused.expect_err("refused").issues
            }
            Err(outcome) => outcome.issues,
        };
        assert_eq!(issues[0].diagnostics, says, "{at:?}");
    }
}

#[test]
fn what_is_no_xml_is_refused() {
    let limits = Limits::default();
    for at in [None, Some(Release::R4), Some(Release::R5)] {
        for body in [&b"<AuditEvent"[..], b"{}", b"<!DOCTYPE a><a/>"] {
            assert!(to_json_at(body, at, &limits).is_err());
        }
    }
}
