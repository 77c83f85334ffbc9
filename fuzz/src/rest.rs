//! Requests of FHIR REST that anybody may send, and answers to them.
use kiln_trail::rest::{
    Asked, Form, Happened, Head, Headers, Limits, Links, Method, Resource, Response, Sent,
};

const BASES: [&str; 1] = ["http://up/fhir"];

/// Any bytes as a request, its first line a method and a target, its second a content type, its
/// third a condition, the rest a body; and the rest as an answer to it. Nothing panics, no write is
/// read as a read, what goes on reads the same again, and links are rewritten the same in parts.
pub fn rest(bytes: &[u8]) {
    let (line, rest) = cut(bytes);
    let (content_type, rest) = cut(rest);
    let (condition, body) = cut(rest);
    let headers = [("Content-Type", content_type), ("If-Match", condition), ("Prefer", condition)];
    let (Ok(line), Ok(headers)) = (str::from_utf8(line), Headers::of(headers)) else {
        return assert_links(bytes);
    };
    let (method, target) = line.split_once(' ').unwrap_or(("GET", line));
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let limits = Limits { returned_max: 100, entries_max: 100, ..Limits::default() };
    let head = Head { method, path, query, headers };
    let Ok(asked) = Asked::read(&head, &limits) else { return assert_links(body) };
    assert_certain(&asked, &limits);
    if let Ok(sent) = asked.body(body, &limits) {
        assert_answered(&asked, &sent, body, &limits);
    }
    assert_answered(&asked, &Sent::Nothing, body, &limits);
    assert_links(body);
}

/// The first line, and what follows it.
fn cut(bytes: &[u8]) -> (&[u8], &[u8]) {
    match bytes.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&bytes[..end], &bytes[end + 1..]),
        None => (bytes, &[]),
    }
}

/// What goes on is what was read, and nothing that changes anything passes for a read.
fn assert_certain(asked: &Asked, limits: &Limits) {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._$*/".contains(&byte);
    assert!(asked.path.bytes().all(is_plain), "{asked:?}");
    let is_step = |segment: &str| segment.bytes().all(|byte| byte == b'.');
    assert!(asked.path.is_empty() || !asked.path.split('/').any(is_step), "{asked:?}");
    let head = Head {
        method: asked.method.as_str(),
        path: &asked.path,
        query: asked.query.as_deref(),
        headers: Headers::default(),
    };
    let again = Asked::read(&head, limits).expect("what goes on is understood again");
    assert_eq!((&again.does, &again.path), (&asked.does, &asked.path));
    let is_safe = matches!(asked.method, Method::Get | Method::Head | Method::Options);
    let is_search = asked.method == Method::Post && asked.path.ends_with("_search");
    assert!(!asked.is_read() || is_safe || is_search, "{asked:?}");
    assert!(asked.is_read() || !is_safe || asked.path.contains('$'), "{asked:?}");
    assert!(asked.patients(asked.query.as_deref(), limits).len() <= limits.patients_max);
}

fn assert_answered(asked: &Asked, sent: &Sent, body: &[u8], limits: &Limits) {
    if let Sent::Bundle(bundle) = sent {
        bundle.entries.iter().for_each(|entry| assert_certain(&entry.asked, limits));
    }
    for form in [Form::Json, Form::Xml] {
        drop(Resource::read(body, form, &BASES, limits));
        for status in [200, 201, 202, 304, 404, 500] {
            let response = Response { status, form: Some(form), body: Some(body), ..NONE };
            let happened = Happened::read(asked, sent, &response, &BASES, limits);
            let listed = happened.returned.len() + happened.included.len();
            assert!(listed <= limits.returned_max && listed <= happened.returned_count);
            if let Sent::Bundle(bundle) = sent {
                assert_eq!(happened.entries.len(), bundle.entries.len());
            }
        }
    }
}

const NONE: Response<'_> = Response {
    status: 0,
    etag: None,
    location: None,
    content_location: None,
    form: None,
    body: None,
};

/// Links come out the same whatever parts a body comes in.
fn assert_links(body: &[u8]) {
    let links = Links::new("http://up/fhir", "http://front/r4");
    for form in [Form::Json, Form::Xml] {
        let whole = links.body(form, body);
        let (mut rewriter, mut out) = (links.rewriter(form), Vec::new());
        for part in body.chunks(7) {
            rewriter.push(part, &mut out);
        }
        rewriter.finish(&mut out);
        assert!(whole == out, "parts matter");
    }
}
