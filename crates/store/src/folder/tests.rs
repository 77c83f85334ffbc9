use super::*;

#[test]
fn a_folder_is_held_once() {
    let dir = tempfile::tempdir().unwrap();
    let held = DataFolder::open(dir.path()).unwrap();
    assert!(matches!(DataFolder::open(dir.path()), Err(OpenError::Held)));
    drop(held);
    let again = DataFolder::open(dir.path()).unwrap();
    assert_eq!(
        again.tenant_folder(&TenantId::default()),
        dir.path().join("tenants").join("default")
    );
}

#[test]
fn names_that_could_leave_the_folder_are_refused() {
    for name in ["", "..", "a/b", "A", "ä", "a b", &"a".repeat(65)] {
        assert_eq!(name.parse::<TenantId>(), Err(InvalidTenantId), "{name}");
    }
    assert_eq!("ward-7".parse::<TenantId>().unwrap().as_str(), "ward-7");
    assert!("a".repeat(64).parse::<TenantId>().is_ok());
}
