//! What is asked, by the URL and by Parameters.
use super::*;

const DSTU2: &str = r#"<Parameters xmlns="http://hl7.org/fhir">
    <parameter><name value="resource"/><resource><AuditEvent>
        <event><type><code value="rest"/></type><dateTime value="2024-06-15T08:30:00Z"/></event>
        <participant><requestor value="true"/></participant>
        <source><identifier><value value="gateway"/></identifier></source>
    </AuditEvent></resource></parameter>
    <parameter><name value="mode"/><valueCode value="create"/></parameter>
</Parameters>"#;

fn asked(json: &str) -> Result<(Asked, Option<Vec<u8>>), Refusal> {
    let mut asked = Asked::default();
    let event = asked.take_all(json.as_bytes())?;
    Ok((asked, event))
}

#[test]
fn parameters_bring_the_event_and_what_to_look_at() {
    let (asked, event) = asked(
        r#"{"resourceType":"Parameters","id":"p","parameter":[
            {"name":"mode","valueCode":"update"},
            {"name":"resource","resource":{"resourceType" : "AuditEvent"}},
            {"name":"profile",
             "valueCanonical":"http://hl7.org/fhir/StructureDefinition/AuditEvent|4.0.1"}
        ]}"#,
    )
    .unwrap();
    assert_eq!(event.as_deref(), Some(&br#"{"resourceType" : "AuditEvent"}"#[..]));
    assert_eq!(asked.mode, Some(Mode::Update));
    assert!(!asked.has_profile && !asked.has_unknown);
}

#[test]
fn other_profiles_and_parameters_are_noticed() {
    let profile = r#"{"parameter":[{"name":"profile","valueUri":"http://example.org/p"}]}"#;
    assert!(asked(profile).unwrap().0.has_profile);
    let context = r#"{"parameter":[{"name":"usageContext","valueUsageContext":{}}]}"#;
    assert!(asked(context).unwrap().0.has_unknown);
    let no_code = r#"{"parameter":[{"name":"mode","valueInteger":1}]}"#;
    assert!(asked(no_code).unwrap().0.has_unknown);
}

#[test]
fn what_cannot_be_understood_is_refused() {
    for json in [
        r#"{"parameter":{}}"#,
        r#"{"parameter":[{"valueCode":"create"}]}"#,
        r#"{"parameter":[{"name":"resource","valueCode":"create"}]}"#,
        r#"{"parameter":[{"name":"mode","valueCode":"erase"}]}"#,
        r#"{"parameter":[{"name":"mode","name":"mode"}]}"#,
        r#"{"parameter":[{"name":"resource","resource":{}},{"name":"resource","resource":{}}]}"#,
    ] {
        assert_eq!(asked(json).unwrap_err().status.as_u16(), 400, "{json}");
    }
    assert!(asked(r#"{"resourceType":"Parameters"}"#).unwrap().1.is_none());
}

/// A single element is an array where the tables of its release say so.
#[test]
fn an_event_in_xml_is_read_in_the_release_that_it_looks_like() {
    for at in [None, Some(Release::Dstu2)] {
        let mut asked = Asked::default();
        let resource = asked.take_xml(DSTU2.as_bytes(), at, &Limits::default()).unwrap();
        let Some(Resource::Xml { json, release, .. }) = resource else { panic!("no event") };
        assert_eq!((release, asked.mode), (Release::Dstu2, Some(Mode::Create)));
        kiln_fhir::parse(&json, release, &Limits::default()).unwrap();
    }
}
