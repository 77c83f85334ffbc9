use super::*;
use crate::command::import::{
    lines::Lines,
    remote::{file::LIMITS, request},
};
use hyper::header::HeaderValue;

fn answer(status: u16, body: &str) -> Answer {
    let status = StatusCode::from_u16(status).unwrap();
    Answer { status, headers: HeaderMap::new(), body: body.as_bytes().to_vec() }
}

fn sent(text: &str) -> Request {
    let chunk = Lines::new(text.as_bytes(), LIMITS).next_chunk().unwrap().unwrap();
    request::steps(0, "f.0", &chunk).pop().unwrap().request.unwrap()
}

#[test]
fn an_answer_says_of_each_line_whether_it_is_stored() {
    let request = sent("{}\n{}\n{}");
    let reply = r#"{"entry":[{"response":{"status":"201 Created"}},{"response":{"status":"400",
        "outcome":{"issue":[{"severity":"error","code":"required","diagnostics":"is missing",
        "expression":["AuditEvent.agent"]}]}}},{"response":{"status":"200"}}]}"#;
    let told = answer(200, reply).read(&request).unwrap();
    assert_eq!(told.stored, 2);
    assert_eq!(told.refused, [(1, "AuditEvent.agent: is missing".to_owned())]);
    let fewer = answer(200, r#"{"entry":[{"response":{"status":"201"}}]}"#);
    assert!(fewer.read(&request).is_err());
}

#[test]
fn a_request_that_is_refused_as_a_whole_ends_the_import() {
    let outcome = |code: &str| {
        format!(r#"{{"issue":[{{"severity":"error","code":"{code}","diagnostics":"because"}}]}}"#)
    };
    let refused = answer(401, &outcome("login")).read(&sent("{}")).unwrap_err().to_string();
    assert!(refused.contains("401 Unauthorized: because"), "{refused}");
    for sent in [sent("{}"), sent("<x/>")] {
        let known = answer(422, &outcome("duplicate")).read(&sent).unwrap_err().to_string();
        assert!(known.contains("--again"), "{known}");
    }
    let alone = answer(422, &outcome("invariant")).read(&sent("<x/>")).unwrap();
    assert_eq!((alone.stored, alone.refused), (0, vec![(0, "because".to_owned())]));
}

#[test]
fn what_passes_is_asked_again_when_the_server_says() {
    let passing: Vec<u16> = (200..600).filter(|status| answer(*status, "").is_passing()).collect();
    assert!([408, 429, 500, 502, 503, 504].iter().all(|status| passing.contains(status)));
    assert!([200, 400, 401, 403, 409, 413, 422, 501].iter().all(|s| !passing.contains(s)));
    let wait = |value: &'static str| {
        let mut answer = answer(503, "");
        answer.headers.insert(header::RETRY_AFTER, HeaderValue::from_static(value));
        answer.wait()
    };
    assert_eq!(wait("7"), Some(Duration::from_secs(7)));
    assert_eq!(wait("86400"), Some(WAIT_MAX));
    assert_eq!(wait("Fri, 31 Dec 1999 23:59:59 GMT"), Some(Duration::ZERO));
    assert_eq!(wait("soon"), None);
}
