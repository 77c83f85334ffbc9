use super::*;
use Scope::{Create, Read, Search};

fn patient() -> PatientContext {
    PatientContext { id: "1".to_owned() }
}

fn of(scopes: &str) -> Grant {
    grant(scopes, &[], Some(patient()), false)
}

/// What is granted, as letters: `c`, `r`, `s`, then `p` where the patient alone is seen, then the
/// filters.
fn shown(grant: &Grant) -> String {
    let letters = [(Create, 'c'), (Read, 'r'), (Search, 's')];
    let letters = letters.iter().filter(|(scope, _)| grant.scopes.has(*scope));
    let mut text: String = letters.map(|(_, letter)| *letter).collect();
    text.extend(grant.reach.patient.as_ref().map(|_| 'p'));
    for filter in grant.reach.filters.iter().flatten() {
        text.push('?');
        text.push_str(filter);
    }
    if grant.reach.filters.as_ref().is_some_and(Vec::is_empty) {
        text.push_str("?none");
    }
    text
}

#[test]
fn one_scope_grants_what_its_letters_say_and_never_u_or_d() {
    let table = [
        // SMART 2
        ("system/AuditEvent.c", "c"),
        ("system/AuditEvent.r", "r"),
        ("system/AuditEvent.s", "s"),
        ("system/AuditEvent.rs", "rs"),
        ("system/AuditEvent.crs", "crs"),
        ("system/AuditEvent.cruds", "crs"),
        ("system/AuditEvent.u", ""),
        ("system/AuditEvent.d", ""),
        ("system/AuditEvent.ud", ""),
        ("system/*.c", "c"),
        ("system/*.cruds", "crs"),
        ("user/AuditEvent.c", "c"),
        ("user/AuditEvent.rs", "rs"),
        ("user/*.rs", "rs"),
        ("patient/AuditEvent.rs", "rsp"),
        ("patient/AuditEvent.r", "rp"),
        ("patient/*.rs", "rsp"),
        ("patient/AuditEvent.c", ""),
        ("patient/AuditEvent.cruds", "rsp"),
        ("patient/*.cruds", "rsp"),
        // SMART 1
        ("system/AuditEvent.read", "rs"),
        ("system/AuditEvent.write", "c"),
        ("system/AuditEvent.*", "crs"),
        ("system/*.*", "crs"),
        ("user/*.read", "rs"),
        ("user/*.write", "c"),
        ("patient/*.read", "rsp"),
        ("patient/AuditEvent.write", ""),
        ("patient/*.*", "rsp"),
        // Granular ones.
        ("system/AuditEvent.rs?category=rest", "rs?category=rest"),
        ("system/AuditEvent.r?a=1", "r?a=1"),
        ("system/AuditEvent.c?a=1", ""),
        ("system/AuditEvent.crs?a=1", "rs?a=1"),
        ("user/AuditEvent.rs?a=1&b=2", "rs?a=1&b=2"),
        ("patient/AuditEvent.rs?a=1", "rsp?a=1"),
        ("system/AuditEvent.rs?a=http://x|y?z", "rs?a=http://x|y?z"),
    ];
    for (scope, granted) in table {
        assert_eq!(shown(&of(scope)), granted, "{scope}");
    }
}

#[test]
fn what_is_no_scope_of_audit_events_grants_nothing() {
    let nothing = [
        "",
        " ",
        "openid profile fhirUser launch launch/patient offline_access online_access",
        "system/Patient.rs",
        "system/Audit.rs",
        "system/AuditEvents.rs",
        "system/AuditEvent",
        "system/AuditEvent.",
        "system/AuditEvent.sr",
        "system/AuditEvent.rsc",
        "system/AuditEvent.rr",
        "system/AuditEvent.rsx",
        "system/AuditEvent.RS",
        "system/AuditEvent.Read",
        "system/auditevent.rs",
        "System/AuditEvent.rs",
        "system/AuditEvent.reads",
        "system/AuditEvent.readwrite",
        "system/AuditEvent.read?a=1",
        "system/AuditEvent.*?a=1",
        "system/AuditEvent.rs?",
        "system/AuditEvent.?a=1",
        "system/AuditEvent.r.s",
        "system/AuditEvent/1.rs",
        "system//AuditEvent.rs",
        "/AuditEvent.rs",
        "systems/AuditEvent.rs",
        "system/**.rs",
        "system/.rs",
        "system\\AuditEvent.rs",
        "system/AuditEvent.r,s",
        "system/AuditEvent.rs%20",
        "https://x/system/AuditEvent.rs",
        "*/*.*",
        "*",
        "AuditEvent.rs",
        "system/AuditEvent\u{a0}.rs",
        "system/AuditEvent.r\u{17f}",
    ];
    for scopes in nothing {
        assert_eq!(of(scopes), Grant::default(), "{scopes}");
    }
}

#[test]
fn without_a_patient_in_context_patient_scopes_grant_nothing() {
    for scopes in ["patient/AuditEvent.rs", "patient/*.*", "patient/AuditEvent.rs?a=1"] {
        assert_eq!(grant(scopes, &[], None, false), Grant::default(), "{scopes}");
        assert_eq!(grant("", &[Role::Patient], None, false), Grant::default());
    }
    let writes = grant("patient/AuditEvent.rs system/AuditEvent.c", &[], None, false);
    assert_eq!(shown(&writes), "c");
}

#[test]
fn a_patient_who_signed_in_as_a_user_sees_the_own_events_alone() {
    let of = |scopes, patient| grant(scopes, &[], patient, true);
    assert_eq!(shown(&of("user/AuditEvent.rs", Some(patient()))), "rsp");
    assert_eq!(of("user/AuditEvent.rs", None), Grant::default());
    assert_eq!(of("user/AuditEvent.c user/*.cruds", None), Grant::default());
}

#[test]
fn scopes_add_up_and_where_they_differ_the_smaller_reach_holds() {
    let table = [
        ("system/AuditEvent.r system/AuditEvent.s", "rs"),
        ("system/AuditEvent.c system/AuditEvent.rs", "crs"),
        ("system/AuditEvent.rs?a=1 system/AuditEvent.rs?b=2", "rs?a=1?b=2"),
        ("system/AuditEvent.rs?a=1 system/AuditEvent.rs", "rs"),
        ("system/AuditEvent.rs?a=1 user/AuditEvent.rs", "rs"),
        // Searching may show less than reading, or the other way round: both show less.
        ("system/AuditEvent.r system/AuditEvent.s?a=1", "rs?a=1"),
        ("system/AuditEvent.rs?a=1 system/AuditEvent.s?b=2", "rs?a=1"),
        ("system/AuditEvent.r?a=1 system/AuditEvent.s?b=2", "rs?none"),
        // A patient's view is lifted by nothing but all events.
        ("patient/AuditEvent.rs system/AuditEvent.rs", "rs"),
        ("patient/AuditEvent.rs user/AuditEvent.s", "rsp"),
        ("patient/AuditEvent.rs user/AuditEvent.rs?a=1", "rsp"),
        ("patient/AuditEvent.rs?a=1 user/AuditEvent.rs?b=2", "rsp?a=1?b=2"),
        ("patient/AuditEvent.s user/AuditEvent.r?a=1", "rsp?a=1"),
        ("patient/AuditEvent.rs system/AuditEvent.c", "crsp"),
    ];
    for (scopes, granted) in table {
        assert_eq!(shown(&of(scopes)), granted, "{scopes}");
    }
}

#[test]
fn roles_add_to_scopes() {
    let roles = |scopes, roles: &[Role]| shown(&grant(scopes, roles, Some(patient()), false));
    assert_eq!(roles("", &[Role::Patient]), "rsp");
    assert_eq!(roles("", &[Role::Reader]), "rs");
    assert_eq!(roles("", &[Role::Writer, Role::Patient]), "crsp");
    assert_eq!(roles("patient/AuditEvent.rs", &[Role::Auditor]), "rs");
    assert_eq!(roles("system/AuditEvent.c", &[Role::Operator]), "c");
    let auditor = grant("", &[Role::Auditor], None, false);
    assert!(auditor.scopes.has(Scope::Verify) && auditor.scopes.has(Scope::Log));
    assert_eq!(grant("", &[Role::Admin], None, false).scopes, Scopes::ALL);
}

#[test]
fn filters_beyond_the_limit_grant_nothing() {
    let scopes: Vec<String> = (0..100).map(|at| format!("system/AuditEvent.rs?a={at}")).collect();
    let kept = of(&scopes.join(" ")).reach.filters.unwrap();
    assert_eq!(kept.len(), FILTERS_MAX);
    assert!(kept.contains(&"a=0".to_owned()) && !kept.contains(&"a=99".to_owned()));
}

#[test]
fn what_clients_are_told_to_ask_for_grants_something() {
    for scope in SCOPES_SUPPORTED {
        assert_ne!(of(scope), Grant::default(), "{scope}");
    }
}
