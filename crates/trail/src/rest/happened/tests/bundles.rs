//! Answers to batches and transactions.
use super::*;

const ENTRIES: &str = r#"
    {"fullUrl":"urn:uuid:p","resource":{"resourceType":"Patient"},"request":{"method":"POST",
        "url":"Patient"}},
    {"fullUrl":"urn:uuid:o","resource":{"resourceType":"Observation","subject":{"reference":
        "urn:uuid:p"}},"request":{"method":"POST","url":"Observation"}},
    {"fullUrl":"http://front/fhir/Patient/old","resource":{"resourceType":"Patient"},"request":
        {"method":"POST","url":"Patient","ifNoneExist":"a=b"}},
    {"resource":{"resourceType":"Condition","id":"4","subject":{"reference":"Patient/old"}},
        "request":{"method":"PUT","url":"Condition/4","ifMatch":"W/\"1\""}},
    {"request":{"method":"DELETE","url":"Task/5"}},
    {"request":{"method":"GET","url":"Task?patient=6"}}"#;

fn ask_all(kind: &str) -> (Asked, Sent) {
    let body = format!(r#"{{"resourceType":"Bundle","type":"{kind}","entry":[{ENTRIES}]}}"#);
    ask("POST", "/", &body)
}

const ANSWERS: &str = r#"{"resourceType":"Bundle","type":"transaction-response","entry":[
    {"response":{"status":"201 Created","location":"Patient/1/_history/1","etag":"W/\"1\""}},
    {"response":{"status":"201 Created","location":"http://up/fhir/Observation/2/_history/1"}},
    {"response":{"status":"200 OK","location":"Patient/3/_history/9"}},
    {"response":{"status":"200 OK","etag":"W/\"2\""},"resource":{"resourceType":"Condition",
        "id":"4","clinicalStatus":{},"subject":{"reference":"Patient/3"}}},
    {"response":{"status":"404 Not Found","outcome":{"resourceType":"OperationOutcome","issue":
        [{"severity":"error","code":"not-found"}]}}},
    {"resource":{"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"resourceType":
        "Task","id":"7"}}]},"response":{"status":"200"}}]}"#;

#[test]
fn entries_are_told_by_their_position() {
    for kind in ["batch", "transaction"] {
        let done = happened(&ask_all(kind), &answer(200, ANSWERS));
        let told: Vec<String> = done.entries.iter().map(changed).collect();
        assert_eq!(
            told,
            [
                "Patient/1 1 (?) new",
                "Observation/2 1 (?) new",
                "Patient/3 9 (?)",
                "Condition/4 2 (1)",
                "Task/5 ? (?)",
                "nothing",
            ]
        );
        let status: Vec<_> = done.entries.iter().map(|entry| entry.status).collect();
        assert_eq!(status, [201, 201, 200, 200, 404, 200].map(Some));
        assert_eq!(done.entries[4].issues, ["not-found"]);
        assert_eq!(done.entries[4].outcome, Outcome::Minor);
        assert_eq!(done.entries[5].returned.len(), 1);
        assert!(done.is_whole && done.entries.iter().all(|entry| entry.is_whole));
    }
}

#[test]
fn patients_get_the_ids_that_the_bundle_gave_them() {
    let done = happened(&ask_all("transaction"), &answer(200, ANSWERS));
    let about: Vec<_> = done.entries.iter().map(|entry| references(&entry.patients)).collect();
    let wanted: [&[&str]; 6] =
        [&["Patient/1"], &["Patient/1"], &["Patient/3"], &OLD_AND_NEW, &[], &["Patient/6"]];
    assert_eq!(about, wanted);
}

/// What was sent names the one, the answer shows the other.
const OLD_AND_NEW: [&str; 2] = ["Patient/3", "Patient/old"];

#[test]
fn what_a_client_calls_its_entries_takes_no_patient_away() {
    let body = |kind: &str| {
        format!(
            r#"{{"resourceType":"Bundle","type":"{kind}","entry":[
            {{"fullUrl":"http://a/Patient/victim","resource":{{"resourceType":"Patient"}},"request":
                {{"method":"POST","url":"Patient"}}}},
            {{"request":{{"method":"GET","url":"Patient/victim"}}}},
            {{"resource":{{"resourceType":"Task","for":{{"reference":"Patient/victim"}}}},"request":
                {{"method":"POST","url":"Task"}}}}]}}"#
        )
    };
    let answers = r#"{"resourceType":"Bundle","entry":[
        {"response":{"status":"201","location":"Patient/new/_history/1"}},
        {"response":{"status":"200"},"resource":{"resourceType":"Patient","id":"victim"}},
        {"response":{"status":"201","location":"Task/1/_history/1"}}]}"#;
    let about = |kind| {
        let done = happened(&ask("POST", "/", &body(kind)), &answer(200, answers));
        let about = done.entries.iter().map(|entry| references(&entry.patients).join(" "));
        about.collect::<Vec<_>>()
    };
    assert_eq!(about("batch"), ["Patient/new", "Patient/victim", "Patient/victim"]);
    let both = "Patient/victim Patient/new";
    assert_eq!(about("transaction"), ["Patient/new", "Patient/victim", both]);
}

#[test]
fn a_bundle_that_was_refused_did_nothing() {
    let refused = r#"{"resourceType":"OperationOutcome","issue":[{"code":"invalid"}]}"#;
    for kind in ["batch", "transaction"] {
        let done = happened(&ask_all(kind), &answer(422, refused));
        assert_eq!((done.outcome, &done.issues[..]), (Outcome::Minor, &["invalid"][..]));
        assert_eq!(done.entries.len(), 6);
        for entry in &done.entries {
            assert_eq!((entry.outcome, entry.status), (Outcome::Minor, Some(422)));
        }
        assert_eq!(changed(&done.entries[3]), "Condition/4 ? (?)");
        assert_eq!(references(&done.entries[3].patients), ["Patient/old"]);
    }
}

#[test]
fn what_the_answer_does_not_tell_is_not_made_up() {
    let cut = &ANSWERS[..ANSWERS.len() - 1];
    let fewer = r#"{"resourceType":"Bundle","entry":[{"response":{"status":"201"}}]}"#;
    for body in ["", "{}", "{", fewer, cut] {
        let batch = happened(&ask_all("batch"), &answer(200, body));
        assert!(!batch.is_whole, "{body}");
        for entry in &batch.entries {
            assert_eq!((entry.outcome, entry.status), (Outcome::Unknown, None), "{body}");
        }
        let transaction = happened(&ask_all("transaction"), &answer(200, body));
        assert!(!transaction.is_whole, "{body}");
        for entry in &transaction.entries {
            assert_eq!(entry.outcome, Outcome::Success, "{body}");
        }
        assert_eq!(changed(&transaction.entries[0]), "Patient/? ? (?)");
    }
    let later = happened(&ask_all("transaction"), &answer(202, ""));
    assert!(later.entries.iter().all(|entry| entry.outcome == Outcome::Unknown));
    let odd = ANSWERS.replace("201 Created", "Created");
    let odd = happened(&ask_all("batch"), &answer(200, &odd));
    assert_eq!((odd.entries[0].outcome, odd.entries[0].status), (Outcome::Unknown, None));
    let Sent::Bundle(bundle) = ask_all("batch").1 else { panic!() };
    assert_eq!(bundle.kind, BundleKind::Batch);
}

#[test]
fn parameters_of_an_operation_in_a_bundle_say_whom_it_is_about() {
    let body = r#"{"resourceType":"Bundle","type":"batch","entry":[{"resource":{"resourceType":
        "Parameters","parameter":[{"name":"a","valueReference":{"reference":"Patient/1"}}]},
        "request":{"method":"POST","url":"Patient/$match"}}]}"#;
    let answers = r#"{"resourceType":"Bundle","entry":[{"response":{"status":"200"},"resource":
        {"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"2"}}]}}]}"#;
    let done = happened(&ask("POST", "/", body), &answer(200, answers));
    assert_eq!(references(&done.entries[0].patients), ["Patient/1"]);
    assert_eq!(references(&done.entries[0].returned[0].patients), ["Patient/2"]);
}

#[test]
fn a_patch_in_a_bundle_says_whom_it_moves_a_resource_to() {
    // The data is `[{"op":"replace","path":"/for/reference","value":"Patient/2"}]`.
    let body = r#"{"resourceType":"Bundle","type":"batch","entry":[{"resource":{"resourceType":
        "Binary","contentType":"application/json-patch+json","data":
        "W3sib3AiOiJyZXBsYWNlIiwicGF0aCI6Ii9mb3IvcmVmZXJlbmNlIiwidmFsdWUiOiJQYXRpZW50LzIifV0="},
        "request":{"method":"PATCH","url":"Task/1"}},{"resource":{"resourceType":"Parameters",
        "parameter":[{"part":[{"name":"value","valueReference":{"reference":"Patient/3"}}]}]},
        "request":{"method":"PATCH","url":"Task/1"}}]}"#;
    let answers = r#"{"entry":[{"response":{"status":"200"}},{"response":{"status":"200"}}],
        "resourceType":"Bundle"}"#;
    let done = happened(&ask("POST", "/", body), &answer(200, answers));
    let about: Vec<_> = done.entries.iter().map(|entry| references(&entry.patients)).collect();
    assert_eq!(about, [["Patient/2"], ["Patient/3"]]);
    assert!(done.entries.iter().all(|entry| entry.resource.is_none()));
}
