#![expect(clippy::disallowed_methods, reason = "a test looks at files")]
use super::*;
use std::os::unix::fs::PermissionsExt as _;
use tempfile::TempDir;

fn wanted(label: &str) -> Wanted {
    let tenant = TenantId::default();
    Wanted { role: Role::Writer, tenant, expires: None, label: label.to_owned() }
}

#[test]
fn a_key_is_kept_without_its_text_in_a_file_of_its_own() {
    let folder = TempDir::new().unwrap();
    let data = folder.path();
    let new = change(data, |book| add(book, wanted("a"))).unwrap();
    let text = std::fs::read_to_string(path(data)).unwrap();
    assert!(text.contains(new.id.as_str()) && !text.contains(&new.text), "{text}");
    let mode = std::fs::metadata(path(data)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(load(data).unwrap().find(&new.text, now()).is_ok());
}

#[test]
fn keys_that_are_added_at_once_are_all_kept() {
    let folder = TempDir::new().unwrap();
    std::thread::scope(|scope| {
        for n in 0..8 {
            let data = folder.path();
            scope.spawn(move || change(data, |book| add(book, wanted(&n.to_string()))).unwrap());
        }
    });
    assert_eq!(load(folder.path()).unwrap().len(), 8);
}

#[test]
fn a_change_that_fails_and_one_that_a_crash_broke_off_change_nothing() {
    let folder = TempDir::new().unwrap();
    let data = folder.path();
    change(data, |book| add(book, wanted("a"))).unwrap();
    std::fs::write(data.join("api-keys.new"), "half a li").unwrap();
    let expired = Wanted { expires: Some(UnixSeconds(1)), ..wanted("b") };
    assert!(change(data, |book| add(book, expired)).is_err());
    assert_eq!(load(data).unwrap().len(), 1);
    change(data, |book| add(book, wanted("c"))).unwrap();
    assert_eq!(load(data).unwrap().len(), 2);
}

#[test]
fn a_file_that_is_none_is_an_error_and_not_an_empty_one() {
    let folder = TempDir::new().unwrap();
    std::fs::write(path(folder.path()), "{\"id\":1}\n").unwrap();
    assert!(load(folder.path()).is_err());
    assert!(change(folder.path(), |book| add(book, wanted("a"))).is_err());
    assert_eq!(std::fs::read_to_string(path(folder.path())).unwrap(), "{\"id\":1}\n");
}
