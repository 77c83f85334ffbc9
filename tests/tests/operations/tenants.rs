//! `docs/tenants.md`: a tenant's log is its own, over HTTP and for every command.
use crate::program::write;
use kiln_tests::{
    http::Request,
    server::{Server, kiln},
};
use std::path::PathBuf;
use std::process::Output;
use tempfile::TempDir;

const EVENT: &str = r#"{"resourceType":"AuditEvent","type":{"code":"x"},"recorded":
    "2024-06-15T08:30:00Z","agent":[{"requestor":true,"name":"ward-7's"}],
    "source":{"observer":{"display":"d"}}}"#;

struct Kiln {
    folder: TempDir,
}

impl Kiln {
    fn new() -> Self {
        let kiln = Self { folder: tempfile::tempdir().unwrap() };
        kiln.settle("[[tenants]]\nname = \"ward-7\"\nrejects_count_max = 5\n");
        kiln
    }

    fn settle(&self, settings: &str) {
        write(&self.settings(), settings.as_bytes());
    }

    fn settings(&self) -> PathBuf {
        self.folder.path().join("kiln.toml")
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A command with the data and the settings.
    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = kiln().unwrap();
        command.args(arguments).arg("--data").arg(self.data());
        command.arg("--settings").arg(self.settings()).output().unwrap()
    }

    /// What a command prints that goes well.
    fn print(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn verify(&self, arguments: &[&str]) -> Output {
        let mut command = kiln().unwrap();
        command.args(["verify", "store"]).arg(self.data()).args(arguments).output().unwrap()
    }
}

fn key(printed: &str) -> String {
    let key: serde_json::Value = serde_json::from_str(printed).unwrap();
    format!("Bearer {}", key["key"].as_str().unwrap())
}

#[test]
fn a_tenants_log_is_its_own_over_http_and_for_every_command() {
    let kiln = Kiln::new();
    let add = ["key", "add", "--role", "admin", "--json"];
    let own = key(&kiln.print(&[&add[..], &["--tenant", "ward-7"]].concat()));
    let default = key(&kiln.print(&add));
    let server = Server::start_in_with(&kiln.data(), &kiln.settings()).unwrap();
    let path = "/t/ward-7/fhir/r4/AuditEvent";
    let post = |key: &str, path: &str, body: &str| {
        server.send(&Request::post(path, body).header("Authorization", key)).unwrap()
    };
    let created = post(&own, path, EVENT);
    assert_eq!(created.status, 201, "{}", created.text());
    assert!(created.header("Location").unwrap().contains("/t/ward-7/fhir/r4/AuditEvent/"));
    assert_eq!(post(&own, path, "{}").status, 400);
    assert_eq!(post(&own, "/fhir/r4/AuditEvent", EVENT).status, 404);
    assert_eq!(post(&default, path, EVENT).status, 404);
    assert_eq!(post(&default, "/t/ward-8/fhir/r4/AuditEvent", EVENT).status, 404);
    assert_eq!(post("Bearer x", path, EVENT).status, 401);
    let running = kiln.print(&["export", "--tenant", "ward-7"]);
    assert!(running.contains("ward-7's"), "{running}");
    server.kill().unwrap();

    let whose = ["--tenant", "ward-7"];
    let of = |command: &[&'static str]| kiln.print(&[command, &whose[..]].concat());
    assert_eq!(of(&["export"]).lines().count(), 1);
    assert_eq!(kiln.print(&["export"]).lines().count(), 0);
    assert!(of(&["fsck"]).contains("all is as it was written"));
    assert!(of(&["rejects"]).contains("400"), "{}", of(&["rejects"]));
    let (theirs, other) = (of(&["key", "show"]), kiln.print(&["key", "show"]));
    assert_ne!(theirs, other);
    let good = kiln.verify(&["--tenant", "ward-7", "--key", theirs.trim()]);
    assert_eq!(good.status.code(), Some(0), "{}", String::from_utf8_lossy(&good.stdout));
    let bad = kiln.verify(&["--tenant", "ward-7", "--key", other.trim()]);
    assert_ne!(bad.status.code(), Some(0));
    let file = kiln.folder.path().join("events.ndjson");
    write(&file, EVENT.replace('\n', "").as_bytes());
    of(&["import", file.to_str().unwrap().to_owned().leak()]);
    assert_eq!(of(&["export"]).lines().count(), 2);
}

#[test]
fn no_command_makes_a_tenant_by_a_slip() {
    let kiln = Kiln::new();
    let server = Server::start_in_with(&kiln.data(), &kiln.settings()).unwrap();
    server.kill().unwrap();
    let file = kiln.folder.path().join("events.ndjson");
    write(&file, EVENT.replace('\n', "").as_bytes());
    let file = file.to_str().unwrap();
    for command in [
        &["import", file, "--tenant", "wrad-7"][..],
        &["export", "--tenant", "wrad-7"],
        &["fsck", "--tenant", "wrad-7"],
        &["key", "show", "--tenant", "wrad-7"],
        &["rejects", "--tenant", "wrad-7"],
        &["export", "--tenant", "../default"],
    ] {
        let output = kiln.run(command);
        assert!(!output.status.success(), "{command:?}");
    }
    assert!(!kiln.data().join("tenants/wrad-7").try_exists().unwrap());
}

#[test]
fn tables_of_tenants_that_cannot_be_meant_are_refused() {
    let kiln = Kiln::new();
    for (settings, says) in [
        ("[[tenants]]\nname = \"a\"\n[[tenants]]\nname = \"a\"\n", "twice"),
        ("[[tenants]]\nname = \"default\"\n", "always there"),
        ("[[tenants]]\nname = \"Ward\"\n", "a tenant's name is"),
        ("[[tenants]]\nkey = \"x\"\n", "missing field `name`"),
        ("[[tenants]]\nname = \"a\"\ncolour = 1\n", "unknown field `colour`"),
        ("[[tenants]]\nname = \"a\"\nqueue_units_max = 1\n", "queue_units_max"),
    ] {
        kiln.settle(settings);
        let output = kiln.run(&["export"]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(says), "{settings}: {said}");
    }
}
