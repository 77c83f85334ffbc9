//! What the standard demands beside the shared cases (<https://c2sp.org/tlog-witness>).
use crate::{log::Log, running::Running};
use kiln_evidence::{Hash, Note};
use std::thread;

/// Runs with a witness that has cosigned the known log at this size.
fn at(size: u64, test: impl FnOnce(&Running, &Log)) {
    let folder = tempfile::tempdir().unwrap();
    let witness = Running::start(folder.path());
    let log = Log::known();
    if size > 0 {
        assert_eq!(witness.add(&log.request(0, size).to_string()).status, 200);
    }
    test(&witness, &log);
    witness.stop();
}

#[test]
fn a_log_that_it_does_not_know_is_404() {
    at(0, |witness, _| {
        let other = Log::of("log.example/other", 7);
        assert_eq!(witness.add(&other.request(0, 1).to_string()).status, 404);
    });
}

#[test]
fn a_key_that_it_does_not_know_is_403_even_under_a_known_name() {
    at(0, |witness, log| {
        let other = Log::of("log.example/known", 8);
        assert_eq!(witness.add(&other.request(0, 1).to_string()).status, 403);
        assert_eq!(witness.add(&log.request(0, 1).to_string()).status, 200);
    });
}

#[test]
fn signatures_of_unknown_keys_are_ignored_and_not_kept() {
    at(0, |witness, log| {
        let mut request = log.request(0, 3);
        let other = Log::of("log.example/other", 8).request(0, 3).checkpoint;
        request.checkpoint.signatures.extend(other.signatures);
        assert_eq!(witness.add(&request.to_string()).status, 200);
        let newest: Note = witness.newest().body.parse().unwrap();
        let names: Vec<&str> = newest.signatures.iter().map(|line| line.name.as_str()).collect();
        assert_eq!(names, ["log.example/known", "witness.example/w1"]);
        let keys = [log.key(), witness.key.clone()];
        assert_eq!(newest.verify(&keys).unwrap().len(), 2);
    });
}

#[test]
fn another_old_size_is_409_with_the_one_that_it_has() {
    at(5, |witness, log| {
        for old in [0, 4, 6] {
            let answer = witness.add(&log.request(old, 8).to_string());
            assert_eq!((answer.status, answer.body.as_str()), (409, "5\n"));
            assert!(answer.header.contains("content-type: text/x.tlog.size"), "{}", answer.header);
        }
    });
    at(0, |witness, log| {
        let answer = witness.add(&log.request(4, 8).to_string());
        assert_eq!((answer.status, answer.body.as_str()), (409, "0\n"));
    });
}

#[test]
fn an_empty_log_has_the_root_of_nothing() {
    at(0, |witness, log| {
        let empty = log.checkpoint(0).to_text();
        let other = log.checkpoint_with(0, Hash([1; 32])).to_text();
        assert_eq!(witness.add(&log.lines(0, &[], &other)).status, 422);
        assert_eq!(witness.add(&log.lines(0, &[], &empty)).status, 200);
        assert_eq!(witness.add(&log.request(0, 2).to_string()).status, 200);
    });
}

#[test]
fn a_proof_where_none_belongs_is_422() {
    at(0, |witness, log| {
        let mut request = log.request(0, 2);
        request.proof = vec![Hash([1; 32])];
        assert_eq!(witness.add(&request.to_string()).status, 422);
    });
    at(2, |witness, log| {
        let mut request = log.request(2, 2);
        request.proof = vec![Hash([1; 32])];
        assert_eq!(witness.add(&request.to_string()).status, 422);
    });
}

#[test]
fn what_is_no_request_is_400_and_what_is_too_large_413() {
    at(1, |witness, log| {
        let good = log.request(1, 2).to_string();
        for bad in ["", "old 1\n", &good.replace("old 1", "old 01"), &good.replace("old 1", "1")] {
            assert_eq!(witness.add(bad).status, 400, "{bad}");
        }
        assert_eq!(witness.add(&"x".repeat(73 << 10)).status, 413);
        assert_eq!(witness.add(&good).status, 200);
    });
}

#[test]
fn it_tells_its_key_and_what_else_it_has_not() {
    at(0, |witness, _| {
        let about = witness.get("/");
        assert_eq!(about.status, 200);
        assert_eq!(about.body.lines().last(), Some(witness.key.to_string().as_str()));
        assert_eq!(witness.newest().status, 404);
        for path in ["/add-checkpoint/", "/checkpoint", "/sign-subtree", "/a/b/checkpoint"] {
            assert_eq!(witness.get(path).status, 404, "{path}");
        }
        let refused = witness.get("/add-checkpoint");
        assert_eq!(refused.status, 405);
        assert!(refused.header.contains("allow: post"), "{}", refused.header);
        assert_eq!(witness.ask("DELETE", "/", "").status, 405);
    });
}

/// Of two that go on from the same size one wins; the other hears of it and loses nothing.
#[test]
fn two_at_once_are_one_after_the_other() {
    at(1, |witness, log| {
        let mut size = 1;
        for _ in 0..20 {
            let wanted = [size + 1, size + 3];
            let answers = thread::scope(|scope| {
                let ask = |new| move || witness.add(&log.request(size, new).to_string());
                wanted.map(|new| scope.spawn(ask(new))).map(|asked| asked.join().unwrap())
            });
            let won = answers.iter().position(|answer| answer.status == 200).unwrap();
            let lost = &answers[1 - won];
            size = wanted[won];
            assert_eq!((lost.status, lost.body.clone()), (409, format!("{size}\n")));
            assert!(witness.newest().body.starts_with(&log.checkpoint(size).to_text()));
        }
    });
}
