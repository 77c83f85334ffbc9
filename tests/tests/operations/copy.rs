//! The safe copy, by the very lines of `docs/operations.md`, while events come in.
use crate::events::{Stored, TYPE, check_all, store};
use crate::program;
use kiln_tests::http::Connection;
use kiln_tests::server::{Server, kiln, root};
use std::collections::HashSet;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const WRITERS: usize = 24;
/// Copies that are made, one after the other, under load.
const COPIES: usize = 5;
/// The page says: a copy that fsck does not pass is made again.
const TRIES_MAX: usize = 4;

/// Small segments, so that the log rolls while it is copied.
const SETTINGS: &str = "[store]\nseal_records = 500\nspill_records = 200\n";

const INDEXES_FIRST: &str = r#"
for below in segments index; do
  mkdir -p "$COPY/tenants/default/$below"
  # One may go while it is copied: it has become part of another.
  cp "$DATA/tenants/default/$below/"*.index "$COPY/tenants/default/$below/" || true
done
"#;

#[test]
fn a_copy_made_under_load_has_every_event_acknowledged_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let running = program::start(folder.path(), SETTINGS);
    let load = Load::default();
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let port = running.server.port;
            let load = &load;
            scope.spawn(move || load.write(port, writer));
        }
        let _stop_writers_on_panic = StopOnDrop(&load.stop);
        let rate = load.rate();
        println!("{rate:.0} events a second come in");
        assert!(rate > 0.0, "nothing comes in: the copies would show nothing");
        for nth in 0..COPIES {
            let (before, copy) = copy_until_sound(&load, folder.path(), nth % 2 == 1);
            serves(&copy, &before);
        }
    });
    let segments = program::files(folder.path(), "segments", "log").len();
    println!("{segments} segments");
    assert!(segments > 2, "the log never rolled");
}

/// Copies until fsck passes it, as the page says; what had been acknowledged before.
fn copy_until_sound(load: &Load, data: &Path, indexes: bool) -> (Vec<Stored>, tempfile::TempDir) {
    for attempt in 1..=TRIES_MAX {
        let copy = tempfile::tempdir().unwrap();
        let before = load.acknowledged();
        let output = run_the_page(data, copy.path(), indexes);
        let during = load.acknowledged().len() - before.len();
        println!("copy {attempt}: {} events before, {during} more during it", before.len());
        if output.status.success() {
            return (before, copy);
        }
        println!("not sound: {}", program::said(&output));
    }
    panic!("{TRIES_MAX} copies one after the other were not sound");
}

/// The shell lines of the page, which end with fsck; with the index files first, if asked.
fn run_the_page(data: &Path, copy: &Path, indexes: bool) -> Output {
    let page = std::fs::read_to_string(root().join("docs/operations.md")).unwrap();
    let (_, section) = page.split_once("## A safe copy while Kiln runs").expect("its section");
    let (_, block) = section.split_once("```sh\n").expect("its shell lines");
    let (lines, _) = block.split_once("```").expect("their end");
    assert!(lines.contains("kiln fsck --data \"$COPY\""), "the page checks the copy");
    let first = if indexes { INDEXES_FIRST } else { "" };
    let script = format!("set -euo pipefail\nkiln() {{ \"$KILN\" \"$@\"; }}\n{first}{lines}");
    let mut bash = Command::new("bash");
    bash.arg("-c").arg(script);
    bash.env("DATA", data).env("COPY", copy).env("KILN", kiln().unwrap().get_program());
    bash.output().unwrap()
}

/// A server on the copy has what was acknowledged before the copy began.
fn serves(copy: &tempfile::TempDir, before: &[Stored]) {
    let server = Server::start_in(copy.path()).unwrap();
    let ids = all_ids(&server);
    let lost: Vec<&Stored> = before.iter().filter(|event| !ids.contains(&event.id)).collect();
    assert!(lost.is_empty(), "{} of {} are not in the copy: {lost:?}", lost.len(), before.len());
    let sample: Vec<Stored> = before.iter().rev().step_by(before.len() / 50 + 1).cloned().collect();
    check_all(&server, &sample);
    let mut connection = Connection::open(server.port).unwrap();
    store(&mut connection, "restored", "").expect("a restored copy takes events");
    server.kill().unwrap();
    program::check(copy.path());
}

/// Page by page, as a client pulls.
fn all_ids(server: &Server) -> HashSet<String> {
    let mut ids = HashSet::new();
    let mut target = format!("{TYPE}?_count=1000");
    loop {
        let page = server.get(&target).unwrap();
        ids.extend(kiln_tests::run::matches(&page).map(str::to_owned));
        let links = page["link"].as_array().unwrap();
        let Some(next) = links.iter().find(|link| link["relation"] == "next") else { return ids };
        let next = next["url"].as_str().and_then(|url| url.strip_prefix(&server.origin()));
        next.expect("an absolute URL of this server").clone_into(&mut target);
    }
}

#[derive(Default)]
struct Load {
    stop: AtomicBool,
    next: AtomicUsize,
    acknowledged: Mutex<Vec<Stored>>,
}

impl Load {
    fn acknowledged(&self) -> Vec<Stored> {
        self.acknowledged.lock().unwrap().clone()
    }

    fn write(&self, port: u16, writer: usize) {
        let mut connection = Connection::open(port).unwrap();
        while !self.stop.load(Ordering::Relaxed) {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let stored = store(&mut connection, &format!("copy-{writer}-{number}"), "").unwrap();
            self.acknowledged.lock().unwrap().push(stored);
            // About as many as the page speaks of, not as many as fit.
            std::thread::sleep(Duration::from_millis(12));
        }
    }

    /// How many are acknowledged a second.
    #[expect(clippy::disallowed_methods, reason = "a test measures")]
    fn rate(&self) -> f64 {
        let begin = Instant::now();
        std::thread::sleep(Duration::from_secs(2));
        self.acknowledged().len() as f64 / begin.elapsed().as_secs_f64()
    }
}

/// Writers end with the copies, also with those that fail.
struct StopOnDrop<'a>(&'a AtomicBool);

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
