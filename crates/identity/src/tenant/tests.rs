use super::*;

#[test]
fn names_that_could_leave_the_folder_are_refused() {
    for name in ["", "..", "a/b", "A", "ä", "a b", &"a".repeat(65)] {
        assert_eq!(name.parse::<TenantId>(), Err(InvalidTenantId), "{name}");
    }
    assert_eq!("ward-7".parse::<TenantId>().unwrap().as_str(), "ward-7");
    assert!("a".repeat(64).parse::<TenantId>().is_ok());
}
