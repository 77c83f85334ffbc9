use super::super::{BundleKind, Form, Head, Headers};
use super::*;

mod bundles;
mod lists;

const BASES: [&str; 2] = ["http://up/fhir", "http://front/fhir"];
const JSON: &str = "application/fhir+json";

fn ask(method: &str, target: &str, body: &str) -> (Asked, Sent) {
    ask_if(method, target, None, body)
}

fn ask_if(method: &str, target: &str, if_match: Option<&str>, body: &str) -> (Asked, Sent) {
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let headers = Headers { content_type: Some(JSON), if_match, ..Headers::default() };
    let head = Head { method, path, query, headers };
    let asked = Asked::read(&head, &Limits::default()).unwrap();
    let sent = asked.body(body.as_bytes(), &Limits::default()).unwrap();
    (asked, sent)
}

fn answer(status: u16, body: &str) -> Response<'_> {
    Response { status, form: Some(Form::Json), body: Some(body.as_bytes()), ..Response::default() }
}

fn happened((asked, sent): &(Asked, Sent), response: &Response<'_>) -> Happened {
    Happened::read(asked, sent, response, &BASES, &Limits::default())
}

/// `Type/id version (old)`, and `new` where it is.
fn changed(happened: &Happened) -> String {
    let Some(changed) = &happened.changed else { return "nothing".to_owned() };
    let text = |id: &Option<Id>| id.as_ref().map_or("?".to_owned(), Id::to_string);
    let Changed { r#type, id, version, old, is_new } = changed;
    let new = if *is_new { " new" } else { "" };
    format!("{type}/{} {} ({}){new}", text(id), text(version), text(old))
}

fn references(patients: &[Patient]) -> Vec<&str> {
    let named = patients.iter().filter_map(Patient::named);
    named
        .map(|patient| match patient {
            crate::Patient::Reference(reference) => reference,
            crate::Patient::Identifier { value, .. } => value,
        })
        .collect()
}

const OBSERVATION: &str = r#"{"resourceType":"Observation","status":"final","meta":{"tag":[{
    "code":"t"}]},"subject":{"reference":"http://front/fhir/Patient/9"}}"#;

#[test]
fn a_create_is_told_by_where_it_went() {
    let asked = ask("POST", "/Observation", OBSERVATION);
    let response = Response {
        etag: Some("W/\"1\""),
        location: Some("http://up/fhir/Observation/5/_history/1"),
        ..answer(201, "")
    };
    let done = happened(&asked, &response);
    assert_eq!(changed(&done), "Observation/5 1 (?) new");
    assert_eq!(references(&done.patients), ["Patient/9"]);
    assert_eq!(done.state().status, Some("final"));
    assert_eq!(done.tags.len(), 1);
    assert_eq!((done.outcome, done.is_whole), (Outcome::Success, true));
    let by_location = Response { etag: None, ..response };
    assert_eq!(changed(&happened(&asked, &by_location)), "Observation/5 1 (?) new");
    let relative = Response { location: Some("Observation/5"), ..response };
    assert_eq!(changed(&happened(&asked, &relative)), "Observation/5 1 (?) new");
    let existing = Response { status: 200, ..response };
    assert_eq!(changed(&happened(&asked, &existing)), "Observation/5 1 (?)");
    let silent = answer(201, "");
    assert_eq!(changed(&happened(&asked, &silent)), "Observation/? ? (?) new");
    let shown = answer(201, r#"{"resourceType":"Observation","id":"6","meta":{"versionId":"2"}}"#);
    assert_eq!(changed(&happened(&asked, &shown)), "Observation/6 2 (?) new");
}

#[test]
fn a_created_patient_is_whom_it_is_about() {
    let asked = ask("POST", "/Patient", r#"{"resourceType":"Patient"}"#);
    let location = Some("http://up/fhir/Patient/7/_history/1");
    let done = happened(&asked, &Response { location, ..answer(201, "") });
    assert_eq!(references(&done.patients), ["Patient/7"]);
}

#[test]
fn an_update_is_told_with_the_version_before() {
    let asked = ask_if(
        "PUT",
        "/Observation/5",
        Some("W/\"3\""),
        r#"{"resourceType":"Observation","id":"5","subject":{"reference":"Patient/1"}}"#,
    );
    let response = Response { etag: Some("W/\"4\""), ..answer(200, "") };
    assert_eq!(changed(&happened(&asked, &response)), "Observation/5 4 (3)");
    let failed = happened(&asked, &answer(412, ""));
    assert_eq!(changed(&failed), "Observation/5 ? (?)");
    assert_eq!((failed.outcome, failed.resource.is_none()), (Outcome::Minor, true));
    assert_eq!(references(&failed.patients), ["Patient/1"]);
    let created = Response { etag: Some("W/\"1\""), ..answer(201, "") };
    assert_eq!(changed(&happened(&asked, &created)), "Observation/5 1 (3) new");
    let elsewhere = Response { location: Some("http://up/fhir/Patient/1"), ..response };
    assert_eq!(changed(&happened(&asked, &elsewhere)), "Observation/5 4 (3)");
}

#[test]
fn conditional_writes_are_told_by_the_answer() {
    let asked = ask("PUT", "/Patient?identifier=1", r#"{"resourceType":"Patient"}"#);
    let content_location = Some("http://up/fhir/Patient/7/_history/2");
    let done = happened(&asked, &Response { content_location, ..answer(200, "") });
    assert_eq!(changed(&done), "Patient/7 2 (?)");
    assert_eq!(references(&done.patients), ["Patient/7"]);
    let gone = happened(&ask("DELETE", "/Patient?identifier=1", ""), &answer(204, ""));
    assert_eq!(changed(&gone), "Patient/? ? (?)");
    let everything = happened(&ask("DELETE", "/?_id=1", ""), &answer(204, ""));
    assert_eq!(changed(&everything), "nothing");
}

#[test]
fn a_delete_and_a_patch_are_told() {
    let asked = ask_if("DELETE", "/Patient/1", Some("W/\"3\""), "");
    let done = happened(&asked, &Response { etag: Some("W/\"4\""), ..answer(204, "") });
    assert_eq!(changed(&done), "Patient/1 4 (3)");
    assert_eq!(references(&done.patients), ["Patient/1"]);
    let asked = ask("PATCH", "/Task/1", r#"[{"op":"remove","path":"/for"}]"#);
    let shown = r#"{"resourceType":"Task","id":"1","meta":{"versionId":"8"},"status":"ready",
        "businessStatus":{"text":"b"},"for":{"reference":"Patient/2"}}"#;
    let done = happened(&asked, &answer(200, shown));
    assert_eq!(changed(&done), "Task/1 8 (?)");
    assert_eq!(done.state().business_status, Some("b"));
    assert_eq!(references(&done.patients), ["Patient/2"]);
}

#[test]
fn reads_tell_the_version_that_was_shown() {
    let shown = r#"{"resourceType":"Observation","id":"5","meta":{"versionId":"3"},"subject":
        {"reference":"http://up/fhir/Patient/9"}}"#;
    let done = happened(&ask("GET", "/Observation/5", ""), &answer(200, shown));
    assert_eq!(changed(&done), "Observation/5 3 (?)");
    assert_eq!(references(&done.patients), ["Patient/9"]);
    let asked = ask("GET", "/Observation/5/_history/2", "");
    assert_eq!(changed(&happened(&asked, &answer(200, "{"))), "Observation/5 2 (?)");
    assert!(!happened(&asked, &answer(200, "{")).is_whole);
    let head = ask("HEAD", "/Patient/5", "");
    let done = happened(&head, &Response { etag: Some("W/\"6\""), ..answer(200, "") });
    assert_eq!((changed(&done).as_str(), done.is_whole), ("Patient/5 6 (?)", true));
    let unheld = Response { body: None, ..answer(200, "") };
    assert!(!happened(&ask("GET", "/Observation/5", ""), &unheld).is_whole);
    let image = Response { form: Some(Form::Other), ..answer(200, "\u{1}PNG") };
    assert!(happened(&ask("GET", "/Binary/1", ""), &image).is_whole);
    let unchanged = happened(&ask("GET", "/Patient/5", ""), &answer(304, ""));
    assert_eq!(unchanged.outcome, Outcome::Success);
}

#[test]
fn every_status_has_its_outcome() {
    let read = ask("GET", "/Patient/1", "");
    let write = ask("DELETE", "/Patient/1", "");
    for (status, outcome) in [
        (200, Outcome::Success),
        (201, Outcome::Success),
        (204, Outcome::Success),
        (304, Outcome::Success),
        (301, Outcome::Minor),
        (400, Outcome::Minor),
        (401, Outcome::Serious),
        (403, Outcome::Serious),
        (404, Outcome::Minor),
        (409, Outcome::Minor),
        (410, Outcome::Minor),
        (412, Outcome::Minor),
        (422, Outcome::Minor),
        (429, Outcome::Minor),
        (500, Outcome::Serious),
        (503, Outcome::Serious),
    ] {
        assert_eq!(happened(&read, &answer(status, "")).outcome, outcome, "{status}");
        assert_eq!(happened(&write, &answer(status, "")).outcome, outcome, "{status}");
    }
    assert_eq!(happened(&write, &answer(202, "")).outcome, Outcome::Unknown);
    assert_eq!(happened(&read, &answer(202, "")).outcome, Outcome::Success);
    let export = ask("GET", "/$export", "");
    assert_eq!(happened(&export, &answer(202, "")).outcome, Outcome::Success);
}

#[test]
fn codes_of_issues_are_told_and_nothing_of_their_texts() {
    let body = r#"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":
        "duplicate","diagnostics":"John Doe"},{"code":"duplicate"},{"code":"conflict"},{"code":
        "John Doe"},{"code":"toString"}]}"#;
    let done = happened(&ask("GET", "/Patient/1", ""), &answer(409, body));
    assert_eq!(done.issues, ["duplicate", "conflict"]);
    assert_eq!(done.says().as_deref(), Some("duplicate, conflict"));
    assert_eq!(happened(&ask("GET", "/Patient/1", ""), &answer(404, "no")).says(), None);
}
