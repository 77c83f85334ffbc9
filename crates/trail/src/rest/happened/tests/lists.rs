//! Answers that show many.
use super::*;

fn names(resources: &[Resource]) -> Vec<String> {
    let text = |id: &Option<Id>| id.as_ref().map_or("?".to_owned(), Id::to_string);
    let name = |it: &Resource| format!("{}/{}/{}", it.r#type, text(&it.id), text(&it.version));
    resources.iter().map(name).collect()
}

const SEARCHSET: &str = r#"{"resourceType":"Bundle","type":"searchset","total":12,"entry":[
    {"fullUrl":"http://up/fhir/Task/1","resource":{"resourceType":"Task","id":"1","meta":
        {"versionId":"3"},"status":"ready","businessStatus":{"coding":[{"code":"b"}]},"for":
        {"reference":"Patient/1"}},"search":{"mode":"match"}},
    {"resource":{"resourceType":"Task","id":"2"}},
    {"resource":{"resourceType":"Patient","id":"1"},"search":{"mode":"include"}},
    {"resource":{"resourceType":"OperationOutcome"},"search":{"mode":"outcome"}}]}"#;

#[test]
fn a_search_tells_its_matches_and_what_came_with_them() {
    let done = happened(&ask("GET", "/Task?status=ready", ""), &answer(200, SEARCHSET));
    assert_eq!(names(&done.returned), ["Task/1/3", "Task/2/?"]);
    assert_eq!(names(&done.included), ["Patient/1/?"]);
    assert_eq!((done.returned_count, done.total, done.is_whole), (3, Some(12), true));
    assert_eq!(done.returned[0].state().business_status, Some("b"));
    assert_eq!(references(&done.returned[0].patients), ["Patient/1"]);
    assert_eq!((changed(&done).as_str(), done.patients.len()), ("nothing", 0));
}

#[test]
fn xml_tells_the_same() {
    let xml = r#"<Bundle xmlns="http://hl7.org/fhir"><type value="searchset"/><total value="12"/>
        <entry><resource><Task><id value="1"/><meta><versionId value="3"/></meta>
        <status value="ready"/></Task></resource><search><mode value="match"/></search></entry>
        <entry><resource><Patient><id value="1"/></Patient></resource><search>
        <mode value="include"/></search></entry></Bundle>"#;
    let response = Response { form: Some(Form::Xml), ..answer(200, xml) };
    let done = happened(&ask("GET", "/Task", ""), &response);
    assert_eq!(names(&done.returned), ["Task/1/3"]);
    assert_eq!(names(&done.included), ["Patient/1/?"]);
    assert_eq!((done.total, done.is_whole), (Some(12), true));
}

#[test]
fn a_history_tells_versions_and_deletions() {
    let body = r#"{"resourceType":"Bundle","type":"history","entry":[
        {"fullUrl":"http://up/fhir/Patient/1","request":{"method":"DELETE","url":"Patient/1"},
            "response":{"status":"204","etag":"W/\"3\""}},
        {"resource":{"resourceType":"Patient","id":"1","meta":{"versionId":"2"}},"request":
            {"method":"PUT","url":"Patient/1"}}]}"#;
    let done = happened(&ask("GET", "/Patient/1/_history", ""), &answer(200, body));
    assert_eq!(names(&done.returned), ["Patient/1/3", "Patient/1/2"]);
    assert_eq!(references(&done.returned[0].patients), ["Patient/1"]);
    assert_eq!(references(&done.patients), ["Patient/1"]);
    assert!(done.is_whole);
}

#[test]
fn an_operation_tells_what_it_shows() {
    let everything = ask("GET", "/Patient/1/$everything", "");
    let done = happened(&everything, &answer(200, SEARCHSET));
    assert_eq!(names(&done.returned), ["Task/1/3", "Task/2/?"]);
    assert_eq!(references(&done.patients), ["Patient/1"]);
    let one = happened(&everything, &answer(200, r#"{"resourceType":"Patient","id":"1"}"#));
    assert_eq!(names(&one.returned), ["Patient/1/?"]);
    let parameters = format!(
        r#"{{"resourceType":"Parameters","parameter":[{{"name":"a","resource":{SEARCHSET}}},
        {{"name":"b","resource":{{"resourceType":"List","id":"4"}}}},{{"name":"c"}}]}}"#
    );
    let done = happened(&everything, &answer(200, &parameters));
    assert_eq!(names(&done.returned), ["Task/1/3", "Task/2/?", "List/4/?"]);
    let done = happened(&everything, &answer(200, r#"{"resourceType":"OperationOutcome"}"#));
    assert_eq!((done.returned.len(), done.is_whole), (0, true));
    let done = happened(&ask("GET", "/$graphql", ""), &answer(200, r#"{"data":{"a":1}}"#));
    assert!(!done.is_whole);
    let manifest = r#"{"transactionTime":"2020-01-01T00:00:00Z","output":[]}"#;
    let done = happened(&ask("GET", "/bulkstatus/1", ""), &answer(200, manifest));
    assert!(done.is_whole);
    let done = happened(&ask("GET", "/$export", ""), &answer(202, ""));
    assert_eq!((done.returned_count, done.is_whole), (0, true));
}

#[test]
fn what_is_no_list_or_too_long_a_one_is_not_whole() {
    let search = ask("GET", "/Task", "");
    for body in ["", "{}", "[]", "{", r#"{"resourceType":"Task"}"#] {
        let done = happened(&search, &answer(200, body));
        assert_eq!((done.returned_count, done.is_whole), (0, false), "{body}");
    }
    let strange = r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Own"}}]}"#;
    assert!(!happened(&search, &answer(200, strange)).is_whole);
    let (asked, sent) = &search;
    let small = Limits { returned_max: 2, ..Limits::default() };
    let done = Happened::read(asked, sent, &answer(200, SEARCHSET), &BASES, &small);
    assert_eq!((done.returned.len(), done.included.len(), done.returned_count), (2, 0, 3));
    assert!(!done.is_whole);
    let unheld = Response { body: None, ..answer(200, "") };
    assert!(!happened(&search, &unheld).is_whole);
    let refused = happened(&search, &answer(403, SEARCHSET));
    assert_eq!((refused.returned_count, refused.outcome), (0, Outcome::Serious));
}
