use super::*;
use proptest::prelude::*;

fn links() -> Links {
    Links::new("http://up:8081/fhir/", "https://front/r4")
}

fn json(body: &str) -> String {
    String::from_utf8(links().body(Form::Json, body.as_bytes())).unwrap()
}

fn xml(body: &str) -> String {
    String::from_utf8(links().body(Form::Xml, body.as_bytes())).unwrap()
}

#[test]
fn urls_below_the_base_are_rewritten_and_no_others() {
    for (url, wanted) in [
        ("http://up:8081/fhir/Patient/1", Some("https://front/r4/Patient/1")),
        ("http://up:8081/fhir?_getpages=1", Some("https://front/r4?_getpages=1")),
        ("http://up:8081/fhir", Some("https://front/r4")),
        ("http://up:8081/fhir2/Patient/1", None),
        ("http://up:8081/", None),
        ("http://up/fhir/Patient/1", None),
        ("https://other/?a=http://up:8081/fhir/Patient/1", None),
        ("Patient/1", None),
        ("", None),
    ] {
        assert_eq!(links().url(url).as_deref(), wanted, "{url}");
    }
}

const SEARCHSET: &str = r#"{ "resourceType":"Bundle", "id":"http://up:8081/fhir/1",
 "type":"searchset","link":[{"relation":"self","url":"http://up:8081/fhir/Patient?a=b"},
  {"url" : "http:\/\/up:8081\/fhir?_getpages=1&b=2","relation":"next"},
  {"relation":"other","url":"http://up:8081/fhir2"},{"relation":"http://up:8081/fhir/x"}],
 "entry":[{"fullUrl":"\u0068ttp://up:8081/fhir/Patient/1","link":[{"url":
  "http://up:8081/fhir/a"}],"resource":{"resourceType":"Patient","link":[{"other":
  {"reference":"http://up:8081/fhir/Patient/2"},"url":"http://up:8081/fhir/b"}],
  "fullUrl":"http://up:8081/fhir/c","photo":[{"url":"http://up:8081/fhir/Binary/1"}]},
  "search":{"mode":"http://up:8081/fhir"}},{"fullUrl":"urn:uuid:1"},{}],"entry2":{"fullUrl":
  "http://up:8081/fhir/d"},"signature":{"data":"a\\\"b"}}"#;

#[test]
fn links_of_a_bundle_are_rewritten_and_no_other_byte() {
    let wanted = SEARCHSET
        .replace("http://up:8081/fhir/Patient?a=b", "https://front/r4/Patient?a=b")
        .replace(r"http:\/\/up:8081\/fhir?_getpages", "https://front/r4?_getpages")
        .replace(r"\u0068ttp://up:8081/fhir/Patient/1", "https://front/r4/Patient/1")
        .replace("http://up:8081/fhir/a", "https://front/r4/a");
    assert_eq!(json(SEARCHSET), wanted);
}

#[test]
fn answers_of_a_batch_are_rewritten_inside_as_well() {
    let body = r#"{"resourceType":"Bundle","type":"batch-response","entry":[{"resource":
        {"resourceType":"Bundle","type":"searchset","link":[{"url":"http://up:8081/fhir/a"}],
        "entry":[{"fullUrl":"http://up:8081/fhir/b"}]},"response":{"status":"200","location":
        "http://up:8081/fhir/Patient/1/_history/1"}}]}"#;
    let wanted = body
        .replace("http://up:8081/fhir/a", "https://front/r4/a")
        .replace("http://up:8081/fhir/P", "https://front/r4/P");
    assert_eq!(json(body), wanted);
    let search = body.replace("batch-response", "searchset");
    assert!(json(&search).contains("http://up:8081/fhir/a"));
}

#[test]
fn content_stays_as_it_is() {
    for body in [
        r#"{"resourceType":"Bundle","type":"document","link":[{"url":"http://up:8081/fhir"}]}"#,
        r#"{"resourceType":"Bundle","type":"message","link":[{"url":"http://up:8081/fhir/a"}]}"#,
        r#"{"resourceType":"Patient","link":[{"url":"http://up:8081/fhir/a"}]}"#,
        r#"{"resourceType":"Parameters","entry":[{"fullUrl":"http://up:8081/fhir/a"}]}"#,
        r#""http://up:8081/fhir/a""#,
        r#"["http://up:8081/fhir/a"]"#,
        "no JSON \" at { all",
        "",
    ] {
        assert_eq!(json(body), body);
    }
    let text = SEARCHSET.as_bytes();
    assert_eq!(links().body(Form::Other, text), text);
    assert_eq!(Links::new("http://a", "http://a/").body(Form::Json, text), text);
}

#[test]
fn files_of_an_export_are_rewritten() {
    let body = r#"{"transactionTime":"2020-01-01T00:00:00Z","request":"http://up:8081/fhir/$export",
        "output":[{"type":"Patient","url":"http://up:8081/fhir/Binary/1"}],"deleted":[{"url":
        "http://up:8081/fhir/Binary/2"}],"error":[{"url":"http://up:8081/fhir/Binary/3"}]}"#;
    assert_eq!(json(body), body.replace("http://up:8081/fhir", "https://front/r4"));
}

const XML: &str = r#"<?xml version="1.0"?><!-- <link> > " --><Bundle xmlns="http://hl7.org/fhir">
 <id value="http://up:8081/fhir/1"/><type value="searchset"/><link><relation value="self"/>
 <url id="value='1'" value = 'http://up:8081/fhir/a?b=c&amp;d=e'/></link>
 <entry><fullUrl value="http://up:8081/fhir/Patient/1"></fullUrl><resource><Patient><link><url
 value="http://up:8081/fhir/b"/></link><text><div xmlns="http://www.w3.org/1999/xhtml"><a
 href="http://up:8081/fhir/c">&lt;a></a><![CDATA[<link>]]]></div></text></Patient></resource>
 <response><location value="http://up:8081/fhir/Patient/1"/></response></entry>
 <f:link xmlns:f="http://hl7.org/fhir"><f:url value="http://up:8081/fhir"/></f:link></Bundle>"#;

#[test]
fn links_of_a_bundle_in_xml_are_rewritten_and_no_other_byte() {
    let wanted = XML
        .replace("http://up:8081/fhir/a", "https://front/r4/a")
        .replace("http://up:8081/fhir/P", "https://front/r4/P")
        .replace("<f:url value=\"http://up:8081/fhir\"", "<f:url value=\"https://front/r4\"");
    assert_eq!(xml(XML), wanted);
    let document = XML.replace("searchset", "document");
    assert_eq!(xml(&document), document);
    let other = XML.replace("Bundle", "Basic");
    assert_eq!(xml(&other), other);
}

#[test]
fn pages_inside_of_a_batch_in_xml_are_rewritten() {
    let body = r#"<Bundle xmlns="http://hl7.org/fhir"><type value="batch-response"/><entry>
        <resource><Bundle><type value="searchset"/><link><url value="http://up:8081/fhir/a"/></link>
        </Bundle></resource></entry></Bundle>"#;
    assert_eq!(xml(body), body.replace("http://up:8081/fhir/a", "https://front/r4/a"));
}

#[test]
fn a_string_or_a_tag_that_is_too_long_goes_through() {
    let long = "a".repeat(Rewriter::HELD_MAX + 10);
    let body = format!(r#"{{"link":[{{"url":"http://up:8081/fhir/{long}"}},{{"url":"b"}}]}}"#);
    assert_eq!(json(&body), body);
    let named = format!(r#"{{"{long}":1,"link":[{{"url":"http://up:8081/fhir/a"}}]}}"#);
    assert!(json(&named).ends_with(r#"[{"url":"https://front/r4/a"}]}"#));
    let body = format!("<Bundle><link><url value=\"http://up:8081/fhir/{long}\"/></link></Bundle>");
    assert_eq!(xml(&body), body);
}

/// Whatever parts a body comes in, the same goes out.
fn in_parts(form: Form, body: &[u8], ends: &[usize]) -> Vec<u8> {
    let (mut rewriter, mut out, mut from) = (links().rewriter(form), Vec::new(), 0);
    let mut ends: Vec<usize> = ends.iter().map(|end| end % (body.len() + 1)).collect();
    ends.sort_unstable();
    for end in ends {
        rewriter.push(&body[from..end], &mut out);
        from = end;
    }
    rewriter.push(&body[from..], &mut out);
    rewriter.finish(&mut out);
    out
}

#[test]
fn a_body_byte_by_byte_is_the_same_body() {
    for (form, body) in [(Form::Json, SEARCHSET), (Form::Xml, XML)] {
        let ends: Vec<usize> = (0..body.len()).collect();
        let whole = links().body(form, body.as_bytes());
        assert_eq!(in_parts(form, body.as_bytes(), &ends), whole);
    }
}

proptest! {
    #[test]
    fn parts_do_not_matter(
        form in proptest::sample::select(vec![Form::Json, Form::Xml]),
        ends in proptest::collection::vec(any::<usize>(), 0..8),
        cut in any::<usize>(),
        byte in any::<(usize, u8)>(),
    ) {
        let body = if form == Form::Json { SEARCHSET } else { XML };
        let mut body = body.as_bytes()[..cut % body.len()].to_vec();
        if !body.is_empty() {
            let at = byte.0 % body.len();
            body[at] = byte.1;
        }
        let whole = links().body(form, &body);
        prop_assert_eq!(in_parts(form, &body, &ends), whole);
    }

    /// Without the base in it, nothing of a body changes.
    #[test]
    fn other_bytes_go_through(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        for form in [Form::Json, Form::Xml] {
            prop_assert_eq!(links().body(form, &body), body.clone());
        }
    }
}
