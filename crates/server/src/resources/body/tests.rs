use super::{By, Head, read, record};
use kiln_store::RecordKind;

fn head(by: By) -> Head {
    Head { r#type: "Task".into(), id: "t-1".into(), version: "7".into(), by }
}

#[test]
fn a_version_is_a_line_and_the_resource_as_it_was_sent() {
    let sent = b"{ \"resourceType\" : \"Task\",\n \"priority\":\"routine\" }";
    let record = record(&head(By::Put), sent, 3, 4);
    assert_eq!((record.kind, record.release, record.entry), (RecordKind::Resource, 3, 4));
    let line = br#"{"type":"Task","id":"t-1","version":"7","by":"PUT"}"#;
    assert_eq!(*record.body, [&line[..], b"\n", sent].concat());
    assert_eq!(read(&record.body), Some((head(By::Put), &sent[..])));
}

#[test]
fn a_deletion_has_no_resource() {
    let record = record(&head(By::Delete), b"", 3, 0);
    let (head, resource) = read(&record.body).unwrap();
    assert!(head.is_deletion() && resource.is_empty());
}

#[test]
fn what_is_no_version_is_none() {
    for body in [&b""[..], b"{}", b"{}\n{}", b"no json\n{}", br#"{"type":"Task"}"#] {
        assert_eq!(read(body), None, "{}", String::from_utf8_lossy(body));
    }
}
