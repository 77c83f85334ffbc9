use super::*;

#[test]
fn names_sort_as_the_log_does_and_stay_in_their_folder() {
    assert_eq!(Part::Events.file(7, MediaType::Json), "events/0000000007.json");
    assert_eq!(Part::Events.file(7, MediaType::Xml), "events/0000000007.xml");
    assert_eq!(Part::Statements.proof(u64::MAX), "statements/18446744073709551615.tlog-proof");
    assert!(Part::Events.proof(9) < Part::Events.proof(10));
}

#[test]
fn the_largest_manifest_is_read() {
    let name = Part::Statements.proof(u64::MAX);
    let item = Item {
        index: u64::MAX,
        id: "0".repeat(36),
        received: "2026-03-01T10:00:00.000Z".to_owned(),
        file: name.clone(),
        proof: name,
    };
    let one = serde_json::to_vec_pretty(&item).unwrap().len() + 80;
    assert!(one * (EVENTS_MAX + STATEMENTS_MAX) < MANIFEST_BYTES_MAX);
}

#[test]
fn a_writer_that_gives_up_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("bundle.zip");
    let mut writer = Writer::create(&path).unwrap();
    writer.begin("read", "key", "note").unwrap();
    drop(writer);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}
