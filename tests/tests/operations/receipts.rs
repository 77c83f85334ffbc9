//! One event and its receipt: what holds, what does not, what cannot be told.
use crate::evidence::{Receipt, expect, fill, log_key, log_size, until_witnessed, witnessed};
use crate::program::{read, start, text, write};

#[test]
fn a_receipt_holds_or_does_not_or_is_not_enough() {
    let folder = tempfile::tempdir().unwrap();
    let (data, other) = (folder.path().join("data"), folder.path().join("other"));
    let log = witnessed(&data, folder.path(), |port| port);
    // Without its witness: nobody cosigns.
    let running = start(&data, "");
    let key = log_key(&running.server);
    let stored = fill(&running.server, "receipt", 3);
    let receipt = Receipt::of(&running.server, &stored[1], folder.path());
    let next = Receipt::of(&running.server, &stored[2], folder.path());
    running.stop(&data);

    receipt.expect(["--key", &key], 0, "ok: the log holds exactly these bytes");
    receipt.expect(["--key", &key], 0, "self-signed only");
    receipt.expect(["--key", &key], 0, "No log can prove what was never sent to it.");
    receipt.expect(["--policy", &log.policy], 2, "not provable");

    let mixed = Receipt { event: receipt.event.clone(), proof: next.proof };
    mixed.expect(["--key", &key], 1, "failed");
    let stranger = start(&other, "");
    let foreign = log_key(&stranger.server);
    drop(stranger);
    receipt.expect(["--key", &foreign], 1, "the policy has no key of this log");
    let gone = text(&folder.path().join("gone"));
    expect(&["event", &gone, &receipt.proof, "--key", &key], 3, "No such file");
    expect(&["event", &receipt.event, &receipt.proof], 3, "--policy");

    let running = start(&data, &log.settings);
    let stored = fill(&running.server, "witnessed", 1);
    until_witnessed(&running.server, log_size(&running.server));
    let seen = Receipt::of(&running.server, &stored[0], folder.path());
    seen.expect(["--policy", &log.policy], 0, "witnessed: as many have cosigned");
    running.stop(&data);
}

/// Each byte of the event, and each of the proof.
#[test]
fn no_byte_may_change() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let running = start(&data, "");
    let key = log_key(&running.server);
    let stored = fill(&running.server, "changed", 2);
    let receipt = Receipt::of(&running.server, &stored[0], folder.path());
    running.stop(&data);
    for file in [&receipt.event, &receipt.proof] {
        let bytes = read(file.as_ref());
        for at in (0..bytes.len()).step_by(bytes.len() / 40) {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            write(file.as_ref(), &changed);
            receipt.expect(["--key", &key], 1, "failed: event and receipt prove nothing");
        }
        write(file.as_ref(), &bytes);
    }
    receipt.expect(["--key", &key], 0, "ok");
}
