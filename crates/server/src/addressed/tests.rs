//! The prefix is a tenant's name or none, whatever it looks like.
use super::*;

fn apart(path: &str) -> (Option<String>, String, String) {
    let addressed = Addressed::of(path);
    let tenant = addressed.tenant.as_ref().map(ToString::to_string);
    (tenant, addressed.prefix.to_owned(), addressed.below.to_owned())
}

#[test]
fn a_prefix_names_a_tenant_and_the_rest_is_routed() {
    for (path, tenant, prefix, below) in [
        ("/fhir/r4", Some("default"), "", "/fhir/r4"),
        ("/", Some("default"), "", "/"),
        ("/t", Some("default"), "", "/t"),
        ("/tx/fhir", Some("default"), "", "/tx/fhir"),
        ("/t/ward-7/fhir/r4/AuditEvent", Some("ward-7"), "/t/ward-7", "/fhir/r4/AuditEvent"),
        ("/t/ward-7/", Some("ward-7"), "/t/ward-7", "/"),
        ("/t/ward-7", Some("ward-7"), "/t/ward-7", "/"),
        ("/t/a/t/b/fhir", Some("a"), "/t/a", "/t/b/fhir"),
        ("/t/default/fhir", Some("default"), "/t/default", "/fhir"),
        ("/t/Ward/fhir", None, "/t/Ward", "/fhir"),
        ("/t/ward%2d7/fhir", None, "/t/ward%2d7", "/fhir"),
        ("/t/../fhir", None, "/t/..", "/fhir"),
        ("/t//fhir", None, "/t/", "/fhir"),
    ] {
        let expected = (tenant.map(str::to_owned), prefix.to_owned(), below.to_owned());
        assert_eq!(apart(path), expected, "{path}");
    }
}

#[test]
fn other_tenants_are_refused_alike() {
    let mine: TenantId = "a".parse().unwrap();
    assert!(Addressed::of("/t/a/fhir").check(&mine).is_ok());
    let refusals = ["/t/b/fhir", "/t/c/fhir", "/t/A/fhir", "/fhir", "/t/default/fhir", "/t//fhir"];
    let refusals = refusals.map(|path| format!("{:?}", Addressed::of(path).check(&mine)));
    assert!(refusals.iter().all(|refusal| *refusal == refusals[0] && refusal.contains("404")));
}
