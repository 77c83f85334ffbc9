//! `kiln dictionary train`, and losing what it learned.
use crate::import::{generated, import, stored};
use crate::program::{check, copy, remove, run, said, text, write};
use serde_json::json;
use std::path::Path;

const EVENTS: usize = 3000;
const COPIES: [&str; 2] = ["keys/64.dict", "dictionaries/64.dict"];

/// Events of another sender, which share little with what Kiln was built with.
fn foreign(count: usize) -> Vec<u8> {
    let extension = |name: &str, value: String| {
        let url = format!("http://hl7.org/fhir/StructureDefinition/another-senders-{name}");
        json!({ "url": url, "valueString": value })
    };
    let event = |n: usize| {
        let chance = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        json!({
            "resourceType": "AuditEvent",
            "extension": [
                extension("workstation-of-the-shift", format!("ws-{}", chance % 97)),
                extension("reason-that-was-typed-in", format!("r{chance:x}")),
                extension("ticket-of-the-emergency", format!("t{}", chance >> 40)),
            ],
            "type": { "system": "http://loinc.org", "code": "81222-2" },
            "recorded": format!("2026-03-{:02}T10:{:02}:{:02}Z", 1 + n % 28, n % 60, chance % 60),
            "agent": [{ "requestor": true, "altId": format!("u{}", chance % 1009) }],
            "source": { "observer": { "display": format!("gate {}", n % 7) } },
        })
    };
    let lines: Vec<Vec<u8>> = (0..count).map(|n| format!("{}\n", event(n)).into_bytes()).collect();
    lines.concat()
}

fn train(data: &Path) -> String {
    let mut command = kiln_tests::server::kiln().unwrap();
    let output = command.args(["dictionary", "train", "--data"]).arg(data).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    said(&output)
}

#[test]
fn what_was_learned_is_written_with_and_losing_it_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("events.ndjson"));
    let events = foreign(2 * EVENTS);
    let lines: Vec<&[u8]> = events.split_inclusive(|byte| *byte == b'\n').collect();
    let (first, second) = (lines[..EVENTS].concat(), lines[EVENTS..].concat());
    write(&file, &first);
    assert_eq!(import(&data, &[&text(&file)]).0, 0);
    let told = train(&data);
    assert!(told.contains("dictionary 64 is kept"), "{told}");
    // Again: there is nothing more to learn.
    let told = train(&data);
    assert!(told.contains("nothing was changed"), "{told}");
    write(&file, &second);
    assert_eq!(import(&data, &[&text(&file)]).0, 0);
    assert!(stored(&data) == events, "not what was sent");
    check(&data);
    let mut verify = kiln_tests::server::kiln().unwrap();
    let verified = verify.args(["verify", "store"]).arg(&data).output().unwrap();
    assert_ne!(verified.status.code(), Some(1), "{}", said(&verified));
    let tenant = data.join("tenants/default");
    let lost = folder.path().join("lost");
    copy(&data, &lost);
    for name in COPIES {
        remove(&lost.join("tenants/default").join(name));
    }
    let refused = run("export", &lost, &[]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(said(&refused).contains("dictionary 64 is lost"), "{}", said(&refused));
    assert!(said(&refused).contains("keys/64.dict"), "{}", said(&refused));
    let found = run("fsck", &lost, &[]);
    assert_eq!(found.status.code(), Some(1));
    assert!(said(&found).contains("dictionary 64 is lost"), "{}", said(&found));
    // One of the two is enough, and brings the other back.
    write(
        &lost.join("tenants/default").join(COPIES[0]),
        &crate::program::read(&tenant.join(COPIES[0])),
    );
    assert!(stored(&lost) == events, "not what was sent");
    assert!(lost.join("tenants/default").join(COPIES[1]).try_exists().unwrap());
    check(&lost);
}

#[test]
fn nothing_is_learned_of_few_records_or_where_little_is_gained() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("events.ndjson"));
    write(&file, &generated(100));
    assert_eq!(import(&data, &[&text(&file)]).0, 0);
    let mut command = kiln_tests::server::kiln().unwrap();
    let few = command.args(["dictionary", "train", "--data"]).arg(&data).output().unwrap();
    assert_eq!(few.status.code(), Some(3));
    assert!(said(&few).contains("too few"), "{}", said(&few));
    write(&file, &generated(EVENTS));
    import(&data, &["--again", "2", &text(&file)]);
    let told = train(&data);
    assert!(told.contains("nothing was changed"), "the built-in one knows these: {told}");
    assert!(!data.join("tenants/default/keys/64.dict").try_exists().unwrap());
}
