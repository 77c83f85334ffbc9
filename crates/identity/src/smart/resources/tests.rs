use super::{Access, Allowed, ResourceGrants};
use crate::{PatientContext, Role};

fn patient() -> PatientContext {
    PatientContext { id: "p1".to_owned() }
}

fn of(scopes: &str) -> ResourceGrants {
    ResourceGrants::of(scopes, &[], Some(patient()), false)
}

const EACH: [Access; 5] =
    [Access::Create, Access::Read, Access::Update, Access::Delete, Access::Search];

fn letters(grants: &ResourceGrants, r#type: &str) -> String {
    let has = |access: &&Access| grants.allow(r#type, **access) != Allowed::No;
    let letter =
        |access: &Access| "cruds".as_bytes()[EACH.iter().position(|it| it == access).unwrap()];
    EACH.iter().filter(has).map(|access| char::from(letter(access))).collect()
}

#[test]
fn a_scope_gives_what_it_names_of_its_type_alone() {
    for (scope, expected) in [
        ("user/Patient.rs", "rs"),
        ("system/Patient.cruds", "cruds"),
        ("system/Patient.c", "c"),
        ("system/Patient.ud", "ud"),
        ("user/Patient.read", "rs"),
        ("user/Patient.write", "cud"),
        ("user/Patient.*", "cruds"),
        ("user/*.rs", "rs"),
        ("user/Patient.rc", ""),
        ("user/Patient", ""),
        ("user/Patient.rs?_id=1", ""),
        ("nobody/Patient.rs", ""),
        ("openid", ""),
    ] {
        assert_eq!(letters(&of(scope), "Patient"), expected, "{scope}");
    }
    assert_eq!(letters(&of("user/Patient.rs"), "Task"), "");
    assert_eq!(letters(&of("user/*.rs"), "Task"), "rs");
    assert_eq!(letters(&of("user/Patient.rs user/Task.c user/Task.r"), "Task"), "cr");
}

#[test]
fn a_patients_scope_gives_what_is_about_the_patient() {
    let grants = of("patient/Task.rs");
    assert_eq!(grants.allow("Task", Access::Read), Allowed::OfPatient(&patient()));
    let wider = of("patient/Task.rs user/Task.r");
    assert_eq!(wider.allow("Task", Access::Read), Allowed::All);
    assert_eq!(wider.allow("Task", Access::Search), Allowed::OfPatient(&patient()));
    let nobody = ResourceGrants::of("patient/Task.rs", &[], None, false);
    assert_eq!(letters(&nobody, "Task"), "");
    let person = ResourceGrants::of("user/Task.rs", &[], Some(patient()), true);
    assert_eq!(person.allow("Task", Access::Read), Allowed::OfPatient(&patient()));
}

#[test]
fn roles_of_the_log_give_nothing_of_resources_but_the_administrators() {
    for role in Role::ALL {
        let expected = if role == Role::Admin { "cruds" } else { "" };
        assert_eq!(letters(&ResourceGrants::of_roles(&[role]), "Task"), expected, "{role}");
    }
    assert_eq!(letters(&ResourceGrants::default(), "Task"), "");
}
