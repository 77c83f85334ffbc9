//! What a witness remembers over crashes and restarts.
use crate::{
    log::Log,
    running::{Running, witness, witness_of},
};
use kiln_evidence::{MAX_NOTE, MAX_SIGNATURES, TreeSize};
use kiln_witness::{Refused, StateError};
use std::fs;

const NOW: u64 = 1_800_000_000;

#[test]
fn after_a_restart_it_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::known();
    let running = Running::start(folder.path());
    assert_eq!(running.add(&log.request(0, 4).to_string()).status, 200);
    let newest = running.newest().body;
    running.stop();
    let running = Running::start(folder.path());
    assert_eq!(running.newest().body, newest);
    assert_eq!(running.add(&log.request(0, 3).to_string()).status, 409);
    assert_eq!(running.add(&log.request(4, 8).to_string()).status, 200);
    running.stop();
}

/// What was stored stands, though nobody was told: the log asks again from there.
#[test]
fn killed_between_store_and_answer_it_has_what_it_stored() {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::known();
    let killed = witness(folder.path()).unwrap();
    let _never_sent = killed.add(log.request(0, 4).to_string().as_bytes(), NOW).unwrap();
    drop(killed);
    let again = witness(folder.path()).unwrap();
    let refused = again.add(log.request(0, 4).to_string().as_bytes(), NOW).unwrap_err();
    assert_eq!(refused, Refused::OtherSize(TreeSize(4)));
    assert!(again.add(log.request(4, 4).to_string().as_bytes(), NOW).is_ok());
}

/// A half-written new state is no state.
#[test]
fn killed_while_it_stored_it_has_what_it_had() {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::known();
    let before = witness(folder.path()).unwrap();
    before.add(log.request(0, 2).to_string().as_bytes(), NOW).unwrap();
    drop(before);
    fs::write(folder.path().join("state.json.next"), b"{\"format\":").unwrap();
    let again = witness(folder.path()).unwrap();
    assert!(again.add(log.request(2, 5).to_string().as_bytes(), NOW).is_ok());
}

#[test]
fn what_cannot_be_stored_is_not_cosigned() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).unwrap();
    let log = Log::known();
    let running = Running::start(&inner);
    assert_eq!(running.add(&log.request(0, 2).to_string()).status, 200);
    fs::rename(&inner, folder.path().join("gone")).unwrap();
    let answer = running.add(&log.request(2, 4).to_string());
    assert_eq!(answer.status, 500);
    assert!(!answer.body.contains('\u{2014}'), "{}", answer.body);
    fs::rename(folder.path().join("gone"), &inner).unwrap();
    assert_eq!(running.add(&log.request(4, 8).to_string()).body, "2\n");
    assert_eq!(running.add(&log.request(2, 8).to_string()).status, 200);
    running.stop();
}

#[test]
fn one_state_has_one_witness() {
    let folder = tempfile::tempdir().unwrap();
    let first = witness(folder.path()).unwrap();
    assert!(matches!(witness(folder.path()).err(), Some(StateError::InUse(_))));
    drop(first);
    assert!(witness(folder.path()).is_ok());
}

#[test]
fn a_state_that_was_changed_or_is_anothers_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::known();
    let before = witness(folder.path()).unwrap();
    before.add(log.request(0, 12).to_string().as_bytes(), NOW).unwrap();
    drop(before);
    assert!(matches!(witness_of(folder.path(), 10).err(), Some(StateError::OtherKey(_))));
    let state = folder.path().join("state.json");
    let text = fs::read_to_string(&state).unwrap();
    for bad in [text.replace("\\n12\\n", "\\n11\\n"), text[..text.len() / 2].to_owned()] {
        assert_ne!(bad, text);
        fs::write(&state, bad).unwrap();
        assert!(matches!(witness(folder.path()).err(), Some(StateError::Damaged(_))));
    }
    let later = text.replace("\"version\": 1", "\"version\": 2");
    assert_ne!(later, text);
    fs::write(&state, later).unwrap();
    assert!(matches!(witness(folder.path()).err(), Some(StateError::Damaged(_))));
}

/// A log could otherwise keep a witness from starting again, and all others from being cosigned:
/// the cosignature is one line more than a note may have.
#[test]
fn what_could_not_be_read_back_is_not_stored() {
    let log = Log::known();
    let mut often = log.request(0, 4);
    let line = often.checkpoint.signatures[0].clone();
    often.checkpoint.signatures = vec![line; MAX_SIGNATURES];
    let mut text = format!("{}x\n", log.checkpoint(4).to_text());
    text.insert_str(text.len() - 1, &"x".repeat(MAX_NOTE - 200 - text.len()));
    for bad in [often.to_string(), log.lines(0, &[], &text)] {
        let folder = tempfile::tempdir().unwrap();
        let before = witness(folder.path()).unwrap();
        assert_eq!(before.add(bad.as_bytes(), NOW), Err(Refused::Malformed));
        assert!(before.add(log.request(0, 2).to_string().as_bytes(), NOW).is_ok());
        drop(before);
        assert!(witness(folder.path()).is_ok());
    }
}

/// A time is in each cosignature, so that it says when.
#[test]
fn the_cosignature_says_when() {
    let folder = tempfile::tempdir().unwrap();
    let witness = witness(folder.path()).unwrap();
    let request = Log::known().request(0, 2);
    let cosignature = witness.add(request.to_string().as_bytes(), NOW).unwrap();
    let time =
        kiln_evidence::cosignature::verify(witness.key(), &request.checkpoint.text, &cosignature);
    assert_eq!(time.unwrap(), NOW);
}

/// Two names of one file are one state; through either of them the same file is replaced.
#[test]
fn a_state_that_is_reached_through_a_link_has_one_witness() {
    let [real, linked] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let log = Log::known();
    let link = linked.path().join("state.json");
    std::os::unix::fs::symlink(real.path().join("state.json"), &link).unwrap();
    // The file is not there yet.
    let through = witness(linked.path()).unwrap();
    assert!(matches!(witness(real.path()).err(), Some(StateError::InUse(_))));
    through.add(log.request(0, 4).to_string().as_bytes(), NOW).unwrap();
    drop(through);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    let itself = witness(real.path()).unwrap();
    assert!(matches!(witness(linked.path()).err(), Some(StateError::InUse(_))));
    let refused = itself.add(log.request(0, 2).to_string().as_bytes(), NOW);
    assert_eq!(refused.unwrap_err(), Refused::OtherSize(TreeSize(4)));
    drop(itself);
    // A folder may be a link as well.
    let folder = linked.path().join("folder");
    std::os::unix::fs::symlink(real.path(), &folder).unwrap();
    let through = witness(&folder).unwrap();
    assert!(matches!(witness(real.path()).err(), Some(StateError::InUse(_))));
    drop(through);
    // A link to itself leads nowhere.
    fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink("state.json", &link).unwrap();
    assert!(matches!(witness(linked.path()).err(), Some(StateError::Io { .. })));
}
