use super::*;

#[test]
fn each_role_may_do_what_the_contract_says() {
    use Scope::{Administer, Audit, Create, Log, Operate, Read, Search, Verify};
    let every = [Create, Read, Search, Operate, Verify, Log, Audit, Administer];
    let table: [(Role, &[Scope]); 7] = [
        (Role::Writer, &[Create]),
        (Role::Reader, &[Read, Search]),
        (Role::Patient, &[Read, Search]),
        (Role::Auditor, &[Read, Search, Verify, Log, Audit]),
        (Role::Operator, &[Operate]),
        (Role::Witness, &[Log]),
        (Role::Admin, &every),
    ];
    for (role, may) in table {
        for scope in every {
            assert_eq!(role.scopes().has(scope), may.contains(&scope), "{role} {scope:?}");
        }
        assert_eq!(role.as_str().parse(), Ok(role));
        assert_eq!(serde_json::to_string(&role).unwrap(), format!("\"{role}\""));
    }
    assert_eq!("Admin".parse::<Role>(), Err(InvalidRole));
}
