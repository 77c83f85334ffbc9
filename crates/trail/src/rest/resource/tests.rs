use super::*;

fn read(json: &str) -> Resource {
    Resource::read(json.as_bytes(), Form::Json, &[], &Limits::default()).unwrap()
}

#[test]
fn a_resource_says_its_version_its_tags_and_its_state() {
    let task = read(
        r#"{"resourceType":"Task","id":"1","meta":{"versionId":"3","tag":[{"system":"urn:a",
        "code":"b"},{"system":"no code"},{"code":"c"}]},"status":"in-progress","businessStatus":
        {"coding":[{"display":"no code"},{"code":"ready"},{"code":"late"}],"text":"later"},
        "for":{"reference":"Patient/9"}}"#,
    );
    assert_eq!(task.r#type.as_str(), "Task");
    assert_eq!(task.id, Id::parse("1"));
    assert_eq!(task.version, Id::parse("3"));
    let tags: Vec<_> = task.tags.iter().map(|tag| (tag.system.as_deref(), &*tag.code)).collect();
    assert_eq!(tags, [(Some("urn:a"), "b"), (None, "c")]);
    assert_eq!(task.state().status, Some("in-progress"));
    assert_eq!(task.state().business_status, Some("ready"));
    assert_eq!(task.patients, [Patient::Reference("Patient/9".to_owned())]);
}

#[test]
fn a_business_status_without_a_code_is_its_text() {
    let task = read(r#"{"resourceType":"Task","businessStatus":{"text":"waiting"}}"#);
    assert_eq!(task.state().business_status, Some("waiting"));
    assert_eq!(task.state().status, None);
}

#[test]
fn xml_says_what_json_says() {
    let json = read(
        r#"{"resourceType":"Observation","id":"1","meta":{"versionId":"2","tag":[{"system":"a",
        "code":"b"}]},"status":"final","subject":{"reference":"Patient/1/_history/4"},
        "performer":[{"reference":"Patient/2"},{"reference":"Practitioner/3"}]}"#,
    );
    let xml = r#"<?xml version="1.0"?><Observation xmlns="http://hl7.org/fhir"><id value="1"/>
        <meta><versionId value="2"/><tag><system value="a"/><code value="b"/></tag></meta>
        <status value="final"/><subject><reference value="Patient/1/_history/4"/></subject>
        <performer><reference value="Patient/2"/></performer>
        <performer><reference value="Practitioner/3"/></performer></Observation>"#;
    let read = Resource::read(xml.as_bytes(), Form::Xml, &[], &Limits::default());
    assert_eq!(read.as_ref(), Ok(&json));
    assert_eq!(json.patients.len(), 2);
}

#[test]
fn what_is_no_resource_is_refused() {
    for json in [
        "",
        "[]",
        "1",
        "{}",
        r#"{"resourceType":1}"#,
        r#"{"resourceType":"patient"}"#,
        r#"{"resourceType":"Patient"}{}"#,
        r#"{"resourceType":"Patient","resourceType":"Patient"}"#,
        "{\"resourceType\":\"Patient\",\"id\":\"\0\"}",
    ] {
        let read = Resource::read(json.as_bytes(), Form::Json, &[], &Limits::default());
        assert_eq!(read.map_err(|refusal| refusal.status), Err(400), "{json}");
    }
    let xml = r#"<!DOCTYPE a [<!ENTITY b "c">]><Patient xmlns="http://hl7.org/fhir"/>"#;
    assert!(Resource::read(xml.as_bytes(), Form::Xml, &[], &Limits::default()).is_err());
    let small = Limits { body_bytes_max: 10, ..Limits::default() };
    let read = Resource::read(br#"{"resourceType":"Patient"}"#, Form::Json, &[], &small);
    assert_eq!(read.unwrap_err().status, 413);
}
