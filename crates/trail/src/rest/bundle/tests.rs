use super::super::{BundleKind, Sent};
use super::*;

fn read(body: &str) -> Result<Bundle, Refusal> {
    read_as("application/fhir+json", body)
}

fn read_as(content_type: &str, body: &str) -> Result<Bundle, Refusal> {
    let headers = Headers { content_type: Some(content_type), ..Headers::default() };
    let head = Head { method: "POST", path: "/", query: None, headers };
    let asked = Asked::read(&head, &Limits::default()).unwrap();
    asked.body(body.as_bytes(), &Limits::default()).map(|sent| match sent {
        Sent::Bundle(bundle) => bundle,
        other => panic!("{other:?}"),
    })
}

/// A batch with one entry.
fn one(method: &str, url: &str, more: &str) -> Result<Bundle, Refusal> {
    read(&format!(
        r#"{{"resourceType":"Bundle","type":"batch","entry":[{{"request":{{"method":"{method}",
        "url":"{url}"}}{more}}}]}}"#
    ))
}

const PATIENT: &str = r#","resource":{"resourceType":"Patient"}"#;

#[test]
fn entries_ask_what_requests_of_their_own_would() {
    let body = r#"{"resourceType":"Bundle","type":"transaction","entry":[
        {"fullUrl":"urn:uuid:a","resource":{"resourceType":"Patient"},"request":{"method":"POST",
            "url":"Patient","ifNoneExist":"identifier=a|1"}},
        {"resource":{"resourceType":"Patient","id":"1"},"request":{"method":"PUT",
            "url":"Patient/1","ifMatch":"W/\"3\""}},
        {"resource":{"resourceType":"Patient"},"request":{"method":"PUT","url":"Patient?_id=1"}},
        {"resource":{"resourceType":"Binary"},"request":{"method":"PATCH","url":"Patient/1"}},
        {"request":{"method":"DELETE","url":"Patient/1"}},
        {"request":{"method":"DELETE","url":"Patient?_id=1"}},
        {"request":{"method":"GET","url":"Patient/1"}},
        {"request":{"method":"HEAD","url":"Patient/1/_history/2"}},
        {"request":{"method":"GET","url":"Patient?name=a"}},
        {"request":{"method":"GET","url":"Patient/1/$everything"}},
        {"resource":{"resourceType":"Parameters"},"request":{"method":"POST",
            "url":"Patient/$match"}},
        {"request":{"method":"GET","url":"?_type=Patient"}},
        {"request":{"method":"GET","url":"metadata"}}]}"#;
    let bundle = read(body).unwrap();
    assert_eq!(bundle.kind, BundleKind::Transaction);
    let asked: Vec<_> =
        bundle.entries.iter().map(|entry| entry.asked.restful(&Sent::Nothing).code()).collect();
    let wanted = "create update update patch delete delete read vread search-type operation \
        operation search-system capabilities";
    assert_eq!(asked.join(" "), wanted);
    let [first, second, ..] = &bundle.entries[..] else { panic!() };
    assert_eq!(first.full_url.as_deref(), Some("urn:uuid:a"));
    assert_eq!(first.asked.conditions.if_none_exist.as_deref(), Some("identifier=a|1"));
    let old = second.asked.conditions.if_match.as_ref().and_then(|tags| tags.version());
    assert_eq!(old.map(super::super::Id::as_str), Some("3"));
}

#[test]
fn one_entry_that_is_not_certain_refuses_the_bundle() {
    for (method, url, more) in [
        ("GET", "", ""),
        ("POST", "", PATIENT),
        ("POST", "/", PATIENT),
        ("GET", "/Patient/1", ""),
        ("GET", "Patient/1/", ""),
        ("GET", "Patient//1", ""),
        ("GET", "http://here/fhir/Patient/1", ""),
        ("GET", "//here/Patient/1", ""),
        ("GET", "../Patient/1", ""),
        ("GET", "Patient/../../admin", ""),
        ("GET", "./Patient/1", ""),
        ("GET", "Patient/%31", ""),
        ("GET", "Patient/%2e%2e/1", ""),
        ("GET", "Patient/1#a", ""),
        ("GET", "Patient/1;a=b", ""),
        ("GET", "Patient/1?_method=DELETE", ""),
        ("GET", "Patient/1?a b", ""),
        ("GET", "patient/1", ""),
        ("get", "Patient/1", ""),
        ("OPTIONS", "metadata", ""),
        ("TRACE", "Patient/1", ""),
        ("GET", "_operations/export/1", ""),
        ("GET", "Patient/_search?name=a", ""),
        ("POST", "Patient/_search", PATIENT),
        ("POST", "Patient/_search", ""),
        ("GET", "Patient/1", PATIENT),
        ("HEAD", "Patient/1", PATIENT),
        ("POST", "Patient/$match", PATIENT),
        ("GET", "Patient/$match", r#","resource":{"resourceType":"Parameters"}"#),
        ("POST", "Observation", PATIENT),
        ("PUT", "Observation/1", PATIENT),
        ("PUT", "Patient/1", r#","resource":{"resourceType":"Patient","id":"2"}"#),
        ("PUT", "Patient", PATIENT),
        ("DELETE", "Patient", ""),
        ("POST", "Patient", ""),
        ("PUT", "Patient/1", ""),
        ("POST", "Patient", r#","resource":[]"#),
        ("POST", "Patient", r#","resource":{"resourceType":"Patient"},"resource":{}"#),
        ("GET", "Patient/1", r#","Request":{"method":"DELETE","url":"Patient/1"}"#),
        ("GET", "Patient/1", r#","request":{"method":"DELETE","url":"Patient/1"}"#),
    ] {
        let refusal = one(method, url, more).unwrap_err();
        assert_eq!((refusal.status, refusal.allow), (400, ""), "{method} {url} {more}");
        let place = refusal.issue.expression.unwrap_or_default();
        let is_placed = place.starts_with("Bundle.entry[0]") || place.starts_with("Resource");
        assert!(is_placed, "{method} {url}: {place}");
    }
}

#[test]
fn what_is_no_batch_and_no_transaction_is_refused() {
    for body in [
        r#"{"resourceType":"Patient"}"#,
        r#"{"resourceType":"Bundle"}"#,
        r#"{"resourceType":"Bundle","type":"collection"}"#,
        r#"{"resourceType":"Bundle","type":"history"}"#,
        r#"{"resourceType":"Bundle","type":"Batch"}"#,
        r#"{"resourceType":"Bundle","type":["batch"]}"#,
        r#"{"resourceType":"Bundle","type":"batch","Entry":[]}"#,
        r#"{"resourceType":"Bundle","type":"batch","TYPE":"transaction"}"#,
        r#"{"resourceType":"Bundle","type":"batch","entry":[1]}"#,
        r#"{"resourceType":"Bundle","type":"batch","entry":[{}]}"#,
        r#"{"resourceType":"Bundle","type":"batch","entry":[{"request":{}}]}"#,
        r#"{"resourceType":"Bundle","type":"batch","entry":[{"request":[{"method":"GET",
            "url":"Patient/1"}]}]}"#,
        r#"{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET",
            "url":"Patient/1","Method":"DELETE"}}]}"#,
        r#"{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET",
            "url":["Patient/1"]}}]}"#,
        r#"{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"PUT",
            "url":"Patient/1","ifMatch":3}}]}"#,
    ] {
        assert_eq!(read(body).map_err(|refusal| refusal.status), Err(400), "{body}");
    }
}

#[test]
fn two_entries_of_one_name_are_refused() {
    let entry = |name: &str| {
        format!(
            r#"{{"fullUrl":"{name}","resource":{{"resourceType":"Patient"}},"request":{{"method":
            "POST","url":"Patient"}}}}"#
        )
    };
    let body = |names: [&str; 2]| {
        let entries = names.map(entry).join(",");
        format!(r#"{{"resourceType":"Bundle","type":"transaction","entry":[{entries}]}}"#)
    };
    assert!(read(&body(["urn:uuid:a", "urn:uuid:b"])).is_ok());
    let refusal = read(&body(["urn:uuid:a", "urn:uuid:a"])).unwrap_err();
    assert_eq!(refusal.issue.expression.as_deref(), Some("Bundle.entry[1].fullUrl"));
}

#[test]
fn more_entries_than_the_limit_are_refused() {
    let entry = r#"{"request":{"method":"GET","url":"Patient/1"}}"#;
    let body = format!(
        r#"{{"resourceType":"Bundle","type":"batch","entry":[{}]}}"#,
        vec![entry; 10_001].join(",")
    );
    assert_eq!(read(&body).unwrap_err().status, 413);
}

#[test]
fn xml_asks_what_json_asks() {
    let xml = r#"<Bundle xmlns="http://hl7.org/fhir"><type value="batch"/><entry>
        <fullUrl value="urn:uuid:a"/><resource><Observation><subject><reference value="Patient/1"/>
        </subject></Observation></resource><request><method value="POST"/>
        <url value="Observation"/></request></entry><entry><request><method value="GET"/>
        <url value="Patient/1"/></request></entry></Bundle>"#;
    let json = r#"{"resourceType":"Bundle","type":"batch","entry":[{"fullUrl":"urn:uuid:a",
        "resource":{"resourceType":"Observation","subject":{"reference":"Patient/1"}},"request":
        {"method":"POST","url":"Observation"}},{"request":{"method":"GET","url":"Patient/1"}}]}"#;
    let xml = read_as("application/fhir+xml", xml).unwrap();
    assert_eq!(xml, read(json).unwrap());
    assert_eq!(xml.entries.len(), 2);
}

#[test]
fn xml_with_two_requests_in_an_entry_is_refused() {
    let request = r#"<request><method value="GET"/><url value="Patient/1"/></request>"#;
    for inside in [
        format!("{request}{request}"),
        format!("{request}<fullUrl value=\"a\"/>{request}"),
        request.replace("<url", "<method value=\"DELETE\"/><url"),
        request.replace("<request>", "<request xmlns=\"urn:other\">"),
    ] {
        let body = format!(
            r#"<Bundle xmlns="http://hl7.org/fhir"><type value="batch"/><entry>{inside}</entry>
            </Bundle>"#
        );
        assert!(read_as("application/fhir+xml", &body).is_err(), "{inside}");
    }
}
