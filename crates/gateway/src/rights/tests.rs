use super::may;
use kiln_identity::{PatientContext, Principal, smart::ResourceGrants};
use kiln_trail::rest::{Asked, Head, Limits, Sent};

fn allowed(scopes: &str, method: &str, path: &str, query: Option<&str>) -> bool {
    let patient = Some(PatientContext { id: "1".to_owned() });
    let resources = ResourceGrants::of(scopes, &[], patient, false);
    let principal = Principal { resources, ..Principal::open() };
    let head = Head { method, path, query, ..Head::default() };
    let asked = Asked::read(&head, &Limits::default()).unwrap();
    may(&principal, &asked, &Sent::Nothing)
}

#[test]
fn each_interaction_needs_its_letter() {
    assert!(allowed("user/Patient.r", "GET", "/Patient/1", None));
    assert!(!allowed("user/Patient.s", "GET", "/Patient/1", None));
    assert!(!allowed("user/Task.r", "GET", "/Patient/1", None));
    assert!(allowed("user/Patient.s", "GET", "/Patient", Some("name=a")));
    assert!(!allowed("user/Patient.rs", "PUT", "/Patient/1", None));
    assert!(allowed("user/Patient.u", "PUT", "/Patient/1", None));
    assert!(allowed("user/Patient.d", "DELETE", "/Patient/1", None));
    assert!(!allowed("user/Patient.cru", "DELETE", "/Patient/1", None));
    assert!(allowed("", "GET", "/metadata", None));
}

#[test]
fn what_may_show_any_type_needs_a_scope_for_all() {
    assert!(!allowed("user/Patient.s", "GET", "/Patient", Some("_include=Patient:organization")));
    assert!(allowed("user/*.s", "GET", "/Patient", Some("_include=Patient:organization")));
    assert!(!allowed("user/Patient.cruds", "GET", "/Patient/1/$everything", None));
    assert!(allowed("user/*.r", "GET", "/Patient/1/$everything", None));
    assert!(!allowed("user/*.rs", "POST", "/$reindex", None));
    assert!(allowed("system/*.cruds", "POST", "/$reindex", None));
}

#[test]
fn a_scope_of_one_patient_allows_nothing_here() {
    assert!(!allowed("patient/Patient.r", "GET", "/Patient/1", None));
}
