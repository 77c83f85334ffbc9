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
