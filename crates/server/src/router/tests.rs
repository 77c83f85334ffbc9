//! Every row is reachable, and nothing else is.
use super::*;

const GET: Method = Method::GET;
const POST: Method = Method::POST;

fn interaction(method: &Method, path: &str) -> Interaction {
    find(method, path, Offers::default()).unwrap().route.interaction
}

fn status(method: &Method, path: &str) -> (u16, Option<String>) {
    let refusal = find(method, path, Offers::default()).unwrap_err();
    let allow = refusal.headers.iter().find(|(name, _)| *name == header::ALLOW);
    (refusal.status.as_u16(), allow.map(|(_, value)| value.to_str().unwrap().to_owned()))
}

#[test]
fn every_row_of_the_table_is_found_by_its_own_path() {
    for row in ROUTES {
        let releases = Release::SERVED.iter().map(|release| format!("/fhir/{}", release.path()));
        for base in releases.chain(["/fhir".to_owned()]) {
            let path = row
                .path
                .replace("[base]", &base)
                .replace("[audit]", &["/audit", &base].concat())
                .replace("{compartment}", "Device")
                .replace("{id}", "a")
                .replace("{version}", "1")
                .replace("{rest}", "0/x001/234.p/5");
            let matched = find(&row.method, &path, Offers::default()).unwrap();
            assert_eq!(matched.route.path, row.path, "{path}");
            assert_eq!(matched.route.method, row.method, "{path}");
        }
    }
}

#[test]
fn the_path_says_release_base_id_and_version() {
    let matched = find(&GET, "/fhir/r5/AuditEvent/x-1/_history/7", Offers::default()).unwrap();
    assert_eq!(matched.release, Some(Release::R5));
    assert_eq!(matched.base, "/fhir/r5");
    assert_eq!((matched.id.as_str(), matched.version.as_str()), ("x-1", "7"));
    let matched = find(&GET, "/fhir/AuditEvent", Offers::default()).unwrap();
    assert_eq!((matched.release, matched.base.as_str()), (None, "/fhir"));
}

#[test]
fn the_rest_of_a_path_may_have_slashes() {
    let matched = find(&GET, "/log/tile/entries/x001/234.p/5", Offers::default()).unwrap();
    assert_eq!(matched.route.interaction, Interaction::LogTile);
    assert_eq!(matched.rest, "entries/x001/234.p/5");
}

#[test]
fn a_slash_at_the_end_and_escapes_change_nothing() {
    assert_eq!(interaction(&GET, "/"), Interaction::Page(Page::Timeline));
    assert_eq!(interaction(&POST, "/fhir/r4/"), Interaction::Batch);
    assert_eq!(interaction(&POST, "/fhir/"), Interaction::Batch);
    assert_eq!(interaction(&GET, "/fhir/r4/AuditEvent/"), Interaction::SearchType);
    assert_eq!(interaction(&GET, "/fhir/r4/AuditEvent/1/%24original"), Interaction::Original);
    assert_eq!(status(&GET, "/fhir/r4/AuditEvent%2F1").0, 404);
    assert_eq!(status(&GET, "/fhir/r4/%ff").0, 404);
}

#[test]
fn compartments_are_those_that_searches_know() {
    for name in COMPARTMENTS {
        let path = format!("/fhir/dstu2/{name}/a.b_1/AuditEvent");
        let matched = find(&GET, &path, Offers::default()).unwrap();
        assert_eq!((matched.compartment, matched.id.as_str()), (Some(name), "a.b_1"));
        assert!(kiln_search::compartment(name, "1").is_some(), "{name}");
        assert_eq!(interaction(&POST, &format!("{path}/_search")), Interaction::SearchCompartment);
        assert_eq!(status(&Method::PUT, &path).1.as_deref(), Some("GET, HEAD"));
    }
    assert!(kiln_search::compartment("RelatedPerson", "1").is_none());
}

#[test]
fn head_goes_where_get_goes() {
    assert_eq!(interaction(&Method::HEAD, "/fhir/r4/AuditEvent/1"), Interaction::Read);
    assert_eq!(interaction(&Method::HEAD, "/health/live"), Interaction::Live);
    assert_eq!(interaction(&Method::HEAD, "/api/audit-events/1"), Interaction::PlainRead);
}

#[test]
fn unknown_paths_are_404() {
    for path in [
        "",
        "/fhirs",
        "/fhir/r7/AuditEvent",
        "/fhir/r5-draft/metadata",
        "/fhir/r4/Patient",
        "/fhir/r4/Patient/1",
        "/fhir/r4/RelatedPerson/1/AuditEvent",
        "/fhir/r4/Encounter/1/AuditEvent/_search",
        "/fhir/r4/patient/1/AuditEvent",
        "/fhir/r4/Patient/AuditEvent",
        "/fhir/r4/Patient/1/AuditEvent/2",
        "/fhir/r4/Patient/1/AuditEvent/_history",
        "/fhir/r4/AuditEvent/1/2",
        "/fhir/r4/AuditEvent/$foo",
        "/fhir/r4/AuditEvent//_history",
        "/fhir/r4/_history",
        "/metadata",
        "/fhir/r4/health/live",
        "/fhir/api/audit-events",
        "/api",
        "/api/",
        "/api/audit-events/1/2",
        "/api/AuditEvent",
        "/audit-events",
        "/health",
        "/log",
        "/log/tile",
        "/log/tile/",
        "/log/tiles/0/000",
        "/fhir/r4/log/checkpoint",
        "/log/checkpoint/1",
    ] {
        assert_eq!(status(&GET, path), (404, None), "{path}");
    }
}

#[test]
fn other_methods_are_405_with_what_is_offered() {
    let allow = |text: &str| (405, Some(text.to_owned()));
    assert_eq!(status(&GET, "/fhir/r4"), allow("POST"));
    assert_eq!(status(&GET, "/fhir/r4/AuditEvent/_search"), allow("POST"));
    assert_eq!(status(&POST, "/fhir/r4/AuditEvent/1"), allow("GET, HEAD"));
    assert_eq!(status(&Method::OPTIONS, "/fhir/r4/AuditEvent"), allow("POST, GET, HEAD"));
    assert_eq!(status(&POST, "/metrics"), allow("GET, HEAD"));
    assert_eq!(status(&POST, "/api/audit-events/1"), allow("GET, HEAD"));
    assert_eq!(status(&Method::DELETE, "/api/openapi.json"), allow("GET, HEAD"));
}

#[test]
fn changes_of_events_are_found_so_that_they_can_be_explained() {
    for method in [Method::PUT, Method::PATCH, Method::DELETE] {
        for path in [
            "/fhir/r4/AuditEvent",
            "/fhir/r4/AuditEvent/no-uuid",
            "/api/audit-events",
            "/api/audit-events/no-uuid",
        ] {
            assert_eq!(interaction(&method, path), Interaction::Unchanging);
        }
    }
    assert_eq!(allowed("/api/audit-events", Offers::default()), "POST, GET, HEAD");
    assert_eq!(allowed("[base]/AuditEvent/{id}", Offers::default()), "GET, HEAD");
    assert_eq!(allowed("[base]/AuditEvent", Offers::default()), "POST, GET, HEAD");
}

#[test]
fn only_what_tells_nothing_is_for_anybody() {
    for row in ROUTES.iter().filter(|row| row.scope == Scope::Anybody) {
        let harmless = [
            Interaction::Capabilities,
            Interaction::OperationDefinition,
            Interaction::SmartConfiguration,
            Interaction::OpenApi,
            Interaction::Unchanging,
            Interaction::Live,
            Interaction::Ready,
            Interaction::VerifyPage,
            Interaction::VerifyScript,
            Interaction::SignIn,
            Interaction::SignInCallback,
            Interaction::SignOut,
            Interaction::Page(Page::Asset),
        ];
        assert!(harmless.contains(&row.interaction), "{}", row.path);
    }
}
