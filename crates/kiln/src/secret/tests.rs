#![expect(clippy::disallowed_methods, reason = "a test writes files")]
use super::*;
use tempfile::TempDir;

fn file(folder: &TempDir, name: &str, mode: u32) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, " secret\n").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    path
}

#[test]
fn a_file_that_others_may_read_is_refused_and_nothing_of_it_told() {
    let folder = TempDir::new().unwrap();
    assert_eq!(*read_line(&file(&folder, "own", 0o600)).unwrap(), "secret");
    assert_eq!(*read_line(&file(&folder, "read-only", 0o400)).unwrap(), "secret");
    for mode in [0o640, 0o604, 0o660, 0o644, 0o620, 0o601] {
        let error = format!("{:#}", read(&file(&folder, "open", mode)).unwrap_err());
        assert!(error.contains("chmod 600") && !error.contains(" secret\n"), "{mode:o}: {error}");
    }
}

#[test]
fn a_credential_is_found_in_systemds_folder_alone() {
    let folder = TempDir::new().unwrap();
    // As systemd shows it where a service runs as a user of its own.
    file(&folder, "tls-key", 0o440);
    let path = Path::new("$CREDENTIALS_DIRECTORY/tls-key");
    let read = |folder| read_with(path, folder).map(|bytes| bytes.to_vec());
    assert_eq!(read(Some(folder.path().as_os_str())).unwrap(), b" secret\n");
    assert!(read(None).unwrap_err().to_string().contains("no credentials"));
}

#[test]
fn what_is_too_large_is_no_secret() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, "large", 0o600);
    std::fs::write(&path, vec![b'x'; FILE_BYTES_MAX as usize + 1]).unwrap();
    assert!(read(&path).unwrap_err().to_string().contains("larger"));
}
