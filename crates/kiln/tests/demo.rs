//! `kiln serve --demo`, through the real binary: the six questions of its story, asked as searches.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may fail")]
#![expect(dead_code, reason = "the program's other tests use the rest")]

mod program;

use program::{Kiln, Server};
use serde_json::Value;
use std::{collections::BTreeSet, time::Duration};

const EVENTS: [&str; 2] = ["--demo-events", "2500"];
const DAY_MS: i64 = 86_400_000;

/// A demo, whose temporary folder lies in this one.
fn demo(kiln: &Kiln) -> Server {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_kiln"));
    command.args(["serve", "--demo"]).args(EVENTS).env("TMPDIR", kiln.path(""));
    kiln.started(command, &EVENTS)
}

fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").unwrap().1
}

/// The events that a search finds.
fn found(server: &Server, query: &str) -> Vec<Value> {
    let answer = server.get(&format!("/fhir/r4/AuditEvent?_count=1000&{query}"), "");
    let bundle: Value = serde_json::from_str(body(&answer)).unwrap();
    let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
    entries.into_iter().map(|entry| entry["resource"].clone()).collect()
}

fn names(events: &[Value]) -> BTreeSet<&str> {
    events.iter().map(|event| event["agent"][0]["name"].as_str().unwrap()).collect()
}

fn page(server: &Server, path: &str) -> String {
    server.get(path, "Accept: text/html\r\n")
}

#[test]
fn the_six_questions_have_their_answers() {
    let kiln = Kiln::new();
    let server = demo(&kiln);
    // Who opened her record?
    let opened = found(&server, "patient=Patient/204418");
    let who = names(&opened);
    assert!(who.contains("Kevin Brandt") && who.contains("Dr. Amara Okafor"), "{who:?}");
    // Which access failed?
    let failed = found(&server, "patient=Patient/204418&outcome=4,8,12");
    assert_eq!(names(&failed), BTreeSet::from(["Kevin Brandt"]));
    assert_eq!(failed[0]["outcomeDesc"], "refused: the note is restricted to the treating team");
    // Was it an emergency?
    let urgent = |patient| found(&server, &format!("patient=Patient/{patient}&subtype=110127"));
    assert_eq!(names(&urgent("207733")), BTreeSet::from(["Dr. Sarah Chen"]));
    assert_eq!(names(&urgent("209158")), BTreeSet::from(["Dr. Tobias Reuter"]));
    assert!(urgent("204418").is_empty());
    // Who exported?
    let exported = |outcome| {
        let all = found(&server, &format!("type=110106&outcome={outcome}"));
        all.into_iter().filter(|it| !it.to_string().contains("Patient/2")).collect::<Vec<_>>()
    };
    assert_eq!(names(&exported("0")), BTreeSet::from(["Dr. Amara Okafor"]));
    let refused = exported("8");
    assert_eq!((names(&refused), refused.len()), (BTreeSet::from(["Ivo Kessler"]), 3));
    // What is missing?
    let last = &found(&server, "source=Device/laboratory&_sort=-date")[0];
    let recorded = kiln_fhir::Instant::parse(last["recorded"].as_str().unwrap()).unwrap();
    let now = kiln_store::clock::Clock::now(&kiln_store::clock::SystemClock).0;
    assert!(now - recorded.millis > 2 * DAY_MS, "{last}");
    let metrics = server.get("/metrics", "");
    assert!(metrics.contains("kiln_reject_shelf_entries 12"), "{metrics}");
    // Is this proof good?
    let path = format!("/fhir/r4/AuditEvent/{}", failed[0]["id"].as_str().unwrap());
    let [event, proof] = ["$original", "$proof"].map(|operation| {
        let answer = server.get(&format!("{path}/{operation}"), "");
        kiln.write(operation, body(&answer))
    });
    let key = server.get("/log/key", "");
    let key = body(&key).trim();
    let (code, out, err) = kiln.alone(&["verify", "event", &event, &proof, "--key", key]);
    assert!(code == 0 && out.contains("ok: the log holds exactly these bytes"), "{out}{err}");
    let changed = std::fs::read_to_string(&event).unwrap().replace("Kevin", "Karla");
    let other = kiln.write("other.json", &changed);
    let (code, out, _) = kiln.alone(&["verify", "event", &other, &proof, "--key", key]);
    assert_eq!(code, 1, "{out}");
    assert_eq!(server.stop(), 0);
}

#[test]
fn every_page_says_that_it_is_a_demo_and_shows_its_part_of_the_story() {
    let kiln = Kiln::new();
    let server = demo(&kiln);
    assert!(server.greeting.contains("DEMO") && server.greeting.contains("/operations"));
    for (path, says) in [
        ("/", "Kevin Brandt"),
        ("/review", "Dr. Tobias Reuter"),
        ("/review?show=done", "the ambulance record of 03:05"),
        ("/operations", "Laboratory System"),
        ("/evidence", "Self-signed only"),
        ("/saved", "Saved searches"),
        ("/reports", "Reports"),
        ("/view/nothing", "404"),
    ] {
        let shown = page(&server, path);
        assert!(shown.contains(r#"class="demo""#), "{path} {shown}");
        assert!(shown.contains(says) || path == "/", "{path} {says} {shown}");
    }
    assert_eq!(server.stop(), 0);
}

#[test]
fn its_folder_goes_with_it_and_real_data_are_never_taken() {
    let kiln = Kiln::new();
    let folders = || {
        let all = std::fs::read_dir(kiln.path("")).unwrap();
        all.filter(|it| it.as_ref().unwrap().file_name().to_string_lossy().starts_with("kiln-demo"))
            .count()
    };
    let server = demo(&kiln);
    assert_eq!(folders(), 1);
    assert_eq!(server.stop(), 0);
    assert_eq!(folders(), 0);
    let settings = kiln.write("kiln.toml", "");
    for mixed in [["--data", "data"], ["--settings", &settings]] {
        let (code, _, err) = kiln.alone(&["serve", "--demo", mixed[0], mixed[1]]);
        assert!(code == 3 && err.contains("cannot be used with"), "{code} {err}");
    }
    let (code, _, err) = kiln.alone(&["serve", "--demo", "--listen", "0.0.0.0:0"]);
    assert!(code == 3 && err.contains("other machines"), "{code} {err}");
}

#[test]
fn whoever_ends_it_before_it_is_ready_leaves_nothing_behind() {
    let kiln = Kiln::new();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_kiln"));
    command.args(["serve", "--demo", "--listen", "127.0.0.1:0", "--demo-events", "2000000"]);
    let mut demo = command.env("TMPDIR", kiln.path("")).spawn().unwrap();
    let log = || {
        let folder = std::fs::read_dir(kiln.path("")).unwrap().next()?.unwrap().path();
        std::fs::read_dir(folder.join("tenants/default")).ok()?.next()
    };
    program::until(|| log().is_some());
    std::thread::sleep(Duration::from_millis(50));
    let pid = demo.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    assert_eq!(demo.wait().unwrap().code(), Some(3));
    assert_eq!(std::fs::read_dir(kiln.path("")).unwrap().count(), 0);
}
