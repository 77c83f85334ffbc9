//! Request lines and what they ask: the documentation of the table.
use super::super::{Asked, Does, Head, Headers, Instance, Limits, Refusal, ResourceType, Target};

mod hostile;
mod lines;

/// What a request line asks, in one line; or the status that refuses it.
fn line(method: &str, target: &str) -> String {
    match read(method, target) {
        Ok(asked) => told(&asked),
        Err(refusal) => refusal.status.to_string(),
    }
}

fn read(method: &str, target: &str) -> Result<Asked, Refusal> {
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let head = Head { method, path, query, headers: Headers::default() };
    Asked::read(&head, &Limits::default())
}

fn told(asked: &Asked) -> String {
    let name = |r#type: &Option<ResourceType>| r#type.map_or("*", ResourceType::as_str);
    let words = match &asked.does {
        Does::Capabilities => "capabilities".to_owned(),
        Does::Read(of) => format!("read {of}"),
        Does::Vread(of, version) => format!("vread {of} version {version}"),
        Does::Create(of) => format!("create {of}"),
        Does::Update(of) => format!("update {of}"),
        Does::UpdateIf(of) => format!("update {of} if"),
        Does::Patch(of) => format!("patch {of}"),
        Does::PatchIf(of) => format!("patch {of} if"),
        Does::Delete(of) => format!("delete {of}"),
        Does::DeleteIf(of) => format!("delete {} if", name(of)),
        Does::DeleteHistory(of, None) => format!("delete {of} history"),
        Does::DeleteHistory(of, Some(version)) => format!("delete {of} version {version}"),
        Does::HistoryInstance(of) => format!("history {of}"),
        Does::HistoryType(of) => format!("history {of}"),
        Does::HistorySystem => "history".to_owned(),
        Does::SearchType(of) => format!("search {of}"),
        Does::SearchSystem => "search *".to_owned(),
        Does::SearchCompartment(of, r#type) => format!("search {} in {of}", name(r#type)),
        Does::Bundle => "bundle".to_owned(),
        Does::Operation(name, on) => format!("${name}{}", on_what(on)),
        Does::AsyncStatus => "status".to_owned(),
    };
    words + if asked.is_read() { "" } else { " !" }
}

fn on_what(target: &Target) -> String {
    match target {
        Target::System => String::new(),
        Target::Type(of) => format!(" of {of}"),
        Target::Instance(of) => format!(" of {of}"),
        Target::Version(of, version) => format!(" of {of} version {version}"),
    }
}

#[test]
fn conditions_and_preferences_are_those_of_the_headers() {
    let headers: [(&str, &[u8]); 6] = [
        ("if-match", b"W/\"3\""),
        ("IF-NONE-MATCH", b"*"),
        ("If-None-Exist", b"Patient?identifier=urn:a|1"),
        ("Prefer", b"return=minimal; handling=strict, respond-async"),
        ("content-type", b"application/fhir+json; charset=UTF-8; fhirVersion=4.0"),
        ("x-request-id", b"7"),
    ];
    let headers = Headers::of(headers).unwrap();
    assert_eq!(headers.request_id, Some("7"));
    let head = Head { method: "PUT", path: "/Patient/1", query: None, headers };
    let asked = Asked::read(&head, &Limits::default()).unwrap();
    let version = asked.conditions.if_match.as_ref().and_then(|tags| tags.version());
    assert_eq!(version.map(ToString::to_string).as_deref(), Some("3"));
    assert_eq!(asked.conditions.if_none_match, Some(super::super::EntityTags::Any));
    assert_eq!(asked.conditions.if_none_exist.as_deref(), Some("identifier=urn:a|1"));
    assert_eq!(asked.prefer.r#return, Some(super::super::Return::Minimal));
    assert_eq!((asked.prefer.strict, asked.prefer.respond_async), (Some(true), true));
    assert_eq!(asked.form, Some(super::Form::Json));
}

#[test]
fn versions_are_read_as_clients_write_them() {
    for (text, versions) in [
        ("W/\"1\"", Some(vec!["1"])),
        ("\"1\"", Some(vec!["1"])),
        ("1", Some(vec!["1"])),
        ("W/\"1\", W/\"2\"", Some(vec!["1", "2"])),
        ("W/\"\"", None),
        ("W/\"a b\"", None),
        ("W/\"1", None),
        ("", None),
        ("*, W/\"1\"", None),
    ] {
        let head = Head {
            method: "PUT",
            path: "/Patient/1",
            query: None,
            headers: Headers { if_match: Some(text), ..Headers::default() },
        };
        let read = Asked::read(&head, &Limits::default());
        let found = read.ok().map(|asked| match asked.conditions.if_match {
            Some(super::super::EntityTags::Versions(found)) => {
                found.iter().map(ToString::to_string).collect::<Vec<_>>()
            }
            other => panic!("{other:?}"),
        });
        let wanted = versions.map(|list| list.into_iter().map(str::to_owned).collect());
        assert_eq!(found, wanted, "{text}");
    }
}

#[test]
fn a_tag_that_is_no_version_does_not_stand_in_the_way_of_a_read() {
    let read = |method| {
        let headers = Headers { if_none_match: Some("\"a_b=\""), ..Headers::default() };
        let head = Head { method, path: "/Patient/1", query: None, headers };
        Asked::read(&head, &Limits::default()).map(|asked| asked.conditions.if_none_match)
    };
    assert_eq!(read("GET"), Ok(None));
    assert_eq!(read("PUT").map_err(|refusal| refusal.status), Err(400));
}

#[test]
fn criteria_of_a_create_may_name_their_type() {
    for (header, criteria) in [
        ("identifier=a|1", "identifier=a|1"),
        ("Patient?identifier=a|1", "identifier=a|1"),
        ("identifier=http://a?b|1", "identifier=http://a?b|1"),
    ] {
        let headers = Headers { if_none_exist: Some(header), ..Headers::default() };
        let head = Head { method: "POST", path: "/Patient", query: None, headers };
        let asked = Asked::read(&head, &Limits::default()).unwrap();
        assert_eq!(asked.conditions.if_none_exist.as_deref(), Some(criteria));
    }
}

#[test]
fn what_is_refused_says_so_in_plain_words() {
    for (method, target, status, says) in [
        ("GET", "/patient/1", 404, "no path of FHIR REST"),
        ("BREW", "/Patient/1", 405, "no method of FHIR REST"),
        ("PUT", "/Patient", 400, "neither an id nor criteria"),
        ("POST", "/Patient/1", 405, "create by POST of the type"),
        ("GET", "/Patient//1", 400, "not written as FHIR REST"),
        ("GET", "/Patient/a_b", 404, "no id"),
        ("GET", "/Patient?_method=DELETE", 400, "replaces the method"),
    ] {
        let refusal = read(method, target).unwrap_err();
        assert_eq!(refusal.status, status, "{method} {target}");
        assert!(refusal.issue.diagnostics.contains(says), "{}", refusal.issue.diagnostics);
    }
}

#[test]
fn a_refused_method_names_those_that_there_are() {
    let allow = |method, target| read(method, target).unwrap_err().allow;
    assert_eq!(allow("DELETE", "/metadata"), "GET, HEAD");
    assert_eq!(allow("PUT", "/Patient/1/_history/2"), "GET, HEAD, DELETE");
    assert_eq!(allow("POST", "/Patient/1"), "GET, HEAD, PUT, PATCH, DELETE");
    assert_eq!(allow("PUT", "/Patient/1/$everything"), "GET, HEAD, POST");
    assert_eq!(read("GET", "/Nothing").unwrap_err().allow, "");
}

#[test]
fn what_is_asked_of_is_told() {
    let asked = read("GET", "/Patient/1/_history/2/$meta").unwrap();
    let instance = asked.instance().map(Instance::to_string);
    assert_eq!(instance.as_deref(), Some("Patient/1"));
    assert_eq!(asked.version().map(ToString::to_string).as_deref(), Some("2"));
    assert_eq!(asked.resource_type(), ResourceType::parse("Patient"));
    let asked = read("GET", "/Patient/1/Observation").unwrap();
    assert_eq!(asked.instance(), None);
    assert_eq!(asked.resource_type(), ResourceType::parse("Observation"));
}
