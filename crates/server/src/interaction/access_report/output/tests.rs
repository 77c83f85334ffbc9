//! Which form is answered to whom.
use super::*;
use hyper::header::HeaderValue;

fn of(accept: &'static str, format: Option<&str>) -> Option<Output> {
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
    Output::of(&headers, format).ok()
}

#[test]
fn browsers_are_given_pages_and_programs_what_they_name() {
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    for (accept, expected) in [
        (browser, Some(Output::Html)),
        ("*/*", Some(Output::Bundle)),
        ("application/fhir+json; fhirVersion=4.0", Some(Output::Bundle)),
        ("application/pdf", Some(Output::Pdf)),
        ("text/csv;q=0.5, application/pdf;q=0.9", Some(Output::Pdf)),
        ("text/csv, application/pdf;q=0", Some(Output::Csv)),
        ("image/png", None),
        ("application/fhir+xml", None),
        ("text/html;q=0", None),
    ] {
        assert_eq!(of(accept, None), expected, "{accept}");
    }
    assert_eq!(Output::of(&HeaderMap::new(), None).ok(), Some(Output::Bundle));
    for (format, expected) in [
        ("pdf", Some(Output::Pdf)),
        ("text/csv", Some(Output::Csv)),
        ("application/fhir json", Some(Output::Bundle)),
        ("xml", None),
    ] {
        assert_eq!(of(browser, Some(format)), expected, "{format}");
    }
}
